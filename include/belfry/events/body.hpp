// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/util/config.hpp>

/// For operations with event streams; their generated headers include it indirectly.
namespace belfry::inline v0::detail {

/// Makes the request one whose body is a stream of events, or that asks for one.
[[nodiscard]] BELFRY_INLINE bool encode_event_stream(const EventStreamTraits& traits,
                                                     const Operation& operation, HttpRequest& request,
                                                     Error& error);
/// See `OperationHooks::encode_body`.
template <const EventStreamTraits& traits>
[[nodiscard]] bool encode_event_stream(const Operation& operation, const void*, HttpRequest& request,
                                       Error& error) {
    return encode_event_stream(traits, operation, request, error);
}
/// For calls with events, which bring their own `BodyHooks`: other calls fail. See
/// `OperationHooks::make_body`.
[[nodiscard]] BELFRY_INLINE BodyHooks* refuse_call_without_events(const Operation& operation,
                                                                  const ClientConfig& config,
                                                                  const CallOptions& options, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/events/impl/body.ipp>
#endif
