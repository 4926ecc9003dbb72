// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/arm_extensions.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <cstring>

#if defined(__aarch64__) && BELFRY_HAS_GNU_EXTENSIONS && BELFRY_LITTLE_ENDIAN && !defined(_WIN32)
#define BELFRY_HAS_SHA_INSTRUCTIONS 1
#define BELFRY_SHA_TARGET

namespace belfry::inline v0::detail {

/// Four words, in a register of ARM's vector unit.
typedef std::uint32_t Sha256Words __attribute__((vector_size(16)));

/// The state of FIPS 180-4 as the instructions take it.
struct Sha256State {
    Sha256Words abcd;
    Sha256Words efgh;
};
__attribute__((always_inline)) inline Sha256State load_sha256_state(const std::uint32_t* from) noexcept {
    Sha256State state;
    std::memcpy(&state, from, sizeof state);
    return state;
}
__attribute__((always_inline)) inline void store_sha256_state(std::uint32_t* to,
                                                              const Sha256State& state) noexcept {
    std::memcpy(to, &state, sizeof state);
}
__attribute__((always_inline)) inline void add_sha256_state(Sha256State& state,
                                                            const Sha256State& other) noexcept {
    state.abcd += other.abcd;
    state.efgh += other.efgh;
}

// The instructions of ARMv8's extension FEAT_SHA256 (Arm Architecture Reference Manual for A-profile,
// "SHA256H" and others). `<arm_neon.h>` costs more to include than the rest of this header, and GCC and Clang
// name their builtins differently. The directive lets the assembler take them where the whole file is
// compiled for processors without.
#define BELFRY_SHA_ASM(...) __asm__(".arch_extension sha2\n\t" __VA_ARGS__)

/// Four words of the message, which is big-endian.
__attribute__((always_inline)) inline Sha256Words sha256_load(const unsigned char* from) noexcept {
    Sha256Words words;
    std::memcpy(&words, from, 16);
    BELFRY_SHA_ASM("rev32 %0.16b, %0.16b" : "+w"(words));
    return words;
}

/// Four rounds, with `words` of the message schedule.
__attribute__((always_inline)) inline void sha256_rounds(Sha256State& state, Sha256Words words,
                                                         const std::uint32_t* constants) noexcept {
    Sha256Words k;
    std::memcpy(&k, constants, 16);
    words += k;
    const Sha256Words before = state.abcd;
    BELFRY_SHA_ASM("sha256h %q0, %q1, %2.4s" : "+w"(state.abcd) : "w"(state.efgh), "w"(words));
    BELFRY_SHA_ASM("sha256h2 %q0, %q1, %2.4s" : "+w"(state.efgh) : "w"(before), "w"(words));
}

/// The four words of the message schedule that follow `a`, `b`, `c` and `d`.
__attribute__((always_inline)) inline Sha256Words sha256_schedule(Sha256Words a, Sha256Words b, Sha256Words c,
                                                                  Sha256Words d) noexcept {
    BELFRY_SHA_ASM("sha256su0 %0.4s, %1.4s" : "+w"(a) : "w"(b));
    BELFRY_SHA_ASM("sha256su1 %0.4s, %1.4s, %2.4s" : "+w"(a) : "w"(c), "w"(d));
    return a;
}

#undef BELFRY_SHA_ASM

/// Whether this processor has the SHA extension.
[[nodiscard]] inline bool processor_has_sha() noexcept {
#if defined(__ARM_FEATURE_SHA2) || defined(__ARM_FEATURE_CRYPTO)
    return true;
#else
    return processor_has(1ul << 6); // HWCAP_SHA2
#endif
}

} // namespace belfry::inline v0::detail

#endif
