// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/crc_arm.hpp>
#include <belfry/util/crc_x86.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if !defined(BELFRY_HAS_CRC_INSTRUCTIONS)
#define BELFRY_HAS_CRC_INSTRUCTIONS 0
#define BELFRY_HAS_CRC32C_INSTRUCTION 0
#endif

namespace belfry::inline v0 {
namespace detail {

/// Tables to advance a reflected CRC by eight bytes at a time ("slicing by eight"): `of[k][b]` is the CRC of
/// a byte `b` followed by `k` zero bytes.
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

/// Advances `crc`, without its final complement, by `size` bytes.
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

#if BELFRY_HAS_CRC_INSTRUCTIONS
/// The factors to fold 16 bytes over others: powers of x modulo the polynomial, in the reflected order of
/// bits that carry-less multiplication needs (V. Gopal et al., "Fast CRC Computation for Generic Polynomials
/// Using PCLMULQDQ Instruction", Intel 2009).
struct CrcFactors {
    long long past_16[2];
    long long past_64[2];
};
template <class Word> [[nodiscard]] constexpr CrcFactors make_crc_factors(Word polynomial) noexcept {
    constexpr unsigned width = 8 * sizeof(Word);
    CrcFactors factors{};
    Word power = Word{1} << (width - 1);
    for (unsigned exponent = 1; exponent <= 575; ++exponent) {
        power = (power & 1) != 0 ? (power >> 1) ^ polynomial : power >> 1;
        const auto placed = static_cast<long long>(static_cast<std::uint64_t>(power) << (64 - width));
        if (exponent == 127) factors.past_16[1] = placed;
        if (exponent == 191) factors.past_16[0] = placed;
        if (exponent == 511) factors.past_64[1] = placed;
        if (exponent == 575) factors.past_64[0] = placed;
    }
    return factors;
}

/// Folds all whole 16-byte blocks of the data into 16 bytes with the same CRC from a state of zero, in four
/// lanes of 16 bytes. There are at least 64.
template <class Word>
BELFRY_CRC_TARGET inline void fold_crc_data(const CrcFactors& factors, Word crc, const unsigned char*& data,
                                            std::size_t& size, unsigned char (&folded)[16]) noexcept {
    CrcVector lane[4];
    for (int i = 0; i < 4; ++i) lane[i] = load_crc_vector(data + 16 * i);
    lane[0] ^= CrcVector{static_cast<long long>(static_cast<std::uint64_t>(crc)), 0};
    const CrcVector past_64 = load_crc_vector(factors.past_64);
    const CrcVector past_16 = load_crc_vector(factors.past_16);
    for (data += 64, size -= 64; size >= 64; data += 64, size -= 64)
        for (int i = 0; i < 4; ++i) lane[i] = fold_crc(lane[i], past_64) ^ load_crc_vector(data + 16 * i);
    CrcVector all = lane[0];
    for (int i = 1; i < 4; ++i) all = fold_crc(all, past_16) ^ lane[i];
    for (; size >= 16; data += 16, size -= 16) all = fold_crc(all, past_16) ^ load_crc_vector(data);
    std::memcpy(folded, &all, sizeof all);
}

/// The factors of the polynomial that the tables were made for.
template <class Word, const CrcTables<Word>& Tables>
inline constexpr CrcFactors crc_factors = make_crc_factors<Word>(Tables.of[0][128]);
#endif

/// Advances `crc`, without its final complement, by `size` bytes, as fast as this processor can.
template <class Word, const CrcTables<Word>& Tables>
[[nodiscard]] Word update_crc_fast(Word crc, const unsigned char* data, std::size_t size) noexcept {
#if BELFRY_HAS_CRC_INSTRUCTIONS
    if (size >= 128 && crc_instructions().multiplication) {
        unsigned char folded[16];
        fold_crc_data<Word>(crc_factors<Word, Tables>, crc, data, size, folded);
        crc = update_crc(Tables, Word{0}, folded, sizeof folded);
    }
#endif
    return update_crc(Tables, crc, data, size);
}

[[nodiscard]] inline std::uint32_t update_crc32c(std::uint32_t crc, const unsigned char* data,
                                                 std::size_t size) noexcept {
#if BELFRY_HAS_CRC32C_INSTRUCTION
    if (crc_instructions().crc32c) return update_crc32c_by_instruction(crc, data, size);
#endif
    return update_crc_fast<std::uint32_t, crc32c_tables>(crc, data, size);
}

} // namespace detail

/// CRC-32 (ISO 3309, as in gzip and zlib) of bytes that come in pieces. Uses the processor's carry-less
/// multiplication where it has one.
class Crc32 {
  public:
    void update(std::string_view bytes) noexcept {
        state_ = detail::update_crc_fast<std::uint32_t, detail::crc32_tables>(
            state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// The checksum of all bytes added so far.
    [[nodiscard]] std::uint32_t value() const noexcept { return ~state_; }

  private:
    std::uint32_t state_ = 0xffffffff;
};

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of bytes that come in pieces. Uses the processor's instruction
/// for it, or its carry-less multiplication, where it has one.
class Crc32c {
  public:
    void update(std::string_view bytes) noexcept {
        state_ =
            detail::update_crc32c(state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
    /// The checksum of all bytes added so far.
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
