// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/tls_version.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace belfry::transport_kit {

/// The options that all adapters share.
struct AdapterOptions {
    std::string ca_file{};
    std::string client_certificate{};
    std::string client_key{};
    std::string client_key_password{};
    TlsVersion min_tls_version = TlsVersion::tls_1_2;
    std::string local_interface{};
    std::string proxy{};
    std::string no_proxy{};
    bool proxy_from_environment = false;
};

/// One of Belfry's adapters with TLS.
struct Adapter {
    const char* name;
    std::function<std::unique_ptr<Transport>(const AdapterOptions&)> make;
    /// Whether it makes attempts on its own thread.
    bool has_thread = false;
};

/// The adapters whose libraries are installed.
[[nodiscard]] std::vector<Adapter> adapters();

/// The outcome of one attempt.
struct Sent {
    TransportResult result;
    int status = 0;
    std::string body;
    [[nodiscard]] bool ok() const noexcept { return result.status == TransportStatus::ok; }
};
/// Sends a request with that method and URL, within five seconds.
[[nodiscard]] Sent send(Transport& transport, const std::string& url, const char* method = "GET",
                        std::string body = {});

/// Prints whether it holds, and counts if not.
void expect(bool holds, const std::string& what, const std::string& otherwise = {});
/// How many expectations did not hold.
[[nodiscard]] int failures() noexcept;

} // namespace belfry::transport_kit
