// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/drive.hpp>
#include <belfry/events/body_hooks.hpp>
#include <belfry/events/error.hpp>
#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0::detail {

BELFRY_NOIPA inline bool run_call_with_events(const ClientCore& core, const Operation& operation,
                                              const void* input, void* output, const CallOptions& options,
                                              EventBodyHooks& body, ResultBase& result) {
    Call call(core, operation, options, &body);
    drive(call, core, call.start(input), [&](ResponseSink& sink) {
        TransportResult sent = core.transport().send(call.request(), sink);
        // The handler stopped the transfer, so this is not a transport error.
        if (body.has_ended()) sent = {};
        return call.on_sent(std::move(sent));
    });
    if (call.finish(output, result)) return true;
    complete_event_error(operation, *body.reader, result.error());
    return false;
}

BELFRY_INLINE bool invoke_with_events(const ClientCore& core, const Operation& operation,
                                      const EventStreamTraits& traits, const Structure& events,
                                      const void* input, void* output, const CallOptions& options,
                                      void* handler, DeliverEvent deliver, ResultBase& result) {
    EventBodyHooks body(operation, traits, events, decode_options(core.config()), handler, deliver);
    return run_call_with_events(core, operation, input, output, options, body, result);
}

} // namespace belfry::inline v0::detail
