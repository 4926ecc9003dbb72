// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

BELFRY_INLINE OpenEnumBase::OpenEnumBase(const OpenEnumBase& other) : number_(other.number_) {
    if (other.unknown_ != nullptr) unknown_ = new std::string(*other.unknown_);
}

void OpenEnumBase::assign(std::string_view wire, const EnumValues& values) {
    for (std::uint32_t number = 1; number <= values.count; ++number)
        if (values[number] == wire) {
            delete std::exchange(unknown_, nullptr);
            number_ = number;
            return;
        }
    assign_unknown(wire);
}

void OpenEnumBase::assign_unknown(std::string_view wire) {
    std::string text;
    detail::assign_text(text, wire);
    delete std::exchange(unknown_, new std::string(std::move(text)));
    number_ = 0;
}

} // namespace belfry::inline v0
