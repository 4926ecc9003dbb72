// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

/// Payloads of the protocols with HTTP bindings, for every document format.
namespace belfry::inline v0::detail {

/// The member that is the whole body; null when there is none.
[[nodiscard]] BELFRY_COLD inline const Member* payload_of(const Structure& structure,
                                                          std::size_t& index) noexcept {
    if (!structure.http_bound) return nullptr;
    for (index = 0; index < structure.count; ++index)
        if (structure.members[index].location == Location::payload) return &structure.members[index];
    return nullptr;
}

[[nodiscard]] BELFRY_COLD inline bool has_body_members(const Structure& structure) noexcept {
    for (std::size_t i = 0; i < structure.count; ++i)
        if (structure.members[i].location == Location::body) return true;
    return false;
}

BELFRY_COLD
inline void set_content_type(HttpRequest& request, std::string_view type) {
    // A member bound to the header has the last word.
    if (!request.headers.contains("Content-Type")) request.headers.append("Content-Type", type);
}

/// Whether a payload of this type is the body as it is, and no document.
[[nodiscard]] inline bool is_raw_payload(const Type& type) noexcept {
    return type.kind == Kind::string || type.kind == Kind::blob || type.kind == Kind::enumeration;
}

BELFRY_COLD inline void encode_raw_payload(const Operation& operation, const Type& type, const void* value,
                                           HttpRequest& request) {
    const std::string_view media_type = !operation.payload_media_type.empty() ? operation.payload_media_type
                                        : type.kind == Kind::blob             ? "application/octet-stream"
                                                                              : "text/plain";
    if (type.kind == Kind::blob)
        request.body = static_cast<const Blob*>(value)->bytes();
    else
        append_simple_text(request.body, type, value, TimestampFormat::unset);
    set_content_type(request, media_type);
}

/// Reads the payload member with the number `index`. An empty body means that it is absent. False, with the
/// reason in `error`, if it is a string, the body is not UTF-8, and that is an error.
[[nodiscard]] BELFRY_COLD inline bool decode_raw_payload(const HttpResponse& response,
                                                         const Structure& structure, std::size_t index,
                                                         const DecodeOptions& options, void* object,
                                                         Error& error) {
    if (response.body.empty()) return true;
    const Type& type = *structure.members[index].type;
    void* const slot = structure.members[index].slot(object);
    if (type.kind == Kind::blob)
        static_cast<Blob*>(slot_emplace(type, slot))->bytes() = response.body;
    else if (!parse_received_text(response.body, type, slot, options.invalid_text))
        return reject_response(error, structure.member_name(index), "the body is not UTF-8");
    return true;
}

} // namespace belfry::inline v0::detail
