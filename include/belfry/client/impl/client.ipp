// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/drive.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

BELFRY_NOIPA inline bool run_call(const ClientCore& core, const Operation& operation, const void* input,
                                  void* output, const CallOptions& options, ResultBase& result) {
    Call call(core, operation, options);
    drive(call, core, input,
          [&](ResponseSink& sink) { return call.on_sent(core.transport().send(call.request(), sink)); });
    return call.finish(output, result);
}

BELFRY_INLINE bool invoke(const ClientCore& core, const Operation& operation, const void* input, void* output,
                          const CallOptions& options, ResultBase& result) {
    return run_call(core, operation, input, output, options, result);
}

} // namespace belfry::inline v0::detail
