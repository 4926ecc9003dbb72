// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/compilation.hpp>
#include <belfry/protocol/event_stream.hpp>

namespace belfry::inline v0 {

/// Documents in the events of rpcv2Cbor.
extern BELFRY_INLINE const EventCodec cbor_event_codec;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/cbor_events_implementation.hpp>
#endif
