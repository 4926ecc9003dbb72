// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/hand_over.hpp>
#include <belfry/call/call.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/util/config.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

namespace belfry::inline v0::detail {

class AsyncState final : public AsyncWork,
                         private AttemptCompletion::Handler,
                         private TimerCompletion::Handler,
                         private CredentialsWaiter,
                         private ResponseSink {
  public:
    AsyncState(const ClientCore& core, AsyncTransport& transport, AsyncTimer& timer,
               const Operation& operation, const CallOptions& options, const AsyncCallback& callback) noexcept
        : transport_(transport), timer_(timer), callback_(callback), user_(options.cancellation),
          call_(core, operation, with_token(options)) {
        call_.wait_with(*this);
    }

    /// The callback's place: after the state, with the largest alignment.
    [[nodiscard]] void* storage() noexcept { return reinterpret_cast<std::byte*>(this) + callback_offset(); }
    [[nodiscard]] static constexpr std::size_t callback_offset() noexcept {
        constexpr std::size_t alignment = alignof(std::max_align_t);
        return (sizeof(AsyncState) + alignment - 1) / alignment * alignment;
    }

    void launch(const void* input) noexcept {
        references_.fetch_add(1, std::memory_order_relaxed);
        if (callback_.hooks != nullptr) call_.use_hooks(callback_.hooks(storage()));
        take_attempt([&] { return call_.start(input); });
        run(true);
    }
    bool read_output(void* output) noexcept {
        take_step([&] { return call_.read_output(output); });
        delivering_ = false;
        ended_.store(step_ == Call::Step::done);
        return step_ == Call::Step::done;
    }
    void conclude() noexcept {
        delivering_ = false;
        ended_.store(true);
    }
    bool finish(void* output, ResultBase& result) noexcept {
        bool good = false;
        take_step([&] {
            good = call_.finish(output, result);
            return Call::Step::done;
        });
        // The call has then no output, but an error that needs no memory.
        return good || (result.error().kind == ErrorKind::none && call_.finish(output, result));
    }
    void call_again(Duration pause, const CallOptions& options, const void* input) noexcept {
        const ClientCore& core = call_.core();
        const Operation& operation = call_.operation();
        call_.~Call();
        ::new (static_cast<void*>(&call_)) Call(core, operation, with_token(options));
        call_.wait_with(*this);
        next_input_ = input;
        look_delay_ = pause;
        step_ = Call::Step::wait;
        // A cancellation until now has done nothing more than to set its flag, which the wait looks at.
        ended_.store(false);
    }
    void cancel() noexcept override {
        cancelled_.store(true);
        if (ended_.load()) return;
        // The callback may run within `wake` and destroy the handle, the transport and the timer.
        references_.fetch_add(1, std::memory_order_relaxed);
        wake();
        release();
    }
    void discard() noexcept override {
        discarded_.store(true);
        cancel();
    }
    void release() noexcept override {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
        this->~AsyncState();
        ::operator delete(static_cast<void*>(this));
    }

  private:
    static constexpr Duration first_look = Duration::milliseconds(1);
    static constexpr Duration last_look = Duration::milliseconds(50);

    ~AsyncState() = default;

    [[nodiscard]] CallOptions with_token(CallOptions options) const noexcept {
        options.cancellation = &token_;
        return options;
    }
    /// Whether the call or the user's token was cancelled.
    bool note_cancellation() noexcept {
        if (cancelled()) token_.cancel();
        return token_.is_cancelled();
    }
    /// Cancels both, because only the thread that drives the call knows which of them is active.
    void wake() noexcept {
        transport_.cancel(static_cast<AttemptCompletion::Handler*>(this));
        if (!ended_.load()) timer_.cancel(static_cast<TimerCompletion::Handler*>(this));
    }

    /// Asks the call for its next step. If memory runs out meanwhile, it ends with an error: no caller could
    /// take an exception.
    template <class Next> void take_step(const Next& next) noexcept {
#if defined(__cpp_exceptions)
        try {
            step_ = next();
        } catch (...) {
            step_ = call_.fail_without_memory();
        }
#else
        step_ = next();
#endif
    }
    /// The same for a step that signs, and so may ask for credentials.
    template <class Next> void take_attempt(const Next& next) noexcept {
        note_cancellation();
        references_.fetch_add(1, std::memory_order_relaxed);
        take_step(next);
        look_delay_ = first_look;
        // Otherwise the provider has the reference, until its fetch ends.
        if (step_ != Call::Step::wait_for_credentials) release();
    }
    /// How long to wait until the timer ends. A call that waits for credentials looks for their fetch ever
    /// less often: the thread that ends it may not be that of the call's loop, and so does not continue the
    /// call.
    [[nodiscard]] Duration next_wait() noexcept {
        if (delivering_) return {};
        if (step_ == Call::Step::wait) return next_input_ != nullptr ? look_delay_ : call_.delay();
        Duration wait = look_delay_;
        look_delay_ = look_delay_ < last_look ? Duration::nanoseconds(look_delay_.count() * 2) : last_look;
        return call_.limit_wait(wait) ? wait : Duration{};
    }
    /// The step after a wait: the next attempt, or the first one of the next call.
    [[nodiscard]] Call::Step on_waited() {
        const void* const input = std::exchange(next_input_, nullptr);
        return input != nullptr ? call_.start(input) : call_.on_waited();
    }
    /// Whether a call that waits for credentials goes on.
    [[nodiscard]] bool stops_waiting() noexcept {
        Duration none{};
        return fetch_ended_.exchange(0) != 0 || cancelled() || !call_.limit_wait(none);
    }
    /// Drives the call until a background task is pending. `*this` may be destroyed afterwards.
    void run(bool within_start) noexcept {
        for (;;) {
            if (step_ == Call::Step::done) {
                // Call back from the loop even if the call has already ended: the callback may start another
                // call that also ends immediately. A timer on another thread may be faster than this one,
                // which then asks for another turn; a timer that breaks its rule would be faster every time.
                if (!within_start || turns_left_ == 0) {
                    if (deliver()) return;
                    continue;
                }
                delivering_ = true;
                --turns_left_;
            }
            // A source that sends no request has its result at once.
            if (step_ == Call::Step::wait_for_credentials && fetch_ended_.exchange(0) != 0) {
                take_attempt([&] { return call_.on_waited(); });
                continue;
            }
            if (step_ == Call::Step::wait &&
                (note_cancellation() || (next_input_ != nullptr && look_delay_.count() == 0))) {
                take_attempt([&] { return on_waited(); });
                continue;
            }
            task_.begin();
            if (step_ == Call::Step::send) {
                sink_ = &call_.begin_attempt();
                transport_.start(call_.request(), *this, AttemptCompletion(*this));
            } else {
                timer_.start(next_wait(), TimerCompletion(*this));
            }
            // The call may have been cancelled before the background task existed.
            if (!delivering_ && cancelled_.load()) wake();
            const TaskPhase phase = task_.started();
            if (phase == TaskPhase::pending) return;
            if (phase == TaskPhase::abandoned) return end();
            take_outcome();
        }
    }
    void take_outcome() noexcept {
        if (step_ == Call::Step::wait || (step_ == Call::Step::wait_for_credentials && stops_waiting())) {
            take_attempt([&] { return on_waited(); });
        } else if (step_ == Call::Step::send) {
            if (callback_.has_ended != nullptr && callback_.has_ended(storage())) sent_ = {};
            take_step([&] { return call_.on_sent(std::move(sent_)); });
        }
    }
    void settle(TaskPhase outcome) noexcept {
        if (!task_.ended(outcome)) return;
        if (outcome == TaskPhase::abandoned) return end();
        take_outcome();
        run(false);
    }
    /// False if the call goes on. Otherwise `*this` may be destroyed.
    bool deliver() noexcept {
        if (!discarded_.load()) return callback_.deliver(*this, storage());
        end();
        return true;
    }
    /// Does not call the callback.
    void end() noexcept {
        ended_.store(true);
        call_.drop();
        callback_.destroy(storage());
        release();
    }

    void on_complete(TransportResult result) noexcept override {
        sent_ = std::move(result);
        settle(TaskPhase::completed);
    }
    void on_complete() noexcept override { settle(TaskPhase::completed); }
    void on_abandoned() noexcept override { settle(TaskPhase::abandoned); }

    void on_fetch_ended() noexcept override {
        fetch_ended_.store(1);
        release();
    }

    bool on_head(int status, Headers headers) noexcept override {
        return !discarded_.load(std::memory_order_relaxed) && sink_->on_head(status, std::move(headers));
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        // A discarded call must not pass on events, whose handler may refer to what no longer exists.
        return !discarded_.load(std::memory_order_relaxed) && sink_->on_body(bytes);
    }
    [[nodiscard]] bool cancelled() const noexcept override {
        return cancelled_.load(std::memory_order_relaxed) || (user_ != nullptr && user_->is_cancelled());
    }

    AsyncTransport& transport_;
    AsyncTimer& timer_;
    const AsyncCallback& callback_;
    const CancellationToken* user_;
    CancellationToken token_{};
    Call call_;
    ResponseSink* sink_ = nullptr;
    TransportResult sent_{};
    std::atomic<int> references_{1};
    HandOver<> task_{};
    std::atomic<bool> cancelled_{false};
    std::atomic<bool> discarded_{false};
    std::atomic<bool> ended_{false};
    // 1 or 0; a word, as `TaskPhase`, because it is exchanged.
    std::atomic<std::uint32_t> fetch_ended_{0};
    /// The time until the next look for credentials, or until the next call.
    Duration look_delay_{};
    /// The input of the next call, until it begins.
    const void* next_input_ = nullptr;
    Call::Step step_ = Call::Step::done;
    bool delivering_ = false;
    std::uint8_t turns_left_ = 100;
};

BELFRY_INLINE AsyncState* make_async_state(const ClientCore& core, AsyncTransport& transport,
                                           AsyncTimer& timer, const Operation& operation,
                                           const CallOptions& options, const AsyncCallback& callback,
                                           void*& storage) {
    void* const memory = ::operator new(AsyncState::callback_offset() + callback.size);
    AsyncState* const state = ::new (memory) AsyncState(core, transport, timer, operation, options, callback);
    storage = state->storage();
    return state;
}
BELFRY_INLINE void launch(AsyncState& state, const void* input) noexcept { state.launch(input); }
BELFRY_INLINE bool read_output(AsyncState& state, void* output) noexcept { return state.read_output(output); }
BELFRY_INLINE void conclude(AsyncState& state) noexcept { state.conclude(); }
BELFRY_INLINE bool finish(AsyncState& state, void* output, ResultBase& result) noexcept {
    return state.finish(output, result);
}
BELFRY_INLINE void call_again(AsyncState& state, Duration pause, const CallOptions& options,
                              const void* input) noexcept {
    state.call_again(pause, options, input);
}
BELFRY_INLINE void release(AsyncState& state) noexcept { state.release(); }
BELFRY_INLINE AsyncWork& work_of(AsyncState& state) noexcept { return state; }

} // namespace belfry::inline v0::detail
