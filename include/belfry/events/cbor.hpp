// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/events/traits.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// Documents in the events of rpcv2Cbor.
extern BELFRY_INLINE const EventCodec cbor_event_codec;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/events/impl/cbor.ipp>
#endif
