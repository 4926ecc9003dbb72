// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/arm_extensions.hpp>
#include <belfry/util/config.hpp>

#include <cstring>

#if defined(__aarch64__) && BELFRY_HAS_GNU_EXTENSIONS && BELFRY_LITTLE_ENDIAN && !defined(_WIN32)
#define BELFRY_HAS_CRC_INSTRUCTIONS 1
#define BELFRY_HAS_CRC32C_INSTRUCTION 0
#define BELFRY_CRC_TARGET

namespace belfry::inline v0::detail {

typedef long long CrcVector __attribute__((vector_size(16)));

__attribute__((always_inline)) inline CrcVector load_crc_vector(const void* from) noexcept {
    CrcVector vector;
    std::memcpy(&vector, from, sizeof vector);
    return vector;
}
/// The sum of the products of both halves, without carries: by the instructions of ARMv8's extension
/// FEAT_PMULL (Arm Architecture Reference Manual for A-profile, "PMULL, PMULL2"). `sha256_arm.hpp` says why
/// by assembly.
__attribute__((always_inline)) inline CrcVector fold_crc(CrcVector value, CrcVector factors) noexcept {
    CrcVector low;
    CrcVector high;
    __asm__(".arch_extension aes\n\tpmull %0.1q, %1.1d, %2.1d" : "=w"(low) : "w"(value), "w"(factors));
    __asm__(".arch_extension aes\n\tpmull2 %0.1q, %1.2d, %2.2d" : "=w"(high) : "w"(value), "w"(factors));
    return low ^ high;
}

/// The instructions that this processor has.
struct CrcInstructions {
    bool multiplication;
};
[[nodiscard]] inline CrcInstructions crc_instructions() noexcept {
#if defined(__ARM_FEATURE_AES) || defined(__ARM_FEATURE_CRYPTO)
    return {true};
#else
    return {processor_has(1ul << 4)}; // HWCAP_PMULL
#endif
}

} // namespace belfry::inline v0::detail

#endif
