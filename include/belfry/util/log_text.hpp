// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Whether the character that begins at `i` of well-formed UTF-8 ends a line, starts a terminal's control
/// sequence or changes the direction of the text after it; `length` gets its bytes.
[[nodiscard]] BELFRY_COLD inline bool is_control_text(std::string_view text, std::size_t i,
                                                      std::size_t& length) noexcept {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
    const unsigned first = byte(0);
    length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 1) return first < 0x20 || first == 0x7f;
    // U+0080 to U+009F: NEL, CSI and the other C1 controls.
    if (length == 2) return (first == 0xc2 && byte(1) < 0xa0) || (first == 0xd8 && byte(1) == 0x9c);
    if (length != 3 || first != 0xe2) return false;
    // U+200E and U+200F, U+2028 to U+202E, U+2066 to U+2069: separators and marks of direction.
    const unsigned last = byte(2);
    return (byte(1) == 0x80 && (last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae))) ||
           (byte(1) == 0x81 && last >= 0xa6 && last <= 0xa9);
}

/// Calls `append` with `\x9b` for each byte.
template <class Append> BELFRY_COLD void write_escaped_bytes(std::string_view bytes, const Append& append) {
    for (const char& byte : bytes) {
        char text[4] = {'\\', 'x'};
        static_cast<void>(write_hex(text + 2, reinterpret_cast<const unsigned char*>(&byte), 1));
        append(std::string_view(text, sizeof text));
    }
}
/// Calls `append` with the pieces of `text` in a form that can neither break a line of a log nor leave a pair
/// of quotes: `\` and `"` get a `\` before them, the bytes of controls and of malformed UTF-8 become `\x9b`.
template <class Append> BELFRY_COLD void write_log_text(std::string_view text, const Append& append) {
    while (!text.empty()) {
        const std::size_t valid = valid_utf8_prefix(text);
        std::size_t length = 0;
        for (std::size_t i = 0; i < valid; i += length) {
            const bool control = is_control_text(text, i, length);
            const std::string_view character = text.substr(i, length);
            if (control) {
                write_escaped_bytes(character, append);
                continue;
            }
            if (text[i] == '"' || text[i] == '\\') append(std::string_view("\\"));
            append(character);
        }
        text.remove_prefix(valid);
        if (text.empty()) return;
        write_escaped_bytes(text.substr(0, 1), append);
        text.remove_prefix(1);
    }
}

/// Appends `text` in the form of `write_log_text`.
BELFRY_COLD BELFRY_NOINLINE inline void append_log_text(std::string& out, std::string_view text) {
    write_log_text(text, [&out](std::string_view piece) { out.append(piece); });
}

} // namespace belfry::inline v0::detail
