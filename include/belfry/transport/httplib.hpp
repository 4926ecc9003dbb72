// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/httplib.hpp works on POSIX systems"
#endif

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/idle_pool.hpp>
#include <belfry/transport/detail/socket_connect.hpp>
#include <belfry/transport/detail/url.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <httplib.h>

#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
#include <belfry/transport/detail/tls_wire.hpp>
#endif
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// How a `HttplibTransport` reaches the network. TLS certificates are always checked.
struct HttplibOptions {
    /// PEM file of the authorities to trust; empty for OpenSSL's own.
    std::string ca_file{};
    /// Directory of the authorities to trust; empty for OpenSSL's own.
    std::string ca_path{};
    /// Proxy for `http`; empty for none. `https` through a proxy is left to `CurlTransport`.
    std::string proxy_host{};
    int proxy_port = 3128;
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

namespace detail {

/// A client of cpp-httplib with its one connection. It keeps cpp-httplib's care for the connection, but
/// connects, shakes hands and speaks HTTP by itself, because the public interface cannot do what a transport
/// must: it blocks without asking for cancellation, decodes header values, reorders headers, trips over
/// trailers and 103, and does not tell a cut body from a broken one.
class HttplibConnection final : public httplib::ClientImpl {
    // No function here says `override`: cpp-httplib gave `process_socket` a parameter more in version 0.19,
    // and the one of the two that is not the base's is simply never called.
  public:
    explicit HttplibConnection(const Url& url) : ClientImpl(url.host, std::stoi(url.port)) {
        set_keep_alive(true);
    }

    /// Makes an attempt, connecting first if need be. Says in `reusable` whether another may follow.
    TransportResult exchange(const HttpRequest& request, const Url& url, ResponseSink& sink, bool& reusable) {
        AttemptClock clock(request.timeouts);
        const bool absolute = !proxy_host_.empty();
        Attempt attempt{request, url, absolute ? request.url : url.target, sink, clock, {}, false};
        attempt_ = &attempt;
        httplib::Request unused_request;
        httplib::Response unused_response;
        unused_request.method = request.method;
        unused_request.path.assign(1, '/');
        httplib::Error error = httplib::Error::Success;
        send(unused_request, unused_response, error);
        attempt_ = nullptr;
        reusable = attempt.reusable;
        return std::move(attempt.result);
    }
    /// Whether the peer has neither closed an idle connection nor written on it.
    [[nodiscard]] bool fresh() {
        if (!socket_.is_open()) return false;
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
        if (session_) return session_->wire().idle();
#endif
        return SocketWire(static_cast<int>(socket_.sock)).idle();
    }

    /// Scheme, host and port, by which connections are found again.
    std::string key;
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
    /// Set for connections that use TLS.
    std::shared_ptr<const TlsContext> tls;
#endif

  private:
    struct Attempt {
        const HttpRequest& request;
        const Url& url;
        const std::string& target;
        ResponseSink& sink;
        AttemptClock& clock;
        TransportResult result{TransportStatus::connect_failed, "cpp-httplib did not connect"};
        bool reusable = false;
    };

    bool create_and_connect_socket(Socket& socket, httplib::Error& error) {
        const bool proxied = !proxy_host_.empty();
        const std::string port = proxied ? std::to_string(proxy_port_) : attempt_->url.port;
        int connected = -1;
        attempt_->result = connect_socket(proxied ? proxy_host_ : attempt_->url.host, port, attempt_->clock,
                                          attempt_->sink, connected);
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
        session_.reset();
        if (connected >= 0 && tls) {
            session_ = std::make_unique<TlsSession>(*tls, connected);
            attempt_->result = session_->connect(attempt_->url.host, attempt_->clock, attempt_->sink);
        }
#endif
        if (attempt_->result.status != TransportStatus::ok) {
            if (connected >= 0) ::close(connected);
            error = httplib::Error::Connection;
            return false;
        }
        socket.sock = connected;
        return true;
    }
    bool process_socket(const Socket& socket, std::function<bool(httplib::Stream&)>) { return run(socket); }
    bool process_socket(const Socket& socket, std::chrono::time_point<std::chrono::steady_clock>,
                        std::function<bool(httplib::Stream&)>) {
        return run(socket);
    }
    /// The exchange on a connection that stands; returns whether it may stay.
    bool run(const Socket& socket) {
        attempt_->clock.connected();
        const int descriptor = static_cast<int>(socket.sock);
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
        if (session_) return run_on(descriptor, session_->wire());
#endif
        return run_on(descriptor, SocketWire(descriptor));
    }
    template <class Wire> bool run_on(int socket, Wire wire) {
        const auto exchange = std::make_unique<Http1Exchange<Wire>>(
            socket, wire, attempt_->request, attempt_->target, attempt_->sink, attempt_->clock);
        attempt_->result = exchange->run();
        attempt_->reusable = exchange->reusable();
        return attempt_->reusable;
    }

    Attempt* attempt_ = nullptr;
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
    std::unique_ptr<TlsSession> session_;
#endif
};

} // namespace detail

/// Sends requests over cpp-httplib's connections and keeps them open; `https` needs
/// CPPHTTPLIB_OPENSSL_SUPPORT. May be used from several threads at once. Neither a name lookup nor a TLS
/// handshake can be cancelled.
class HttplibTransport final : public Transport {
  public:
    HttplibTransport() : HttplibTransport(HttplibOptions{}) {}
    explicit HttplibTransport(HttplibOptions options)
        : options_(std::move(options)), idle_(options_.max_idle_connections) {}
    HttplibTransport(const HttplibTransport&) = delete;
    HttplibTransport& operator=(const HttplibTransport&) = delete;

    /// Makes one attempt. A pooled connection that closes under the request is reported as
    /// `connection_reset`.
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
#if defined(__cpp_exceptions)
        try {
            return attempt(request, sink);
        } catch (const std::exception& exception) {
            return {TransportStatus::failed, exception.what()};
        }
#else
        return attempt(request, sink);
#endif
    }

  private:
    TransportResult attempt(const HttpRequest& request, ResponseSink& sink) {
        if (const char* reason = detail::refuse_request(request)) return {TransportStatus::failed, reason};
        if (sink.cancelled()) return {TransportStatus::cancelled, "cancelled by the caller"};
        const std::optional<detail::Url> url = detail::parse_url(request.url);
        if (!url) return {TransportStatus::failed, "the request's URL is malformed"};
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
        const detail::PipeSignalPause pause;
#else
        if (url->tls) return {TransportStatus::failed, "https needs CPPHTTPLIB_OPENSSL_SUPPORT"};
#endif
        const std::string key = url->key();
        std::unique_ptr<detail::HttplibConnection> connection = idle_.take(key);
        if (!connection) {
            connection = std::make_unique<detail::HttplibConnection>(*url);
            connection->key = key;
            if (!options_.proxy_host.empty()) {
                if (url->tls) return {TransportStatus::failed, "https through a proxy needs CurlTransport"};
                connection->set_proxy(options_.proxy_host, options_.proxy_port);
            }
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
            if (url->tls) connection->tls = tls_context();
            if (url->tls && !connection->tls->good())
                return {TransportStatus::tls_failed, "the trusted authorities cannot be read"};
#endif
        }
        bool reusable = false;
        TransportResult result = connection->exchange(request, *url, sink, reusable);
        if (reusable) idle_.give_back(std::move(connection));
        return result;
    }
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
    std::shared_ptr<const detail::TlsContext> tls_context() {
        const std::lock_guard lock(mutex_);
        if (!tls_) tls_ = std::make_shared<detail::TlsContext>(options_.ca_file, options_.ca_path);
        return tls_;
    }
#endif

    HttplibOptions options_;
    detail::IdlePool<detail::HttplibConnection> idle_;
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
    std::mutex mutex_;
    std::shared_ptr<const detail::TlsContext> tls_;
#endif
};

} // namespace belfry::inline v0
