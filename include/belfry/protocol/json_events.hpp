// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/compilation.hpp>
#include <belfry/protocol/event_stream.hpp>

namespace belfry::inline v0 {

/// Documents in the events of restJson1, awsJson and rpcv2Json.
extern BELFRY_INLINE const EventCodec json_event_codec;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/json_events_implementation.hpp>
#endif
