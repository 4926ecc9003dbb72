// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/sha256_portable.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && BELFRY_HAS_GNU_EXTENSIONS
#define BELFRY_HAS_SHA_INSTRUCTIONS 1

namespace belfry::inline v0::detail {

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
sha256_blocks_by_instructions(std::uint32_t* state, const unsigned char* data, std::size_t count) noexcept {
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
[[nodiscard]] inline bool processor_has_sha() noexcept {
    unsigned a = 0, b = 0, c = 0, d = 0;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(0u), "2"(0u));
    if (a < 7) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(1u), "2"(0u));
    if ((c >> 9 & c >> 19 & 1) == 0) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(7u), "2"(0u));
    return (b >> 29 & 1) != 0;
}

} // namespace belfry::inline v0::detail

#endif
