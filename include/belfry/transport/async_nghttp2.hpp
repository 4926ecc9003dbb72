// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/async_nghttp2.hpp works on POSIX systems"
#endif
#if !__has_include(<nghttp2/nghttp2.h>)
#error "nghttp2 is missing: install libnghttp2-dev (apt), libnghttp2-devel (dnf) or nghttp2-dev (apk)"
#endif

#include <belfry/http/async_duplex_transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/detail/async_http2_connection.hpp>
#include <belfry/transport/detail/http2_target.hpp>
#include <belfry/transport/detail/sigpipe.hpp>
#include <belfry/transport/detail/socket_connect.hpp>
#include <belfry/transport/detail/steady_time.hpp>
#include <belfry/transport/detail/tls_context.hpp>
#include <belfry/transport/nghttp2_options.hpp>
#include <belfry/transport/socket_loop.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

namespace detail {

/// A call of a function of the transport or of a stream, on its way to the thread of the loop.
struct Http2Order {
    enum class Kind { open, stop_opening, looked_up, outgoing, incoming, cancel, destroy };

    Kind kind = Kind::open;
    std::shared_ptr<AsyncHttp2Connection> connection{};
    Http2Operation operation{};
    /// The bytes of a write.
    std::span<const std::byte> bytes{};
    /// The request to open a stream for.
    const HttpRequest* request = nullptr;
    AsyncDuplexStreamPointer* stream = nullptr;
    const void* id = nullptr;
    /// The addresses of a host name.
    Addresses addresses{};
    TransportResult result{};
};

/// The orders that have not been carried out, in their order. Outlives the transport, as its streams may.
class Http2Orders {
  public:
    Http2Orders(SocketLoop& loop, SocketHandler& handler) noexcept : loop_(loop), handler_(&handler) {}

    /// Drops the order, with its completion, if the transport is gone.
    void give(Http2Order order) noexcept {
        std::optional<DuplexCompletion>& completion = order.operation.completion;
        bool taken = true;
        {
            const std::lock_guard lock(mutex_);
            if (handler_ == nullptr) return;
#if defined(__cpp_exceptions)
            try {
                orders_.push_back(std::move(order));
            } catch (...) {
                taken = false;
            }
#else
            orders_.push_back(std::move(order));
#endif
            if (taken) loop_.wake(*handler_);
        }
        // No part of the transport could tell it later.
        if (!taken && completion) (*completion)({TransportStatus::failed, "out of memory"});
    }
    [[nodiscard]] std::vector<Http2Order> take() noexcept {
        std::vector<Http2Order> taken;
        const std::lock_guard lock(mutex_);
        taken.swap(orders_);
        return taken;
    }
    void close() noexcept {
        std::vector<Http2Order> dropped;
        const std::lock_guard lock(mutex_);
        handler_ = nullptr;
        dropped.swap(orders_);
    }

  private:
    SocketLoop& loop_;
    std::mutex mutex_;
    SocketHandler* handler_;
    std::vector<Http2Order> orders_;
};

/// A stream of an `AsyncNghttp2Transport`, as its user sees it.
class AsyncHttp2Stream final : public AsyncDuplexStream {
  public:
    AsyncHttp2Stream(std::shared_ptr<Http2Orders> orders, std::shared_ptr<AsyncHttp2Connection> connection)
        : orders_(std::move(orders)), connection_(std::move(connection)) {}
    ~AsyncHttp2Stream() override { give(Http2Order::Kind::destroy, {}); }

    void write(std::span<const std::byte> bytes, DuplexCompletion completion) noexcept override {
        give(Http2Order::Kind::outgoing, operation(Http2Operation::Kind::write, std::move(completion)),
             bytes);
    }
    void close_write(DuplexCompletion completion) noexcept override {
        give(Http2Order::Kind::outgoing, operation(Http2Operation::Kind::close, std::move(completion)));
    }
    void read_head(int& status, Headers& headers, DuplexCompletion completion) noexcept override {
        Http2Operation begun = operation(Http2Operation::Kind::head, std::move(completion));
        begun.status = &status;
        begun.headers = &headers;
        give(Http2Order::Kind::incoming, std::move(begun));
    }
    void read(std::span<std::byte> buffer, std::size_t& count,
              DuplexCompletion completion) noexcept override {
        count = 0;
        Http2Operation begun = operation(Http2Operation::Kind::read, std::move(completion));
        begun.buffer = buffer;
        begun.count = &count;
        give(Http2Order::Kind::incoming, std::move(begun));
    }
    void cancel() noexcept override {
        connection_->cancel();
        give(Http2Order::Kind::cancel, {});
    }

  private:
    static Http2Operation operation(Http2Operation::Kind kind, DuplexCompletion completion) noexcept {
        Http2Operation made;
        made.kind = kind;
        made.completion.emplace(std::move(completion));
        return made;
    }
    void give(Http2Order::Kind kind, Http2Operation operation,
              std::span<const std::byte> bytes = {}) noexcept {
        Http2Order order;
        order.kind = kind;
        order.connection = connection_;
        order.operation = std::move(operation);
        order.bytes = bytes;
        orders_->give(std::move(order));
    }

    std::shared_ptr<Http2Orders> orders_;
    std::shared_ptr<AsyncHttp2Connection> connection_;
};

} // namespace detail

/// Opens streams with nghttp2 on the program's event loop: HTTP/2 negotiated within TLS, and by prior
/// knowledge without. Each stream has its own connection. No function waits; a host name that is not an
/// address is looked up on its own thread, because the system's function waits. Any number of streams run at
/// the same time. A stream takes up to 256 kB from the peer, and more only as they are read.
///
/// Functions of the transport and of its streams may be called on any thread. Completions come on the thread
/// of the loop, and it is where the transport must be destroyed, not from within a completion. Operations
/// that have not ended by then never do. Streams may be destroyed later, while the loop exists.
class AsyncNghttp2Transport final : public AsyncDuplexTransport, private SocketHandler {
  public:
    /// `loop` must live longer than this.
    explicit AsyncNghttp2Transport(SocketLoop& loop, Nghttp2Options options = {})
        : loop_(loop), options_(std::move(options)),
          orders_(std::make_shared<detail::Http2Orders>(loop, static_cast<SocketHandler&>(*this))) {
        loop_.attach(*this);
    }
    ~AsyncNghttp2Transport() override {
        orders_->close();
        for (const std::shared_ptr<Connection>& connection : connections_) {
            leave(*connection);
            connection->close();
        }
        // Their completions may destroy streams.
        std::list<std::shared_ptr<Connection>> dropped;
        dropped.swap(connections_);
        for (const std::shared_ptr<Connection>& connection : dropped) {
            connection->incoming.completion.reset();
            connection->outgoing.completion.reset();
        }
        loop_.forget(*this);
    }
    AsyncNghttp2Transport(const AsyncNghttp2Transport&) = delete;
    AsyncNghttp2Transport& operator=(const AsyncNghttp2Transport&) = delete;

    void open(const HttpRequest& request, AsyncDuplexStreamPointer& stream,
              DuplexCompletion completion) noexcept override {
        detail::Http2Order order;
        order.request = &request;
        order.stream = &stream;
        order.operation.completion.emplace(std::move(completion));
        orders_->give(std::move(order));
    }
    void cancel(const void* id) noexcept override {
        detail::Http2Order order;
        order.kind = detail::Http2Order::Kind::stop_opening;
        order.id = id;
        orders_->give(std::move(order));
    }

  private:
    using Connection = detail::AsyncHttp2Connection;
    using Order = detail::Http2Order;
    static constexpr std::int64_t never = INT64_MAX;

    void on_wake() noexcept override {
        turn([&] {
            for (Order& order : orders_->take()) carry_out(order);
            for (auto next = connections_.begin(); next != connections_.end();) {
                Connection& connection = **next++;
                if (connection.is_ready()) advance(connection);
            }
        });
    }
    void on_ready(std::intptr_t socket, unsigned) noexcept override {
        turn([&] {
            if (const auto found = sockets_.find(static_cast<int>(socket)); found != sockets_.end())
                advance(*found->second);
        });
    }
    void on_time() noexcept override {
        turn([&] {
            due_ = never;
            for (auto next = connections_.begin(); next != connections_.end();) {
                Connection& connection = **next++;
                if (connection.has_to_end()) advance(connection);
                note_limit(connection);
            }
        });
    }
    /// Runs a part of the work, and then the completions of the operations that it has ended: those are the
    /// program's code, which must not run without SIGPIPE.
    template <class Work> void turn(Work work) noexcept {
        {
            const detail::ScopedSigpipeBlock block;
            work();
        }
        if (!std::exchange(any_ended_, false)) return;
        for (auto next = connections_.begin(); next != connections_.end();) {
            // A completion changes nothing here: it gives orders.
            const std::shared_ptr<Connection> connection = *next++;
            const bool failed = connection->incoming.has_ended && !connection->has_user;
            complete(connection->outgoing);
            complete(connection->incoming);
            if (failed) remove(*connection);
        }
    }
    static void complete(detail::Http2Operation& operation) noexcept {
        if (!operation.has_ended) return;
        operation.has_ended = false;
        DuplexCompletion completion = std::move(*operation.completion);
        operation.completion.reset();
        completion(std::move(operation.result));
    }

    void carry_out(Order& order) noexcept {
        switch (order.kind) {
        case Order::Kind::open: return begin(order);
        case Order::Kind::stop_opening:
            for (const std::shared_ptr<Connection>& connection : connections_)
                if (connection->is_opening() && connection->incoming.runs() &&
                    connection->incoming.completion->id() == order.id) {
                    connection->cancel();
                    return advance(*connection);
                }
            return;
        case Order::Kind::looked_up:
            if (!connection_is_here(*order.connection) || !order.connection->incoming.runs()) return;
            if (order.result.status != TransportStatus::ok) {
                order.connection->incoming.end(std::move(order.result));
                any_ended_ = true;
                return;
            }
            order.connection->take_addresses(std::move(order.addresses));
            return advance(*order.connection);
        case Order::Kind::destroy: return remove(*order.connection);
        case Order::Kind::cancel: break;
        case Order::Kind::outgoing:
        case Order::Kind::incoming:
            order.connection->begin(order.kind == Order::Kind::outgoing ? order.connection->outgoing
                                                                        : order.connection->incoming,
                                    std::move(order.operation), order.bytes);
            note_limit(*order.connection);
            break;
        }
        advance(*order.connection);
    }
    /// Begins to open a stream.
    void begin(Order& order) noexcept {
        TransportResult failed = detail::without_throwing([&] {
            auto made = std::make_shared<Connection>(order.request->timeouts);
            connections_.push_front(made);
            made->place = connections_.begin();
            made->stream = order.stream;
            made->incoming = std::move(order.operation);
        });
        if (failed.status != TransportStatus::ok) {
            // It has no connection that would keep it.
            (*order.operation.completion)(std::move(failed));
            return;
        }
        const std::shared_ptr<Connection> connection = connections_.front();
        TransportResult result = detail::without_throwing([&] {
            TransportResult found = connection->begin(*order.request, options_);
            return found.status == TransportStatus::ok ? look_up(connection) : found;
        });
        if (result.status != TransportStatus::ok) {
            connection->incoming.end(std::move(result));
            any_ended_ = true;
            return;
        }
        note_limit(*connection);
        advance(*connection);
    }
    TransportResult look_up(const std::shared_ptr<Connection>& connection) {
        if (connection->target.origin.tls) {
            if (!tls_) tls_ = detail::make_http2_context(options_);
            if (const char* const fault = tls_->fault()) return {TransportStatus::tls_failed, fault};
            connection->take_context(*tls_);
        }
        const detail::Route& route = connection->target.route;
        addrinfo* found = nullptr;
        if (detail::look_up(route.host, route.port, AI_NUMERICHOST, found).status == TransportStatus::ok) {
            connection->take_addresses(detail::Addresses(found));
            return {};
        }
        std::thread([orders = orders_, connection, host = route.host, port = route.port]() noexcept {
            Order order;
            order.kind = Order::Kind::looked_up;
            order.connection = connection;
            order.result = detail::without_throwing([&] {
                addrinfo* addresses = nullptr;
                TransportResult result = detail::look_up(host, port, 0, addresses);
                if (result.status == TransportStatus::ok) order.addresses.reset(addresses);
                return result;
            });
            orders->give(std::move(order));
        }).detach();
        return {};
    }
    [[nodiscard]] bool connection_is_here(const Connection& wanted) const noexcept {
        return std::any_of(
            connections_.begin(), connections_.end(),
            [&](const std::shared_ptr<Connection>& connection) { return connection.get() == &wanted; });
    }

    void advance(Connection& connection) noexcept {
        const bool opens = connection.is_opening();
        connection.advance([this](Connection& left) { leave(left); });
        if (opens && connection.is_open()) give_stream(connection);
        watch(connection);
        if (connection.is_ready()) loop_.wake(*this);
        if (connection.incoming.has_ended || connection.outgoing.has_ended) any_ended_ = true;
    }
    void give_stream(Connection& connection) noexcept {
        TransportResult result = detail::without_throwing([&] {
            *connection.stream =
                AsyncDuplexStreamPointer(new detail::AsyncHttp2Stream(orders_, *connection.place));
            connection.has_user = true;
        });
        if (result.status != TransportStatus::ok) {
            connection.incoming.end(std::move(result));
            connection.close();
        }
    }
    void watch(Connection& connection) noexcept {
        static_assert(unsigned{detail::wire_readable} == unsigned{socket_readable} &&
                      unsigned{detail::wire_writable} == unsigned{socket_writable});
        const unsigned wanted = connection.wanted();
        if (connection.watched == wanted || connection.socket() < 0) return;
        if (wanted == 0) return leave(connection);
        const TransportResult result = detail::without_throwing([&]() -> TransportResult {
            sockets_[connection.socket()] = &connection;
            if (loop_.watch(*this, connection.socket(), wanted)) return {};
            return {TransportStatus::failed, "the event loop cannot watch the socket"};
        });
        connection.watched = wanted;
        if (result.status == TransportStatus::ok) return;
        if (connection.outgoing.runs()) connection.outgoing.end(result);
        if (connection.incoming.runs()) connection.incoming.end(result);
    }
    /// Watches the connection's socket no longer.
    void leave(Connection& connection) noexcept {
        if (connection.watched == 0) return;
        static_cast<void>(loop_.watch(*this, connection.socket(), 0));
        connection.watched = 0;
        sockets_.erase(connection.socket());
    }
    void remove(Connection& connection) noexcept {
        if (!connection_is_here(connection)) return;
        leave(connection);
        connection.close();
        connections_.erase(connection.place);
    }
    /// Sets the loop's timer to the next limit.
    void note_limit(const Connection& connection) noexcept {
        if (!connection.has_operation()) return;
        const std::int64_t wait = std::int64_t{connection.wait_milliseconds()} * 1'000'000;
        const std::int64_t due = detail::steady_nanoseconds() + wait;
        if (due >= due_) return;
        due_ = due;
        loop_.set_timer(*this, Duration::nanoseconds(wait));
    }

    SocketLoop& loop_;
    const Nghttp2Options options_;
    std::shared_ptr<detail::Http2Orders> orders_;
    std::unique_ptr<detail::TlsContext> tls_;
    std::list<std::shared_ptr<Connection>> connections_;
    /// The connections whose sockets are watched.
    std::unordered_map<int, Connection*> sockets_;
    std::int64_t due_ = never;
    /// Whether completions have to be called.
    bool any_ended_ = false;
};

} // namespace belfry::inline v0
