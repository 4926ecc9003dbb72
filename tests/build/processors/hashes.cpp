// SPDX-License-Identifier: Apache-2.0
// Reads lines of hexadecimal digits from standard input. Prints for each the SHA-256, CRC-32, CRC-32C and
// CRC-64/NVME of its bytes, in a line as the processor's instructions give them and in one without these.
// Fails if the processor has none.
#include <belfry/util/crc64nvme.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/sha256.hpp>

#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <string>

#if !BELFRY_HAS_SHA_INSTRUCTIONS || !BELFRY_HAS_CRC_INSTRUCTIONS
#error "this processor has instructions that are not used"
#endif

namespace {

namespace detail = belfry::detail;

void print(const std::string& bytes, std::uint32_t crc32, std::uint32_t crc32c, std::uint64_t crc64nvme) {
    std::string digest;
    belfry::append_hex(digest, belfry::sha256(bytes).view());
    std::printf("%s %08" PRIx32 " %08" PRIx32 " %016" PRIx64 "\n", digest.c_str(), crc32, crc32c, crc64nvme);
}

template <class Crc> auto checksum(const std::string& bytes) {
    Crc crc;
    crc.update(bytes);
    return crc.value();
}

template <class Word> Word portable(const detail::CrcTables<Word>& tables, const std::string& bytes) {
    return ~detail::update_crc(tables, static_cast<Word>(~Word{0}),
                               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

} // namespace

int main() {
    if (!detail::processor_has_sha() || !detail::crc_instructions().multiplication) {
        std::fputs("the processor lacks the instructions\n", stderr);
        return 1;
    }
    for (std::string line; std::getline(std::cin, line);) {
        std::string bytes;
        for (std::size_t i = 0; i + 1 < line.size(); i += 2)
            bytes.push_back(static_cast<char>(detail::hex_digit_value(line[i]) * 16 +
                                              detail::hex_digit_value(line[i + 1])));
        detail::sha256_path.store(detail::Sha256Path::instructions);
        print(bytes, checksum<belfry::Crc32>(bytes), checksum<belfry::Crc32c>(bytes),
              checksum<belfry::Crc64Nvme>(bytes));
        detail::sha256_path.store(detail::Sha256Path::portable);
        print(bytes, portable(detail::crc32_tables, bytes), portable(detail::crc32c_tables, bytes),
              portable(detail::crc64nvme_tables, bytes));
    }
    return 0;
}
