// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/config.hpp>
#include <belfry/core/compilation.hpp>
#include <belfry/protocol/event_stream.hpp>
#include <belfry/protocol/operation.hpp>

/// For operations with event streams; what their generated headers include includes it.
namespace belfry::inline v0::detail {

/// See `OperationExtras::make_call_body`.
[[nodiscard]] BELFRY_INLINE CallBody*
make_event_call_body(const Operation& operation, const ClientConfig& config, const CallOptions& options);
/// See `OperationExtras::encode_streaming_payload`.
[[nodiscard]] BELFRY_INLINE bool encode_event_stream(const Operation& operation, const void* input,
                                                     HttpRequest& request, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/client/event_body_implementation.hpp>
#endif
