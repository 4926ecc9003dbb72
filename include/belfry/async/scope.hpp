// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/async.hpp>

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

class ScopeState;

/// A call of a scope, in the scope's list until it has ended.
class ScopedCall : public std::enable_shared_from_this<ScopedCall> {
  public:
    explicit ScopedCall(std::shared_ptr<ScopeState> scope) noexcept : scope_(std::move(scope)) {}
    ScopedCall(const ScopedCall&) = delete;
    ScopedCall& operator=(const ScopedCall&) = delete;
    virtual ~ScopedCall() = default;
    /// Destroys the program's callback, unless it is running.
    virtual void drop_callback() noexcept = 0;
    /// Takes the call out of the scope.
    inline void end() noexcept;

    AsyncCall call{};

  private:
    friend class ScopeState;

    std::shared_ptr<ScopeState> scope_;
    ScopedCall* previous_ = nullptr;
    ScopedCall* next_ = nullptr;
    /// The last cancellation that has come to this call, or that came before it.
    std::uint64_t cancelled_ = 0;
    bool is_cancelled_ = false;
    bool started_ = false;
};

/// A wait until no call of a scope runs.
class ScopeJoiner {
  public:
    ScopeJoiner() = default;
    ScopeJoiner(const ScopeJoiner&) = delete;
    ScopeJoiner& operator=(const ScopeJoiner&) = delete;
    virtual void on_joined() noexcept = 0;

  protected:
    ~ScopeJoiner() = default;

  private:
    friend class ScopeState;
    ScopeJoiner* next_ = nullptr;
};

/// The calls of a scope, and the waits for their end. The calls keep it alive.
class ScopeState {
  public:
    void add(ScopedCall& call) {
        const std::lock_guard lock(mutex_);
        call.cancelled_ = cancellations_;
        append(call);
        ++size_;
    }
    /// Whether a cancellation came while the call was started.
    [[nodiscard]] bool has_started(ScopedCall& call) {
        const std::lock_guard lock(mutex_);
        call.started_ = true;
        return call.is_cancelled_;
    }
    void remove(ScopedCall& call) noexcept {
        std::unique_lock lock(mutex_);
        unlink(call);
        --size_;
        // One at a time: what a joiner does may destroy others.
        while (size_ == 0 && joiners_ != nullptr) {
            ScopeJoiner* const joiner = std::exchange(joiners_, joiners_->next_);
            lock.unlock();
            joiner->on_joined();
            lock.lock();
        }
    }
    [[nodiscard]] std::size_t size() const noexcept {
        const std::lock_guard lock(mutex_);
        return size_;
    }
    /// Visits the calls that run now, each without the lock: it may end, and take itself out, meanwhile.
    template <class Visit> void visit(const Visit& visit) noexcept {
        std::unique_lock lock(mutex_);
        const std::uint64_t number = ++cancellations_;
        while (first_ != nullptr && first_->cancelled_ < number) {
            const std::shared_ptr<ScopedCall> call = first_->shared_from_this();
            call->cancelled_ = number;
            call->is_cancelled_ = true;
            // To the end, so that the first call is again one that was not visited.
            unlink(*call);
            append(*call);
            const bool started = call->started_;
            lock.unlock();
            visit(*call, started);
            lock.lock();
        }
    }
    /// False if no call runs.
    [[nodiscard]] bool join(ScopeJoiner& joiner) noexcept {
        const std::lock_guard lock(mutex_);
        if (size_ == 0) return false;
        joiner.next_ = std::exchange(joiners_, &joiner);
        return true;
    }
    /// Whether the joiner was still waiting.
    bool leave(ScopeJoiner& joiner) noexcept {
        const std::lock_guard lock(mutex_);
        for (ScopeJoiner** place = &joiners_; *place != nullptr; place = &(*place)->next_)
            if (*place == &joiner) {
                *place = joiner.next_;
                return true;
            }
        return false;
    }

  private:
    void append(ScopedCall& call) noexcept {
        call.previous_ = last_;
        (last_ != nullptr ? last_->next_ : first_) = &call;
        last_ = &call;
    }
    void unlink(ScopedCall& call) noexcept {
        (call.previous_ != nullptr ? call.previous_->next_ : first_) = call.next_;
        (call.next_ != nullptr ? call.next_->previous_ : last_) = call.previous_;
        call.previous_ = call.next_ = nullptr;
    }

    mutable std::mutex mutex_{};
    ScopedCall* first_ = nullptr;
    ScopedCall* last_ = nullptr;
    std::size_t size_ = 0;
    std::uint64_t cancellations_ = 0;
    ScopeJoiner* joiners_ = nullptr;
};

inline void ScopedCall::end() noexcept { scope_->remove(*this); }

/// A call of a scope, and its callback.
template <class F> class ScopedCallOf final : public ScopedCall {
  public:
    template <class G>
    ScopedCallOf(std::shared_ptr<ScopeState> scope, G&& callback)
        : ScopedCall(std::move(scope)), callback_(std::in_place, std::forward<G>(callback)) {}
    template <class... A> decltype(auto) operator()(A&&... arguments) {
        struct Running {
            explicit Running(bool& b) noexcept : flag(b) { flag = true; }
            Running(const Running&) = delete;
            Running& operator=(const Running&) = delete;
            ~Running() { flag = false; }
            bool& flag;
        } const running(is_running_);
        return (*callback_)(std::forward<A>(arguments)...);
    }
    void drop_callback() noexcept override {
        if (!is_running_) callback_.reset();
    }

  private:
    std::optional<F> callback_;
    bool is_running_ = false;
};

/// Stands for the program's callback in the call. The call has ended when this is destroyed, whether it was
/// called or not.
template <class F> class ScopedCallback {
  public:
    explicit ScopedCallback(std::shared_ptr<ScopedCallOf<F>> call) noexcept : call_(std::move(call)) {}
    ScopedCallback(ScopedCallback&&) noexcept = default;
    ScopedCallback& operator=(ScopedCallback&&) = delete;
    ~ScopedCallback() {
        if (call_ == nullptr) return;
        call_->drop_callback();
        call_->end();
    }
    template <class... A>
        requires std::is_invocable_v<F&, A...>
    decltype(auto) operator()(A&&... arguments) const {
        return (*call_)(std::forward<A>(arguments)...);
    }

  private:
    std::shared_ptr<ScopedCallOf<F>> call_;
};

} // namespace detail

/// Owns the calls that it starts, so that none outlives it: wait for them with `join`, or end them with
/// `cancel_all`. May be used by several threads. Named after the counting scope of P3149.
/// `scope.spawn(voice.get_speaker_search_task(input), callback); ... co_await scope.join();`
class AsyncScope {
  public:
    AsyncScope() : state_(std::make_shared<detail::ScopeState>()) {}
    AsyncScope(const AsyncScope&) = delete;
    AsyncScope& operator=(const AsyncScope&) = delete;
    /// Discards the calls that still run: destroys their callbacks without calling them, and cancels the
    /// calls, see `AsyncCall::discard`; transport and timer must exist until the loop has ended them. May be
    /// destroyed by one of its callbacks. Must not be destroyed while a callback may be running on another
    /// thread, or while a coroutine waits in `join`.
    ~AsyncScope() {
        state_->visit([](detail::ScopedCall& call, bool) noexcept {
            call.drop_callback();
            call.call.discard();
        });
    }

    /// Starts work: what a method of an asynchronous client returns without a callback. The callback is the
    /// one that the method would take; see `AsyncCaller::start`. It may start more, also after `cancel_all`.
    template <class Work, class F> void spawn(Work&& work, F&& callback) {
        using Callback = std::decay_t<F>;
        const auto call = std::make_shared<detail::ScopedCallOf<Callback>>(state_, std::forward<F>(callback));
        state_->add(*call);
        static_cast<std::remove_reference_t<Work>&&>(work).start(call->call,
                                                                 detail::ScopedCallback<Callback>(call));
        if (state_->has_started(*call)) call->call.cancel();
    }
    /// Cancels the calls that run now; see `AsyncCall::cancel`. Their callbacks are still called.
    void cancel_all() noexcept {
        // A callback may destroy the scope.
        const std::shared_ptr<detail::ScopeState> state = state_;
        state->visit([](detail::ScopedCall& call, bool started) noexcept {
            // Otherwise `spawn` cancels the call, on its thread.
            if (started) call.call.cancel();
        });
    }
    /// The number of calls that run.
    [[nodiscard]] std::size_t size() const noexcept { return state_->size(); }

    /// The result of `join`, for `co_await` in a coroutine of any type.
    class [[nodiscard]] Join final : private detail::ScopeJoiner {
      public:
        explicit Join(std::shared_ptr<detail::ScopeState> state) noexcept : state_(std::move(state)) {}
        /// Destroying a coroutine that waits ends its wait.
        ~Join() { state_->leave(*this); }
        [[nodiscard]] bool await_ready() const noexcept { return state_->size() == 0; }
        [[nodiscard]] bool await_suspend(std::coroutine_handle<> waiting) noexcept {
            waiting_ = waiting;
            return state_->join(*this);
        }
        void await_resume() const noexcept {}

      private:
        void on_joined() noexcept override { waiting_.resume(); }

        std::shared_ptr<detail::ScopeState> state_;
        std::coroutine_handle<> waiting_{};
    };
    /// Waits until no call runs: all callbacks have returned, or the loop has dropped the calls. The
    /// coroutine resumes where the last call ended, and may destroy the scope.
    [[nodiscard]] Join join() noexcept { return Join(state_); }
    /// The same with a callback, which is called at once if no call runs. It must not throw.
    template <class F> void join(F&& callback) {
        using Callback = std::decay_t<F>;
        static_assert(std::is_invocable_v<Callback&>, "the callback takes nothing");
        class Waiting final : public detail::ScopeJoiner {
          public:
            explicit Waiting(F&& given) : callback_(std::forward<F>(given)) {}
            void on_joined() noexcept override {
                const std::unique_ptr<Waiting> self(this);
                callback_();
            }

          private:
            Callback callback_;
        };
        auto waiting = std::make_unique<Waiting>(std::forward<F>(callback));
        if (state_->join(*waiting))
            static_cast<void>(waiting.release());
        else
            waiting.release()->on_joined();
    }

  private:
    std::shared_ptr<detail::ScopeState> state_;
};

} // namespace belfry::inline v0
