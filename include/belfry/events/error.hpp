// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/retry/standard.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

/// Completes an error that came in a stream: with its own message instead of the response, and with whether
/// the same call may succeed later.
BELFRY_COLD inline void complete_event_error(const Operation& operation, const EventReader& reader,
                                             Error& error) {
    if (error.kind != ErrorKind::service || reader.error().kind != ErrorKind::service) return;
    error.detail = reader.error().detail;
    AttemptOutcome outcome;
    outcome.kind = error.kind;
    outcome.error_code = error.code;
    if (const RetryableError* const modelled = operation.find_retryable(error.code)) {
        outcome.modelled_retryable = true;
        outcome.modelled_throttling = modelled->throttling;
    }
    const RetryDecision decision = decide_retry(outcome, RetryOptions{}, 0);
    error.retryable = decision.retryable;
    error.throttling = decision.throttling;
}

} // namespace belfry::inline v0::detail
