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
        const std::size_t length = path_.size();
        if (shape.union_access != nullptr) {
            const int which = shape.union_access->which(object);
            if (which < 0) fault("a union must hold one of its members");
            if (which < 0 || which >= shape.count) return;
            enter(shape.member_name(static_cast<std::size_t>(which)));
            const Type& type = *shape.members[which].type;
            const void* const held = slot_value(type, shape.union_access->get(object));
            if (held == nullptr)
                fault("required");
            else
                value(type, held);
            path_.erase(length);
            return;
        }
        for (std::size_t i = 0; i < shape.count; ++i) {
            const Member& member = shape.members[i];
            const Type& type = *member.type;
            const bool required =
                member.has(MemberFlags::required) && !member.has(MemberFlags::idempotency_token);
            if (!required && !descends(type)) continue;
            const void* const held = slot_value(type, member.slot(object));
            if (held == nullptr && !required) continue;
            enter(shape.member_name(i));
            if (held == nullptr)
                fault("required");
            else
                value(type, held);
            path_.erase(length);
        }
    }

    /// `held` as `slot_value` gives it.
    BELFRY_COLD void value(const Type& type, const void* held) {
        if (held == nullptr || !descends(type)) return;
        // The stack of a small thread does not hold more, and no encoder writes more.
        if (depth_left_ == 0) {
            found_depth_ = true;
            fault("nested too deeply");
            return;
        }
        --depth_left_;
        if (type.structure != nullptr)
            structure(*type.structure, held);
        else
            elements(type, held);
        ++depth_left_;
    }

    /// Whether one of the faults is a value that nests too deeply.
    [[nodiscard]] bool found_depth() const noexcept { return found_depth_; }

  private:
    BELFRY_COLD void elements(const Type& type, const void* held) {
        const Elements elements = type.elements(held);
        const std::size_t length = path_.size();
        for (std::size_t i = 0; i < elements.count; ++i) {
            const char* const element = static_cast<const char*>(elements.first) + i * elements.stride;
            append_char(path_, '[');
            if (type.kind == Kind::map)
                append_text(path_, *static_cast<const std::string*>(static_cast<const void*>(element)));
            else
                append_integer_text(path_, static_cast<std::int64_t>(i));
            append_char(path_, ']');
            value(*type.element, slot_value(*type.element, element + elements.value_offset));
            path_.erase(length);
        }
    }
    /// Whether the type holds structures.
    static bool descends(const Type& type) noexcept {
        const Type* below = &type;
        while (below->element != nullptr) below = below->element;
        return below->structure != nullptr;
    }
    BELFRY_COLD void enter(std::string_view member) {
        if (!path_.empty()) append_char(path_, '.');
        append_text(path_, member);
    }
    BELFRY_COLD void fault(std::string_view what) {
        if (!faults_.empty()) append_text(faults_, "; ");
        append_text(faults_, path_);
        if (!path_.empty()) append_text(faults_, ": ");
        append_text(faults_, what);
    }
    std::string& faults_;
    std::string path_;
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
