// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/call.hpp>
#include <belfry/client/event_calls.hpp>
#include <belfry/client/event_exchange.hpp>
#include <belfry/client/state.hpp>
#include <belfry/retry/standard.hpp>

#include <cstddef>
#include <utility>

namespace belfry::inline v0::detail {

/// Completes an error that came in a stream: with its own message instead of the response, and with whether
/// the same call may succeed later.
[[gnu::cold]] inline void adopt_event_error(const Operation& operation, const EventReader& reader,
                                            Error& error) {
    if (error.kind != ErrorKind::service || reader.error().kind != ErrorKind::service) return;
    error.detail = reader.error().detail;
    AttemptOutcome outcome;
    outcome.kind = error.kind;
    outcome.error_code = error.code;
    for (std::size_t i = 0; i < operation.retryable_error_count; ++i)
        if (operation.retryable_errors[i].code == error.code) {
            outcome.modelled_retryable = true;
            outcome.modelled_throttling = operation.retryable_errors[i].throttling;
        }
    const RetryDecision decision = decide_retry(outcome, RetryOptions{}, 0);
    error.retryable = decision.retryable;
    error.throttling = decision.throttling;
}

BELFRY_BOUNDARY inline bool run_call_with_events(const ClientCore& core, const Operation& operation,
                                                 const void* input, void* output, const CallOptions& options,
                                                 const EventExchange& exchange, ResultBase& result) {
    Call call(core, operation, options);
    Call::Step step = call.start(input);
    while (step != Call::Step::done) {
        if (step == Call::Step::wait) {
            sleep_unless_cancelled(environment_of(core), call.delay(), options.cancellation);
            step = call.on_waited();
            continue;
        }
        ResponseSink& sink = call.begin_attempt();
        TransportResult sent = core.transport().send(call.request(), sink);
        // What we stop ourselves has not failed as a response.
        if (exchange.has_ended()) sent = {};
        step = call.on_sent(std::move(sent));
    }
    if (call.finish(output, result)) return true;
    adopt_event_error(operation, *exchange.reader, result.error());
    return false;
}

BELFRY_INLINE bool invoke_with_events(const ClientCore& core, const Operation& operation,
                                      const Structure& events, const void* input, void* output,
                                      const CallOptions& options, void* handler, DeliverEvent deliver,
                                      ResultBase& result) {
    EventExchange exchange(operation, events, core.config().max_response_depth, handler, deliver);
    CallOptions own = options;
    own.response_body = &exchange;
    return run_call_with_events(core, operation, input, output, own, exchange, result);
}

} // namespace belfry::inline v0::detail
