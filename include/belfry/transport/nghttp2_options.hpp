// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/tls_version.hpp>
#include <belfry/util/config.hpp>

#include <string>

namespace belfry::inline v0 {

/// How an `Nghttp2Transport` and an `AsyncNghttp2Transport` reach the network. TLS certificates are always
/// checked.
struct Nghttp2Options {
    /// PEM file of the authorities to trust; empty for OpenSSL's own.
    std::string ca_file{};
    /// Directory of the authorities to trust; empty for OpenSSL's own.
    std::string ca_path{};
    /// PEM file of the client's certificate, with its chain, for servers that demand one; empty for none.
    std::string client_certificate{};
    /// PEM file of the private key; empty if it is in the file of the certificate.
    std::string client_key{};
    /// The password of an encrypted private key.
    std::string client_key_password{};
    /// The oldest version of TLS to accept.
    TlsVersion min_tls_version = TlsVersion::tls_1_2;
    /// URL of the proxy for `https` URLs, `http://user:password@proxy:3128`; empty for what the environment
    /// says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `https_proxy`, `all_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// The local address to connect from, or the name of the network interface (Linux, macOS); empty for the
    /// system's choice.
    std::string local_interface{};
};

} // namespace belfry::inline v0
