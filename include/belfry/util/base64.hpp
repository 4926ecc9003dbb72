// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {
/// The value of every byte as a base64 digit; 0x80 for a byte that is not one.
struct Base64Values {
    std::uint8_t of[256];
    constexpr Base64Values() noexcept : of() {
        for (unsigned i = 0; i < 256; ++i) of[i] = 0x80;
        for (unsigned i = 0; i < 26; ++i) {
            of['A' + i] = static_cast<std::uint8_t>(i);
            of['a' + i] = static_cast<std::uint8_t>(26 + i);
        }
        for (unsigned i = 0; i < 10; ++i) of['0' + i] = static_cast<std::uint8_t>(52 + i);
        of[static_cast<unsigned>('+')] = 62;
        of[static_cast<unsigned>('/')] = 63;
    }
};
inline constexpr Base64Values base64_values{};
} // namespace detail

/// The length of the base64 form of `size` bytes, padding included.
[[nodiscard]] constexpr std::size_t base64_size(std::size_t size) noexcept { return (size + 2) / 3 * 4; }

/// Appends `bytes` in base64 with padding and without line breaks (RFC 4648 section 4).
inline void append_base64(std::string& out, std::string_view bytes) {
    const char* const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char* to = detail::extend_text(out, base64_size(bytes.size()));
    const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t left = bytes.size();
    for (; left >= 3; left -= 3, from += 3, to += 4) {
        const unsigned group =
            static_cast<unsigned>(from[0]) << 16 | static_cast<unsigned>(from[1]) << 8 | from[2];
        to[0] = digits[group >> 18];
        to[1] = digits[group >> 12 & 63];
        to[2] = digits[group >> 6 & 63];
        to[3] = digits[group & 63];
    }
    if (left == 0) return;
    const unsigned second = left == 2 ? from[1] : 0u;
    const unsigned group = static_cast<unsigned>(from[0]) << 16 | second << 8;
    to[0] = digits[group >> 18];
    to[1] = digits[group >> 12 & 63];
    to[2] = left == 2 ? digits[group >> 6 & 63] : '=';
    to[3] = '=';
}

/// Appends `bytes` in base64url without padding (RFC 4648 section 5), as JSON Web Tokens have it.
inline void append_base64url(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size();
    append_base64(out, bytes);
    while (out.size() > before && out.back() == '=') out.pop_back();
    for (std::size_t i = before; i < out.size(); ++i)
        if (out[i] == '+' || out[i] == '/') out[i] = out[i] == '+' ? '-' : '_';
}

/// Decodes base64 (RFC 4648 section 4) into `out`, replacing what it held; false when `text` lacks padding or
/// holds anything but base64 digits. The unused bits of the last digit may have any value, because services
/// and Python's decoder do not look at them. After a failure `out` is empty.
[[nodiscard]] inline bool decode_base64(std::string_view text, std::string& out) {
    out.clear();
    if (text.empty()) return true;
    if (text.size() % 4 != 0) return false;
    const std::size_t padding = text.back() != '=' ? 0u : text[text.size() - 2] != '=' ? 1u : 2u;
    auto* to = reinterpret_cast<unsigned char*>(detail::extend_text(out, text.size() / 4 * 3 - padding));
    const std::uint8_t* const value = detail::base64_values.of;
    const auto* from = reinterpret_cast<const unsigned char*>(text.data());
    unsigned bad = 0;
    for (std::size_t group = out.size() / 3; group > 0; --group, from += 4, to += 3) {
        const unsigned a = value[from[0]], b = value[from[1]], c = value[from[2]], d = value[from[3]];
        bad |= a | b | c | d;
        to[0] = static_cast<unsigned char>(a << 2 | b >> 4);
        to[1] = static_cast<unsigned char>(b << 4 | c >> 2);
        to[2] = static_cast<unsigned char>(c << 6 | d);
    }
    if (padding > 0) {
        const unsigned a = value[from[0]], b = value[from[1]];
        bad |= a | b;
        to[0] = static_cast<unsigned char>(a << 2 | b >> 4);
        if (padding == 1) {
            const unsigned c = value[from[2]];
            bad |= c;
            to[1] = static_cast<unsigned char>(b << 4 | c >> 2);
        }
    }
    if ((bad & 0x80) == 0) return true;
    out.clear();
    return false;
}

} // namespace belfry::inline v0
