// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The length of the longest prefix of `text` that is well-formed UTF-8 (RFC 3629 section 4: no overlong
/// forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] inline std::size_t valid_utf8_prefix(std::string_view text) noexcept {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t size = text.size();
    std::size_t at = 0;
    while (at < size) {
        if (size - at >= 8) {
            std::uint64_t eight;
            std::memcpy(&eight, bytes + at, 8);
            if ((eight & 0x8080808080808080u) == 0) {
                at += 8;
                continue;
            }
        }
        const unsigned lead = bytes[at];
        if (lead < 0x80) {
            ++at;
            continue;
        }
        // The second byte has a narrower range after E0, ED, F0 and F4, which excludes overlong forms,
        // surrogates and code points past the end.
        unsigned least = 0x80, most = 0xbf;
        std::size_t length;
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
        } else {
            return at;
        }
        if (size - at < length || bytes[at + 1] < least || bytes[at + 1] > most) return at;
        for (std::size_t i = 2; i < length; ++i)
            if ((bytes[at + i] & 0xc0) != 0x80) return at;
        at += length;
    }
    return at;
}

/// Whether all of `text` is well-formed UTF-8 (RFC 3629 section 4).
[[nodiscard]] inline bool is_valid_utf8(std::string_view text) noexcept {
    return valid_utf8_prefix(text) == text.size();
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
