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
#include <utility>

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
template <class Wire> class TunnelExchange {
  public:
    TunnelExchange(Wire wire, const Route& route, const Origin& origin, AttemptClock& clock,
                   const ResponseSink& caller)
        : sink_(caller), target_(authority(origin)), request_(connect_request(target_)),
          exchange_(wire, request_, Http1Form{target_, route.authorization}, sink_, clock) {}

    /// Waits until the proxy has answered.
    TransportResult run() { return outcome(exchange_.run()); }
    /// Reads and writes once, as `Http1Exchange::step`.
    bool step(unsigned& wanted, TransportResult& result) {
        if (exchange_.step(wanted, result)) return true;
        result = outcome(std::move(result));
        return false;
    }

  private:
    static std::string authority(const Origin& origin) {
        const bool brackets = origin.host.find(':') != std::string::npos;
        std::string text(brackets ? "[" : "");
        return text.append(origin.host).append(brackets ? "]:" : ":").append(origin.port);
    }
    static HttpRequest connect_request(const std::string& target) {
        HttpRequest request;
        request.method = "CONNECT";
        request.headers.append("Host", target);
        return request;
    }
    TransportResult outcome(TransportResult result) const {
        if (sink_.status >= 300)
            return {TransportStatus::connect_failed,
                    "the proxy refused the connection with status " + std::to_string(sink_.status)};
        if (result.status == TransportStatus::ok && exchange_.has_surplus())
            return {TransportStatus::protocol_error, "the proxy sent bytes before the server could"};
        return result;
    }

    TunnelSink sink_;
    const std::string target_;
    const HttpRequest request_;
    Http1Exchange<Wire> exchange_;
};

/// Opens a tunnel, and waits until the proxy has answered.
template <class Wire>
TransportResult open_tunnel(Wire wire, const Route& route, const Origin& origin, AttemptClock& clock,
                            const ResponseSink& caller) {
    // On the heap because of its buffer of 64 kB.
    return std::make_unique<TunnelExchange<Wire>>(wire, route, origin, clock, caller)->run();
}

} // namespace belfry::inline v0::detail
