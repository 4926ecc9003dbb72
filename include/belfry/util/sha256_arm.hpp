// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/sha256_portable.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__aarch64__) && BELFRY_HAS_GNU_EXTENSIONS && BELFRY_LITTLE_ENDIAN && !defined(_WIN32)
#define BELFRY_HAS_SHA_INSTRUCTIONS 1

#if defined(__unix__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace belfry::inline v0::detail {

/// Four words, in a register of ARM's vector unit.
typedef std::uint32_t Sha256Words __attribute__((vector_size(16)));

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
__attribute__((always_inline)) inline void sha256_rounds(Sha256Words& abcd, Sha256Words& efgh,
                                                         Sha256Words words,
                                                         const std::uint32_t* constants) noexcept {
    Sha256Words k;
    std::memcpy(&k, constants, 16);
    words += k;
    const Sha256Words before = abcd;
    BELFRY_SHA_ASM("sha256h %q0, %q1, %2.4s" : "+w"(abcd) : "w"(efgh), "w"(words));
    BELFRY_SHA_ASM("sha256h2 %q0, %q1, %2.4s" : "+w"(efgh) : "w"(before), "w"(words));
}

/// The four words of the message schedule that follow `a`, `b`, `c` and `d`.
__attribute__((always_inline)) inline Sha256Words sha256_schedule(Sha256Words a, Sha256Words b, Sha256Words c,
                                                                  Sha256Words d) noexcept {
    BELFRY_SHA_ASM("sha256su0 %0.4s, %1.4s" : "+w"(a) : "w"(b));
    BELFRY_SHA_ASM("sha256su1 %0.4s, %1.4s, %2.4s" : "+w"(a) : "w"(c), "w"(d));
    return a;
}

#undef BELFRY_SHA_ASM

/// The same as `sha256_blocks_portable`, for processors that have the SHA extension.
inline void sha256_blocks_by_instructions(std::uint32_t* state, const unsigned char* data,
                                          std::size_t count) noexcept {
    Sha256Words abcd;
    Sha256Words efgh;
    std::memcpy(&abcd, state, 16);
    std::memcpy(&efgh, state + 4, 16);
    for (; count > 0; --count, data += 64) {
        const Sha256Words abcd_before = abcd;
        const Sha256Words efgh_before = efgh;
        Sha256Words a = sha256_load(data), b = sha256_load(data + 16);
        Sha256Words c = sha256_load(data + 32), d = sha256_load(data + 48);
        const std::uint32_t* k = sha256_constants;
        for (int part = 0;; ++part, k += 16) {
            sha256_rounds(abcd, efgh, a, k);
            sha256_rounds(abcd, efgh, b, k + 4);
            sha256_rounds(abcd, efgh, c, k + 8);
            sha256_rounds(abcd, efgh, d, k + 12);
            if (part == 3) break;
            a = sha256_schedule(a, b, c, d);
            b = sha256_schedule(b, c, d, a);
            c = sha256_schedule(c, d, a, b);
            d = sha256_schedule(d, a, b, c);
        }
        abcd += abcd_before;
        efgh += efgh_before;
    }
    std::memcpy(state, &abcd, 16);
    std::memcpy(state + 4, &efgh, 16);
}

/// Whether this processor has the SHA extension. All of Apple's with 64 bits have it.
[[nodiscard]] inline bool processor_has_sha() noexcept {
#if defined(__ARM_FEATURE_SHA2) || defined(__ARM_FEATURE_CRYPTO) || defined(__APPLE__)
    return true;
#elif defined(__linux__)
    constexpr unsigned long capabilities = 16; // AT_HWCAP
    constexpr unsigned long sha2 = 1ul << 6;   // HWCAP_SHA2
    return (::getauxval(capabilities) & sha2) != 0;
#else
    return false;
#endif
}

} // namespace belfry::inline v0::detail

#endif
