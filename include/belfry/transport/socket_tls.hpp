// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/detail/tls_wire.hpp>
#include <belfry/transport/socket.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// How a `SocketTlsTransport` reaches the network. Certificates are always checked.
struct SocketTlsOptions {
    /// PEM file of the authorities to trust; empty, as is `ca_path`, for OpenSSL's own.
    std::string ca_file{};
    /// Directory of the authorities to trust.
    std::string ca_path{};
    /// Host of the proxy for `http` URLs; empty for none. With a proxy, `https` URLs are refused.
    std::string proxy_host{};
    int proxy_port = 3128;
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

namespace detail {

class SocketTlsConnection final : public SocketConnection {
  public:
    /// The context is used until the connection is open.
    SocketTlsConnection(const Origin& origin, const TlsContext& context)
        : SocketConnection(origin.host, origin.port, false), context_(context) {}
    [[nodiscard]] bool fresh() override { return session_->wire().idle(); }

  protected:
    TransportResult connect(const Origin& origin, const AttemptClock& clock,
                            const ResponseSink& sink) override {
        TransportResult result = SocketConnection::connect(origin, clock, sink);
        if (result.status != TransportStatus::ok) return result;
        session_ = std::make_unique<TlsSession>(context_, socket());
        return session_->connect(origin.host, clock, sink);
    }
    TransportResult exchange(const Attempt& attempt) override {
        return exchange_over(session_->wire(), attempt);
    }

  private:
    const TlsContext& context_;
    std::unique_ptr<TlsSession> session_;
};

} // namespace detail

/// A `SocketTransport` that also sends over TLS, by OpenSSL. A TLS handshake has the connect limit and can be
/// cancelled.
class SocketTlsTransport final : public SocketTransport {
  public:
    SocketTlsTransport() : SocketTlsTransport(SocketTlsOptions{}) {}
    explicit SocketTlsTransport(SocketTlsOptions options)
        : SocketTransport({.proxy_host = std::move(options.proxy_host),
                           .proxy_port = options.proxy_port,
                           .max_idle_connections = options.max_idle_connections}),
          ca_file_(std::move(options.ca_file)), ca_path_(std::move(options.ca_path)) {}

    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        // Here and not in the connection: OpenSSL may also write while the pool checks an idle connection.
        const detail::ScopedSigpipeBlock block;
        return SocketTransport::send(request, sink);
    }

  protected:
    [[nodiscard]] std::unique_ptr<detail::SocketConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (!origin.tls) return SocketTransport::make_connection(origin, refusal);
        if (has_proxy()) {
            refusal = {TransportStatus::failed,
                       "SocketTlsTransport sends no https URLs through a proxy: use CurlTransport"};
            return nullptr;
        }
        const detail::TlsContext& context = tls_context();
        if (!context.good()) {
            refusal = {TransportStatus::tls_failed, "the trusted authorities cannot be read"};
            return nullptr;
        }
        return std::make_unique<detail::SocketTlsConnection>(origin, context);
    }

  private:
    /// Made on first use, because reading the authorities takes milliseconds.
    const detail::TlsContext& tls_context() {
        const std::lock_guard lock(mutex_);
        if (!tls_) tls_ = std::make_unique<detail::TlsContext>(ca_file_, ca_path_);
        return *tls_;
    }

    std::string ca_file_;
    std::string ca_path_;
    std::mutex mutex_;
    std::unique_ptr<detail::TlsContext> tls_;
};

} // namespace belfry::inline v0
