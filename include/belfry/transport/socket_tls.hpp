// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/sigpipe.hpp>
#include <belfry/transport/detail/tls_context.hpp>
#include <belfry/transport/detail/tls_wire.hpp>
#include <belfry/transport/socket.hpp>
#include <belfry/transport/tls_version.hpp>

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
    /// PEM file of the client's certificate, with its chain, for servers that demand one; empty for none.
    std::string client_certificate{};
    /// PEM file of the private key; empty if it is in the file of the certificate.
    std::string client_key{};
    /// The password of an encrypted private key.
    std::string client_key_password{};
    /// The oldest version of TLS to accept.
    TlsVersion min_tls_version = TlsVersion::tls_1_2;
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

namespace detail {

class SocketTlsConnection final : public SocketConnection {
  public:
    /// The context is used until the connection is open.
    SocketTlsConnection(Route route, std::string local, const TlsContext& context)
        : SocketConnection(std::move(route), std::move(local)), context_(context) {}
    [[nodiscard]] bool fresh() override { return session_->wire().idle(); }

  protected:
    TransportResult connect(const Origin& origin, AttemptClock& clock, const ResponseSink& sink) override {
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
    explicit SocketTlsTransport(const SocketTlsOptions& options)
        : SocketTransport(detail::route_settings(options)), settings_(detail::tls_settings(options)) {}

    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        // Here and not in the connection: OpenSSL may also write while the pool checks an idle connection.
        const detail::ScopedSigpipeBlock block;
        return SocketTransport::send(request, sink);
    }

  protected:
    [[nodiscard]] std::unique_ptr<detail::SocketConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (!origin.tls) return SocketTransport::make_connection(origin, refusal);
        const detail::TlsContext& context = tls_context();
        if (context.fault() != nullptr) {
            refusal = {TransportStatus::tls_failed, context.fault()};
            return nullptr;
        }
        detail::Route route;
        if (!find_route(origin, route, refusal)) return nullptr;
        return std::make_unique<detail::SocketTlsConnection>(std::move(route), local_interface(), context);
    }

  private:
    /// Made on first use, because reading the authorities takes milliseconds.
    const detail::TlsContext& tls_context() {
        const std::lock_guard lock(mutex_);
        if (!tls_) tls_ = std::make_unique<detail::TlsContext>(settings_);
        return *tls_;
    }

    detail::TlsSettings settings_;
    std::mutex mutex_;
    std::unique_ptr<detail::TlsContext> tls_;
};

} // namespace belfry::inline v0
