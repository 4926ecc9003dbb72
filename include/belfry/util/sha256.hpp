// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/atomic.hpp>
#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/sha256_digest.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__x86_64__) && BELFRY_HAS_GNU_EXTENSIONS
#define BELFRY_HAS_SHA_NI 1
#else
#define BELFRY_HAS_SHA_NI 0
#endif

namespace belfry::inline v0 {

namespace detail {

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
    std::uint32_t a, b, c, d, e, f, g, h, w[16];
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
                const std::uint32_t x = w[(i + 1) & 15], y = w[(i + 14) & 15];
                word = w[i & 15] + w[(i + 9) & 15] + (rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3) +
                       (rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10);
            }
            w[i & 15] = word;
            const std::uint32_t first = h + (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) +
                                        (g ^ (e & (f ^ g))) + sha256_constants[i] + word;
            const std::uint32_t second =
                (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) + ((a & b) | (c & (a | b)));
            h = g, g = f, f = e, e = d + first;
            d = c, c = b, b = a, a = first + second;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
}

#if BELFRY_HAS_SHA_NI
/// Declared here because including `<immintrin.h>` costs more than the rest of this header.
typedef int Sha256Vector __attribute__((vector_size(16)));
typedef unsigned Sha256Words __attribute__((vector_size(16)));
typedef char Sha256Bytes __attribute__((vector_size(16)));
// GCC has Clang's builtin since version 12.
#if defined(__clang__) || __GNUC__ >= 12
#define BELFRY_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define BELFRY_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, decltype(a){__VA_ARGS__})
#endif

/// Four words of the message, which is big-endian.
__attribute__((target("sha,sse4.1"), always_inline)) inline Sha256Words
sha256_load(const unsigned char* from) noexcept {
    Sha256Bytes bytes;
    std::memcpy(&bytes, from, 16);
    return reinterpret_cast<Sha256Words>(
        BELFRY_SHUFFLE(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

/// Four rounds, with `words` of the message schedule.
__attribute__((target("sha,sse4.1"), always_inline)) inline void
sha256_rounds(Sha256Vector& abef, Sha256Vector& cdgh, Sha256Words words,
              const std::uint32_t* constants) noexcept {
    Sha256Words k;
    std::memcpy(&k, constants, 16);
    const Sha256Vector sum = reinterpret_cast<Sha256Vector>(words + k);
    cdgh = __builtin_ia32_sha256rnds2(cdgh, abef, sum);
    abef = __builtin_ia32_sha256rnds2(abef, cdgh, BELFRY_SHUFFLE(sum, sum, 2, 3, 0, 1));
}

/// The four words of the message schedule that follow `a`, `b`, `c` and `d`.
__attribute__((target("sha,sse4.1"), always_inline)) inline Sha256Words
sha256_schedule(Sha256Words a, Sha256Words b, Sha256Words c, Sha256Words d) noexcept {
    const Sha256Words partial = reinterpret_cast<Sha256Words>(__builtin_ia32_sha256msg1(
                                    reinterpret_cast<Sha256Vector>(a), reinterpret_cast<Sha256Vector>(b))) +
                                BELFRY_SHUFFLE(c, d, 1, 2, 3, 4);
    return reinterpret_cast<Sha256Words>(__builtin_ia32_sha256msg2(reinterpret_cast<Sha256Vector>(partial),
                                                                   reinterpret_cast<Sha256Vector>(d)));
}

/// The same as `sha256_blocks_portable`, for processors that have the SHA extensions.
__attribute__((target("sha,sse4.1"))) inline void
sha256_blocks_sha_ni(std::uint32_t* state, const unsigned char* data, std::size_t count) noexcept {
    const auto as_int = [](std::uint32_t word) { return static_cast<int>(word); };
    Sha256Vector abef = {as_int(state[5]), as_int(state[4]), as_int(state[1]), as_int(state[0])};
    Sha256Vector cdgh = {as_int(state[7]), as_int(state[6]), as_int(state[3]), as_int(state[2])};
    for (; count > 0; --count, data += 64) {
        const Sha256Words abef_before = reinterpret_cast<Sha256Words>(abef);
        const Sha256Words cdgh_before = reinterpret_cast<Sha256Words>(cdgh);
        Sha256Words a = sha256_load(data), b = sha256_load(data + 16);
        Sha256Words c = sha256_load(data + 32), d = sha256_load(data + 48);
        const std::uint32_t* k = sha256_constants;
        for (int part = 0;; ++part, k += 16) {
            sha256_rounds(abef, cdgh, a, k);
            sha256_rounds(abef, cdgh, b, k + 4);
            sha256_rounds(abef, cdgh, c, k + 8);
            sha256_rounds(abef, cdgh, d, k + 12);
            if (part == 3) break;
            a = sha256_schedule(a, b, c, d);
            b = sha256_schedule(b, c, d, a);
            c = sha256_schedule(c, d, a, b);
            d = sha256_schedule(d, a, b, c);
        }
        abef = reinterpret_cast<Sha256Vector>(reinterpret_cast<Sha256Words>(abef) + abef_before);
        cdgh = reinterpret_cast<Sha256Vector>(reinterpret_cast<Sha256Words>(cdgh) + cdgh_before);
    }
    const int words[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
    std::memcpy(state, words, sizeof words);
}

#undef BELFRY_SHUFFLE

/// Whether this processor has the SHA extensions, SSSE3 and SSE4.1 (asked without `<cpuid.h>`, whose macros
/// would leak).
[[nodiscard]] inline bool processor_has_sha_ni() noexcept {
    unsigned a = 0, b = 0, c = 0, d = 0;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(0u), "2"(0u));
    if (a < 7) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(1u), "2"(0u));
    if ((c >> 9 & c >> 19 & 1) == 0) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(7u), "2"(0u));
    return (b >> 29 & 1) != 0;
}

enum class Sha256Path : unsigned char { unknown, portable, sha_ni };
/// The function that `sha256_blocks` calls; chosen on the first call.
inline constinit Atomic<Sha256Path> sha256_path(Sha256Path::unknown);
#endif

BELFRY_NOINLINE inline void sha256_blocks(std::uint32_t* state, const unsigned char* data,
                                          std::size_t count) noexcept {
#if BELFRY_HAS_SHA_NI
    // Racing threads choose the same function, so relaxed order is enough.
    Sha256Path path = sha256_path.load();
    if (path == Sha256Path::unknown) {
        path = processor_has_sha_ni() ? Sha256Path::sha_ni : Sha256Path::portable;
        sha256_path.store(path);
    }
    if (path == Sha256Path::sha_ni) return sha256_blocks_sha_ni(state, data, count);
#endif
    sha256_blocks_portable(state, data, count);
}

} // namespace detail

/// SHA-256 (FIPS 180-4) of bytes that come in pieces. Uses the processor's SHA instructions where it has
/// them.
class Sha256 {
  public:
    Sha256() noexcept { reset(); }

    /// Adds `size` bytes to the message.
    BELFRY_NOINLINE void update(const void* data, std::size_t size) noexcept {
        const auto* from = static_cast<const unsigned char*>(data);
        const auto held = static_cast<std::size_t>(length_ % 64);
        length_ += size;
        if (held > 0) {
            const std::size_t missing = 64 - held;
            if (size < missing) {
                if (size > 0) std::memcpy(block_ + held, from, size);
                return;
            }
            std::memcpy(block_ + held, from, missing);
            detail::sha256_blocks(state_, block_, 1);
            from += missing;
            size -= missing;
        }
        if (size >= 64) detail::sha256_blocks(state_, from, size / 64);
        if (size % 64 > 0) std::memcpy(block_, from + size / 64 * 64, size % 64);
    }
    /// Adds `text` to the message.
    void update(std::string_view text) noexcept { update(text.data(), text.size()); }

    /// The hash of all bytes added. Afterwards the object is at the start of a new message.
    [[nodiscard]] BELFRY_NOINLINE Sha256Digest finish() noexcept {
        // The end of the message: a one, zeros, and its length in bits at the end of a block.
        unsigned char end[64 + 8] = {0x80};
        const auto held = static_cast<std::size_t>(length_ % 64);
        const std::size_t zeros = (held < 56 ? 56 : 120) - held;
        const std::uint64_t bits = length_ * 8;
        detail::store_big_endian_32(end + zeros, static_cast<std::uint32_t>(bits >> 32));
        detail::store_big_endian_32(end + zeros + 4, static_cast<std::uint32_t>(bits));
        update(end, zeros + 8);
        Sha256Digest digest;
        for (unsigned i = 0; i < 8; ++i) detail::store_big_endian_32(digest.bytes + 4 * i, state_[i]);
        reset();
        return digest;
    }

  private:
    void reset() noexcept {
        static constexpr std::uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
        std::memcpy(state_, start, sizeof start);
        length_ = 0;
    }
    std::uint32_t state_[8];
    unsigned char block_[64];
    std::uint64_t length_;
};

/// SHA-256 (FIPS 180-4) of `message`.
[[nodiscard]] BELFRY_NOINLINE inline Sha256Digest sha256(std::string_view message) noexcept {
    Sha256 hash;
    hash.update(message);
    return hash.finish();
}

} // namespace belfry::inline v0
