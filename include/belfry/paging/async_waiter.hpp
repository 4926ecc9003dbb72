// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/pending.hpp>
#include <belfry/paging/waiter.hpp>
#include <belfry/util/config.hpp>

#include <type_traits>
#include <utility>

/// Waiters on an event loop.
namespace belfry::inline v0 {
namespace detail {

/// The part of an `AsyncState` that a wait needs.
template <class O, class Callback> class StoredWait {
  public:
    template <class F>
    StoredWait(typename O::Input&& input, WaiterRun&& run, F&& callback)
        : input_(std::move(input)), run_(std::move(run)), callback_(std::forward<F>(callback)) {}
    [[nodiscard]] const void* input() const noexcept { return &input_; }

    static bool deliver(AsyncState& state, void* storage) noexcept {
        auto& stored = *static_cast<StoredWait*>(storage);
        Result<typename O::Output> result(std::in_place);
        if (!read_output(state, &*result)) return false;
        const bool good = finish(state, &*result, result);
        if (!good) reset_output<typename O::Output>(&*result);
        const WaiterState next =
            stored.run_.next_on_loop(operation_of<O>, stored.input(), good ? &*result : nullptr, result);
        if (next == WaiterState::retry) {
            call_again(state, stored.run_.delay(), stored.run_.call_options(), stored.input());
            return false;
        }
        if (next == WaiterState::failure) result.reset();
        call_back(state, stored, stored.callback_, std::move(result));
        return true;
    }

  private:
    typename O::Input input_;
    WaiterRun run_;
    Callback callback_;
};

} // namespace detail

/// A wait that has not been started, see `PendingCall`. The result is that of the call that reached the
/// success state. If that is an error (for example, the resource no longer exists), the output is empty.
template <class O> class [[nodiscard]] PendingWait : public detail::PendingWork<PendingWait<O>> {
  public:
    /// The type that the callback gets, or the coroutine.
    using ResultType = Result<typename O::Output>;

    PendingWait(const AsyncCaller& caller, const WaiterRule& rule, typename O::Input input,
                const WaitOptions& options)
        : caller_(caller), rule_(&rule), input_(std::move(input)), options_(options) {}

    using detail::PendingWork<PendingWait>::start;
    /// Makes the first poll, and assigns `call` before the callback can be called. Cancelling `call` also
    /// ends the time between two polls.
    template <class F> void start(AsyncCall& call, F&& callback) && {
        using Callback = std::decay_t<F>;
        static_assert(std::is_invocable_v<Callback&, ResultType&&>, "the callback takes a Result<Output>");
        detail::WaiterRun run(caller_.core(), *rule_, options_);
        caller_.template start_stored<detail::StoredWait<O, Callback>>(
            call, operation_of<O>, run.call_options(), nullptr, std::move(input_), std::move(run),
            std::forward<F>(callback));
    }

  private:
    AsyncCaller caller_;
    const WaiterRule* rule_;
    typename O::Input input_;
    WaitOptions options_;
};

namespace detail {

/// The body of a generated asynchronous method, for a coroutine.
template <class O>
[[nodiscard]] PendingWait<O> wait_async(const AsyncCaller& caller, const WaiterRule& rule,
                                        typename O::Input input, const WaitOptions& options) {
    return {caller, rule, std::move(input), options};
}
/// The same with a callback.
template <class O, class F>
AsyncCall wait_async(const AsyncCaller& caller, const WaiterRule& rule, const typename O::Input& input,
                     const WaitOptions& options, F&& callback) {
    return PendingWait<O>(caller, rule, input, options).start(std::forward<F>(callback));
}

} // namespace detail
} // namespace belfry::inline v0
