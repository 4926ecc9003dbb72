// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/percent.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace test {

/// The bytes that an even number of hexadecimal digits stands for.
inline std::string bytes_of(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<char>(belfry::detail::hex_digit_value(hex[i]) * 16 +
                                        belfry::detail::hex_digit_value(hex[i + 1])));
    return out;
}

} // namespace test
