// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/hand_over.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/call/buffer_sink.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/async_transport.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/cache.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/kept_credentials.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>
#include <belfry/util/wipe.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

/// Drives a fetch on an event loop. Keeps itself alive while the loop has something of it.
class AsyncFetch final : private AttemptCompletion::Handler,
                         private TimerCompletion::Handler,
                         private ResponseSink {
  public:
    /// Gets the result, and says who waits for it. Called once at most, and not after `leave`.
    class Owner {
      public:
        virtual std::vector<CredentialsWaiter*> end_fetch(Result<Credentials>&& result,
                                                          const std::string& origin) noexcept = 0;

      protected:
        ~Owner() = default;
    };

    /// All must live until the fetch ends or is left; transport, timer and environment also until the loop
    /// has nothing of it. The caller holds a reference, which it ends by `release` or `leave`.
    AsyncFetch(Owner& owner, Owned<CredentialsFetch> fetch, AsyncTransport& transport, AsyncTimer& timer,
               Environment& environment) noexcept
        : owner_(&owner), fetch_(std::move(fetch)), transport_(transport), timer_(timer),
          environment_(environment) {}
    AsyncFetch(const AsyncFetch&) = delete;
    AsyncFetch& operator=(const AsyncFetch&) = delete;

    /// Starts the fetch, which may end within this.
    void run() noexcept {
        take_step([this] { return fetch_->start(); });
        drive();
    }
    /// The owner does not want the result any more. The source of the fetch is not used after this.
    void leave() noexcept {
        {
            const std::lock_guard lock(mutex_);
            owner_ = nullptr;
        }
        left_.store(true);
        wake();
        release();
    }

    /// Ends a reference.
    void release() noexcept {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

  private:
    using Step = CredentialsFetch::Step;

    ~AsyncFetch() {
        if (sink_) wipe(sink_->response.body);
    }
    /// Cancels both, because only the thread that drives the fetch knows which of them is active.
    void wake() noexcept {
        transport_.cancel(static_cast<AttemptCompletion::Handler*>(this));
        timer_.cancel(static_cast<TimerCompletion::Handler*>(this));
    }

    /// Asks the fetch for its next step, unless its source may be gone.
    template <class Next> void take_step(const Next& next) noexcept {
        const std::lock_guard lock(mutex_);
        step_ = Step::done;
        if (owner_ == nullptr) return;
#if defined(__cpp_exceptions)
        try {
            step_ = next();
        } catch (...) {
            out_of_memory_ = true;
        }
#else
        step_ = next();
#endif
    }
    /// Goes on until something is pending. `*this` may be destroyed afterwards.
    void drive() noexcept {
        while (step_ != Step::done) {
            task_.begin();
            if (step_ == Step::send) {
                sink_.emplace(max_credentials_response, nullptr, environment_);
                transport_.start(fetch_->request(), *this, AttemptCompletion(*this));
            } else {
                timer_.start(fetch_->delay(), TimerCompletion(*this));
            }
            // The fetch may have been left before this was pending.
            if (left_.load()) wake();
            const TaskPhase phase = task_.started();
            if (phase == TaskPhase::pending) return;
            if (phase == TaskPhase::abandoned) return abandon();
            take_outcome();
        }
        deliver();
    }
    void take_outcome() noexcept {
        if (step_ == Step::wait) return take_step([this] { return fetch_->on_waited(); });
        take_step([this] {
            out_of_memory_ = sink_->out_of_memory;
            return out_of_memory_ ? Step::done : pass_response(*fetch_, *sink_, std::move(sent_));
        });
    }
    void deliver() noexcept {
        Result<Credentials> result = std::move(fetch_->result());
        if (out_of_memory_) {
            Error error;
            fail_without_memory(error);
            result = std::move(error);
        }
        end_with(std::move(result));
    }
    /// The loop was destroyed, or has dropped the request.
    void abandon() noexcept {
        end_with(get_without_throwing([]() -> Result<Credentials> {
            return credentials_error("EventLoopEnded",
                                     {"the event loop ended before the credentials were fetched"});
        }));
    }
    void end_with(Result<Credentials>&& result) noexcept {
        std::vector<CredentialsWaiter*> waiters;
        {
            const std::lock_guard lock(mutex_);
            if (Owner* const owner = std::exchange(owner_, nullptr))
                waiters = owner->end_fetch(std::move(result), fetch_->origin());
        }
        for (CredentialsWaiter* const waiter : waiters) waiter->on_fetch_ended();
        release();
    }
    void settle(TaskPhase outcome) noexcept {
        if (!task_.ended(outcome)) return;
        if (outcome == TaskPhase::abandoned) return abandon();
        take_outcome();
        drive();
    }

    void on_complete(TransportResult result) noexcept override {
        sent_ = std::move(result);
        settle(TaskPhase::completed);
    }
    void on_complete() noexcept override { settle(TaskPhase::completed); }
    void on_abandoned() noexcept override { settle(TaskPhase::abandoned); }

    bool on_head(int status, Headers headers) noexcept override {
        return sink_->on_head(status, std::move(headers));
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override { return sink_->on_body(bytes); }
    [[nodiscard]] bool cancelled() const noexcept override { return left_.load(); }

    /// Held while the source is used, so that `leave` returns after that.
    std::mutex mutex_{};
    Owner* owner_;
    Owned<CredentialsFetch> fetch_;
    AsyncTransport& transport_;
    AsyncTimer& timer_;
    Environment& environment_;
    std::optional<BufferSink> sink_{};
    TransportResult sent_{};
    /// The owner has one, and the loop has one.
    std::atomic<int> references_{2};
    std::atomic<bool> left_{false};
    HandOver<> task_{};
    Step step_ = Step::done;
    bool out_of_memory_ = false;
};

} // namespace belfry::inline v0::detail
