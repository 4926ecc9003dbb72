// SPDX-License-Identifier: Apache-2.0
// Checks that the target links OpenSSL: loading certificates from a missing file must fail.
#include <belfry/transport/socket_tls.hpp>

namespace {

struct Sink final : belfry::ResponseSink {
    bool on_head(int, belfry::Headers) noexcept override { return true; }
    bool on_body(std::span<const std::byte>) noexcept override { return true; }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }
};

} // namespace

int main() {
    belfry::SocketTlsTransport transport({.ca_file = "there/is/no/such/file.pem"});
    belfry::HttpRequest request;
    request.method = "GET";
    request.url = "https://127.0.0.1:1/";
    Sink sink;
    return transport.send(request, sink).status == belfry::TransportStatus::tls_failed ? 0 : 1;
}
