// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<boost/beast.hpp>)
#error "Boost is missing: install libboost-dev (apt), boost-devel (dnf), boost-dev (apk) or boost"
#endif

#include <belfry/http/transport.hpp>
#include <belfry/transport/beast_options.hpp>
#include <belfry/transport/detail/asio_socket.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/beast_exchange.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/proxy_tunnel.hpp>
#include <belfry/transport/detail/routed_transport.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

namespace detail {

/// Runs an io_context until a condition holds, a limit runs out or the caller gives up.
class BeastPump {
  public:
    BeastPump(boost::asio::io_context& context, const Timeouts& timeouts, const ResponseSink& sink)
        : context_(context), clock_(timeouts), sink_(sink) {}

    [[nodiscard]] AttemptClock& clock() noexcept { return clock_; }
    [[nodiscard]] const ResponseSink& sink() const noexcept { return sink_; }
    /// A function as a handler: `drain` runs all of them before the attempt ends.
    template <class Function> [[nodiscard]] Function handler(Function function) const { return function; }
    /// Runs handlers until `done`. If something else stopped it, the result says what.
    TransportResult run_until(const bool& done) {
        while (!done) {
            if (TransportResult end = interruption(sink_, clock_); end.status != TransportStatus::ok)
                return end;
            if (context_.stopped()) context_.restart();
            context_.run_one_for(std::chrono::milliseconds(clock_.wait_milliseconds()));
        }
        return {};
    }
    /// Runs the handlers of cancelled operations to their end.
    void drain() {
        context_.restart();
        context_.run();
    }

  private:
    boost::asio::io_context& context_;
    AttemptClock clock_;
    const ResponseSink& sink_;
};

/// An `AsioWire` that can wait.
class BlockingAsioWire final : public AsioWire {
  public:
    BlockingAsioWire(boost::asio::io_context& context, boost::asio::ip::tcp::socket& socket) noexcept
        : AsioWire(socket), context_(&context) {}
    void wait(unsigned events, int milliseconds) const {
        async_wait(events, [](const boost::system::error_code&) {});
        context_->restart();
        context_->run_one_for(std::chrono::milliseconds(milliseconds));
        boost::system::error_code ignored;
        socket().cancel(ignored);
        context_->restart();
        context_->run();
    }

  private:
    boost::asio::io_context* context_;
};

/// Makes one request over a stream that has connected. `close` must end all operations on the stream. Sets
/// `reusable` if the stream can carry another request.
template <class Stream, class Close>
TransportResult run_exchange(Stream& stream, boost::beast::flat_buffer& buffer, BeastPump& pump,
                             const HttpRequest& request, const Http1Form& form, ResponseSink& sink,
                             bool& reusable, Close close) {
    pump.clock().connected();
    // On the heap because of its buffer of 64 kB.
    const auto exchange =
        std::make_unique<BeastExchange<Stream, BeastPump>>(stream, buffer, pump, request, form, sink);
    exchange->begin();
    TransportResult stopped = pump.run_until(exchange->done());
    reusable = stopped.status == TransportStatus::ok && exchange->reusable();
    if (!reusable) {
        exchange->stop();
        close();
        pump.drain();
    }
    return stopped.status == TransportStatus::ok ? exchange->take_result() : std::move(stopped);
}

/// A connection of a `BeastTransport`. A derived class adds TLS.
class BeastConnection {
  public:
    virtual ~BeastConnection() = default;
    /// Makes an attempt, and connects first if needed. Sets `reusable` if another may follow.
    virtual TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                                 bool& reusable) = 0;
    /// Whether the peer has neither closed an idle connection nor written on it.
    [[nodiscard]] virtual bool fresh() = 0;

    /// Scheme, host and port, by which connections are found again.
    std::string key;

  protected:
    /// `local` is an address or an interface to connect from; empty for the system's choice.
    BeastConnection(Route route, std::string local) : route_(std::move(route)), local_(std::move(local)) {}

    [[nodiscard]] const Route& route() const noexcept { return route_; }
    TransportResult connect(BeastPump& pump, const Origin& origin) {
        boost::system::error_code error;
        // Synchronous: the asynchronous lookup would use a thread, and could not be cancelled either.
        boost::asio::ip::tcp::resolver resolver(context_);
        const auto addresses = resolver.resolve(route_.host, route_.port, error);
        if (error) return unresolved(error, refused_socket());
        TransportResult result{TransportStatus::connect_failed, "the host name has no address"};
        bool done = false; // out of the loop, because a cancelled operation still sets it
        for (const auto& address : addresses) {
            done = false;
            close();
            if (!open_socket(socket_, address.endpoint().protocol(), local_, error)) {
                result = {TransportStatus::connect_failed, error.message()};
                continue;
            }
            socket_.async_connect(address.endpoint(), [&](const boost::system::error_code& outcome) {
                error = outcome;
                done = true;
            });
            result = pump.run_until(done);
            if (result.status != TransportStatus::ok) break;
            if (!error) break;
            result = {TransportStatus::connect_failed, error.message()};
        }
        if (result.status == TransportStatus::ok) {
            set_up_socket(socket_);
            if (route_.tunnel)
                result = open_tunnel(BlockingAsioWire(context_, socket_), route_, origin, pump.clock(),
                                     pump.sink());
        }
        if (result.status != TransportStatus::ok) {
            close();
            pump.drain();
        }
        return result;
    }
    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::socket socket_{context_};
    boost::beast::flat_buffer buffer_;

  private:
    Route route_;
    std::string local_;
};

class BeastPlainConnection final : public BeastConnection {
  public:
    BeastPlainConnection(Route route, std::string local)
        : BeastConnection(std::move(route), std::move(local)) {}

    TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                         bool& reusable) override {
        BeastPump pump(context_, request.timeouts, sink);
        if (!socket_.is_open())
            if (TransportResult result = connect(pump, origin); result.status != TransportStatus::ok)
                return result;
        return run_exchange(socket_, buffer_, pump, request, http1_form(route(), request, origin), sink,
                            reusable, [this] { close(); });
    }
    [[nodiscard]] bool fresh() override { return is_silent(socket_); }
};

/// A new connection; null, with the reason in `refusal`, if the system has no descriptors for its context.
template <class Connection, class... Arguments>
[[nodiscard]] std::unique_ptr<BeastConnection> make_beast_connection(TransportResult& refusal,
                                                                     Arguments&&... arguments) {
#if defined(__cpp_exceptions)
    try {
        return std::make_unique<Connection>(std::forward<Arguments>(arguments)...);
    } catch (const boost::system::system_error& error) {
        refusal = {TransportStatus::connect_failed, error.what()};
        return nullptr;
    }
#else
    static_cast<void>(refusal);
    return std::make_unique<Connection>(std::forward<Arguments>(arguments)...);
#endif
}

} // namespace detail

/// Sends requests with Boost.Beast over plain TCP and keeps connections open between them; for `https` take
/// `BeastTlsTransport`. May be used from several threads at once: each attempt runs its own io_context on the
/// thread that calls `send`. Looking up a name cannot be interrupted.
class BeastTransport : public detail::RoutedTransport<detail::BeastConnection> {
  public:
    BeastTransport() : BeastTransport(BeastOptions{}) {}
    explicit BeastTransport(const BeastOptions& options) : BeastTransport(detail::route_settings(options)) {}

  protected:
    explicit BeastTransport(detail::RouteSettings settings) : RoutedTransport(std::move(settings)) {}
    [[nodiscard]] std::unique_ptr<detail::BeastConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (origin.tls) {
            refusal = {TransportStatus::failed,
                       "BeastTransport has no TLS: use BeastTlsTransport for https URLs"};
            return nullptr;
        }
        detail::Route route;
        if (!find_route(origin, route, refusal)) return nullptr;
        return detail::make_beast_connection<detail::BeastPlainConnection>(refusal, std::move(route),
                                                                           local_interface());
    }
};

} // namespace belfry::inline v0
