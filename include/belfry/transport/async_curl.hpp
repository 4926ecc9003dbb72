// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<curl/curl.h>)
#error "libcurl is missing: install libcurl4-openssl-dev (apt), libcurl-devel (dnf), curl-dev (apk) or curl"
#endif

#include <belfry/http/async_transport.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/curl_options.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/curl_handle.hpp>
#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/idle_pool.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/sigpipe.hpp>
#include <belfry/transport/detail/steady_time.hpp>
#include <belfry/transport/socket_loop.hpp>
#include <belfry/util/config.hpp>

#include <algorithm>
#include <cstdint>
#include <curl/curl.h>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

// Before 7.85 a connection that is given up stays open, and before 7.87 ending an attempt waits for its name
// lookup.
#if LIBCURL_VERSION_NUM < 0x075700
#error "belfry/transport/async_curl.hpp needs libcurl 7.87 or newer"
#endif

namespace belfry::inline v0 {

namespace detail {

/// One attempt of an `AsyncCurlTransport`.
struct AsyncCurlAttempt {
    AsyncCurlAttempt(const HttpRequest& r, ResponseSink& s, AttemptCompletion c)
        : request(r), sink(s), completion(std::move(c)), clock(r.timeouts) {}

    const HttpRequest& request;
    ResponseSink& sink;
    AttemptCompletion completion;
    AttemptClock clock;
    Origin origin{};
    std::unique_ptr<CurlHandle> connection{};
    /// Null while it connects.
    std::unique_ptr<Http1Exchange<CurlWire>> exchange{};
    /// The `SocketEvents` that its socket is watched for.
    unsigned watched = 0;
    /// Whether it goes on at the next turn, because others have waited.
    bool is_ready = false;
    TransportResult result{};
    /// Its place among the attempts.
    std::list<AsyncCurlAttempt>::iterator place{};
};

} // namespace detail

/// Sends requests on the program's event loop by HTTP/1.1 over connections of libcurl, with its TLS and
/// proxies, and keeps connections open between them. Belfry makes no thread, and nothing blocks; libcurl
/// looks names up on its own thread. Any number of attempts run at the same time.
///
/// `start` and `cancel` may be called on any thread, everything else on the thread of the loop: completions
/// come on it, and it is where the transport must be destroyed, not from within a completion. Attempts that
/// have not ended by then never do.
class AsyncCurlTransport final : public AsyncTransport, private SocketHandler {
  public:
    /// `loop` must live longer than this.
    explicit AsyncCurlTransport(SocketLoop& loop, CurlOptions options = {})
        : loop_(loop), options_(std::move(options)), global_(detail::start_curl()),
          idle_(options_.max_idle_connections) {
        loop_.attach(*this);
        CURLM* const multi = multi_.get();
        if (multi == nullptr) return;
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &AsyncCurlTransport::on_curl_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &AsyncCurlTransport::on_curl_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    }
    ~AsyncCurlTransport() override {
        // Closing may write, and the peer may have gone.
        const detail::ScopedSigpipeBlock block;
        for (const auto& [socket, attempt] : exchanges_)
            if (attempt->watched != 0) static_cast<void>(loop_.watch(*this, socket, 0));
        attempts_.clear();
        idle_.clear();
        loop_.forget(*this);
    }
    AsyncCurlTransport(const AsyncCurlTransport&) = delete;
    AsyncCurlTransport& operator=(const AsyncCurlTransport&) = delete;

    /// Makes one attempt. A kept connection that closes under the request is reported as `connection_reset`.
    void start(const HttpRequest& request, ResponseSink& sink,
               AttemptCompletion completion) noexcept override {
        const void* const id = completion.id();
        if (!add({&request, &sink, id, std::move(completion)})) return;
        loop_.wake(*this);
    }
    void cancel(const void* id) noexcept override {
        if (add({nullptr, nullptr, id, std::nullopt})) loop_.wake(*this);
    }

  private:
    using Attempt = detail::AsyncCurlAttempt;

    /// The calls of `start` and `cancel`, in their order: an id may be that of a later attempt as well.
    struct Order {
        const HttpRequest* request;
        ResponseSink* sink;
        const void* id;
        std::optional<AttemptCompletion> completion;
    };
    /// An attempt makes at most this many steps before others have their turn.
    static constexpr int steps_a_turn = 32;
    static constexpr std::int64_t never = INT64_MAX;

    [[nodiscard]] bool add(Order order) noexcept {
#if defined(__cpp_exceptions)
        try {
            const std::lock_guard lock(mutex_);
            orders_.push_back(std::move(order));
            return true;
        } catch (...) {
        }
        if (order.completion) (*order.completion)({TransportStatus::failed, "out of memory"});
        return false;
#else
        const std::lock_guard lock(mutex_);
        orders_.push_back(std::move(order));
        return true;
#endif
    }

    void on_wake() noexcept override {
        turn([&] {
            std::vector<Order> orders;
            {
                const std::lock_guard lock(mutex_);
                orders.swap(orders_);
            }
            for (Order& order : orders) {
                if (order.completion)
                    begin(*order.request, *order.sink, std::move(*order.completion));
                else
                    stop(order.id);
            }
            for (auto next = attempts_.begin(); next != attempts_.end();) {
                Attempt& attempt = *next++;
                if (attempt.is_ready) advance(attempt);
            }
        });
    }
    void on_time() noexcept override {
        turn([&] {
            armed_ = never;
            if (curl_due_ <= now()) {
                curl_due_ = never;
                act(CURL_SOCKET_TIMEOUT, 0);
            }
            look_after_attempts();
        });
    }
    void on_ready(std::intptr_t socket, unsigned events) noexcept override {
        turn([&] {
            if (const auto found = exchanges_.find(socket); found != exchanges_.end())
                advance(*found->second);
            else
                act(static_cast<curl_socket_t>(socket),
                    ((events & socket_readable) != 0 ? CURL_CSELECT_IN : 0) |
                        ((events & socket_writable) != 0 ? CURL_CSELECT_OUT : 0));
        });
    }
    /// Runs a part of the work, and then the completions of the attempts that it has ended: those are the
    /// program's code, which must not run without SIGPIPE.
    template <class Work> void turn(Work work) noexcept {
        {
            const detail::ScopedSigpipeBlock block;
            work();
            arm();
        }
        while (!ended_.empty()) {
            std::list<Attempt> first;
            first.splice(first.end(), ended_, ended_.begin());
            first.front().completion(std::move(first.front().result));
        }
    }

    void begin(const HttpRequest& request, ResponseSink& sink, AttemptCompletion completion) noexcept {
#if defined(__cpp_exceptions)
        try {
            attempts_.emplace_front(request, sink, std::move(completion));
        } catch (...) {
            return completion({TransportStatus::failed, "out of memory"});
        }
#else
        attempts_.emplace_front(request, sink, std::move(completion));
#endif
        Attempt& attempt = attempts_.front();
        attempt.place = attempts_.begin();
        if (guarded(attempt, [&] { return connect(attempt); }) && attempt.exchange) advance(attempt);
    }
    /// Runs a part of an attempt. If that fails, or throws, it ends the attempt and returns false.
    template <class Part> bool guarded(Attempt& attempt, Part part) noexcept {
        TransportResult result = detail::without_throwing(part);
        if (result.status == TransportStatus::ok) return true;
        end(attempt, std::move(result));
        return false;
    }
    TransportResult connect(Attempt& attempt) {
        if (const char* const reason = detail::refuse_request(attempt.request))
            return {TransportStatus::failed, reason};
        if (global_ != CURLE_OK) return {TransportStatus::failed, curl_easy_strerror(global_)};
        if (curl_version_info(CURLVERSION_NOW)->version_num < 0x075700)
            return {TransportStatus::failed, "the libcurl that was loaded is older than 7.87"};
        if (TransportResult stopped = detail::interruption(attempt.sink, attempt.clock);
            stopped.status != TransportStatus::ok)
            return stopped;
        std::optional<detail::Origin> origin = detail::find_origin(attempt.request.url);
        if (!origin) return {TransportStatus::failed, "the request's URL is malformed"};
        attempt.origin = std::move(*origin);
        tick_due_ = std::min(tick_due_, now() + wait_of(attempt));
        std::string key = attempt.origin.key();
        attempt.connection = idle_.take(key);
        if (attempt.connection) return exchange(attempt);
        detail::Proxy proxy;
        if (!find_proxy(detail::proxy_settings(options_), attempt.origin, proxy))
            return {TransportStatus::failed, detail::malformed_proxy};
        attempt.connection = std::make_unique<detail::CurlHandle>(options_, std::move(proxy));
        attempt.connection->key = std::move(key);
        return attempt.connection->begin(multi_.get(), attempt.origin, attempt.request.timeouts, &attempt);
    }
    /// Sends the request over a connection that stands.
    TransportResult exchange(Attempt& attempt) {
        attempt.clock.connected();
        const detail::CurlHandle& connection = *attempt.connection;
        attempt.exchange = std::make_unique<detail::Http1Exchange<detail::CurlWire>>(
            connection.wire(), attempt.request, connection.form(attempt.request, attempt.origin),
            attempt.sink, attempt.clock);
        exchanges_[static_cast<std::intptr_t>(connection.socket())] = &attempt;
        return {};
    }
    void advance(Attempt& attempt) noexcept {
        attempt.is_ready = false;
        TransportResult result;
        unsigned wanted = 0;
        bool goes_on = true;
        const bool lives = guarded(attempt, [&]() -> TransportResult {
            for (int i = 0; i < steps_a_turn && goes_on && wanted == 0; ++i)
                goes_on = attempt.exchange->step(wanted, result);
            if (!goes_on) return {};
            if (wanted == 0) {
                // A timer without a delay would not do: some loops run it again before they look at sockets.
                attempt.is_ready = true;
                loop_.wake(*this);
                return {};
            }
            return watch(attempt, wanted);
        });
        if (lives && !goes_on) end(attempt, std::move(result));
    }
    TransportResult watch(Attempt& attempt, unsigned wanted) {
        static_assert(unsigned{detail::wire_readable} == unsigned{socket_readable} &&
                      unsigned{detail::wire_writable} == unsigned{socket_writable});
        if (attempt.watched == wanted) return {};
        attempt.watched = wanted;
        if (loop_.watch(*this, static_cast<std::intptr_t>(attempt.connection->socket()), wanted)) return {};
        return {TransportStatus::failed, "the event loop cannot watch the socket"};
    }
    /// Ends an attempt, whose completion is called at the end of the turn.
    void end(Attempt& attempt, TransportResult result) noexcept {
        if (attempt.exchange) {
            const auto socket = static_cast<std::intptr_t>(attempt.connection->socket());
            if (attempt.watched != 0) static_cast<void>(loop_.watch(*this, socket, 0));
            exchanges_.erase(socket);
            const bool reusable = attempt.exchange->reusable();
            attempt.exchange.reset();
            if (reusable) idle_.give_back(std::move(attempt.connection));
        }
        attempt.connection.reset();
        attempt.result = std::move(result);
        ended_.splice(ended_.end(), attempts_, attempt.place);
    }
    void stop(const void* id) noexcept {
        for (Attempt& attempt : attempts_)
            if (attempt.completion.id() == id) {
                guarded(attempt, [] {
                    return TransportResult{TransportStatus::cancelled, "cancelled by the caller"};
                });
                return;
            }
    }
    /// Ends the attempts whose limits have passed or whose callers have given up.
    void look_after_attempts() noexcept {
        if (tick_due_ > now()) return;
        tick_due_ = never;
        std::int64_t wait = never;
        for (auto next = attempts_.begin(); next != attempts_.end();) {
            Attempt& attempt = *next++;
            const bool stops = attempt.sink.cancelled() || attempt.clock.expired() != nullptr;
            // It may be the loop that has been late: an exchange takes what has come before it gives up.
            if (stops && attempt.exchange) {
                advance(attempt);
                wait = std::min(wait, std::int64_t{detail::poll_milliseconds} * 1'000'000);
            } else if (!stops ||
                       guarded(attempt, [&] { return detail::interruption(attempt.sink, attempt.clock); })) {
                wait = std::min(wait, wait_of(attempt));
            }
        }
        if (wait != never) tick_due_ = std::min(tick_due_, now() + wait);
    }

    /// Lets libcurl go on with what connects, and takes what has connected.
    void act(curl_socket_t socket, int events) noexcept {
        int running = 0;
        curl_multi_socket_action(multi_.get(), socket, events, &running);
        int left = 0;
        while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            // The message is gone once the handle is.
            const CURLcode code = message->data.result;
            void* owner = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
            Attempt& attempt = *static_cast<Attempt*>(owner);
            const bool lives = guarded(attempt, [&] {
                TransportResult result = attempt.connection->finish(code);
                return result.status == TransportStatus::ok ? exchange(attempt) : result;
            });
            if (lives) advance(attempt);
        }
    }
    static int on_curl_socket(CURL*, curl_socket_t socket, int what, void* user, void*) noexcept {
        auto& self = *static_cast<AsyncCurlTransport*>(user);
        const unsigned events = (what & CURL_POLL_IN) != 0 && what != CURL_POLL_REMOVE
                                    ? socket_readable | (what == CURL_POLL_INOUT ? socket_writable : 0U)
                                : what == CURL_POLL_OUT ? unsigned{socket_writable}
                                                        : 0U;
        return self.loop_.watch(self, static_cast<std::intptr_t>(socket), events) ? 0 : -1;
    }
    static int on_curl_timer(CURLM*, long milliseconds, void* user) noexcept {
        auto& self = *static_cast<AsyncCurlTransport*>(user);
        self.curl_due_ = milliseconds < 0 ? never : now() + std::int64_t{milliseconds} * 1'000'000;
        return 0;
    }

    static std::int64_t now() noexcept { return detail::steady_nanoseconds(); }
    static std::int64_t wait_of(const Attempt& attempt) noexcept {
        return std::int64_t{attempt.clock.wait_milliseconds()} * 1'000'000;
    }
    /// Sets the loop's timer to what is due next.
    void arm() noexcept {
        const std::int64_t due = std::min(curl_due_, tick_due_);
        if (due == armed_) return;
        armed_ = due;
        if (due == never) return loop_.set_timer(*this, std::nullopt);
        loop_.set_timer(*this, Duration::nanoseconds(std::max<std::int64_t>(due - now(), 0)));
    }

    SocketLoop& loop_;
    const CurlOptions options_;
    const CURLcode global_;
    // Before all connections, which leave it when they end.
    detail::CurlMulti multi_;
    detail::IdlePool<detail::CurlHandle> idle_;
    std::list<Attempt> attempts_;
    /// Those whose completions have to be called.
    std::list<Attempt> ended_;
    /// The attempts that have a connection, by its socket.
    std::unordered_map<std::intptr_t, Attempt*> exchanges_;
    std::int64_t curl_due_ = never;
    std::int64_t tick_due_ = never;
    std::int64_t armed_ = never;
    std::mutex mutex_;
    /// Belongs to the mutex.
    std::vector<Order> orders_;
};

} // namespace belfry::inline v0
