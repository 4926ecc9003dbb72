// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/value.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

inline bool copy_slot(const Type& to, void* to_slot, const Type& from, const void* from_slot);

template <class T> bool assign_as(void* to, const void* from) {
    *static_cast<T*>(to) = *static_cast<const T*>(from);
    return true;
}

inline bool copy_object(const Structure& to, void* to_object, const Structure& from,
                        const void* from_object) {
    if (from.count != to.count || (from.union_access == nullptr) != (to.union_access == nullptr))
        return false;
    if (from.union_access != nullptr) {
        const int which = from.union_access->which(from_object);
        if (which < 0) return true;
        if (which >= from.count) {
            std::string_view name;
            std::string_view json;
            from.union_access->get_unknown(from_object, name, json);
            to.union_access->set_unknown(to_object, name, json);
            return true;
        }
        const auto i = static_cast<std::size_t>(which);
        return copy_slot(*to.members[i].type, to.union_access->emplace(to_object, which),
                         *from.members[i].type, from.union_access->get(from_object));
    }
    for (std::size_t i = 0; i < from.count; ++i) {
        const Member& source = from.members[i];
        const Member& target = to.members[i];
        if (slot_value(*source.type, source.slot(from_object)) != nullptr &&
            !copy_slot(*target.type, target.slot(to_object), *source.type, source.slot(from_object)))
            return false;
    }
    return true;
}

/// Copies a value into another slot of the same shape, which may be optional where this one is not. False
/// when the shapes differ or there is no value.
inline bool copy_slot(const Type& to, void* to_slot, const Type& from, const void* from_slot) {
    const void* const value = slot_value(from, from_slot);
    if (value == nullptr || to.kind != from.kind || to.values != from.values) return false;
    void* const target = slot_emplace(to, to_slot);
    switch (from.kind) {
    case Kind::boolean: return assign_as<bool>(target, value);
    case Kind::int8: return assign_as<std::int8_t>(target, value);
    case Kind::int16: return assign_as<std::int16_t>(target, value);
    case Kind::int32: return assign_as<std::int32_t>(target, value);
    case Kind::int64: return assign_as<std::int64_t>(target, value);
    case Kind::float32: return assign_as<float>(target, value);
    case Kind::float64: return assign_as<double>(target, value);
    case Kind::string: return assign_as<std::string>(target, value);
    case Kind::enumeration: return assign_as<OpenEnumBase>(target, value);
    case Kind::timestamp: return assign_as<Timestamp>(target, value);
    case Kind::blob: return assign_as<Blob>(target, value);
    case Kind::document: return assign_as<Document>(target, value);
    case Kind::structure:
    case Kind::union_type: return copy_object(*to.structure, target, *from.structure, value);
    case Kind::list:
    case Kind::map: {
        const Elements elements = from.elements(value);
        const char* element = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, element += elements.stride) {
            const void* const entry = element;
            void* const slot = to.add(target, from.kind == Kind::map
                                                  ? std::string_view(*static_cast<const std::string*>(entry))
                                                  : std::string_view());
            const void* const source = element + elements.value_offset;
            if (slot_value(*from.element, source) != nullptr &&
                !copy_slot(*to.element, slot, *from.element, source))
                return false;
        }
        return true;
    }
    }
    return false;
}

/// The same from a value that an expression found; text becomes a string, enumeration or blob, whatever it
/// was.
[[nodiscard]] inline bool write_slot(const Type& to, void* slot, const PathValue& value) {
    switch (value.form) {
    case PathValue::Form::string: {
        if (to.kind != Kind::string && to.kind != Kind::enumeration && to.kind != Kind::blob) return false;
        void* const target = slot_emplace(to, slot);
        if (to.kind == Kind::string)
            static_cast<std::string*>(target)->assign(value.text);
        else if (to.kind == Kind::enumeration)
            static_cast<OpenEnumBase*>(target)->assign(value.text, *to.values);
        else
            *static_cast<Blob*>(target) = Blob(value.text);
        return true;
    }
    case PathValue::Form::integer:
        if (to.kind == Kind::int32 && value.integer == static_cast<std::int32_t>(value.integer))
            *static_cast<std::int32_t*>(slot_emplace(to, slot)) = static_cast<std::int32_t>(value.integer);
        else if (to.kind == Kind::int64)
            *static_cast<std::int64_t*>(slot_emplace(to, slot)) = value.integer;
        else
            return false;
        return true;
    case PathValue::Form::list:
    case PathValue::Form::object:
        if (value.type != nullptr) return copy_slot(to, slot, *value.type, value.borrowed);
        return value.structure != nullptr && to.structure != nullptr &&
               copy_object(*to.structure, slot_emplace(to, slot), *value.structure, value.borrowed);
    default: return false;
    }
}

} // namespace belfry::inline v0::detail
