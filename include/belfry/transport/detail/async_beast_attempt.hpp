// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_transport.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/beast_options.hpp>
#include <belfry/transport/detail/asio_handler.hpp>
#include <belfry/transport/detail/asio_names.hpp>
#include <belfry/transport/detail/asio_socket.hpp>
#include <belfry/transport/detail/asio_ssl.hpp>
#include <belfry/transport/detail/asio_tls.hpp>
#include <belfry/transport/detail/async_beast_connection.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/beast_exchange.hpp>
#include <belfry/transport/detail/idle_pool.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/proxy_tunnel.hpp>
#include <belfry/transport/detail/steady_time.hpp>
#include <belfry/transport/detail/tls_context.hpp>

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

class AsyncBeastAttempt;

/// The state that the attempts of an `AsyncBeastTransport` share. It lives as long as there are handlers of
/// them. All functions but `executor` are called by handlers, one after another.
class AsyncBeastCore final : public std::enable_shared_from_this<AsyncBeastCore> {
  public:
    using Attempts = std::list<std::shared_ptr<AsyncBeastAttempt>>;

    AsyncBeastCore(const boost::asio::any_io_executor& executor, BeastTlsOptions options)
        : options_(std::move(options)), executor_(executor), idle_(options_.max_idle_connections),
          names_(std::make_shared<AsioNames>(executor_)), tick_(executor_) {}

    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] const BeastTlsOptions& options() const noexcept { return options_; }
    /// Set up on first use, because reading the authorities takes milliseconds.
    [[nodiscard]] boost::asio::ssl::context& tls() {
        if (!is_tls_set_up_) tls_fault_ = configure_tls(tls_.native_handle(), tls_settings(options_));
        is_tls_set_up_ = true;
        return tls_;
    }
    /// The fault in the settings for TLS; null if they are good.
    [[nodiscard]] const char* tls_fault() {
        static_cast<void>(tls());
        return tls_fault_;
    }
    [[nodiscard]] IdlePool<AsyncBeastConnection>& idle() noexcept { return idle_; }
    [[nodiscard]] AsioNames& names() noexcept { return *names_; }
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    [[nodiscard]] Attempts::iterator add(std::shared_ptr<AsyncBeastAttempt> attempt) {
        return attempts_.insert(attempts_.end(), std::move(attempt));
    }
    void remove(Attempts::iterator place) noexcept;
    void cancel(const void* id) noexcept;
    /// Has the attempts looked at after that time, or earlier.
    void look_after(int milliseconds);
    /// The transport ends, and with it all attempts.
    void close() noexcept;

    // `AsioHandler` calls these for the timer.
    template <class Part> void handle(const Part& part) noexcept { part(); }
    void on_dropped() noexcept;

  private:
    static constexpr std::int64_t never = INT64_MAX;

    void look() noexcept;

    const BeastTlsOptions options_;
    const boost::asio::any_io_executor executor_;
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    bool is_tls_set_up_ = false;
    const char* tls_fault_ = nullptr;
    IdlePool<AsyncBeastConnection> idle_;
    const std::shared_ptr<AsioNames> names_;
    Attempts attempts_;
    boost::asio::steady_timer tick_;
    std::int64_t tick_due_ = never;
    bool closed_ = false;
};

/// One attempt of an `AsyncBeastTransport`.
class AsyncBeastAttempt final : public AsioNameWaiter,
                                public std::enable_shared_from_this<AsyncBeastAttempt> {
  public:
    /// Takes the completion last, when nothing can fail any more.
    AsyncBeastAttempt(std::shared_ptr<AsyncBeastCore> core, const HttpRequest& request, ResponseSink& sink,
                      AttemptCompletion&& completion) noexcept
        : core_(std::move(core)), request_(request), sink_(sink), clock_(request.timeouts),
          completion_(std::move(completion)) {}

    [[nodiscard]] const void* id() const noexcept { return completion_ ? completion_->id() : nullptr; }
    [[nodiscard]] AttemptClock& clock() noexcept { return clock_; }
    [[nodiscard]] bool is_ended() const noexcept { return is_ended_; }
    /// Makes a function a handler of this attempt, which does not end before all of them have run.
    template <class Function> [[nodiscard]] auto handler(Function function) {
        ++operations_;
        return AsioHandler<AsyncBeastAttempt, Function>(shared_from_this(), std::move(function));
    }
    /// The handler that begins the attempt.
    [[nodiscard]] auto beginning() {
        return handler([this] { return begin(); });
    }
    /// Ends it unless it may go on. A limit ends it at the second look in a row: where the program was late,
    /// bytes may have come whose handlers have not run yet.
    void look() noexcept {
        part([this] {
            TransportResult stopped = interruption(sink_, clock_);
            const bool is_late = stopped.status == TransportStatus::timed_out;
            if (is_late && !std::exchange(was_late_, true)) return TransportResult{};
            was_late_ = is_late;
            return stopped;
        });
        settle();
    }
    void stop(TransportStatus status, const char* message) noexcept {
        part([&] { return TransportResult{status, message}; });
        settle();
    }
    /// Ends without an outcome, once no operation uses the request any longer.
    void abandon() noexcept {
        is_ended_ = true;
        if (connection_) connection_->close();
        if (operations_ == 0) completion_.reset();
    }

    void on_addresses(const boost::system::error_code& error, int refused,
                      const Endpoints& endpoints) noexcept override {
        part([&]() -> TransportResult {
            if (error) return unresolved(error, refused);
            endpoints_ = endpoints;
            return connect();
        });
        settle();
    }

    // `AsioHandler` calls these.
    template <class Part> void handle(const Part& function) noexcept {
        --operations_;
        part(function);
        settle();
    }
    void on_dropped() noexcept {
        --operations_;
        if (core_->closed()) return abandon();
        stop(TransportStatus::failed, "out of memory");
    }

  private:
    using Error = boost::system::error_code;
    using Exchange = BeastExchange<AsyncBeastConnection, AsyncBeastAttempt>;

    /// Runs a part of the attempt. If that fails, or throws, or is the last one, it ends the attempt.
    template <class Part> void part(const Part& function) noexcept {
        if (is_ended_) return;
        TransportResult result = without_throwing(function);
        // A handler that was dropped within it may have ended the attempt.
        if (is_ended_) return;
        if (result.status != TransportStatus::ok)
            end(std::move(result));
        else if (exchange_ && exchange_->done())
            end(exchange_->take_result());
    }
    void end(TransportResult result) noexcept {
        is_ended_ = true;
        result_ = std::move(result);
        if (exchange_ && result_.status == TransportStatus::ok && exchange_->reusable())
            core_->idle().give_back(std::move(connection_));
        else if (connection_)
            connection_->close();
    }
    /// Completes an attempt that has ended, once no operation uses its request any longer.
    void settle() noexcept {
        if (!is_ended_ || operations_ != 0 || !completion_) return;
        if (core_->closed()) return completion_.reset();
        AttemptCompletion completion = std::move(*completion_);
        completion_.reset();
        // The list may hold the last reference.
        const std::shared_ptr<AsyncBeastAttempt> self = shared_from_this();
        if (place_) core_->remove(*std::exchange(place_, std::nullopt));
        completion(std::move(result_));
    }

    TransportResult begin() {
        if (core_->closed()) {
            abandon();
            return {};
        }
        if (const char* const reason = refuse_request(request_)) return {TransportStatus::failed, reason};
        if (TransportResult stopped = interruption(sink_, clock_); stopped.status != TransportStatus::ok)
            return stopped;
        std::optional<Origin> origin = find_origin(request_.url);
        if (!origin) return {TransportStatus::failed, "the request's URL is malformed"};
        origin_ = std::move(*origin);
        place_ = core_->add(shared_from_this());
        core_->look_after(clock_.wait_milliseconds());
        std::string key = origin_.key();
        connection_ = core_->idle().take(key);
        if (connection_) return exchange();
        if (origin_.tls && core_->tls_fault() != nullptr)
            return {TransportStatus::tls_failed, core_->tls_fault()};
        Route route;
        if (const char* const reason = find_route(proxy_settings(core_->options()), origin_, route))
            return {TransportStatus::failed, reason};
        connection_ =
            std::make_unique<AsyncBeastConnection>(core_->executor(), std::move(route), std::move(key));
        std::optional<Endpoints> endpoints =
            core_->names().find(connection_->route.host, connection_->route.port, shared_from_this());
        if (!endpoints) return {};
        endpoints_ = std::move(*endpoints);
        return connect();
    }
    /// Connects to the next address; `error` is that of the last one.
    TransportResult connect(Error error = {}) {
        for (; next_endpoint_ < endpoints_.size(); ++next_endpoint_) {
            const auto& endpoint = endpoints_[next_endpoint_];
            connection_->close();
            if (!open_socket(connection_->socket(), endpoint.protocol(), core_->options().local_interface,
                             error))
                continue;
            connection_->socket().async_connect(
                endpoint, handler([this](const Error& failure) { return on_connected(failure); }));
            return {};
        }
        core_->names().forget(connection_->route.host, connection_->route.port);
        return {TransportStatus::connect_failed,
                endpoints_.empty() ? "the host name has no address" : error.message()};
    }
    TransportResult on_connected(const Error& error) {
        if (error) {
            ++next_endpoint_;
            return connect(error);
        }
        set_up_socket(connection_->socket());
        if (!connection_->route.tunnel) return shake_hands();
        tunnel_ = std::make_unique<TunnelExchange<AsioWire>>(AsioWire(connection_->socket()),
                                                             connection_->route, origin_, clock_, sink_);
        return talk_with_proxy();
    }
    TransportResult talk_with_proxy() {
        unsigned wanted = 0;
        TransportResult result;
        while (wanted == 0) {
            if (tunnel_->step(wanted, result)) continue;
            tunnel_.reset();
            return result.status == TransportStatus::ok ? shake_hands() : std::move(result);
        }
        AsioWire(connection_->socket()).async_wait(wanted, handler([this](const Error&) {
                                                       return talk_with_proxy();
                                                   }));
        return {};
    }
    TransportResult shake_hands() {
        if (!origin_.tls) return exchange();
        AsioTlsStream& stream = connection_->add_tls(core_->tls());
        if (TransportResult result = expect_host(stream, origin_.host); result.status != TransportStatus::ok)
            return result;
        stream.async_handshake(boost::asio::ssl::stream_base::client,
                               handler([this](const Error& error) -> TransportResult {
                                   if (error) return {TransportStatus::tls_failed, error.message()};
                                   return exchange();
                               }));
        return {};
    }
    /// Sends the request over a connection that stands.
    TransportResult exchange() {
        clock_.connected();
        const Route& route = connection_->route;
        exchange_ = std::make_unique<Exchange>(*connection_, connection_->buffer, *this, request_,
                                               http1_form(route, request_, origin_), sink_);
        exchange_->begin();
        return {};
    }

    const std::shared_ptr<AsyncBeastCore> core_;
    const HttpRequest& request_;
    ResponseSink& sink_;
    AttemptClock clock_;
    /// Empty once it has been called.
    std::optional<AttemptCompletion> completion_;
    /// Its place among the attempts.
    std::optional<AsyncBeastCore::Attempts::iterator> place_;
    Origin origin_;
    Endpoints endpoints_;
    std::size_t next_endpoint_ = 0;
    std::unique_ptr<AsyncBeastConnection> connection_;
    std::unique_ptr<TunnelExchange<AsioWire>> tunnel_;
    /// Null while it connects.
    std::unique_ptr<Exchange> exchange_;
    /// How many handlers have not run yet.
    int operations_ = 0;
    bool is_ended_ = false;
    bool was_late_ = false;
    TransportResult result_;
};

inline void AsyncBeastCore::remove(Attempts::iterator place) noexcept {
    attempts_.erase(place);
    if (!attempts_.empty() || tick_due_ == never) return;
    // The context may return when nothing is left to do.
    tick_due_ = never;
    tick_.cancel();
}

inline void AsyncBeastCore::cancel(const void* id) noexcept {
    for (const std::shared_ptr<AsyncBeastAttempt>& attempt : attempts_)
        if (attempt->id() == id) {
            const std::shared_ptr<AsyncBeastAttempt> found = attempt;
            return found->stop(TransportStatus::cancelled, "cancelled by the caller");
        }
}

inline void AsyncBeastCore::look_after(int milliseconds) {
    const std::int64_t due = steady_nanoseconds() + std::int64_t{milliseconds} * 1'000'000;
    if (due >= tick_due_) return;
    tick_.expires_after(std::chrono::milliseconds(milliseconds));
    auto ticked = [this](const boost::system::error_code& error) {
        if (!error && !closed_) look();
    };
    tick_.async_wait(AsioHandler(shared_from_this(), std::move(ticked)));
    tick_due_ = due;
}

inline void AsyncBeastCore::look() noexcept {
    tick_due_ = never;
    int wait = INT_MAX;
    for (auto next = attempts_.begin(); next != attempts_.end();) {
        const std::shared_ptr<AsyncBeastAttempt> attempt = *next++;
        attempt->look();
        if (!attempt->is_ended()) wait = std::min(wait, attempt->clock().wait_milliseconds());
    }
    // If that fails, the handler is dropped, and ends the attempts.
    if (wait != INT_MAX) static_cast<void>(without_throwing([&] { look_after(wait); }));
}

inline void AsyncBeastCore::on_dropped() noexcept {
    tick_due_ = never;
    if (closed_) return;
    for (auto next = attempts_.begin(); next != attempts_.end();) {
        const std::shared_ptr<AsyncBeastAttempt> attempt = *next++;
        attempt->stop(TransportStatus::failed, "out of memory");
    }
}

inline void AsyncBeastCore::close() noexcept {
    closed_ = true;
    tick_.cancel();
    names_->close();
    for (const std::shared_ptr<AsyncBeastAttempt>& attempt : std::exchange(attempts_, {})) attempt->abandon();
    idle_.clear();
}

} // namespace belfry::inline v0::detail
