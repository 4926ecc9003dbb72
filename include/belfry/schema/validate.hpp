// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {

/// How deep values may nest: as deep as the encoders write them.
inline constexpr std::size_t max_validated_depth = 128;

class Validator {
  public:
    explicit Validator(std::string& faults) noexcept : faults_(faults) {}

    BELFRY_COLD void structure(const Structure& shape, const void* object) {
        members(shape, object, nullptr);
    }

    /// Whether one of the faults is a value that nests too deeply.
    [[nodiscard]] bool found_depth() const noexcept { return found_depth_; }

  private:
    /// A step of the path to a value. Texts are made of it only if there is a fault.
    struct Place {
        const Place* outer;
        /// A member's name or a map's key; null for an element of a list.
        std::string_view name;
        std::size_t index;
        bool is_member;
    };

    BELFRY_COLD void members(const Structure& shape, const void* object, const Place* outer) {
        std::size_t i = 0;
        std::size_t end = shape.count;
        if (shape.union_access != nullptr) {
            const int which = shape.union_access->which(object);
            if (which < 0) fault("a union must hold one of its members", outer);
            if (which < 0 || which >= shape.count) return;
            i = static_cast<std::size_t>(which);
            end = i + 1;
            object = shape.union_access->get(object);
        }
        for (; i < end; ++i) {
            const Member& member = shape.members[i];
            const Type& type = *member.type;
            const bool is_union = shape.union_access != nullptr;
            const bool required = is_union || (member.has(MemberFlags::required) &&
                                               !member.has(MemberFlags::idempotency_token));
            if (!required && !descends(type)) continue;
            const void* const held = slot_value(type, is_union ? object : member.slot(object));
            const Place place{outer, shape.member_name(i), 0, true};
            if (held != nullptr)
                value(type, held, place);
            else if (required)
                fault("required", &place);
        }
    }
    /// `held` as `slot_value` gives it.
    BELFRY_COLD void value(const Type& type, const void* held, const Place& place) {
        if (held == nullptr || !descends(type)) return;
        // The stack of a small thread does not hold more, and no encoder writes more.
        if (depth_left_ == 0) {
            found_depth_ = true;
            fault("nested too deeply", &place);
            return;
        }
        --depth_left_;
        if (type.structure != nullptr)
            members(*type.structure, held, &place);
        else
            elements(type, held, place);
        ++depth_left_;
    }
    BELFRY_COLD void elements(const Type& type, const void* held, const Place& place) {
        const Elements elements = type.elements(held);
        for (std::size_t i = 0; i < elements.count; ++i) {
            const char* const element = static_cast<const char*>(elements.first) + i * elements.stride;
            Place inner{&place, {}, i, false};
            if (type.kind == Kind::map)
                inner.name = *static_cast<const std::string*>(static_cast<const void*>(element));
            value(*type.element, slot_value(*type.element, element + elements.value_offset), inner);
        }
    }
    /// Whether the type holds structures.
    static bool descends(const Type& type) noexcept {
        const Type* below = &type;
        while (below->element != nullptr) below = below->element;
        return below->structure != nullptr;
    }
    BELFRY_COLD void append_path(const Place& place) {
        if (place.outer != nullptr) append_path(*place.outer);
        if (place.is_member) {
            if (place.outer != nullptr) append_char(faults_, '.');
            append_text(faults_, place.name);
            return;
        }
        append_char(faults_, '[');
        if (place.name.data() == nullptr)
            append_integer_text(faults_, static_cast<std::int64_t>(place.index));
        else
            append_text(faults_, place.name);
        append_char(faults_, ']');
    }
    BELFRY_COLD void fault(std::string_view what, const Place* place) {
        if (!faults_.empty()) append_text(faults_, "; ");
        if (place != nullptr) {
            append_path(*place);
            append_text(faults_, ": ");
        }
        append_text(faults_, what);
    }
    std::string& faults_;
    std::size_t depth_left_ = max_validated_depth;
    bool found_depth_ = false;
};

} // namespace detail

/// Checks that every required member of `object` is set, that every union holds a member, and that nothing
/// nests deeper than 128 structures, lists and maps. Returns every fault with its path, separated by
/// semicolons; empty when there is none.
[[nodiscard]] BELFRY_COLD inline std::string validate(const Structure& structure, const void* object) {
    std::string faults;
    detail::Validator(faults).structure(structure, object);
    return faults;
}

} // namespace belfry::inline v0
