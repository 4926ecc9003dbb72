// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/socket.hpp works on POSIX systems"
#endif

#include <belfry/transport/detail/pooled_transport.hpp>
#include <belfry/transport/detail/socket_connection.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// How a `SocketTransport` reaches the network.
struct SocketOptions {
    /// Host of the proxy for `http` URLs; empty for none.
    std::string proxy_host{};
    int proxy_port = 3128;
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

/// Sends requests by HTTP/1.1 (RFC 9112) over the system's own sockets, without any library, and keeps
/// connections open between them. It takes `http` URLs only; `SocketTlsTransport` also takes `https`. May be
/// used from several threads at once; each attempt runs on the thread that calls `send`. A name lookup can
/// neither be cancelled nor cut short by a limit.
class SocketTransport : public detail::PooledTransport<detail::SocketConnection> {
  public:
    SocketTransport() : SocketTransport(SocketOptions{}) {}
    explicit SocketTransport(SocketOptions options)
        : PooledTransport(options.max_idle_connections), proxy_host_(std::move(options.proxy_host)),
          proxy_port_(std::to_string(options.proxy_port)) {}

  protected:
    [[nodiscard]] bool has_proxy() const noexcept { return !proxy_host_.empty(); }
    [[nodiscard]] std::unique_ptr<detail::SocketConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (origin.tls) {
            refusal = {TransportStatus::failed,
                       "SocketTransport has no TLS: use SocketTlsTransport for https URLs"};
            return nullptr;
        }
        if (has_proxy()) return std::make_unique<detail::SocketConnection>(proxy_host_, proxy_port_, true);
        return std::make_unique<detail::SocketConnection>(origin.host, origin.port, false);
    }

  private:
    std::string proxy_host_;
    std::string proxy_port_;
};

} // namespace belfry::inline v0
