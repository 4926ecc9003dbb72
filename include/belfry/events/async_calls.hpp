// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/pending.hpp>
#include <belfry/events/body_hooks.hpp>
#include <belfry/events/calls.hpp>
#include <belfry/events/error.hpp>
#include <belfry/util/config.hpp>

#include <type_traits>
#include <utility>

/// Calls on an event loop whose responses are streams of events.
namespace belfry::inline v0 {

/// A callable that an `EventHandler` can refer to.
template <class F, class Events>
concept EventHandlerOf = std::is_invocable_v<std::decay_t<F>&, Events&&>;

namespace detail {

/// The part of an `AsyncState` that a call with events needs. It stays where it is constructed.
template <class O, class OnEvent, class Callback> class StoredEvents {
  public:
    using Events = typename O::OutputEvents;

    template <class F>
    StoredEvents(const ClientCore& core, OnEvent&& on_event, F&& callback)
        : on_event_(std::move(on_event)), callback_(std::forward<F>(callback)),
          body_(operation_of<O>, O::event_stream, structure_of<Events>, decode_options(core.config()),
                &handler_, &deliver_event<Events>) {}
    StoredEvents(const StoredEvents&) = delete;
    StoredEvents& operator=(const StoredEvents&) = delete;

    static BodyHooks& hooks(void* storage) noexcept { return static_cast<StoredEvents*>(storage)->body_; }
    static bool has_ended(void* storage) noexcept {
        return static_cast<StoredEvents*>(storage)->body_.has_ended();
    }
    static bool deliver(AsyncState& state, void* storage) noexcept {
        auto& stored = *static_cast<StoredEvents*>(storage);
        conclude(state);
        Result<typename O::Output> result(std::in_place);
        if (!finish(state, &*result, result)) {
            complete_event_error(operation_of<O>, *stored.body_.reader, result.error());
            reset_output<typename O::Output>(&*result);
            result.reset();
        }
        call_back(state, stored, stored.callback_, std::move(result));
        return true;
    }

  private:
    OnEvent on_event_;
    Callback callback_;
    EventHandler<Events> handler_{on_event_};
    EventBodyHooks body_;
};

} // namespace detail

/// A call with events that has not been started, see `PendingCall`. Keeps the input and the event handler;
/// the started call keeps the handler.
template <class O, class OnEvent>
class [[nodiscard]] PendingEventCall : public detail::PendingWork<PendingEventCall<O, OnEvent>> {
  public:
    /// The type that the callback gets, or the coroutine.
    using ResultType = Result<typename O::Output>;

    PendingEventCall(const AsyncCaller& caller, typename O::Input input, OnEvent on_event,
                     const CallOptions& options)
        : caller_(caller), input_(std::move(input)), on_event_(std::move(on_event)), options_(options) {}

    using detail::PendingWork<PendingEventCall>::start;
    /// Starts the call, and assigns `call` before the event handler or the callback can be called. The
    /// handler is called on the thread on which the transport receives.
    template <class F> void start(AsyncCall& call, F&& callback) && {
        using Callback = std::decay_t<F>;
        static_assert(std::is_invocable_v<Callback&, ResultType&&>, "the callback takes a Result<Output>");
        caller_.template start_stored<detail::StoredEvents<O, OnEvent, Callback>>(
            call, operation_of<O>, options_, &input_, caller_.core(), std::move(on_event_),
            std::forward<F>(callback));
    }

  private:
    AsyncCaller caller_;
    typename O::Input input_;
    OnEvent on_event_;
    CallOptions options_;
};

namespace detail {

/// The body of a generated asynchronous method, for a coroutine.
template <class O, class H>
[[nodiscard]] PendingEventCall<O, std::decay_t<H>>
call_with_events_async(const AsyncCaller& caller, typename O::Input input, H&& on_event,
                       const CallOptions& options) {
    return {caller, std::move(input), std::forward<H>(on_event), options};
}
/// The same with a callback.
template <class O, class H, class F>
AsyncCall call_with_events_async(const AsyncCaller& caller, const typename O::Input& input, H&& on_event,
                                 const CallOptions& options, F&& callback) {
    return PendingEventCall<O, std::decay_t<H>>(caller, input, std::forward<H>(on_event), options)
        .start(std::forward<F>(callback));
}

} // namespace detail
} // namespace belfry::inline v0
