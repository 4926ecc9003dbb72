// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail::xml_events {

inline bool encode(const Structure& structure, const void* object, bool body_only, std::string& out,
                   std::string& fault) {
    XmlOptions options;
    options.body_members_only = body_only;
    XmlRoot root{};
    if (const XmlShape* const xml = structure.xml()) root.xml_namespace = xml->xml_namespace;
    return encode_xml(structure, root, object, out, options, fault);
}

inline bool decode(std::string_view document, const Structure& structure, bool body_only,
                   const DecodeOptions& reading, void* object, std::string& fault) {
    XmlOptions options;
    options.body_members_only = body_only;
    options.reading = reading;
    return decode_xml(document, structure, object, options, fault);
}

} // namespace detail::xml_events

BELFRY_INLINE constexpr EventCodec xml_event_codec{
    "application/xml", {}, &detail::xml_events::encode, &detail::xml_events::decode};

} // namespace belfry::inline v0
