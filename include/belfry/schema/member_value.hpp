// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

/// The member of that name in the model, or null; `value` becomes its value in `object`, or null.
[[nodiscard]] BELFRY_COLD inline const Member*
find_member_value(const Structure& structure, const void* object, std::string_view name, const void*& value) {
    for (std::size_t i = 0; i < structure.count; ++i)
        if (structure.member_name(i) == name) {
            value = slot_value(*structure.members[i].type, structure.members[i].slot(object));
            return &structure.members[i];
        }
    value = nullptr;
    return nullptr;
}

} // namespace belfry::inline v0::detail
