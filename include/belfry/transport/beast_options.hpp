// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/tls_version.hpp>

#include <cstddef>
#include <string>

namespace belfry::inline v0 {

/// How a `BeastTransport` treats its connections.
struct BeastOptions {
    /// URL of the proxy, `http://user:password@proxy:3128`; empty for what the environment says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// The local address to connect from, or the name of the network interface (Linux, macOS); empty for the
    /// system's choice.
    std::string local_interface{};
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

/// How a `BeastTlsTransport` or an `AsyncBeastTransport` treats its connections. Certificates are always
/// checked.
struct BeastTlsOptions {
    /// PEM file of the authorities to trust; empty, as is `ca_path`, for OpenSSL's own.
    std::string ca_file{};
    /// Directory of the authorities to trust.
    std::string ca_path{};
    /// PEM file of the client's certificate, with its chain, for servers that demand one; empty for none.
    std::string client_certificate{};
    /// PEM file of the private key; empty if it is in the file of the certificate.
    std::string client_key{};
    /// The password of an encrypted private key.
    std::string client_key_password{};
    /// The oldest version of TLS to accept.
    TlsVersion min_tls_version = TlsVersion::tls_1_2;
    /// URL of the proxy, `http://user:password@proxy:3128`; empty for what the environment says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// The local address to connect from, or the name of the network interface (Linux, macOS); empty for the
    /// system's choice.
    std::string local_interface{};
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

} // namespace belfry::inline v0
