// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/streaming_blob.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/http/response.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/strict_text.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

/// Payloads that are the body as it is.
namespace belfry::inline v0::testing::detail {

/// Reads a string, an enum or a blob. An empty body means that it is absent. False if the body is not text,
/// but the payload is.
[[nodiscard]] inline bool read_raw_payload(const ReceivedRequest& request, const Member& payload,
                                           void* object) {
    if (request.body.empty()) return true;
    const Type& type = *payload.type;
    void* const slot = payload.slot(object);
    if (type.kind != Kind::blob) return parse_strict_text(request.body, type, TimestampFormat::unset, slot);
    static_cast<Blob*>(belfry::detail::slot_emplace(type, slot))->bytes() = request.body;
    return true;
}

/// Writes a string, an enum or a blob, which may come from a source. False if the source fails.
[[nodiscard]] inline bool write_raw_payload(const Type& type, const void* value, HttpResponse& response) {
    if (!response.headers.contains("Content-Type"))
        response.headers.append("Content-Type", raw_media_type(type, {}));
    if (type.kind != Kind::blob) {
        belfry::detail::append_simple_text(response.body, type, value, TimestampFormat::unset);
        return true;
    }
    BodySource* const source = type.streaming ? static_cast<const StreamingBlob*>(value)->source() : nullptr;
    if (source == nullptr) {
        response.body = static_cast<const Blob*>(value)->bytes();
        return true;
    }
    return belfry::detail::read_all(*source, [&](std::string_view piece) { response.body.append(piece); });
}

} // namespace belfry::inline v0::testing::detail
