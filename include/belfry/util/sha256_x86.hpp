// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && BELFRY_HAS_GNU_EXTENSIONS
#define BELFRY_HAS_SHA_INSTRUCTIONS 1
/// On a function that uses the instructions.
#define BELFRY_SHA_TARGET __attribute__((target("sha,sse4.1")))

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

/// The state of FIPS 180-4 as the instructions take it: `a` and `c` are the last words.
struct Sha256State {
    Sha256Words abef;
    Sha256Words cdgh;
};
BELFRY_SHA_TARGET __attribute__((always_inline)) inline Sha256State
load_sha256_state(const std::uint32_t* from) noexcept {
    const Sha256Words abef = {from[5], from[4], from[1], from[0]};
    const Sha256Words cdgh = {from[7], from[6], from[3], from[2]};
    return {abef, cdgh};
}
BELFRY_SHA_TARGET __attribute__((always_inline)) inline void
store_sha256_state(std::uint32_t* to, const Sha256State& state) noexcept {
    const Sha256Words abef = state.abef, cdgh = state.cdgh;
    const std::uint32_t words[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
    std::memcpy(to, words, sizeof words);
}
BELFRY_SHA_TARGET __attribute__((always_inline)) inline void
add_sha256_state(Sha256State& state, const Sha256State& other) noexcept {
    state.abef += other.abef;
    state.cdgh += other.cdgh;
}

/// Four words of the message, which is big-endian.
BELFRY_SHA_TARGET __attribute__((always_inline)) inline Sha256Words
sha256_load(const unsigned char* from) noexcept {
    Sha256Bytes bytes;
    std::memcpy(&bytes, from, 16);
    return reinterpret_cast<Sha256Words>(
        BELFRY_SHUFFLE(bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

/// Four rounds, with `words` of the message schedule.
BELFRY_SHA_TARGET __attribute__((always_inline)) inline void
sha256_rounds(Sha256State& state, Sha256Words words, const std::uint32_t* constants) noexcept {
    Sha256Words k;
    std::memcpy(&k, constants, 16);
    const Sha256Vector sum = reinterpret_cast<Sha256Vector>(words + k);
    const Sha256Vector abef = reinterpret_cast<Sha256Vector>(state.abef);
    const Sha256Vector cdgh =
        __builtin_ia32_sha256rnds2(reinterpret_cast<Sha256Vector>(state.cdgh), abef, sum);
    state.cdgh = reinterpret_cast<Sha256Words>(cdgh);
    state.abef = reinterpret_cast<Sha256Words>(
        __builtin_ia32_sha256rnds2(abef, cdgh, BELFRY_SHUFFLE(sum, sum, 2, 3, 0, 1)));
}

/// The four words of the message schedule that follow `a`, `b`, `c` and `d`.
BELFRY_SHA_TARGET __attribute__((always_inline)) inline Sha256Words
sha256_schedule(Sha256Words a, Sha256Words b, Sha256Words c, Sha256Words d) noexcept {
    const Sha256Words partial = reinterpret_cast<Sha256Words>(__builtin_ia32_sha256msg1(
                                    reinterpret_cast<Sha256Vector>(a), reinterpret_cast<Sha256Vector>(b))) +
                                BELFRY_SHUFFLE(c, d, 1, 2, 3, 4);
    return reinterpret_cast<Sha256Words>(__builtin_ia32_sha256msg2(reinterpret_cast<Sha256Vector>(partial),
                                                                   reinterpret_cast<Sha256Vector>(d)));
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
