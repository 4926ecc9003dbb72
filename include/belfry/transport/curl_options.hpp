// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/tls_version.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <functional>
#include <string>

namespace belfry::inline v0 {

/// How libcurl reaches the network. TLS certificates are always checked.
struct CurlOptions {
    /// PEM file of the authorities to trust; empty for libcurl's own.
    std::string ca_file{};
    /// Directory of the authorities to trust; empty for libcurl's own.
    std::string ca_path{};
    /// PEM file of the client's certificate, with its chain, for servers that demand one; empty for none.
    std::string client_certificate{};
    /// PEM file of the private key; empty if it is in the file of the certificate.
    std::string client_key{};
    /// The password of an encrypted private key.
    std::string client_key_password{};
    /// The oldest version of TLS to accept.
    TlsVersion min_tls_version = TlsVersion::tls_1_2;
    /// The network interface or the local address to connect from, as `CURLOPT_INTERFACE` takes it; empty for
    /// the system's choice.
    std::string local_interface{};
    /// Proxy URL such as `http://proxy:3128`; empty for what the environment says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
    /// Called before each connection is made, after Belfry has set its own options, with the `CURL*` handle:
    /// the place for one's own `curl_easy_setopt`. Options of name lookup, connections, proxies and TLS have
    /// an effect; those of requests and responses do not, because Belfry writes and reads them, nor does
    /// `CURLOPT_PRIVATE`. Returns a `CURLcode`; all but 0 make the attempt fail. Called on the thread of each
    /// call, by `AsyncCurlTransport` on that of the loop.
    std::function<int(void* easy)> configure{};
};

} // namespace belfry::inline v0
