// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/drive.hpp>
#include <belfry/call/service_error.hpp>
#include <belfry/util/config.hpp>

#include <utility>

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

BELFRY_INLINE bool decode_response(const Operation& operation, HttpResponse&& response, OutputSlot output,
                                   const DecodeOptions& options, ResultBase& result) {
    Error error;
    error.http_status = response.status;
    read_request_id(response.headers, error.request_id);
    if (operation.succeeds(response.status)) {
        if (decode_output(operation, response, options, output.object, error)) {
            result.metadata().http_status = response.status;
            result.metadata().request_id = std::move(error.request_id);
            return true;
        }
        // A part of a broken document is not an output.
        output.reset(output.object);
    } else {
        read_service_error(operation, response, error);
    }
    if (error.kind == ErrorKind::service)
        keep_response(operation, std::move(response), options.max_depth, error);
    result.error() = std::move(error);
    return false;
}

} // namespace belfry::inline v0::detail
