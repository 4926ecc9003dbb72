// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace belfry::inline v0::detail {

/// Copies `size` bytes, which may be none. Where GCC sees that they are few, it puts 200 bytes of code in
/// place of a call of memcpy.
BELFRY_NOINLINE inline void copy_bytes(void* to, const void* from, std::size_t size) noexcept {
    if (size > 0) std::memcpy(to, from, size);
}

/// The eight bytes at `from` as a number, the least significant one first.
[[nodiscard]] inline std::uint64_t load_little_endian_64(const void* from) noexcept {
    std::uint64_t word = 0;
#if BELFRY_LITTLE_ENDIAN
    std::memcpy(&word, from, sizeof word);
#else
    const auto* bytes = static_cast<const unsigned char*>(from);
    for (int i = 0; i < 8; ++i) word |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
#endif
    return word;
}

// Comparisons of eight bytes at once, in the processor's order. Each marks bytes by their top bits: those
// that fulfil it, possibly others above such a byte, and possibly those that are not ASCII.

/// The eight bytes at `from`.
[[nodiscard]] inline std::uint64_t load_eight(const char* from) noexcept {
    std::uint64_t eight;
    std::memcpy(&eight, from, sizeof eight);
    return eight;
}
/// The same byte eight times.
[[nodiscard]] constexpr std::uint64_t eight_of(unsigned char byte) noexcept {
    return std::uint64_t{0x0101'0101'0101'0101} * byte;
}
[[nodiscard]] constexpr std::uint64_t mark_equal(std::uint64_t eight, unsigned char byte) noexcept {
    return (eight ^ eight_of(byte)) - eight_of(1);
}
[[nodiscard]] constexpr std::uint64_t mark_below(std::uint64_t eight, unsigned char byte) noexcept {
    return eight - eight_of(byte);
}
[[nodiscard]] constexpr std::uint64_t top_bits(std::uint64_t marks) noexcept {
    return marks & eight_of(0x80);
}

/// Writes four bytes, the most significant one first.
inline void store_big_endian_32(unsigned char* to, std::uint32_t word) noexcept {
#if BELFRY_LITTLE_ENDIAN
    // Compilers turn the byte swap into one instruction. From the lines below, GCC makes a thousand bytes of
    // vector code if this is called in a loop.
    word = word << 24 | (word & 0xff00) << 8 | (word >> 8 & 0xff00) | word >> 24;
    std::memcpy(to, &word, sizeof word);
#else
    to[0] = static_cast<unsigned char>(word >> 24);
    to[1] = static_cast<unsigned char>(word >> 16);
    to[2] = static_cast<unsigned char>(word >> 8);
    to[3] = static_cast<unsigned char>(word);
#endif
}

/// Whether two byte ranges of one length are equal; cheaper than a call for the length of keys.
[[nodiscard]] inline bool same_bytes(const char* a, const char* b, std::size_t length) noexcept {
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    if (length < 4) {
        for (std::size_t i = 0; i < length; ++i)
            if (a[i] != b[i]) return false;
        return true;
    }
    if (length < 8) {
        std::uint32_t head[2];
        std::uint32_t tail[2];
        std::memcpy(&head[0], a, 4);
        std::memcpy(&head[1], b, 4);
        std::memcpy(&tail[0], a + length - 4, 4);
        std::memcpy(&tail[1], b + length - 4, 4);
        return ((head[0] ^ head[1]) | (tail[0] ^ tail[1])) == 0;
    }
    for (std::size_t i = 0; i + 8 < length; i += 8) {
        std::memcpy(&x, a + i, 8);
        std::memcpy(&y, b + i, 8);
        if (x != y) return false;
    }
    std::memcpy(&x, a + length - 8, 8);
    std::memcpy(&y, b + length - 8, 8);
    return x == y;
}

} // namespace belfry::inline v0::detail
