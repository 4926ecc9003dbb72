// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_transport.hpp>
#include <belfry/transport/detail/steady_time.hpp>
#include <belfry/transport/socket_loop.hpp>
#include <belfry/util/config.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#if defined(_WIN32)
#error "belfry/transport/poll_loop.hpp works on POSIX systems"
#else
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#endif

namespace belfry::inline v0 {

/// An event loop on poll() for programs without one: it drives transports and is the clock of an
/// `AsyncCaller`. One thread at a time runs it; calls can be started and cancelled on any thread. Must live
/// as long as the transports that it drives.
class PollLoop final : public SocketLoop, public AsyncTimer {
  public:
    PollLoop() {
        waits_.reserve(16);
        polled_.reserve(16);
        handlers_of_polled_.reserve(16);
        if (::pipe(pipe_) != 0) pipe_[0] = pipe_[1] = -1;
        for (const int end : pipe_) {
            if (end < 0) continue;
            ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
        }
    }
    ~PollLoop() override {
        for (const int end : pipe_)
            if (end >= 0) ::close(end);
    }
    PollLoop(const PollLoop&) = delete;
    PollLoop& operator=(const PollLoop&) = delete;

    /// Waits until something happens, `most` at the longest, and handles all that has.
    void run_once(Duration most = Duration::seconds(3600)) {
        // Without a pipe, another thread cannot end the wait.
        if (pipe_[0] < 0 && Duration::milliseconds(10) < most) most = Duration::milliseconds(10);
        polled_.clear();
        handlers_of_polled_.clear();
        polled_.push_back({pipe_[0], POLLIN, 0});
        handlers_of_polled_.push_back(nullptr);
        for (const Watched& one : watched_) {
            polled_.push_back({one.socket,
                               static_cast<short>(((one.events & socket_readable) != 0 ? POLLIN : 0) |
                                                  ((one.events & socket_writable) != 0 ? POLLOUT : 0)),
                               0});
            handlers_of_polled_.push_back(one.handler);
        }
        if (::poll(polled_.data(), static_cast<nfds_t>(polled_.size()), wait_milliseconds(most)) < 0)
            for (pollfd& one : polled_) one.revents = 0;
        if (polled_[0].revents != 0) empty_pipe();
        handle_wakes();
        // Before the timers: after a callback that took long, limits have passed although answers are there.
        handle_sockets();
        handle_timers();
    }
    /// Handles what happens until `stop` is called.
    void run() {
        while (!take_stop()) run_once();
    }
    /// Handles what happens until `done` is true; asks it after each time.
    template <class Done> void run_until(Done done) {
        while (!done()) run_once();
    }
    /// Lets `run` return. May be called on any thread.
    void stop() noexcept {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        write_pipe();
    }

    void start(Duration duration, TimerCompletion completion) noexcept override {
        // Outside of the lock: if the list has no memory for it, its destructor calls the program's code.
        Wait wait{after(duration), std::move(completion)};
        const std::lock_guard lock(mutex_);
        append(waits_, std::move(wait));
        // `start` cannot report a lack of memory, so the list always has room for one more wait.
        if (waits_.size() == waits_.capacity()) reserve(waits_);
        write_pipe();
    }
    void cancel(const void* id) noexcept override {
        const std::lock_guard lock(mutex_);
        for (Wait& wait : waits_)
            if (wait.completion.id() == id) wait.due = 0;
        write_pipe();
    }

    void attach(SocketHandler& handler) override {
        const std::lock_guard lock(mutex_);
        handlers_.push_back({&handler, never, false});
    }
    [[nodiscard]] bool watch(SocketHandler& handler, std::intptr_t socket,
                             unsigned events) noexcept override {
        const auto place = std::find_if(watched_.begin(), watched_.end(),
                                        [&](const Watched& one) { return one.is(handler, socket); });
        if (place == watched_.end()) {
            // `run_once` cannot report a lack of memory, so its lists get their memory here.
            return events == 0 || (append(polled_, pollfd{-1, 0, 0}) &&
                                   append<SocketHandler*>(handlers_of_polled_, nullptr) &&
                                   append(watched_, Watched{&handler, static_cast<int>(socket), events}));
        }
        if (events != 0) {
            place->events = events;
        } else {
            *place = watched_.back();
            watched_.pop_back();
        }
        return true;
    }
    void set_timer(SocketHandler& handler, std::optional<Duration> delay) noexcept override {
        const std::lock_guard lock(mutex_);
        if (Attached* const found = find(handler)) found->due = delay ? after(*delay) : never;
    }
    void wake(SocketHandler& handler) noexcept override {
        const std::lock_guard lock(mutex_);
        if (Attached* const found = find(handler)) found->woken = true;
        write_pipe();
    }
    void forget(SocketHandler& handler) noexcept override {
        std::erase_if(watched_, [&](const Watched& one) { return one.handler == &handler; });
        const std::lock_guard lock(mutex_);
        std::erase_if(handlers_, [&](const Attached& one) { return one.handler == &handler; });
    }

  private:
    struct Watched {
        SocketHandler* handler;
        int socket;
        unsigned events;
        [[nodiscard]] bool is(const SocketHandler& other, std::intptr_t number) const noexcept {
            return socket == number && handler == &other;
        }
    };
    struct Attached {
        SocketHandler* handler;
        std::int64_t due;
        bool woken;
    };
    struct Wait {
        std::int64_t due;
        TimerCompletion completion;
    };
    static constexpr std::int64_t never = INT64_MAX;

    static std::int64_t now() noexcept { return detail::steady_nanoseconds(); }

    /// The time when that will have passed, at most a year from now.
    static std::int64_t after(Duration duration) noexcept {
        constexpr std::int64_t year = std::int64_t{366} * 86'400 * 1'000'000'000;
        return now() + std::clamp<std::int64_t>(duration.count(), 0, year);
    }
    /// Appends an element. Returns false, and does not touch the element, if there is no memory.
    template <class T> static bool append(std::vector<T>& list, T&& last) noexcept {
#if defined(__cpp_exceptions)
        try {
            list.push_back(std::move(last));
            return true;
        } catch (...) {
            return false;
        }
#else
        list.push_back(std::move(last));
        return true;
#endif
    }

    template <class T> static void reserve(std::vector<T>& list) noexcept {
#if defined(__cpp_exceptions)
        try {
            list.reserve(2 * list.size());
        } catch (...) { // NOLINT: it is tried again by the next `append`
        }
#else
        list.reserve(2 * list.size());
#endif
    }

    [[nodiscard]] int wait_milliseconds(Duration most) noexcept {
        const std::int64_t time = now();
        std::int64_t left = std::max<std::int64_t>(most.count(), 0);
        const std::lock_guard lock(mutex_);
        for (const Attached& one : handlers_) {
            if (one.woken) return 0;
            if (one.due != never) left = std::min(left, one.due - time);
        }
        for (const Wait& wait : waits_) left = std::min(left, wait.due - time);
        if (left <= 0) return 0;
        constexpr std::int64_t day = 86'400'000;
        return static_cast<int>(std::min((left - 1) / 1'000'000 + 1, day));
    }
    /// The next handler that `take` says is to be called; null for none. A handler may attach others, or
    /// forget itself.
    template <class Take> SocketHandler* next_handler(std::size_t& i, Take take) noexcept {
        const std::lock_guard lock(mutex_);
        while (i < handlers_.size())
            if (Attached& one = handlers_[i++]; take(one)) return one.handler;
        return nullptr;
    }
    void handle_wakes() {
        std::size_t i = 0;
        const auto is_woken = [](Attached& one) { return std::exchange(one.woken, false); };
        while (SocketHandler* const handler = next_handler(i, is_woken)) handler->on_wake();
    }
    void handle_timers() {
        const std::int64_t time = now();
        std::size_t i = 0;
        const auto is_due = [time](Attached& one) {
            if (one.due > time) return false;
            one.due = never;
            return true;
        };
        while (SocketHandler* const handler = next_handler(i, is_due)) handler->on_time();
        while (std::optional<TimerCompletion> over = take_wait(time)) (*over)();
    }
    /// The wait that ends first, if its time has come.
    std::optional<TimerCompletion> take_wait(std::int64_t time) noexcept {
        const std::lock_guard lock(mutex_);
        const auto first = std::min_element(waits_.begin(), waits_.end(),
                                            [](const Wait& a, const Wait& b) { return a.due < b.due; });
        if (first == waits_.end() || first->due > time) return std::nullopt;
        std::optional<TimerCompletion> over(std::move(first->completion));
        waits_.erase(first);
        return over;
    }
    void handle_sockets() {
        for (std::size_t i = 1; i < polled_.size(); ++i) {
            const short found = polled_[i].revents;
            if (found == 0) continue;
            // An earlier handler may have changed the list.
            const SocketHandler* const handler = handlers_of_polled_[i];
            const auto place = std::find_if(watched_.begin(), watched_.end(), [&](const Watched& one) {
                return handler != nullptr && one.is(*handler, polled_[i].fd);
            });
            if (place == watched_.end()) continue;
            unsigned events = ((found & POLLIN) != 0 ? unsigned{socket_readable} : 0U) |
                              ((found & POLLOUT) != 0 ? unsigned{socket_writable} : 0U);
            // Reading and writing tell what is wrong with it.
            if (events == 0) events = place->events;
            place->handler->on_ready(polled_[i].fd, events);
        }
    }
    [[nodiscard]] Attached* find(const SocketHandler& handler) noexcept {
        for (Attached& one : handlers_)
            if (one.handler == &handler) return &one;
        return nullptr;
    }
    [[nodiscard]] bool take_stop() noexcept {
        const std::lock_guard lock(mutex_);
        return std::exchange(stopped_, false);
    }
    void write_pipe() noexcept {
        // A full pipe wakes the loop as well.
        const char byte = 0;
        const int error = errno;
        if (pipe_[1] >= 0 && ::write(pipe_[1], &byte, 1) < 0) errno = error;
    }
    void empty_pipe() noexcept {
        char bytes[256];
        while (::read(pipe_[0], bytes, sizeof bytes) > 0) {
        }
    }

    int pipe_[2] = {-1, -1};
    std::vector<Watched> watched_;
    std::vector<pollfd> polled_;
    std::vector<SocketHandler*> handlers_of_polled_;
    std::mutex mutex_;
    /// The members below belong to the mutex.
    std::vector<Wait> waits_;
    std::vector<Attached> handlers_;
    bool stopped_ = false;
};

} // namespace belfry::inline v0
