// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/block_hash.hpp>

#include <cstddef>
#include <cstdint>

namespace belfry::inline v0 {
namespace detail {

/// The integer part of 2^32 times the sine of 1 to 64 (RFC 1321 section 3.4).
inline constexpr std::uint32_t md5_constants[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

struct Md5Algorithm {
    static constexpr std::size_t words = 4;
    static constexpr bool big_endian = false;
    struct State {
        std::uint32_t word[4];
        std::uint32_t operator[](std::size_t i) const noexcept { return word[i]; }
    };
    static constexpr State start() noexcept { return {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}}; }
    /// RFC 1321 section 3.4.
    static void add_block(State& state, const unsigned char* block) noexcept {
        constexpr unsigned char shifts[4][4] = {
            {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
        std::uint32_t w[16];
        for (unsigned i = 0; i < 16; ++i) {
            const unsigned char* const p = block + 4 * i;
            w[i] = static_cast<std::uint32_t>(p[3]) << 24 | static_cast<std::uint32_t>(p[2]) << 16 |
                   static_cast<std::uint32_t>(p[1]) << 8 | p[0];
        }
        std::uint32_t a = state.word[0], b = state.word[1], c = state.word[2], d = state.word[3];
        const auto turn = [&](std::uint32_t f, unsigned word, unsigned i) {
            const std::uint32_t next =
                b + rotate_left(a + f + md5_constants[i] + w[word & 15], shifts[i / 16][i % 4]);
            a = d, d = c, c = b, b = next;
        };
        for (unsigned i = 0; i < 16; ++i) turn(d ^ (b & (c ^ d)), i, i);
        for (unsigned i = 16; i < 32; ++i) turn(c ^ (d & (b ^ c)), 5 * i + 1, i);
        for (unsigned i = 32; i < 48; ++i) turn(b ^ c ^ d, 3 * i + 5, i);
        for (unsigned i = 48; i < 64; ++i) turn(c ^ (b | ~d), 7 * i, i);
        state.word[0] += a, state.word[1] += b, state.word[2] += c, state.word[3] += d;
    }
};

} // namespace detail

/// MD5 (RFC 1321) of bytes that come in pieces, for checksums only: it does not resist attackers.
using Md5 = detail::BlockHash<detail::Md5Algorithm>;

} // namespace belfry::inline v0
