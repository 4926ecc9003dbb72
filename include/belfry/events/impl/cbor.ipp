// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail::cbor_events {

// The codec leaves out what travels elsewhere in any case.
inline bool encode(const Structure& structure, const void* object, bool, std::string& out,
                   std::string& fault) {
    return encode_cbor(structure, object, out, CborOptions{}, fault);
}

inline bool decode(std::string_view document, const Structure& structure, bool, const DecodeOptions& reading,
                   void* object, std::string& fault) {
    CborOptions options;
    options.reading = reading;
    return decode_cbor(document, structure, object, options, fault);
}

} // namespace detail::cbor_events

BELFRY_INLINE constexpr EventCodec cbor_event_codec{"application/cbor", "\xa0", &detail::cbor_events::encode,
                                                    &detail::cbor_events::decode};

} // namespace belfry::inline v0
