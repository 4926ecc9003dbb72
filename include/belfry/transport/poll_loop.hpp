// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/poll_loop.hpp works on POSIX systems"
#endif

#include <belfry/http/async_transport.hpp>
#include <belfry/transport/socket_loop.hpp>
#include <belfry/util/config.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <poll.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// An event loop on poll() for programs without one: it drives transports and is the clock of an
/// `AsyncCaller`. One thread at a time runs it; calls can be started and cancelled on any thread. Must live as
/// long as the transports that it drives.
class PollLoop final : public SocketLoop, public AsyncTimer {
  public:
    PollLoop() {
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
        polled_.push_back({pipe_[0], POLLIN, 0});
        for (const Watched& one : watched_)
            polled_.push_back({one.socket,
                               static_cast<short>(((one.events & socket_readable) != 0 ? POLLIN : 0) |
                                                  ((one.events & socket_writable) != 0 ? POLLOUT : 0)),
                               0});
        if (::poll(polled_.data(), static_cast<nfds_t>(polled_.size()), wait_milliseconds(most)) > 0) {
            if (polled_[0].revents != 0) empty_pipe();
        } else {
            for (pollfd& one : polled_) one.revents = 0;
        }
        handle_wakes();
        handle_timers();
        handle_sockets();
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
        const std::lock_guard lock(mutex_);
        waits_.push_back({now() + std::max<std::int64_t>(duration.count(), 0), std::move(completion)});
        write_pipe();
    }
    void cancel(const void* id) noexcept override {
        const std::lock_guard lock(mutex_);
        for (Wait& wait : waits_)
            if (wait.completion.id() == id) wait.due = 0;
        write_pipe();
    }

    [[nodiscard]] bool watch(SocketHandler& handler, std::intptr_t socket,
                             unsigned events) noexcept override {
        const auto place = std::find_if(watched_.begin(), watched_.end(),
                                        [&](const Watched& one) { return one.is(handler, socket); });
        if (place != watched_.end() && events != 0) {
            place->events = events;
        } else if (place != watched_.end()) {
            *place = watched_.back();
            watched_.pop_back();
        } else if (events != 0) {
#if defined(__cpp_exceptions)
            try {
                watched_.push_back({&handler, static_cast<int>(socket), events});
            } catch (...) {
                return false;
            }
#else
            watched_.push_back({&handler, static_cast<int>(socket), events});
#endif
        }
        return true;
    }
    void set_timer(SocketHandler& handler, std::optional<Duration> delay) noexcept override {
        Timer& timer = timer_of(handler);
        timer.due = delay ? now() + std::max<std::int64_t>(delay->count(), 0) : never;
    }
    void wake(SocketHandler& handler) noexcept override {
        const std::lock_guard lock(mutex_);
        if (std::find(woken_.begin(), woken_.end(), &handler) == woken_.end()) woken_.push_back(&handler);
        write_pipe();
    }
    void forget(SocketHandler& handler) noexcept override {
        std::erase_if(watched_, [&](const Watched& one) { return one.handler == &handler; });
        std::erase_if(timers_, [&](const Timer& one) { return one.handler == &handler; });
        const std::lock_guard lock(mutex_);
        std::erase(woken_, &handler);
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
    struct Timer {
        SocketHandler* handler;
        std::int64_t due;
    };
    struct Wait {
        std::int64_t due;
        TimerCompletion completion;
    };
    static constexpr std::int64_t never = INT64_MAX;

    static std::int64_t now() noexcept {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }

    [[nodiscard]] int wait_milliseconds(Duration most) noexcept {
        const std::int64_t time = now();
        std::int64_t left = std::max<std::int64_t>(most.count(), 0);
        for (const Timer& timer : timers_)
            if (timer.due != never) left = std::min(left, timer.due - time);
        const std::lock_guard lock(mutex_);
        for (const Wait& wait : waits_) left = std::min(left, wait.due - time);
        if (left <= 0 || stopped_ || !woken_.empty()) return 0;
        constexpr std::int64_t day = 86'400'000;
        return static_cast<int>(std::min((left + 999'999) / 1'000'000, day));
    }
    void handle_wakes() {
        std::vector<SocketHandler*> woken;
        {
            const std::lock_guard lock(mutex_);
            woken.swap(woken_);
        }
        for (SocketHandler* const handler : woken) handler->on_wake();
    }
    void handle_timers() {
        const std::int64_t time = now();
        // A handler may change the list, and a new timer waits for the next turn.
        for (std::size_t i = 0; i < timers_.size(); ++i)
            if (timers_[i].due <= time) {
                timers_[i].due = never;
                timers_[i].handler->on_time();
            }
        std::vector<TimerCompletion> over;
        {
            const std::lock_guard lock(mutex_);
            const auto first =
                std::stable_partition(waits_.begin(), waits_.end(), [&](const Wait& w) { return w.due > time; });
            for (auto wait = first; wait != waits_.end(); ++wait) over.push_back(std::move(wait->completion));
            waits_.erase(first, waits_.end());
        }
        for (TimerCompletion& completion : over) completion();
    }
    void handle_sockets() {
        for (std::size_t i = 1; i < polled_.size(); ++i) {
            const short found = polled_[i].revents;
            if (found == 0) continue;
            // What came before may have changed what is watched.
            const auto place = std::find_if(watched_.begin(), watched_.end(), [&](const Watched& one) {
                return one.socket == polled_[i].fd;
            });
            if (place == watched_.end()) continue;
            unsigned events = ((found & POLLIN) != 0 ? unsigned{socket_readable} : 0U) |
                              ((found & POLLOUT) != 0 ? unsigned{socket_writable} : 0U);
            // Reading and writing tell what is wrong with it.
            if (events == 0) events = place->events;
            place->handler->on_ready(polled_[i].fd, events);
        }
    }
    Timer& timer_of(SocketHandler& handler) {
        for (Timer& timer : timers_)
            if (timer.handler == &handler) return timer;
        return timers_.emplace_back(Timer{&handler, never});
    }
    [[nodiscard]] bool take_stop() noexcept {
        const std::lock_guard lock(mutex_);
        return std::exchange(stopped_, false);
    }
    void write_pipe() noexcept {
        // A full pipe wakes the loop as well.
        const char byte = 0;
        if (pipe_[1] >= 0 && ::write(pipe_[1], &byte, 1) < 0) errno = 0;
    }
    void empty_pipe() noexcept {
        char bytes[256];
        while (::read(pipe_[0], bytes, sizeof bytes) > 0) {
        }
    }

    int pipe_[2] = {-1, -1};
    std::vector<Watched> watched_;
    std::vector<Timer> timers_;
    std::vector<pollfd> polled_;
    std::mutex mutex_;
    /// The members below belong to the mutex.
    std::vector<Wait> waits_;
    std::vector<SocketHandler*> woken_;
    bool stopped_ = false;
};

} // namespace belfry::inline v0
