// SPDX-License-Identifier: Apache-2.0
// Uses a transport that needs no library. No server listens on port 1, so the expected result is an error.
#include <belfry/transport/socket.hpp>

namespace {

struct Sink final : belfry::ResponseSink {
    bool on_head(int, belfry::Headers) noexcept override { return true; }
    bool on_body(std::span<const std::byte>) noexcept override { return true; }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }
};

} // namespace

int main() {
    belfry::SocketTransport transport;
    belfry::HttpRequest request;
    request.method = "GET";
    request.url = "http://127.0.0.1:1/";
    Sink sink;
    return transport.send(request, sink).status == belfry::TransportStatus::connect_failed ? 0 : 1;
}
