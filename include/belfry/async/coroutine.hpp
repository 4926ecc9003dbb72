// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/pending.hpp>

#include <utility>

namespace belfry::inline v0 {

/// `Result<Output> result = co_await async_call(caller, voice::operations::GetSpeakerSearchTask{}, input);`
/// The coroutine resumes on the thread on which the transport or the timer completes. The input is copied.
template <class O>
[[nodiscard]] AwaitableCall<O> async_call(const AsyncCaller& caller, const O&, const typename O::Input& input,
                                          const CallOptions& options = {}) {
    return AwaitableCall<O>(PendingCall<O>(caller, input, options));
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
    return AwaitableCall<O>(PendingCall<O>(caller, std::move(input), options));
}
#endif

} // namespace belfry::inline v0
