// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/core/result.hpp>
#include <belfry/events/body.hpp>
#include <belfry/events/handler.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/util/config.hpp>

#include <string_view>
#include <utility>

/// Calls whose responses are streams of events, over any transport; the generated headers of such operations
/// include it.
namespace belfry::inline v0::detail {

/// Reads the next message, and hands its event to the `EventHandler` at `handler`.
template <class Events>
[[nodiscard]] EventReader::Step deliver_event(EventReader& reader, std::string_view& bytes, void* handler,
                                              bool& more) {
    Events event;
    const EventReader::Step step = reader.next(bytes, &event);
    if (step == EventReader::Step::event)
        more = (*static_cast<EventHandler<Events>*>(handler))(std::move(event));
    return step;
}

using DeliverEvent = EventReader::Step (*)(EventReader&, std::string_view&, void*, bool&);

/// Runs a call to its end on the calling thread, like `invoke`.
BELFRY_INLINE bool invoke_with_events(const ClientCore& core, const Operation& operation,
                                      const EventStreamTraits& traits, const Structure& events,
                                      const void* input, void* output, const CallOptions& options,
                                      void* handler, DeliverEvent deliver, ResultBase& result);

/// A call with events that has everything but a place for its outcome.
struct EventInvocation {
    const ClientCore& core;
    const Operation& operation;
    const EventStreamTraits& traits;
    const Structure& events;
    const void* input;
    const CallOptions& options;
    void* handler;
    DeliverEvent deliver;

    bool operator()(void* output, ResultBase& result) const {
        return invoke_with_events(core, operation, traits, events, input, output, options, handler, deliver,
                                  result);
    }
};

/// The body of a generated method.
template <class O>
[[nodiscard]] Result<typename O::Output>
invoke_with_events(const ClientCore& core, const typename O::Input& input,
                   EventHandler<typename O::OutputEvents> on_event, const CallOptions& options) {
    using Events = typename O::OutputEvents;
    return Result<typename O::Output>(std::in_place, EventInvocation{core, operation_of<O>, O::event_stream,
                                                                     structure_of<Events>, &input, options,
                                                                     &on_event, &deliver_event<Events>});
}

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/events/impl/calls.ipp>
#endif
