// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/proxy_tunnel.hpp>
#include <belfry/transport/detail/socket_connect.hpp>
#include <belfry/transport/detail/socket_wire.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace belfry::inline v0::detail {

/// A plain connection of a `SocketTransport`. A derived class adds TLS.
class SocketConnection {
  public:
    /// `local` is an address or an interface to connect from; empty for the system's choice.
    SocketConnection(Route route, std::string local) : route_(std::move(route)), local_(std::move(local)) {}
    SocketConnection(const SocketConnection&) = delete;
    SocketConnection& operator=(const SocketConnection&) = delete;
    virtual ~SocketConnection() {
        if (socket_ >= 0) ::close(socket_);
    }

    /// Makes an attempt, connecting first if need be. Says in `reusable` whether another may follow; after
    /// any other attempt the connection is of no use.
    TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                         bool& reusable) {
        AttemptClock clock(request.timeouts);
        if (socket_ < 0)
            if (TransportResult result = connect(origin, clock, sink); result.status != TransportStatus::ok)
                return result;
        clock.connected();
        const Http1Form form = http1_form(route_, request, origin);
        return exchange({request, form, sink, clock, reusable});
    }
    /// Whether the peer has neither closed an idle connection nor written on it.
    [[nodiscard]] virtual bool fresh() { return SocketWire(socket_).idle(); }

    /// Scheme, host and port, by which connections are found again.
    std::string key;

  protected:
    struct Attempt {
        const HttpRequest& request;
        const Http1Form& form;
        ResponseSink& sink;
        AttemptClock& clock;
        bool& reusable;
    };

    [[nodiscard]] int socket() const noexcept { return socket_; }
    /// Opens the connection within the clock's limits, through a tunnel if the route has one.
    virtual TransportResult connect(const Origin& origin, AttemptClock& clock, const ResponseSink& sink) {
        TransportResult result = connect_socket(route_.host, route_.port, local_, clock, sink, socket_);
        if (result.status != TransportStatus::ok || !route_.tunnel) return result;
        return open_tunnel(SocketWire(socket_), route_, origin, clock, sink);
    }
    /// Sends a request on the open connection and reads the response.
    virtual TransportResult exchange(const Attempt& attempt) {
        return exchange_over(SocketWire(socket_), attempt);
    }
    template <class Wire> TransportResult exchange_over(Wire wire, const Attempt& attempt) {
        // On the heap because of its buffer of 64 kB.
        const auto exchange = std::make_unique<Http1Exchange<Wire>>(wire, attempt.request, attempt.form,
                                                                    attempt.sink, attempt.clock);
        TransportResult result = exchange->run();
        attempt.reusable = exchange->reusable();
        return result;
    }

  private:
    Route route_;
    std::string local_;
    int socket_ = -1;
};

} // namespace belfry::inline v0::detail
