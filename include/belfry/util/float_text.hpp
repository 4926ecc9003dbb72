// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <charconv>

/// Whether the standard library has `std::to_chars` for `float` and `double`. libc++ has it from version 14
/// on without saying so by `__cpp_lib_to_chars`, but not for old systems of Apple, nor in old Emscriptens.
#if defined(BELFRY_NO_FLOAT_CHARCONV)
#define BELFRY_HAS_FLOAT_TO_CHARS 0
#elif defined(__cpp_lib_to_chars)
#define BELFRY_HAS_FLOAT_TO_CHARS 1
#elif defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 14000 && !defined(__EMSCRIPTEN__) &&                    \
    (!defined(__APPLE__) || _LIBCPP_AVAILABILITY_HAS_TO_CHARS_FLOATING_POINT)
#define BELFRY_HAS_FLOAT_TO_CHARS 1
#else
#define BELFRY_HAS_FLOAT_TO_CHARS 0
#endif

#if !BELFRY_HAS_FLOAT_TO_CHARS
#include <belfry/util/float_text_portable.hpp>
#endif

namespace belfry::inline v0::detail {

/// How a floating-point number is written.
enum class FloatStyle : unsigned char { shortest, fixed, scientific };

/// Writes the shortest text that reads back as the same `T`, as `std::to_chars` does, and returns its end. 40
/// characters are enough for the shortest style and the scientific one.
template <class T>
char* write_float(char* to, char* end, T value, FloatStyle style = FloatStyle::shortest) noexcept {
#if BELFRY_HAS_FLOAT_TO_CHARS
    if (style == FloatStyle::shortest) return std::to_chars(to, end, value).ptr;
    return std::to_chars(to, end, value,
                         style == FloatStyle::fixed ? std::chars_format::fixed
                                                    : std::chars_format::scientific)
        .ptr;
#else
    return write_float_portable(to, end, value, style != FloatStyle::scientific, style != FloatStyle::fixed);
#endif
}

} // namespace belfry::inline v0::detail
