// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

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
#include <belfry/events/impl/body.ipp>
#endif
