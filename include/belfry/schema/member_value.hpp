// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

/// The member of that name in the model, or null.
[[nodiscard]] BELFRY_COLD inline const Member* find_member(const Structure& structure,
                                                           std::string_view name) noexcept {
    for (std::size_t i = 0; i < structure.count; ++i)
        if (structure.member_name(i) == name) return &structure.members[i];
    return nullptr;
}
/// The same; `value` becomes its value in `object`, or null.
[[nodiscard]] BELFRY_COLD inline const Member*
find_member_value(const Structure& structure, const void* object, std::string_view name, const void*& value) {
    const Member* const member = find_member(structure, name);
    value = member != nullptr ? slot_value(*member->type, member->slot(object)) : nullptr;
    return member;
}

} // namespace belfry::inline v0::detail
