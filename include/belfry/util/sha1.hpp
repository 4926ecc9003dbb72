// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/block_hash.hpp>

#include <cstddef>
#include <cstdint>

namespace belfry::inline v0 {
namespace detail {

struct Sha1Algorithm {
    static constexpr std::size_t words = 5;
    static constexpr bool big_endian = true;
    struct State {
        std::uint32_t word[5];
        std::uint32_t operator[](std::size_t i) const noexcept { return word[i]; }
    };
    static constexpr State start() noexcept {
        return {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
    }
    /// FIPS 180-4 section 6.1.2.
    static void add_block(State& state, const unsigned char* block) noexcept {
        std::uint32_t w[16];
        std::uint32_t a = state.word[0], b = state.word[1], c = state.word[2], d = state.word[3],
                      e = state.word[4];
        const auto turn = [&](std::uint32_t f, std::uint32_t constant, unsigned i) {
            std::uint32_t word;
            if (i < 16) {
                const unsigned char* const p = block + 4 * i;
                word = static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
                       static_cast<std::uint32_t>(p[2]) << 8 | p[3];
            } else {
                word = rotate_left(w[(i + 13) & 15] ^ w[(i + 8) & 15] ^ w[(i + 2) & 15] ^ w[i & 15], 1);
            }
            w[i & 15] = word;
            const std::uint32_t next = rotate_left(a, 5) + f + e + constant + word;
            e = d, d = c, c = rotate_left(b, 30), b = a, a = next;
        };
        for (unsigned i = 0; i < 20; ++i) turn(d ^ (b & (c ^ d)), 0x5a827999, i);
        for (unsigned i = 20; i < 40; ++i) turn(b ^ c ^ d, 0x6ed9eba1, i);
        for (unsigned i = 40; i < 60; ++i) turn((b & c) | (d & (b | c)), 0x8f1bbcdc, i);
        for (unsigned i = 60; i < 80; ++i) turn(b ^ c ^ d, 0xca62c1d6, i);
        state.word[0] += a, state.word[1] += b, state.word[2] += c, state.word[3] += d, state.word[4] += e;
    }
};

} // namespace detail

/// SHA-1 (FIPS 180-4) of bytes that come in pieces, for checksums only: it does not resist attackers.
using Sha1 = detail::BlockHash<detail::Sha1Algorithm>;

} // namespace belfry::inline v0
