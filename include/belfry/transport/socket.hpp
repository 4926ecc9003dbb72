// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/socket.hpp works on POSIX systems"
#endif

#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/routed_transport.hpp>
#include <belfry/transport/detail/socket_connection.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// How a `SocketTransport` reaches the network.
struct SocketOptions {
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

/// Sends requests by HTTP/1.1 (RFC 9112) over the system's own sockets, without any library, and keeps
/// connections open between them. It takes `http` URLs only; `SocketTlsTransport` also takes `https`. May be
/// used from several threads at once; each attempt runs on the thread that calls `send`. A name lookup can
/// neither be cancelled nor cut short by a limit.
class SocketTransport : public detail::RoutedTransport<detail::SocketConnection> {
  public:
    SocketTransport() : SocketTransport(SocketOptions{}) {}
    explicit SocketTransport(const SocketOptions& options)
        : SocketTransport(detail::route_settings(options)) {}

  protected:
    explicit SocketTransport(detail::RouteSettings settings) : RoutedTransport(std::move(settings)) {}
    [[nodiscard]] std::unique_ptr<detail::SocketConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (origin.tls) {
            refusal = {TransportStatus::failed,
                       "SocketTransport has no TLS: use SocketTlsTransport for https URLs"};
            return nullptr;
        }
        detail::Route route;
        if (!find_route(origin, route, refusal)) return nullptr;
        return std::make_unique<detail::SocketConnection>(std::move(route), local_interface());
    }
};

} // namespace belfry::inline v0
