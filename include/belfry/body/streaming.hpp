// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/response_body.hpp>
#include <belfry/core/streaming_blob.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

/// For operations with bodies that are not simply held in memory; their generated headers include it.
namespace belfry::inline v0::detail {

class CallBody;

/// See `OperationExtras::make_call_body`.
[[nodiscard]] BELFRY_INLINE CallBody* make_call_body(const Operation& operation, const ClientConfig& config,
                                                     const CallOptions& options);
/// See `OperationExtras::encode_streaming_payload`.
[[nodiscard]] BELFRY_INLINE bool encode_streaming_payload(const Operation& operation, const void* input,
                                                          HttpRequest& request, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/streaming.ipp>
#endif
