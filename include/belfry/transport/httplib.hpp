// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/httplib.hpp works on POSIX systems"
#endif

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/socket_connect.hpp>
#include <belfry/transport/detail/url.hpp>

#include <csignal>
#include <cstddef>
#include <exception>
#include <functional>
#include <httplib.h>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// How a `HttplibTransport` reaches the network. TLS certificates are always checked.
struct HttplibOptions {
    /// PEM file of the authorities to trust; empty for OpenSSL's own.
    std::string ca_file{};
    /// Directory of the authorities to trust; empty for OpenSSL's own.
    std::string ca_path{};
    /// Called for each new client, for settings such as `set_proxy` or `set_address_family`.
    std::function<void(httplib::ClientImpl&)> configure{};
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

namespace detail {

#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
/// Bytes over a TLS session without waiting.
class TlsWire {
  public:
    explicit TlsWire(SSL* session) noexcept : session_(session) {
        SSL_set_mode(session_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    }
    [[nodiscard]] WireStep read(char* buffer, std::size_t size) const noexcept {
        return step(SSL_read(session_, buffer, clamp(size)));
    }
    [[nodiscard]] WireStep write(const char* bytes, std::size_t size) const noexcept {
        return step(SSL_write(session_, bytes, clamp(size)));
    }
    [[nodiscard]] bool idle() const noexcept {
        char byte = 0;
        return step(SSL_peek(session_, &byte, 1)).kind == WireStep::wants_read;
    }

  private:
    static int clamp(std::size_t size) noexcept {
        return static_cast<int>(size < 0x40000000 ? size : 0x40000000);
    }
    [[nodiscard]] WireStep step(int result) const noexcept {
        if (result > 0) return {WireStep::moved, static_cast<std::size_t>(result)};
        const int error = SSL_get_error(session_, result);
        ERR_clear_error();
        switch (error) {
        case SSL_ERROR_WANT_READ: return {WireStep::wants_read};
        case SSL_ERROR_WANT_WRITE: return {WireStep::wants_write};
        case SSL_ERROR_ZERO_RETURN: return {WireStep::ended};
        default: return {WireStep::cut};
        }
    }
    SSL* session_;
};

/// Holds back SIGPIPE on this thread: OpenSSL writes to sockets without asking the kernel to leave it out.
class PipeSignalPause {
  public:
    PipeSignalPause() noexcept {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~PipeSignalPause() {
#if defined(__linux__)
        const timespec now{};
        if (!was_pending_)
            while (::sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
            }
#endif
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    PipeSignalPause(const PipeSignalPause&) = delete;
    PipeSignalPause& operator=(const PipeSignalPause&) = delete;

  private:
    sigset_t pipe_;
    sigset_t before_;
    bool was_pending_;
};
#endif

/// A client of cpp-httplib and its one connection.
class HttplibConnection {
  public:
    virtual ~HttplibConnection() = default;
    virtual TransportResult exchange(const HttpRequest& request, const Url& url, ResponseSink& sink,
                                     bool& reusable) = 0;
    [[nodiscard]] virtual bool fresh() = 0;

    /// Scheme, host and port, by which connections are found again.
    std::string key;
};

/// Takes connections, TLS and proxies from cpp-httplib, and speaks HTTP itself: cpp-httplib decodes header
/// values, reorders headers, trips over trailers and 103, cannot be cancelled and tells a cut body from a
/// broken one by nothing. `Base` is `httplib::ClientImpl` or `httplib::SSLClient`.
template <class Base> class HttplibClient : public Base, public HttplibConnection {
    // No function here says `override`: cpp-httplib gave `process_socket` a parameter more in version 0.19,
    // and the one of the two that is not the base's is simply never called.
  public:
    HttplibClient(const std::string& host, int port) : Base(host, port) { this->set_keep_alive(true); }

    TransportResult exchange(const HttpRequest& request, const Url& url, ResponseSink& sink, bool& reusable) {
        AttemptClock clock(request.timeouts);
        const bool proxied = !this->proxy_host_.empty() && !url.tls;
        Attempt attempt{request, proxied ? request.url : url.target, sink, clock, {}, false, false};
        attempt_ = &attempt;
        set_handshake_limit(request.timeouts);
        httplib::Request unused_request;
        httplib::Response unused_response;
        unused_request.method = request.method;
        unused_request.path = "/";
        httplib::Error error = httplib::Error::Success;
        this->send(unused_request, unused_response, error);
        attempt_ = nullptr;
        reusable = attempt.reusable;
        if (attempt.sent || attempt.result.status != TransportStatus::ok) return std::move(attempt.result);
        // Neither connecting nor the exchange failed: what is between them did.
        if (const char* limit = clock.expired()) return {TransportStatus::timed_out, limit};
        return {url.tls ? TransportStatus::tls_failed : TransportStatus::connect_failed,
                httplib::to_string(error)};
    }
    [[nodiscard]] bool fresh() {
        const int socket = static_cast<int>(this->socket_.sock);
        if (!this->socket_.is_open()) return false;
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
        if (this->socket_.ssl != nullptr) {
            const NonBlocking guard(socket);
            return TlsWire(session_of(this->socket_)).idle();
        }
#endif
        return SocketWire(socket).idle();
    }

  protected:
    using Socket = typename Base::Socket;

  private:
    struct Attempt {
        const HttpRequest& request;
        const std::string& target;
        ResponseSink& sink;
        AttemptClock& clock;
        TransportResult result;
        bool sent;
        bool reusable;
    };
    class NonBlocking {
      public:
        explicit NonBlocking(int socket) noexcept : socket_(socket), flags_(::fcntl(socket, F_GETFL)) {
            ::fcntl(socket_, F_SETFL, flags_ | O_NONBLOCK);
        }
        ~NonBlocking() { ::fcntl(socket_, F_SETFL, flags_); }
        NonBlocking(const NonBlocking&) = delete;
        NonBlocking& operator=(const NonBlocking&) = delete;

      private:
        int socket_;
        int flags_;
    };

    void set_handshake_limit(const Timeouts& timeouts) {
        Duration limit = timeouts.connect;
        if (limit.count() <= 0 || (timeouts.total.count() > 0 && timeouts.total < limit))
            limit = timeouts.total;
        if (limit.count() <= 0) limit = Duration::seconds(24 * 3600);
        this->set_connection_timeout(static_cast<time_t>(limit.count() / 1'000'000'000),
                                     static_cast<time_t>(limit.count() / 1000 % 1'000'000));
    }

    bool create_and_connect_socket(Socket& socket, httplib::Error& error) {
        error = httplib::Error::Connection;
        if (!this->is_valid()) return false;
        const bool proxied = !this->proxy_host_.empty();
        int connected = -1;
        attempt_->result = connect_socket(proxied ? this->proxy_host_ : this->host_,
                                          std::to_string(proxied ? this->proxy_port_ : this->port_),
                                          attempt_->clock, attempt_->sink, connected);
        if (connected < 0) return false;
        socket.sock = connected;
        error = httplib::Error::Success;
        return true;
    }
    bool process_socket(const Socket& socket, std::function<bool(httplib::Stream&)>) { return run(socket); }
    bool process_socket(const Socket& socket, std::chrono::time_point<std::chrono::steady_clock>,
                        std::function<bool(httplib::Stream&)>) {
        return run(socket);
    }

    /// The exchange on a connection that stands; whether it may stay.
    bool run(const Socket& socket) {
        attempt_->sent = true;
        attempt_->clock.connected();
        const int descriptor = static_cast<int>(socket.sock);
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
        if (socket.ssl != nullptr) {
            const NonBlocking guard(descriptor);
            return run_on(descriptor, TlsWire(session_of(socket)));
        }
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
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
    static SSL* session_of(const Socket& socket) noexcept {
        return static_cast<SSL*>(static_cast<void*>(socket.ssl)); // newer versions hide the type
    }
#endif

    Attempt* attempt_ = nullptr;
};

} // namespace detail

/// Sends requests over cpp-httplib's connections and keeps them open; `https` needs
/// CPPHTTPLIB_OPENSSL_SUPPORT. May be used from several threads at once. Neither a name lookup nor a TLS
/// handshake can be cancelled.
class HttplibTransport final : public Transport {
  public:
    HttplibTransport() = default;
    explicit HttplibTransport(HttplibOptions options) : options_(std::move(options)) {}
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
        const std::string key = (url->tls ? "s" : "p") + url->host + ' ' + url->port;
        std::unique_ptr<detail::HttplibConnection> connection = take(key);
        if (!connection) connection = make_connection(*url);
        connection->key = key;
        bool reusable = false;
        TransportResult result = connection->exchange(request, *url, sink, reusable);
        if (reusable) give_back(std::move(connection));
        return result;
    }
    [[nodiscard]] std::unique_ptr<detail::HttplibConnection> make_connection(const detail::Url& url) const {
        const int port = std::stoi(url.port);
#if defined(CPPHTTPLIB_OPENSSL_SUPPORT)
        if (url.tls) {
            auto client = std::make_unique<detail::HttplibClient<httplib::SSLClient>>(url.host, port);
            if (!options_.ca_file.empty() || !options_.ca_path.empty())
                client->set_ca_cert_path(options_.ca_file, options_.ca_path);
            client->enable_server_certificate_verification(true);
            if (options_.configure) options_.configure(*client);
            return client;
        }
#endif
        auto client = std::make_unique<detail::HttplibClient<httplib::ClientImpl>>(url.host, port);
        if (options_.configure) options_.configure(*client);
        return client;
    }
    std::unique_ptr<detail::HttplibConnection> take(const std::string& key) {
        for (;;) {
            std::unique_ptr<detail::HttplibConnection> found;
            {
                const std::lock_guard lock(mutex_);
                for (std::size_t i = idle_.size(); i-- > 0 && !found;)
                    if (idle_[i]->key == key) {
                        found = std::move(idle_[i]);
                        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
                    }
            }
            if (!found || found->fresh()) return found;
        }
    }
    void give_back(std::unique_ptr<detail::HttplibConnection> connection) {
        const std::lock_guard lock(mutex_);
        if (options_.max_idle_connections == 0) return;
        if (idle_.size() >= options_.max_idle_connections) idle_.erase(idle_.begin());
        idle_.push_back(std::move(connection));
    }

    HttplibOptions options_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<detail::HttplibConnection>> idle_;
};

} // namespace belfry::inline v0
