// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && BELFRY_HAS_GNU_EXTENSIONS
#define BELFRY_HAS_CRC_INSTRUCTIONS 1
#define BELFRY_HAS_CRC32C_INSTRUCTION 1
/// On a function that multiplies without carries.
#define BELFRY_CRC_TARGET __attribute__((target("pclmul,sse2")))

namespace belfry::inline v0::detail {

/// Declared here because including `<immintrin.h>` costs more than the rest of this header.
typedef long long CrcVector __attribute__((vector_size(16)));

BELFRY_CRC_TARGET __attribute__((always_inline)) inline CrcVector load_crc_vector(const void* from) noexcept {
    CrcVector vector;
    std::memcpy(&vector, from, sizeof vector);
    return vector;
}
/// The sum of the products of both halves, without carries.
BELFRY_CRC_TARGET __attribute__((always_inline)) inline CrcVector fold_crc(CrcVector value,
                                                                           CrcVector factors) noexcept {
    return __builtin_ia32_pclmulqdq128(value, factors, 0x00) ^
           __builtin_ia32_pclmulqdq128(value, factors, 0x11);
}

[[nodiscard]] __attribute__((target("sse4.2,crc32"))) inline std::uint32_t
update_crc32c_by_instruction(std::uint32_t crc, const unsigned char* data, std::size_t size) noexcept {
    std::uint64_t wide = crc;
    for (; size >= 8; size -= 8, data += 8) {
        std::uint64_t word;
        std::memcpy(&word, data, sizeof word);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = static_cast<std::uint32_t>(wide);
    for (; size > 0; --size, ++data) crc = __builtin_ia32_crc32qi(crc, *data);
    return crc;
}

/// The instructions that this processor has. `<cpuid.h>` is not used because its macros would leak.
struct CrcInstructions {
    bool crc32c;
    bool multiplication;
};
[[nodiscard]] inline const CrcInstructions& crc_instructions() noexcept {
    static const CrcInstructions found = [] {
        unsigned a = 0, b = 0, c = 0, d = 0;
        __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(1u), "2"(0u));
        return CrcInstructions{(c >> 20 & 1) != 0, (c >> 1 & 1) != 0};
    }();
    return found;
}

} // namespace belfry::inline v0::detail

#endif
