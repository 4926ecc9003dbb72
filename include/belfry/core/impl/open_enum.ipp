// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {
namespace detail {
/// A new string. Its constructor from a view would be compiled into each program.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline std::string* new_text(std::string_view text) {
    std::string made;
    assign_text(made, text);
    return new std::string(std::move(made));
}
} // namespace detail

BELFRY_INLINE OpenEnumBase::OpenEnumBase(const OpenEnumBase& other) : number_(other.number_) {
    if (other.unknown_ != nullptr) unknown_ = detail::new_text(*other.unknown_);
}

void OpenEnumBase::assign(std::string_view wire, const EnumValues& values) {
    for (std::uint32_t number = 1; number <= values.count; ++number)
        if (values[number] == wire) {
            delete std::exchange(unknown_, nullptr);
            number_ = number;
            return;
        }
    delete std::exchange(unknown_, detail::new_text(wire));
    number_ = 0;
}

} // namespace belfry::inline v0
