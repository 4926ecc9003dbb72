// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/call.hpp>
#include <belfry/call/sleep.hpp>

namespace belfry::inline v0::detail {

/// Drives a call from `step` on, on the calling thread, until it is done, and sleeps between its attempts.
/// `attempt(sink)` sends the call's request and returns the next step: that of `Call::on_sent`, or
/// `Call::Step::done` if it reads the response later, as an open stream of events does.
template <class Attempt>
void drive(Call& call, const ClientCore& core, Call::Step step, const Attempt& attempt) {
    while (step != Call::Step::done) {
        if (step == Call::Step::wait) {
            sleep_unless_cancelled(core.environment(), call.delay(), call.options().cancellation);
            step = call.on_waited();
        } else {
            step = attempt(call.begin_attempt());
        }
    }
}

} // namespace belfry::inline v0::detail
