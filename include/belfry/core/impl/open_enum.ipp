// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {
namespace detail {
/// A new string. Its constructor from a view would be compiled into each program.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline std::string* new_text(std::string_view text) {
    std::string made;
    assign_text(made, text);
    return new std::string(std::move(made));
}
std::uint32_t number_of(std::string_view wire, const EnumValues& values) noexcept {
    std::uint32_t start = 0;
    for (std::uint32_t number = 1; number <= values.count; ++number) {
        const std::uint32_t end = values.starts[number];
        if (end - start == wire.size() && same_bytes(values.text + start, wire.data(), wire.size()))
            return number;
        start = end;
    }
    return 0;
}
} // namespace detail

BELFRY_INLINE OpenEnumBase::OpenEnumBase(const OpenEnumBase& other) : number_(other.number_) {
    if (other.unknown_ != nullptr) unknown_ = detail::new_text(*other.unknown_);
}

void OpenEnumBase::assign(std::string_view wire, const EnumValues& values) {
    const std::uint32_t number = detail::number_of(wire, values);
    delete std::exchange(unknown_, number == 0 ? detail::new_text(wire) : nullptr);
    number_ = number; // Only now, because the text may find no memory.
}

} // namespace belfry::inline v0
