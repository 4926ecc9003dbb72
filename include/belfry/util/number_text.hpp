// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/float_text.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

/// Numbers as text outside of JSON.
namespace belfry::inline v0::detail {

/// The shortest text that reads back as the same number, with `.0` behind whole numbers, as botocore writes
/// it. A `single` one came from a `float`.
BELFRY_COLD inline void append_float_text(std::string& out, double value, bool single) {
    if (value != value) return append_text(out, "NaN");
    if (value > (std::numeric_limits<double>::max)()) return append_text(out, "Infinity");
    if (value < std::numeric_limits<double>::lowest()) return append_text(out, "-Infinity");
    const double magnitude = value < 0 ? -value : value;
    // The limits are numbers of the value's own type.
    const double least = single ? double{1e-4F} : 1e-4;
    const bool fixed = magnitude == 0 || (magnitude >= least && magnitude < 1e16);
    const FloatStyle style = fixed ? FloatStyle::fixed : FloatStyle::scientific;
    char text[64];
    const char* const end = single ? write_float(text, text + sizeof text, static_cast<float>(value), style)
                                   : write_float(text, text + sizeof text, value, style);
    const std::string_view digits(text, static_cast<std::size_t>(end - text));
    append_text(out, digits);
    if (fixed && digits.find('.') == std::string_view::npos) append_text(out, ".0");
}

/// Writes a number to a buffer that has room for 24 characters, and returns its end. The one place for all
/// numbers: compilers put `std::to_chars` into each caller.
BELFRY_NOINLINE inline char* write_integer(char* to, std::int64_t value) noexcept {
    return std::to_chars(to, to + 24, value).ptr;
}

BELFRY_COLD inline void append_integer_text(std::string& out, std::int64_t value) {
    char text[24];
    append_text(out, {text, static_cast<std::size_t>(write_integer(text, value) - text)});
}

} // namespace belfry::inline v0::detail
