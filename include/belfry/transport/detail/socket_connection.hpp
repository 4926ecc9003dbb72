// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/origin.hpp>
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
    /// A connection to that host and port: the server's, or those of a proxy, which is sent whole URLs
    /// (RFC 9112 section 3.2.2).
    SocketConnection(std::string host, std::string port, bool to_proxy)
        : host_(std::move(host)), port_(std::move(port)), to_proxy_(to_proxy) {}
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
        return exchange({request, to_proxy_ ? request.url : origin.target, sink, clock, reusable});
    }
    /// Whether the peer has neither closed an idle connection nor written on it.
    [[nodiscard]] virtual bool fresh() { return SocketWire(socket_).idle(); }

    /// Scheme, host and port, by which connections are found again.
    std::string key;

  protected:
    struct Attempt {
        const HttpRequest& request;
        std::string_view target;
        ResponseSink& sink;
        AttemptClock& clock;
        bool& reusable;
    };

    [[nodiscard]] int socket() const noexcept { return socket_; }
    /// Opens the connection within the clock's limits.
    virtual TransportResult connect(const Origin&, const AttemptClock& clock, const ResponseSink& sink) {
        return connect_socket(host_, port_, clock, sink, socket_);
    }
    /// Sends a request on the open connection and reads the response.
    virtual TransportResult exchange(const Attempt& attempt) {
        return exchange_over(SocketWire(socket_), attempt);
    }
    template <class Wire> TransportResult exchange_over(Wire wire, const Attempt& attempt) {
        // On the heap because of its buffer of 64 kB.
        const auto exchange = std::make_unique<Http1Exchange<Wire>>(
            socket_, wire, attempt.request, attempt.target, attempt.sink, attempt.clock);
        TransportResult result = exchange->run();
        attempt.reusable = exchange->reusable();
        return result;
    }

  private:
    std::string host_;
    std::string port_;
    bool to_proxy_;
    int socket_ = -1;
};

} // namespace belfry::inline v0::detail
