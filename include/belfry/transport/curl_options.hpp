// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>

namespace belfry::inline v0 {

/// How libcurl reaches the network. TLS certificates are always checked.
struct CurlOptions {
    /// PEM file of the authorities to trust; empty for libcurl's own.
    std::string ca_file{};
    /// Directory of the authorities to trust; empty for libcurl's own.
    std::string ca_path{};
    /// Proxy URL such as `http://proxy:3128`; empty for what the environment says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `http_proxy`, `https_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

} // namespace belfry::inline v0
