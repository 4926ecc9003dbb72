// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/prepare.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE bool encode_event_stream(const EventStreamTraits& traits,
                                                   const Operation& operation, HttpRequest& request,
                                                   Error& error) {
    // Only Smithy's RPC v2 says what it accepts.
    if (traits.output && request.headers.contains("Accept"))
        request.headers.set("Accept", event_stream_media_type);
    if (!traits.input) return true;
    std::string message;
    std::string fault;
    if (traits.initial_messages && !encode_initial_request(*traits.codec, request.body, message, fault))
        return reject_input(error, *operation.input, "body", fault);
    request.body = std::move(message);
    request.content_length = static_cast<std::int64_t>(request.body.size());
    request.headers.set("Content-Type", event_stream_media_type);
    return true;
}

BELFRY_COLD BELFRY_INLINE BodyHooks* refuse_call_without_events(const Operation&, const ClientConfig&,
                                                                const CallOptions&, Error& error) {
    fail(error, ErrorKind::validation, "NoEventHandler",
         "this operation streams events; pass an event handler");
    return nullptr;
}

} // namespace belfry::inline v0::detail
