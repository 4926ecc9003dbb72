// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace belfry::inline v0::detail {

/// Takes the status of a proxy's response.
class TunnelSink final : public ResponseSink {
  public:
    explicit TunnelSink(const ResponseSink& caller) noexcept : caller_(caller) {}
    bool on_head(int new_status, Headers) noexcept override {
        status = new_status;
        return status < 300;
    }
    bool on_body(std::span<const std::byte>) noexcept override { return true; }
    [[nodiscard]] bool cancelled() const noexcept override { return caller_.cancelled(); }

    int status = 0;

  private:
    const ResponseSink& caller_;
};

/// Asks the proxy at the other end of a connection for a tunnel to the origin.
template <class Wire>
TransportResult open_tunnel(Wire wire, const Route& route, const Origin& origin, AttemptClock& clock,
                            const ResponseSink& caller) {
    const bool brackets = origin.host.find(':') != std::string::npos;
    std::string target(brackets ? "[" : "");
    target.append(origin.host).append(brackets ? "]:" : ":").append(origin.port);
    HttpRequest request;
    request.method = "CONNECT";
    request.headers.append("Host", target);
    TunnelSink sink(caller);
    // On the heap because of its buffer of 64 kB.
    const auto exchange = std::make_unique<Http1Exchange<Wire>>(
        wire, request, Http1Form{target, route.authorization}, sink, clock);
    TransportResult result = exchange->run();
    if (sink.status >= 300)
        return {TransportStatus::connect_failed,
                "the proxy refused the connection with status " + std::to_string(sink.status)};
    if (result.status == TransportStatus::ok && exchange->has_surplus())
        return {TransportStatus::protocol_error, "the proxy sent bytes before the server could"};
    return result;
}

} // namespace belfry::inline v0::detail
