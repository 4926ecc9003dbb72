// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/async.hpp>

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

/// Work that starts when a coroutine of any type awaits it, for example a `PendingCall`. Await it once.
/// Refers to the client, transport and timer of its `AsyncCaller`.
template <class Work> class [[nodiscard]] Awaitable {
  public:
    explicit Awaitable(Work work) : work_(std::move(work)) {}
    Awaitable(const Awaitable&) = delete;
    Awaitable& operator=(const Awaitable&) = delete;
    /// Destroying a coroutine that waits cancels its call and resumes nothing. Do so only if the coroutine
    /// cannot be resumed at the same time, and while transport and timer exist.
    ~Awaitable() { call_.discard(); }

    /// Requests that the call end soon; see `AsyncCall::cancel`. Has no effect before the call is awaited.
    void cancel() noexcept { call_.cancel(); }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        std::move(work_).start(call_, Resume{this, waiting});
    }
    [[nodiscard]] typename Work::ResultType await_resume() noexcept { return *std::move(result_); }

  private:
    struct Resume {
        Awaitable* awaitable;
        std::coroutine_handle<> waiting;
        void operator()(typename Work::ResultType&& result) const {
            awaitable->result_.emplace(std::move(result));
            waiting.resume();
        }
    };

    Work work_;
    AsyncCall call_{};
    std::optional<typename Work::ResultType> result_{};
};

namespace detail {

/// The ways to start pending work; each uses it up.
template <class Work> class PendingWork {
  public:
    /// Starts the work; see `AsyncCaller::start`.
    template <class F> AsyncCall start(F&& callback) && {
        AsyncCall call;
        static_cast<Work&&>(*this).start(call, std::forward<F>(callback));
        return call;
    }
    /// Awaits the work.
    [[nodiscard]] Awaitable<Work> operator co_await() && {
        return Awaitable<Work>(static_cast<Work&&>(*this));
    }
};

} // namespace detail

/// A call that has not been started. `co_await` it in a coroutine of any type, `start` it with a callback, or
/// give it to an `AsyncScope`. Keeps the input, and refers to what the options refer to.
template <class O> class [[nodiscard]] PendingCall : public detail::PendingWork<PendingCall<O>> {
  public:
    /// The type that the callback gets, or the coroutine.
    using ResultType = Result<typename O::Output>;

    PendingCall(const AsyncCaller& caller, typename O::Input input, const CallOptions& options)
        : caller_(caller), input_(std::move(input)), options_(options) {}

    using detail::PendingWork<PendingCall>::start;
    /// Starts the call, and assigns `call` before the callback can be called.
    template <class F> void start(AsyncCall& call, F&& callback) && {
        caller_.start(call, O{}, input_, options_, std::forward<F>(callback));
    }

  private:
    AsyncCaller caller_;
    typename O::Input input_;
    CallOptions options_;
};

/// A call that starts when a coroutine awaits it.
template <class O> using AwaitableCall = Awaitable<PendingCall<O>>;

namespace detail {

/// The body of a generated asynchronous method, for a coroutine.
template <class O>
[[nodiscard]] PendingCall<O> call_async(const AsyncCaller& caller, typename O::Input input,
                                        const CallOptions& options) {
    return {caller, std::move(input), options};
}
/// The same with a callback.
template <class O, class F>
AsyncCall call_async(const AsyncCaller& caller, const typename O::Input& input, const CallOptions& options,
                     F&& callback) {
    return caller.start(O{}, input, options, std::forward<F>(callback));
}

/// A callback of an operation, and not options.
template <class F, class O>
concept CallbackOf = std::is_invocable_v<std::decay_t<F>&, Result<typename O::Output>>;

/// Moves an input into a pending call. GCC 12 destroys an aggregate twice if it is created within a
/// `co_await` expression.
template <class Input> [[nodiscard]] Input&& move_input(Input& input) noexcept {
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    static_assert(sizeof(Input) == 0, "GCC 12 destroys an input twice that is written within a co_await "
                                      "expression: give the input a name, or pass a callback");
#endif
    return static_cast<Input&&>(input);
}

} // namespace detail
} // namespace belfry::inline v0
