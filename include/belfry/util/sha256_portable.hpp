// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>

namespace belfry::inline v0::detail {

/// The round constants of FIPS 180-4 section 4.2.2.
alignas(16) inline constexpr std::uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

[[nodiscard]] constexpr std::uint32_t rotate_right(std::uint32_t x, int count) noexcept {
    return x >> count | x << (32 - count);
}

/// Hashes `count` blocks of 64 bytes into `state` (FIPS 180-4 section 6.2.2), on any machine.
inline void sha256_blocks_portable(std::uint32_t* state, const unsigned char* data,
                                   std::size_t count) noexcept {
    // An element for each round, because a ring of 16 takes more instructions. The rotations are nested, by
    // the differences of those in the standard: that takes fewer copies. Both together are a seventh faster.
    std::uint32_t a, b, c, d, e, f, g, h, w[64];
    for (; count > 0; --count, data += 64) {
        a = state[0], b = state[1], c = state[2], d = state[3];
        e = state[4], f = state[5], g = state[6], h = state[7];
        for (unsigned i = 0; i < 64; ++i) {
            std::uint32_t word;
            if (i < 16) {
                const unsigned char* const p = data + 4 * i;
                word = static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
                       static_cast<std::uint32_t>(p[2]) << 8 | p[3];
            } else {
                const std::uint32_t x = w[i - 15], y = w[i - 2];
                word = w[i - 16] + w[i - 7] + (rotate_right(rotate_right(x, 11) ^ x, 7) ^ x >> 3) +
                       (rotate_right(rotate_right(y, 2) ^ y, 17) ^ y >> 10);
            }
            w[i] = word;
            const std::uint32_t first = h + rotate_right(rotate_right(rotate_right(e, 14) ^ e, 5) ^ e, 6) +
                                        (g ^ (e & (f ^ g))) + sha256_constants[i] + word;
            const std::uint32_t second =
                rotate_right(rotate_right(rotate_right(a, 9) ^ a, 11) ^ a, 2) + ((a & b) | (c & (a | b)));
            h = g, g = f, f = e, e = d + first;
            d = c, c = b, b = a, a = first + second;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
}

} // namespace belfry::inline v0::detail
