// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
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

/// Sets of characters, of which a character may be in several.
enum class CharacterSet : unsigned char {
    token = 1,            ///< In methods and field names (RFC 9110 section 5.6.2).
    unreserved = 2,       ///< Need no encoding in URLs (RFC 3986 section 2.3).
    visible = 4,          ///< Visible ASCII.
    url = 8,              ///< May be in a URL (RFC 3986 section 2).
    line = 16,            ///< May be in a field value (RFC 9110 section 5.5): neither CR, LF nor NUL.
    path = 32,            ///< Need no encoding in paths: unreserved, and the `/` between segments.
    before_path = 64,     ///< In front of a URL's path: not a `/` either.
    before_fragment = 128 ///< In front of a URL's fragment: neither `#` nor NUL.
};

/// The sets of each character. A table, because a search among the members of a set, or a comparison with
/// each range, takes several times as long.
struct CharacterSets {
    unsigned char of[256] = {};

    constexpr CharacterSets() noexcept {
        for (unsigned i = 0; i < 256; ++i) {
            const char c = static_cast<char>(i);
            const bool visible = i > ' ' && i < 0x7f;
            add(i, CharacterSet::visible, visible);
            add(i, CharacterSet::url, visible);
            add(i, CharacterSet::token, is_letter_or_digit(c));
            add(i, CharacterSet::unreserved, is_letter_or_digit(c));
            add(i, CharacterSet::line, c != '\r' && c != '\n' && c != '\0');
            add(i, CharacterSet::before_fragment, c != '#' && c != '\0');
            add(i, CharacterSet::path, is_letter_or_digit(c));
            add(i, CharacterSet::before_path, c != '/' && c != '?' && c != '#' && c != '\0');
        }
        for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
            add(static_cast<unsigned char>(c), CharacterSet::token, true);
        for (const char c : std::string_view("-._~")) {
            add(static_cast<unsigned char>(c), CharacterSet::unreserved, true);
            add(static_cast<unsigned char>(c), CharacterSet::path, true);
        }
        add('/', CharacterSet::path, true);
        for (const char c : std::string_view("\"<>\\^`{|}"))
            of[static_cast<unsigned char>(c)] &=
                static_cast<unsigned char>(~static_cast<unsigned>(CharacterSet::url));
    }

  private:
    constexpr void add(unsigned c, CharacterSet set, bool member) noexcept {
        if (member) of[c] = static_cast<unsigned char>(of[c] | static_cast<unsigned>(set));
    }
};
inline constexpr CharacterSets character_sets;

[[nodiscard]] constexpr bool is_in(CharacterSet set, char c) noexcept {
    return (character_sets.of[static_cast<unsigned char>(c)] & static_cast<unsigned>(set)) != 0;
}
/// The number of characters at the start of `text` that are in `set`.
[[nodiscard]] BELFRY_NOINLINE inline std::size_t count_front(CharacterSet set,
                                                             std::string_view text) noexcept {
    const auto sets_of = [](char c) { return unsigned{character_sets.of[static_cast<unsigned char>(c)]}; };
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* at = begin;
    // Long texts are mostly visible, with spaces if a line may have them. Eight at once take an eighth of the
    // instructions of one by one, and four at once a half.
    if (set == CharacterSet::visible || set == CharacterSet::line) {
        const unsigned char lowest = set == CharacterSet::line ? ' ' : '!';
        for (; end - at >= 8; at += 8) {
            const std::uint64_t eight = load_eight(at);
            // The sum has the top bit for 0x7F.
            if (top_bits(eight | mark_below(eight, lowest) | (eight + eight_of(1))) != 0) break;
        }
    }
    for (; end - at >= 4; at += 4)
        if ((sets_of(at[0]) & sets_of(at[1]) & sets_of(at[2]) & sets_of(at[3]) &
             static_cast<unsigned>(set)) == 0)
            break;
    while (at != end && is_in(set, *at)) ++at;
    return static_cast<std::size_t>(at - begin);
}
/// Whether all characters of `text`, which may be empty, are in `set`.
[[nodiscard]] inline bool are_all_in(CharacterSet set, std::string_view text) noexcept {
    return count_front(set, text) == text.size();
}

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Whether two texts differ at most in the case of ASCII letters, like header names (RFC 9110 section 5.1).
[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    // Most characters are in the same case.
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    return true;
}

/// Removes the text before `delimiter` from `rest`, and the delimiter, and returns the text. Without a
/// delimiter that is all of `rest`.
[[nodiscard]] BELFRY_COLD inline std::string_view cut(std::string_view& rest, char delimiter) noexcept {
    const std::size_t at = rest.find(delimiter);
    const std::string_view front = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return front;
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
