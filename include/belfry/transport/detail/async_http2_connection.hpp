// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_duplex_transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/http2_session.hpp>
#include <belfry/transport/detail/http2_target.hpp>
#include <belfry/transport/detail/proxy_tunnel.hpp>
#include <belfry/transport/detail/sigpipe.hpp>
#include <belfry/transport/detail/socket_connect.hpp>
#include <belfry/transport/detail/tls_context.hpp>
#include <belfry/transport/detail/tls_wire.hpp>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <netdb.h>
#include <optional>
#include <poll.h>
#include <span>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace belfry::inline v0::detail {

/// The bytes of a connection, within TLS or not.
class Http2Wire {
  public:
    explicit Http2Wire(SocketWire plain) noexcept : plain_(plain) {}
    Http2Wire(SocketWire plain, TlsWire secure) noexcept : plain_(plain), secure_(secure) {}
    [[nodiscard]] WireStep read(char* buffer, std::size_t size) const noexcept {
        return secure_ ? secure_->read(buffer, size) : plain_.read(buffer, size);
    }
    [[nodiscard]] WireStep write(const char* bytes, std::size_t size) const noexcept {
        return secure_ ? secure_->write(bytes, size) : plain_.write(bytes, size);
    }

  private:
    SocketWire plain_;
    std::optional<TlsWire> secure_{};
};

/// Addresses of getaddrinfo().
struct FreeAddresses {
    void operator()(addrinfo* found) const noexcept { ::freeaddrinfo(found); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// An operation on a stream, until its completion was called.
struct Http2Operation {
    enum class Kind { open, write, close, head, read };

    /// Whether it has begun and not ended.
    [[nodiscard]] bool runs() const noexcept { return completion.has_value() && !has_ended; }
    void end(TransportResult outcome) noexcept {
        result = std::move(outcome);
        has_ended = true;
    }

    std::optional<DuplexCompletion> completion{};
    Kind kind = Kind::open;
    bool has_ended = false;
    TransportResult result{};
    // Where a read puts what it gets.
    int* status = nullptr;
    Headers* headers = nullptr;
    std::span<std::byte> buffer{};
    std::size_t* count = nullptr;
};

/// A stream on an event loop, and its own connection. Only the thread of the loop uses it, but for `cancel`.
class AsyncHttp2Connection final : private ResponseSink {
  public:
    explicit AsyncHttp2Connection(const Timeouts& timeouts) : clock_(timeouts) {}
    AsyncHttp2Connection(const AsyncHttp2Connection&) = delete;
    AsyncHttp2Connection& operator=(const AsyncHttp2Connection&) = delete;
    ~AsyncHttp2Connection() override { close(); }

    /// Any thread may call it; the loop looks later.
    void cancel() noexcept { is_cancelled_.store(true); }

    /// Begins to open a stream for a request, which lives until that has ended. Next comes `take_addresses`.
    TransportResult begin(const HttpRequest& request, const Nghttp2Options& options) {
        request_ = &request;
        options_ = &options;
        return target.find(request, options);
    }
    void take_addresses(Addresses found) noexcept {
        addresses_ = std::move(found);
        next_address_ = addresses_.get();
        stage_ = Stage::unconnected;
    }
    void take_context(const TlsContext& context) noexcept { context_ = &context; }
    [[nodiscard]] bool is_open() const noexcept { return stage_ == Stage::open; }
    [[nodiscard]] bool is_opening() const noexcept { return stage_ < Stage::open; }
    [[nodiscard]] int socket() const noexcept { return socket_; }
    /// The `WireEvents` that it waits for.
    [[nodiscard]] unsigned wanted() const noexcept { return wanted_; }
    /// Whether it goes on without waiting, after others had their turn.
    [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }
    [[nodiscard]] bool has_operation() const noexcept { return outgoing.runs() || incoming.runs(); }
    /// Milliseconds until it has to look at its limits again.
    [[nodiscard]] int wait_milliseconds() const noexcept { return clock_.wait_milliseconds(1'000); }
    /// Whether an operation has to end because of a limit or a cancellation.
    [[nodiscard]] bool has_to_end() const noexcept {
        return has_operation() && (is_cancelled_.load() || clock_.expired() != nullptr);
    }

    /// Begins an operation on an open stream.
    void begin(Http2Operation& side, Http2Operation&& operation, std::span<const std::byte> bytes) noexcept {
        // The time without an operation does not count as idle.
        if (!has_operation()) clock_.moved();
        side = std::move(operation);
        if (!exchange_) return side.end({TransportStatus::failed, "the transport was destroyed"});
        if (side.kind == Http2Operation::Kind::write) {
            if (exchange_->is_closing())
                return side.end({TransportStatus::failed, "the request's body was closed"});
            exchange_->write(bytes);
        } else if (side.kind == Http2Operation::Kind::close) {
            exchange_->close();
        } else if (side.kind == Http2Operation::Kind::read && side.buffer.empty()) {
            side.end({TransportStatus::failed, "the read buffer is empty"});
        }
    }
    /// Moves bytes as far as is possible without waiting, and ends the operations that are done. `leave` is
    /// called before the socket is closed.
    template <class Leave> void advance(const Leave& leave) noexcept {
        is_ready_ = false;
        wanted_ = 0;
        TransportResult result = without_throwing([&] { return is_opening() ? go_on(leave) : move(); });
        if (result.status == TransportStatus::ok) return;
        if (outgoing.runs()) outgoing.end(result);
        if (incoming.runs()) incoming.end(std::move(result));
    }
    /// Drops what is under way, and closes the connection.
    void close() noexcept {
        const ScopedSigpipeBlock block;
        exchange_.reset();
        tunnel_.reset();
        secure_.reset();
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
        stage_ = Stage::closed;
    }

    Http2Target target{};
    /// The opening is an incoming operation.
    Http2Operation incoming{};
    Http2Operation outgoing{};
    /// Where the stream goes that is opened.
    AsyncDuplexStreamPointer* stream = nullptr;
    /// Whether it went there, so that its user ends the connection.
    bool has_user = false;
    /// The events that the loop watches the socket for.
    unsigned watched = 0;
    std::list<std::shared_ptr<AsyncHttp2Connection>>::iterator place{};

  private:
    enum class Stage { looking_up, unconnected, connecting, tunnel, handshake, sending_head, open, closed };

    // For the tunnel, which only asks whether it is cancelled.
    bool on_head(int, Headers) noexcept override { return true; }
    bool on_body(std::span<const std::byte>) noexcept override { return true; }
    [[nodiscard]] bool cancelled() const noexcept override { return is_cancelled_.load(); }

    /// Goes on with the opening. Not `ok` if it has failed.
    template <class Leave> TransportResult go_on(const Leave& leave) {
        for (;;) {
            if (TransportResult end = interruption(*this, clock_); end.status != TransportStatus::ok)
                return end;
            switch (stage_) {
            case Stage::looking_up: return {};
            case Stage::unconnected: {
                if (next_address_ == nullptr) return connect_failure();
                error_ = begin_connecting(*next_address_, options_->local_interface, socket_);
                next_address_ = next_address_->ai_next;
                stage_ = Stage::connecting;
                break;
            }
            case Stage::connecting:
                if (error_ == EINPROGRESS) {
                    if (!wait_for_socket(socket_, POLLOUT, 0)) return wait_for(wire_writable);
                    error_ = connecting_error(socket_);
                }
                if (error_ != 0) {
                    leave(*this);
                    if (socket_ >= 0) ::close(socket_);
                    socket_ = -1;
                    stage_ = Stage::unconnected;
                    break;
                }
                set_up_connected(socket_);
                stage_ = target.route.tunnel ? Stage::tunnel : Stage::handshake;
                break;
            case Stage::tunnel: {
                if (!tunnel_)
                    tunnel_ = std::make_unique<TunnelExchange<SocketWire>>(
                        SocketWire(socket_), target.route, target.origin, clock_,
                        static_cast<const ResponseSink&>(*this));
                unsigned wanted = 0;
                TransportResult result;
                if (tunnel_->step(wanted, result)) return wait_for(wanted);
                tunnel_.reset();
                if (result.status != TransportStatus::ok) return result;
                stage_ = Stage::handshake;
                break;
            }
            case Stage::handshake: {
                if (target.origin.tls) {
                    unsigned wanted = 0;
                    TransportResult result = shake_hands(wanted);
                    if (result.status != TransportStatus::ok) return result;
                    if (wanted != 0) return wait_for(wanted);
                    exchange_.emplace(Http2Wire(SocketWire(socket_), secure_->wire()), clock_);
                } else {
                    exchange_.emplace(Http2Wire(SocketWire(socket_)), clock_);
                }
                TransportResult begun = exchange_->begin(*request_, target.origin);
                if (begun.status != TransportStatus::ok) return begun;
                stage_ = Stage::sending_head;
                break;
            }
            default:
                exchange_->exchange();
                if (exchange_->has_failed()) return exchange_->failure();
                if (!exchange_->has_sent()) return wait_for(wire_readable | wire_writable);
                clock_.connected();
                stage_ = Stage::open;
                incoming.end({});
                return wait_for_bytes();
            }
        }
    }
    TransportResult shake_hands(unsigned& wanted) {
        if (!secure_) {
            secure_ = std::make_unique<TlsSession>(*context_, socket_);
            TransportResult result = secure_->begin(target.origin.host);
            if (result.status != TransportStatus::ok) return result;
        }
        TransportResult result = secure_->step(wanted);
        return result.status != TransportStatus::ok || wanted != 0 ? result : check_protocol(*secure_);
    }
    /// Moves the bytes of an open stream. Not `ok` if its operations have to end.
    TransportResult move() {
        if (!exchange_) return {};
        if (is_cancelled_.load()) return exchange_->cancellation();
        exchange_->exchange();
        if (const char* const limit = has_operation() ? clock_.expired() : nullptr)
            exchange_->fail(TransportStatus::timed_out, limit);
        if (outgoing.runs()) end_outgoing();
        if (incoming.runs() && end_incoming()) exchange_->exchange();
        return wait_for_bytes();
    }
    void end_outgoing() {
        const bool writes = outgoing.kind == Http2Operation::Kind::write;
        if (writes ? exchange_->has_written() : exchange_->has_closed())
            outgoing.end(writes ? exchange_->written() : TransportResult());
        else if (exchange_->has_failed())
            outgoing.end(exchange_->failure());
        if (writes && outgoing.has_ended) exchange_->drop_unsent();
    }
    /// Whether that lets the peer send more.
    [[nodiscard]] bool end_incoming() {
        if (incoming.kind == Http2Operation::Kind::head) {
            if (exchange_->has_head())
                incoming.end(exchange_->take_head(*incoming.status, *incoming.headers));
        } else if (exchange_->has_bytes()) {
            // Also those that came before a failure.
            *incoming.count = exchange_->take_bytes(incoming.buffer);
            incoming.end({});
            return true;
        } else if (exchange_->has_body()) {
            *incoming.count = 0;
            incoming.end({});
        }
        if (incoming.runs() && exchange_->has_failed()) incoming.end(exchange_->failure());
        return false;
    }
    TransportResult wait_for(unsigned events) noexcept {
        wanted_ = events;
        is_ready_ = events == 0;
        return {};
    }
    TransportResult wait_for_bytes() noexcept {
        if (exchange_->is_over()) return {};
        wanted_ = wire_readable | (exchange_->has_sent() ? 0U : unsigned{wire_writable});
        is_ready_ = exchange_->has_more();
        return {};
    }
    [[nodiscard]] TransportResult connect_failure() const {
        if (error_ == 0) return {TransportStatus::connect_failed, "the host name has no address"};
        return {TransportStatus::connect_failed, std::system_category().message(error_)};
    }

    AttemptClock clock_;
    std::atomic<bool> is_cancelled_{false};
    Stage stage_ = Stage::looking_up;
    const HttpRequest* request_ = nullptr;
    const Nghttp2Options* options_ = nullptr;
    const TlsContext* context_ = nullptr;
    Addresses addresses_{};
    const addrinfo* next_address_ = nullptr;
    int socket_ = -1;
    int error_ = 0;
    unsigned wanted_ = 0;
    bool is_ready_ = false;
    std::unique_ptr<TunnelExchange<SocketWire>> tunnel_{};
    std::unique_ptr<TlsSession> secure_{};
    std::optional<Http2Session<Http2Wire>> exchange_{};
};

} // namespace belfry::inline v0::detail
