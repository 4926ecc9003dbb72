// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Appends `\u` and four hexadecimal digits.
BELFRY_COLD inline void append_utf16_escape(std::string& out, unsigned unit) {
    const char* const digits = "0123456789abcdef";
    const char text[] = {'\\',
                         'u',
                         digits[unit >> 12 & 15],
                         digits[unit >> 8 & 15],
                         digits[unit >> 4 & 15],
                         digits[unit & 15]};
    append_text(out, {text, sizeof text});
}

/// Appends well-formed UTF-8 as a JSON string of ASCII (RFC 8259 section 7): policies are documented with
/// escapes for all other characters.
BELFRY_COLD inline void append_policy_string(std::string& out, std::string_view text) {
    append_char(out, '"');
    while (!text.empty()) {
        const auto c = static_cast<unsigned char>(text[0]);
        std::size_t size = 1;
        if (c >= 0x80) {
            // The leading byte says how many follow it (RFC 3629 section 3).
            size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
            unsigned code_point = c & (0x7fU >> size);
            for (std::size_t i = 1; i < size && i < text.size(); ++i)
                code_point = code_point << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
            if (code_point >= 0x10000) {
                append_utf16_escape(out, 0xd800 + ((code_point - 0x10000) >> 10));
                code_point = 0xdc00 + ((code_point - 0x10000) & 0x3ff);
            }
            append_utf16_escape(out, code_point);
        } else if (const std::size_t at = std::string_view("\"\\\b\f\n\r\t").find(text[0]);
                   at != std::string_view::npos) {
            append_char(out, '\\');
            append_char(out, "\"\\bfnrt"[at]);
        } else if (c < ' ' || c == 0x7f) {
            append_utf16_escape(out, c);
        } else {
            append_char(out, text[0]);
        }
        text.remove_prefix(size < text.size() ? size : text.size());
    }
    append_char(out, '"');
}

} // namespace belfry::inline v0::detail
