// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <charconv>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

/// Whether the standard library has `std::from_chars` for `float` and `double`. libc++ has it from version 20
/// on.
#if defined(__cpp_lib_to_chars) && !defined(BELFRY_NO_FLOAT_CHARCONV)
#define BELFRY_HAS_FLOAT_FROM_CHARS 1
#else
#define BELFRY_HAS_FLOAT_FROM_CHARS 0
#endif

#if !BELFRY_HAS_FLOAT_FROM_CHARS
#include <clocale>
#include <cstdlib>
#endif

/// Decimal numbers without a locale.
namespace belfry::inline v0::detail {

/// Whether `text` is a number of RFC 8259 section 6: `-`, digits, and optionally a fraction and an exponent.
[[nodiscard]] constexpr bool is_decimal(std::string_view text) noexcept {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t start = i;
        while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
        return i - start;
    };
    if (i < text.size() && text[i] == '-') ++i;
    if (digits() == 0) return false;
    if (i < text.size() && text[i] == '.') {
        ++i;
        if (digits() == 0) return false;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
        if (digits() == 0) return false;
    }
    return i == text.size();
}

/// Whether the absolute value of a decimal number is 1 or more: the sum of the exponent and of the digits
/// before the point is positive.
[[nodiscard]] BELFRY_COLD inline bool is_large_decimal(std::string_view text) noexcept {
    long digits = 0;
    bool seen = false;
    std::size_t i = text[0] == '-' ? 1 : 0;
    bool fraction = false;
    for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
        if (text[i] == '.')
            fraction = true;
        else if (text[i] != '0' || seen) {
            seen = true;
            if (!fraction) ++digits;
        } else if (fraction)
            --digits;
    }
    long exponent = 0;
    const bool tiny = i + 1 < text.size() && text[i + 1] == '-';
    for (++i; i < text.size(); ++i)
        if (text[i] >= '0' && text[i] <= '9' && exponent < 100'000'000)
            exponent = exponent * 10 + (text[i] - '0');
    return (tiny ? -exponent : exponent) + digits > 0;
}

/// The value of a decimal number (the grammar of RFC 8259 section 6, which `is_decimal` checks) as the
/// nearest `T`; false when it is too large.
template <class T> [[nodiscard]] bool parse_decimal(std::string_view text, T& value) {
#if BELFRY_HAS_FLOAT_FROM_CHARS
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc()) return true;
    // Out of range means too large or too near to zero.
    if (is_large_decimal(text)) return false;
    value = text[0] == '-' ? -T{0} : T{0};
    return true;
#else
    // strtod reads the locale's decimal point.
    std::string copy(text);
    const std::size_t point = copy.find('.');
    if (point != std::string::npos) copy.replace(point, 1, std::localeconv()->decimal_point);
    if constexpr (std::is_same_v<T, float>)
        value = std::strtof(copy.c_str(), nullptr);
    else
        value = std::strtod(copy.c_str(), nullptr);
    constexpr T largest = (std::numeric_limits<T>::max)();
    return value <= largest && value >= -largest;
#endif
}

} // namespace belfry::inline v0::detail
