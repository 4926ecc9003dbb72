// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/interop/nlohmann.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

/// Shapes as JSON without their secrets.
namespace belfry::inline v0::testing::detail {

/// Replaces all values of a type by others that tell nothing and that the type can hold.
inline void redact(nlohmann::json& json, const Type& type) {
    if (json.is_null()) return;
    switch (type.kind) {
    case Kind::boolean: json = false; return;
    case Kind::int8:
    case Kind::int16:
    case Kind::int32:
    case Kind::int64:
    case Kind::float32:
    case Kind::float64:
    case Kind::timestamp: json = 0; return;
    case Kind::blob: json = "Kioq"; return;
    case Kind::string:
    case Kind::enumeration:
    case Kind::document: json = "***"; return;
    case Kind::list:
        for (nlohmann::json& element : json) redact(element, *type.element);
        return;
    // A key may be a secret, too.
    case Kind::map: json = nlohmann::json::object(); return;
    case Kind::structure:
    case Kind::union_type: break;
    }
    for (auto member = json.begin(); member != json.end(); ++member) {
        const Member* const described = belfry::detail::find_member(*type.structure, member.key());
        if (described != nullptr)
            redact(*member, *described->type);
        else
            *member = "***";
    }
}

/// Redacts the members of a structure or union that the model marks as sensitive (Smithy `sensitive`).
inline void redact_members(nlohmann::json& json, const Structure& shape);
inline void redact_members(nlohmann::json& json, const Type& type) {
    if (type.structure != nullptr) return redact_members(json, *type.structure);
    if (type.element == nullptr) return;
    for (nlohmann::json& element : json) redact_members(element, *type.element);
}
inline void redact_members(nlohmann::json& json, const Structure& shape) {
    if (!json.is_object()) return;
    for (auto member = json.begin(); member != json.end(); ++member) {
        const Member* const described = belfry::detail::find_member(shape, member.key());
        if (described == nullptr)
            *member = "***"; // of a union, and not in the model
        else if (described->has(MemberFlags::sensitive))
            redact(*member, *described->type);
        else
            redact_members(*member, *described->type);
    }
}

/// An output or exception without its secrets.
[[nodiscard]] inline nlohmann::json redacted_json(const Structure& shape, const void* object) {
    nlohmann::json json = to_json(shape, object);
    redact_members(json, shape);
    return json;
}
/// An input without its secrets, and without idempotency tokens, which differ each time.
[[nodiscard]] inline nlohmann::json redacted_input(const Structure& shape, const void* object) {
    nlohmann::json json = redacted_json(shape, object);
    for (std::size_t i = 0; i < shape.count; ++i)
        if (shape.members[i].has(MemberFlags::idempotency_token))
            json.erase(std::string(shape.member_name(i)));
    return json;
}

} // namespace belfry::inline v0::testing::detail
