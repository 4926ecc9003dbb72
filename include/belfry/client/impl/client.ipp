// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/drive.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

BELFRY_NOIPA inline bool run_call(const ClientCore& core, const Operation& operation, const void* input,
                                  OutputSlot output, const CallOptions& options, ResultBase& result) {
    Call call(core, operation, options);
    Call::Step step = call.start(input);
    for (;;) {
        drive(call, core, step,
              [&](ResponseSink& sink) { return call.on_sent(core.transport().send(call.request(), sink)); });
        step = call.read_output(output.object);
        if (step == Call::Step::done && call.finish(output.object, result)) return true;
        // A part of a broken document is not an output.
        output.reset(output.object);
        if (step == Call::Step::done) return false;
    }
}

BELFRY_INLINE bool invoke(const ClientCore& core, const Operation& operation, const void* input,
                          OutputSlot output, const CallOptions& options, ResultBase& result) {
    return run_call(core, operation, input, output, options, result);
}

} // namespace belfry::inline v0::detail
