// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <clocale>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

/// Floating-point numbers as text by the C library, for a standard library without `std::to_chars` for them.
namespace belfry::inline v0::detail {

/// The digits of a finite number that is not negative: `d.ddd` times ten to `exponent`.
struct FloatDigits {
    char digits[std::numeric_limits<double>::max_digits10 + 1] = {};
    int count = 0;
    int exponent = 0;
};

/// Whether `text`, in the locale's way to write numbers, reads as `value`.
template <class T> [[nodiscard]] bool reads_as(const char* text, T value) noexcept {
    if constexpr (std::is_same_v<T, float>)
        return std::strtof(text, nullptr) == value;
    else
        return std::strtod(text, nullptr) == value;
}

/// Adds one to the last digit of `text`, a number in scientific notation; false if that would carry over into
/// a new first digit.
[[nodiscard]] inline bool count_up(char* text) noexcept {
    char* at = std::strchr(text, 'e');
    while (at-- != text) {
        if (*at < '0' || *at > '9') continue; // the decimal point
        if (*at != '9') {
            ++*at;
            return true;
        }
        *at = '0';
    }
    return false;
}

/// The fewest digits that read back as `value`.
template <class T> [[nodiscard]] BELFRY_COLD FloatDigits shortest_digits(T value) noexcept {
    char text[64];
    for (int places = 0; places < std::numeric_limits<T>::max_digits10; ++places) {
        std::snprintf(text, sizeof text, "%.*e", places, static_cast<double>(value));
        if (reads_as(text, value)) break;
        // Above a power of two the numbers are twice as far apart as below: the next text up may be one of
        // this number, although the nearest is not.
        if (count_up(text) && reads_as(text, value)) break;
    }
    FloatDigits result;
    const char* at = text;
    for (; *at != 'e'; ++at)
        if (*at >= '0' && *at <= '9') result.digits[result.count++] = *at;
    result.exponent = std::atoi(at + 1);
    return result;
}

/// Appends to a buffer as long as there is room.
class BoundedText {
  public:
    BoundedText(char* to, char* end) noexcept : at_(to), end_(end) {}
    void put(const char* text, int count) noexcept {
        for (; count > 0 && at_ != end_; --count) *at_++ = *text++;
    }
    void zeros(int count) noexcept {
        for (; count > 0; --count) put("0", 1);
    }
    [[nodiscard]] char* end() const noexcept { return at_; }

  private:
    char* at_;
    char* end_;
};

/// Writes `d.ddde+XX`.
inline char* write_scientific(char* to, char* end, const FloatDigits& number) noexcept {
    BoundedText out(to, end);
    out.put(number.digits, 1);
    if (number.count > 1) out.put(".", 1);
    out.put(number.digits + 1, number.count - 1);
    char exponent[8];
    const int size = std::snprintf(exponent, sizeof exponent, "e%c%02d", number.exponent < 0 ? '-' : '+',
                                   number.exponent < 0 ? -number.exponent : number.exponent);
    out.put(exponent, size);
    return out.end();
}

/// Writes `ddd.ddd`, of a number beyond its digits all that the C library knows.
inline char* write_fixed(char* to, char* end, const FloatDigits& number, double value) noexcept {
    BoundedText out(to, end);
    const int whole = number.exponent + 1;
    if (whole >= number.count) {
        char text[std::numeric_limits<double>::max_exponent10 + 8];
        out.put(text, std::snprintf(text, sizeof text, "%.0f", value));
    } else if (whole > 0) {
        out.put(number.digits, whole);
        out.put(".", 1);
        out.put(number.digits + whole, number.count - whole);
    } else {
        out.put("0.", 2);
        out.zeros(-whole);
        out.put(number.digits, number.count);
    }
    return out.end();
}

/// Writes `value` as `std::to_chars` does, in either of the two notations or in one of them only.
template <class T>
BELFRY_COLD char* write_float_portable(char* to, char* end, T value, bool fixed, bool scientific) noexcept {
    BoundedText sign(to, end);
    if (value < 0 || (value == 0 && 1 / value < 0)) {
        sign.put("-", 1);
        to = sign.end();
        value = -value;
    }
    if (value != value || value - value != 0) {
        sign.put(value != value ? "nan" : "inf", 3);
        return sign.end();
    }
    const FloatDigits digits = shortest_digits(value);
    if (fixed && scientific) {
        // The shorter one, and the fixed one of two that are equally long.
        const int whole = digits.exponent + 1;
        const int point = digits.count > 1 ? 1 : 0;
        const int exponent = digits.exponent >= 100 || digits.exponent <= -100 ? 5 : 4;
        const int fixed_size = whole >= digits.count ? whole
                               : whole > 0           ? digits.count + 1
                                                     : 2 - whole + digits.count;
        fixed = fixed_size <= digits.count + point + exponent;
    }
    return fixed ? write_fixed(to, end, digits, static_cast<double>(value))
                 : write_scientific(to, end, digits);
}

} // namespace belfry::inline v0::detail
