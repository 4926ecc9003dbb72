// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/async.hpp>

#include <coroutine>
#include <optional>
#include <utility>

namespace belfry::inline v0 {

/// A call that starts when a coroutine of any type awaits it. Await it once. Refers to the client, transport
/// and timer of its `AsyncCaller`.
template <class O> class [[nodiscard]] AwaitableCall {
  public:
    /// Keeps the input, and refers to what the options refer to; when the call is awaited, see
    /// `AsyncCaller::start`.
    AwaitableCall(const AsyncCaller& caller, typename O::Input input, const CallOptions& options)
        : caller_(caller), input_(std::move(input)), options_(options) {}
    AwaitableCall(const AwaitableCall&) = delete;
    AwaitableCall& operator=(const AwaitableCall&) = delete;
    /// Destroying a coroutine that waits cancels its call and resumes nothing. Do so only if the coroutine
    /// cannot be resumed at the same time, and while transport and timer exist.
    ~AwaitableCall() { call_.discard(); }

    /// Requests that the call end soon; see `AsyncCall::cancel`. Has no effect before the call is awaited.
    void cancel() noexcept { call_.cancel(); }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        caller_.start(call_, O{}, input_, options_, Resume{this, waiting});
    }
    [[nodiscard]] Result<typename O::Output> await_resume() noexcept { return *std::move(result_); }

  private:
    struct Resume {
        AwaitableCall* call;
        std::coroutine_handle<> waiting;
        void operator()(Result<typename O::Output>&& result) const {
            call->result_.emplace(std::move(result));
            waiting.resume();
        }
    };

    AsyncCaller caller_;
    typename O::Input input_;
    CallOptions options_;
    AsyncCall call_{};
    std::optional<Result<typename O::Output>> result_{};
};

/// `Result<Output> result = co_await async_call(caller, voice::operations::GetSpeakerSearchTask{}, input);`
/// The coroutine resumes on the thread on which the transport or the timer completes. The input is copied.
template <class O>
[[nodiscard]] AwaitableCall<O> async_call(const AsyncCaller& caller, const O&, const typename O::Input& input,
                                          const CallOptions& options = {}) {
    return AwaitableCall<O>(caller, input, options);
}
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
/// GCC 12 destroys an aggregate twice if it is created within a `co_await` expression: give the input a name.
template <class O>
AwaitableCall<O> async_call(const AsyncCaller& caller, const O&, typename O::Input&& input,
                            const CallOptions& options = {}) = delete;
#else
/// The same, moving the input.
template <class O>
[[nodiscard]] AwaitableCall<O> async_call(const AsyncCaller& caller, const O&, typename O::Input&& input,
                                          const CallOptions& options = {}) {
    return AwaitableCall<O>(caller, std::move(input), options);
}
#endif

} // namespace belfry::inline v0
