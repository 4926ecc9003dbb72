// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail::json_events {

inline bool encode(const Structure& structure, const void* object, bool body_only, std::string& out,
                   std::string& fault) {
    JsonOptions options;
    options.body_members_only = body_only;
    return encode_json(structure, object, out, options, fault);
}

inline bool decode(std::string_view document, const Structure& structure, bool body_only,
                   const DecodeOptions& reading, void* object, std::string& fault) {
    JsonOptions options;
    options.body_members_only = body_only;
    options.reading = reading;
    return decode_json(document, structure, object, options, fault);
}

} // namespace detail::json_events

BELFRY_INLINE constexpr EventCodec json_event_codec{"application/json", "{}", &detail::json_events::encode,
                                                    &detail::json_events::decode};

} // namespace belfry::inline v0
