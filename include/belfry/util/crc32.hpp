// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__x86_64__) && defined(__GNUC__)
#define BELFRY_HAS_CRC32_INSTRUCTION 1
#else
#define BELFRY_HAS_CRC32_INSTRUCTION 0
#endif

namespace belfry::inline v0 {
namespace detail {

/// Tables that take a reflected CRC eight bytes further at a time ("slicing by eight"): `of[k][b]` is what a
/// byte `b` becomes with `k` zero bytes behind it.
template <class Word> struct CrcTables {
    Word of[8][256];
    constexpr explicit CrcTables(Word polynomial) noexcept : of() {
        for (unsigned byte = 0; byte < 256; ++byte) {
            Word crc = byte;
            for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1;
            of[0][byte] = crc;
        }
        for (unsigned k = 1; k < 8; ++k)
            for (unsigned byte = 0; byte < 256; ++byte)
                of[k][byte] = (of[k - 1][byte] >> 8) ^ of[0][of[k - 1][byte] & 0xff];
    }
};

[[nodiscard]] inline std::uint64_t load_little_endian_64(const unsigned char* from) noexcept {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/// Takes `crc`, without its final complement, past `size` bytes.
template <class Word>
[[nodiscard]] Word update_crc(const CrcTables<Word>& tables, Word crc, const unsigned char* data,
                              std::size_t size) noexcept {
    for (; size >= 8; size -= 8, data += 8) {
        const std::uint64_t word = load_little_endian_64(data) ^ crc;
        crc = tables.of[7][word & 0xff] ^ tables.of[6][word >> 8 & 0xff] ^ tables.of[5][word >> 16 & 0xff] ^
              tables.of[4][word >> 24 & 0xff] ^ tables.of[3][word >> 32 & 0xff] ^
              tables.of[2][word >> 40 & 0xff] ^ tables.of[1][word >> 48 & 0xff] ^ tables.of[0][word >> 56];
    }
    for (; size > 0; --size, ++data) crc = (crc >> 8) ^ tables.of[0][(crc ^ *data) & 0xff];
    return crc;
}

inline constexpr CrcTables<std::uint32_t> crc32_tables{0xedb88320};
inline constexpr CrcTables<std::uint32_t> crc32c_tables{0x82f63b78};

#if BELFRY_HAS_CRC32_INSTRUCTION
[[nodiscard, gnu::target("sse4.2")]] inline std::uint32_t
update_crc32c_sse42(std::uint32_t crc, const unsigned char* data, std::size_t size) noexcept {
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
/// Whether this processor has SSE4.2 (asked without `<cpuid.h>`, whose macros would leak).
[[nodiscard]] inline bool processor_has_sse42() noexcept {
    unsigned a = 0, b = 0, c = 0, d = 0;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(1u), "2"(0u));
    return (c >> 20 & 1) != 0;
}
#endif

[[nodiscard]] inline std::uint32_t update_crc32c(std::uint32_t crc, const unsigned char* data,
                                                 std::size_t size) noexcept {
#if BELFRY_HAS_CRC32_INSTRUCTION
    static const bool fast = processor_has_sse42();
    if (fast) return update_crc32c_sse42(crc, data, size);
#endif
    return update_crc(crc32c_tables, crc, data, size);
}

} // namespace detail

/// CRC-32 (ISO 3309, as in gzip and zlib) of bytes that come in pieces.
class Crc32 {
  public:
    void update(std::string_view bytes) noexcept {
        state_ = detail::update_crc(detail::crc32_tables, state_,
                                    reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// Of all that was added so far.
    [[nodiscard]] std::uint32_t value() const noexcept { return ~state_; }

  private:
    std::uint32_t state_ = 0xffffffff;
};

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of bytes that come in pieces. Uses the processor's instruction
/// for it where it has one.
class Crc32c {
  public:
    void update(std::string_view bytes) noexcept {
        state_ =
            detail::update_crc32c(state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// Of all that was added so far.
    [[nodiscard]] std::uint32_t value() const noexcept { return ~state_; }

  private:
    std::uint32_t state_ = 0xffffffff;
};

/// The CRC-32 of `bytes`.
[[nodiscard]] inline std::uint32_t crc32(std::string_view bytes) noexcept {
    Crc32 crc;
    crc.update(bytes);
    return crc.value();
}

} // namespace belfry::inline v0
