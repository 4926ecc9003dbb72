// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_letter_or_digit(char c) noexcept { return is_digit(c) || is_letter(c); }
[[nodiscard]] constexpr bool is_hex_digit(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Whether two texts differ at most in the case of ASCII letters, like header names (RFC 9110 section 5.1).
[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    return true;
}

/// Whether `words`, separated by single spaces, has this word.
[[nodiscard]] BELFRY_COLD constexpr bool has_word(const char* words, std::string_view word) noexcept {
    while (*words != 0) {
        const char* end = words;
        while (*end != 0 && *end != ' ') ++end;
        if (std::string_view(words, static_cast<std::size_t>(end - words)) == word) return true;
        words = *end == 0 ? end : end + 1;
    }
    return false;
}

} // namespace belfry::inline v0::detail
