// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {
/// Writes two lower-case hexadecimal digits for each of the `size` bytes at `bytes`. Returns their end.
BELFRY_NOINLINE inline char* write_hex(char* to, const unsigned char* bytes, std::size_t size) noexcept {
    const unsigned char* const end = bytes + size;
#if BELFRY_LITTLE_ENDIAN
    // Eight digits at once: each nibble becomes a byte, and 39 is added to '0' where it is above 9.
    for (; end - bytes >= 4; bytes += 4, to += 8) {
        std::uint32_t word;
        std::memcpy(&word, bytes, sizeof word);
        std::uint64_t nibbles = word;
        nibbles = (nibbles | nibbles << 16) & 0x0000'ffff'0000'ffff;
        nibbles = (nibbles | nibbles << 8) & 0x00ff'00ff'00ff'00ff;
        nibbles = (nibbles >> 4 | nibbles << 8) & 0x0f0f'0f0f'0f0f'0f0f;
        const std::uint64_t letters = (nibbles + 0x0606'0606'0606'0606) >> 4 & 0x0101'0101'0101'0101;
        nibbles += 0x3030'3030'3030'3030 + letters * 39;
        std::memcpy(to, &nibbles, sizeof nibbles);
    }
#endif
    const char* const digits = "0123456789abcdef";
    for (; bytes != end; ++bytes, to += 2) {
        to[0] = digits[*bytes >> 4];
        to[1] = digits[*bytes & 15];
    }
    return to;
}
} // namespace detail

/// Appends two lower-case hexadecimal digits for each of the `size` bytes at `bytes`.
inline void append_hex(std::string& out, const unsigned char* bytes, std::size_t size) {
    static_cast<void>(detail::write_hex(detail::extend_text(out, 2 * size), bytes, size));
}

/// Appends two lower-case hexadecimal digits for each byte of `bytes`.
inline void append_hex(std::string& out, std::string_view bytes) {
    append_hex(out, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

} // namespace belfry::inline v0
