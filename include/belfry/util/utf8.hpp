// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {
/// The length of the character of at least two bytes at the start of `size` bytes, which are not none. If it
/// is not well-formed, `valid` becomes false, and the length is that of the piece that one U+FFFD stands for:
/// the "maximal subpart of an ill-formed subsequence" (Unicode 15.0 section 3.9).
[[nodiscard]] BELFRY_NOINLINE inline std::size_t utf8_character(const unsigned char* bytes, std::size_t size,
                                                                bool& valid) noexcept {
    const unsigned lead = bytes[0];
    // The second byte has a narrower range after E0, ED, F0 and F4, which excludes overlong forms, surrogates
    // and code points past the end.
    unsigned least = 0x80, most = 0xbf;
    std::size_t length = 1;
    if (lead >= 0xc2 && lead <= 0xdf) {
        length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        length = 3;
        if (lead == 0xe0) least = 0xa0;
        if (lead == 0xed) most = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4;
        if (lead == 0xf0) least = 0x90;
        if (lead == 0xf4) most = 0x8f;
    }
    std::size_t at = 1;
    for (; at < length && at < size && bytes[at] >= least && bytes[at] <= most; ++at) {
        least = 0x80;
        most = 0xbf;
    }
    valid = length != 1 && at == length;
    return at;
}
} // namespace detail

/// The length of the longest prefix of `text` that is well-formed UTF-8 (RFC 3629 section 4: no overlong
/// forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] inline std::size_t valid_utf8_prefix(std::string_view text) noexcept {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t size = text.size();
    std::size_t at = 0;
    while (at < size) {
        if (size - at >= 8 && detail::top_bits(detail::load_eight(text.data() + at)) == 0) {
            at += 8;
            continue;
        }
        if (bytes[at] < 0x80) {
            ++at;
            continue;
        }
        bool valid = false;
        const std::size_t length = detail::utf8_character(bytes + at, size - at, valid);
        if (!valid) return at;
        at += length;
    }
    return at;
}

/// Whether all of `text` is well-formed UTF-8 (RFC 3629 section 4).
[[nodiscard]] inline bool is_valid_utf8(std::string_view text) noexcept {
    return valid_utf8_prefix(text) == text.size();
}

/// U+FFFD, the replacement character, in UTF-8.
inline constexpr std::string_view replacement_character = "\xef\xbf\xbd";

/// Appends `text` with U+FFFD in place of each piece that is not UTF-8, as the Encoding Standard of the
/// WHATWG does.
BELFRY_COLD BELFRY_NOINLINE inline void append_repaired_utf8(std::string& out, std::string_view text) {
    for (;;) {
        const std::size_t valid = valid_utf8_prefix(text);
        out.append(text.data(), valid);
        text.remove_prefix(valid);
        if (text.empty()) return;
        bool ignored = false;
        text.remove_prefix(detail::utf8_character(reinterpret_cast<const unsigned char*>(text.data()),
                                                  text.size(), ignored));
        out.append(replacement_character.data(), replacement_character.size());
    }
}

/// Appends the code point in UTF-8; false, with nothing appended, for a surrogate or a number above 0x10FFFF.
[[nodiscard]] inline bool append_utf8(std::string& out, std::uint32_t code_point) {
    if (code_point < 0x80) {
        out.push_back(static_cast<char>(code_point));
        return true;
    }
    if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return false;
    char bytes[4];
    std::size_t length = 4;
    if (code_point < 0x800) {
        length = 2;
        bytes[0] = static_cast<char>(0xc0 | (code_point >> 6));
    } else if (code_point < 0x10000) {
        length = 3;
        bytes[0] = static_cast<char>(0xe0 | (code_point >> 12));
    } else {
        bytes[0] = static_cast<char>(0xf0 | (code_point >> 18));
    }
    for (std::size_t i = 1; i < length; ++i)
        bytes[i] = static_cast<char>(0x80 | ((code_point >> (6 * (length - 1 - i))) & 0x3f));
    out.append(bytes, length);
    return true;
}

} // namespace belfry::inline v0
