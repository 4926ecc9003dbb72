// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/value.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Writes tokens into an input. The generator has checked that each has the type of its member.
namespace belfry::inline v0::detail {

template <class T> void assign_as(void* to, const void* from) {
    *static_cast<T*>(to) = *static_cast<const T*>(from);
}

inline void copy_slot(const Type& to, void* to_slot, const Type& from, const void* from_slot);

inline void copy_object(const Structure& structure, void* to, const void* from) {
    if (const UnionAccess* const access = structure.union_access) {
        const int index = access->which(from);
        if (index < 0) return;
        if (index >= structure.count) {
            std::string_view name;
            std::string_view json;
            access->get_unknown(from, name, json);
            access->set_unknown(to, name, json);
            return;
        }
        const Type& type = *structure.members[index].type;
        copy_slot(type, access->emplace(to, index), type, access->get(from));
        return;
    }
    for (std::size_t i = 0; i < structure.count; ++i) {
        const Member& member = structure.members[i];
        copy_slot(*member.type, member.slot(to), *member.type, member.slot(from));
    }
}

/// Copies a value, if there is one, into another slot of the same shape. One of the slots may be optional and
/// the other not.
inline void copy_slot(const Type& to, void* to_slot, const Type& from, const void* from_slot) {
    const void* const value = slot_value(from, from_slot);
    if (value == nullptr) return;
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
    case Kind::union_type: return copy_object(*from.structure, target, value);
    case Kind::list:
    case Kind::map: {
        const Elements elements = from.elements(value);
        const char* element = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, element += elements.stride) {
            const void* const entry = element;
            void* const slot = to.add(target, from.kind == Kind::map
                                                  ? std::string_view(*static_cast<const std::string*>(entry))
                                                  : std::string_view());
            copy_slot(*to.element, slot, *from.element, element + elements.value_offset);
        }
        return;
    }
    }
}

BELFRY_INLINE bool write_text_token(const Type& type, const void* last, void* slot,
                                    const jmespath::Value& token) {
    const bool repeated = equal_scalars(jmespath::read_slot(type, last), token);
    void* const value = slot_emplace(type, slot);
    if (type.kind == Kind::string)
        static_cast<std::string*>(value)->assign(token.text);
    else if (type.kind == Kind::enumeration)
        static_cast<OpenEnumBase*>(value)->assign(token.text, *type.values);
    else
        *static_cast<Blob*>(value) = Blob(token.text);
    return repeated;
}

BELFRY_INLINE bool write_integer_token(const Type& type, const void* last, void* slot,
                                       const jmespath::Value& token) {
    const bool repeated = equal_scalars(jmespath::read_slot(type, last), token);
    void* const value = slot_emplace(type, slot);
    if (type.kind == Kind::int64)
        *static_cast<std::int64_t*>(value) = token.integer;
    else
        *static_cast<std::int32_t*>(value) = static_cast<std::int32_t>(token.integer);
    return repeated;
}

BELFRY_INLINE bool copy_token(const Type& type, const void* last, void* slot, const jmespath::Value& token) {
    const bool repeated = equal_values(jmespath::read_slot(type, last), token);
    if (token.type != nullptr)
        copy_slot(type, slot, *token.type, token.borrowed);
    else
        copy_object(*type.structure, slot_emplace(type, slot), token.borrowed);
    return repeated;
}

BELFRY_INLINE void copy_other_members(const PaginatorRule& rule, const Structure& structure, const void* from,
                                      void* to) {
    for (std::size_t i = 0; i < structure.count; ++i) {
        bool token = false;
        for (const PaginatorToken& one : rule.tokens) token = token || one.input == i;
        const Member& member = structure.members[i];
        if (!token) copy_slot(*member.type, member.slot(to), *member.type, member.slot(from));
    }
}

} // namespace belfry::inline v0::detail
