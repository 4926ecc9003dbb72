// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/nghttp2.hpp works on POSIX systems"
#endif
#if !__has_include(<nghttp2/nghttp2.h>)
#error "nghttp2 is missing: install libnghttp2-dev (apt), libnghttp2-devel (dnf) or nghttp2-dev (apk)"
#endif

#include <belfry/http/duplex_transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/detail/http2_stream.hpp>
#include <belfry/transport/detail/http2_target.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/proxy_tunnel.hpp>
#include <belfry/transport/detail/sigpipe.hpp>
#include <belfry/transport/detail/socket_connect.hpp>
#include <belfry/transport/detail/tls_context.hpp>
#include <belfry/transport/detail/tls_wire.hpp>
#include <belfry/transport/nghttp2_options.hpp>

#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace belfry::inline v0 {

namespace detail {

/// A stream, over TLS or not, and its own connection.
class Http2Connection final : public DuplexStream {
  public:
    explicit Http2Connection(const Timeouts& timeouts) : clock_(timeouts) {}
    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;
    ~Http2Connection() override {
        stream_.reset();
        secure_.reset();
        session_.reset();
        if (socket_ >= 0) ::close(socket_);
    }

    TransportResult open(const HttpRequest& request, const Origin& origin, const Route& route,
                         const std::string& local, const TlsContext* tls) {
        const NullSink sink;
        TransportResult result = connect_socket(route.host, route.port, local, clock_, sink, socket_);
        if (result.status == TransportStatus::ok && route.tunnel)
            result = open_tunnel(SocketWire(socket_), route, origin, clock_, sink);
        if (result.status != TransportStatus::ok) return result;
        if (tls == nullptr) {
            stream_ = std::make_unique<Http2Stream<SocketWire>>(socket_, SocketWire(socket_), clock_);
            return stream_->begin(request, origin);
        }
        session_ = std::make_unique<TlsSession>(*tls, socket_);
        result = session_->connect(origin.host, clock_, sink);
        if (result.status != TransportStatus::ok) return result;
        result = check_protocol(*session_);
        if (result.status != TransportStatus::ok) return result;
        secure_ = std::make_unique<Http2Stream<TlsWire>>(socket_, session_->wire(), clock_);
        return secure_->begin(request, origin);
    }

    TransportResult write(std::span<const std::byte> bytes) noexcept override { return get().write(bytes); }
    TransportResult close_write() noexcept override { return get().close_write(); }
    TransportResult read_head(int& status, Headers& headers) noexcept override {
        return get().read_head(status, headers);
    }
    TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        return get().read(buffer, count);
    }
    void cancel() noexcept override { get().cancel(); }

  private:
    /// Is never cancelled: before the stream is open, the caller does not have a handle to cancel it with.
    class NullSink final : public ResponseSink {
        bool on_head(int, Headers) noexcept override { return true; }
        bool on_body(std::span<const std::byte>) noexcept override { return true; }
        [[nodiscard]] bool cancelled() const noexcept override { return false; }
    };
    DuplexStream& get() noexcept {
        if (secure_) return *secure_;
        return *stream_;
    }

    AttemptClock clock_;
    int socket_ = -1;
    std::unique_ptr<TlsSession> session_;
    std::unique_ptr<Http2Stream<SocketWire>> stream_;
    std::unique_ptr<Http2Stream<TlsWire>> secure_;
};

} // namespace detail

/// Opens streams with nghttp2: HTTP/2 negotiated within TLS, and by prior knowledge without. Each stream has
/// its own connection. There is no thread: bytes move only during calls, so the program should be
/// reading most of the time. May be used from several threads at once. The opening of a stream cannot be
/// cancelled, but has the connect limit. A name lookup cannot be cut short: a limit that runs out during it
/// is only seen when it has ended.
class Nghttp2Transport final : public DuplexTransport {
  public:
    Nghttp2Transport() : Nghttp2Transport(Nghttp2Options{}) {}
    explicit Nghttp2Transport(Nghttp2Options options) : options_(std::move(options)) {}

    TransportResult open(const HttpRequest& request, DuplexStreamPointer& stream) noexcept override {
        const detail::ScopedSigpipeBlock block;
        return detail::without_throwing([&] { return connect(request, stream); });
    }

  private:
    TransportResult connect(const HttpRequest& request, DuplexStreamPointer& stream) {
        detail::Http2Target target;
        TransportResult found = target.find(request, options_);
        if (found.status != TransportStatus::ok) return found;
        const detail::TlsContext* const tls = target.origin.tls ? &context() : nullptr;
        if (tls != nullptr && tls->fault() != nullptr) return {TransportStatus::tls_failed, tls->fault()};
        auto* const connection = new (std::nothrow) detail::Http2Connection(request.timeouts);
        if (connection == nullptr) return {TransportStatus::failed, "out of memory for a connection"};
        DuplexStreamPointer owner(connection);
        TransportResult result =
            connection->open(request, target.origin, target.route, options_.local_interface, tls);
        if (result.status == TransportStatus::ok) stream = std::move(owner);
        return result;
    }
    const detail::TlsContext& context() {
        const std::lock_guard lock(mutex_);
        if (!tls_) tls_ = detail::make_http2_context(options_);
        return *tls_;
    }

    Nghttp2Options options_;
    std::mutex mutex_;
    std::unique_ptr<detail::TlsContext> tls_;
};

} // namespace belfry::inline v0
