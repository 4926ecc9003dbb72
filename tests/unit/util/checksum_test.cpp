// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/checksum.hpp>
#include <belfry/util/hex.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#if BELFRY_TEST_HAS_OPENSSL
#include <openssl/evp.h>
#endif

using belfry::Checksum;
using belfry::ChecksumAlgorithm;

namespace {

constexpr ChecksumAlgorithm all[] = {ChecksumAlgorithm::crc32,     ChecksumAlgorithm::crc32c,
                                     ChecksumAlgorithm::crc64nvme, ChecksumAlgorithm::sha1,
                                     ChecksumAlgorithm::sha256,    ChecksumAlgorithm::md5};

std::string hex_of(ChecksumAlgorithm algorithm, std::string_view text) {
    Checksum checksum(algorithm);
    checksum.update(text);
    std::string base64;
    checksum.finish(base64);
    std::string bytes;
    REQUIRE(belfry::decode_base64(base64, bytes));
    std::string hex;
    belfry::append_hex(hex, bytes);
    return hex;
}

/// A reflected CRC, bit by bit as defined.
std::uint64_t crc_by_definition(std::string_view text, unsigned width, std::uint64_t polynomial) {
    const std::uint64_t ones = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
    std::uint64_t crc = ones;
    for (const char c : text)
        for (unsigned bit = 0; bit < 8; ++bit) {
            const bool apply = ((crc ^ (static_cast<unsigned char>(c) >> bit)) & 1) != 0;
            crc >>= 1;
            if (apply) crc ^= polynomial;
        }
    return crc ^ ones;
}

std::string random_text(std::mt19937& random, std::size_t size) {
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random() & 0xff);
    return text;
}

} // namespace

TEST_CASE("checksums of the digits 1 to 9 equal the published check values") {
    // The CRC RevEng catalogue; hashes as `sha1sum` and the like give them.
    CHECK(hex_of(ChecksumAlgorithm::crc32, "123456789") == "cbf43926");
    CHECK(hex_of(ChecksumAlgorithm::crc32c, "123456789") == "e3069283");
    CHECK(hex_of(ChecksumAlgorithm::crc64nvme, "123456789") == "ae8b14860a799888");
    CHECK(hex_of(ChecksumAlgorithm::sha1, "123456789") == "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
    CHECK(hex_of(ChecksumAlgorithm::md5, "123456789") == "25f9e794323b453885f5181f1b624d0b");
}

TEST_CASE("CRC-32C gives the values of RFC 3720, appendix B.4") {
    CHECK(hex_of(ChecksumAlgorithm::crc32c, std::string(32, '\0')) == "8a9136aa");
    CHECK(hex_of(ChecksumAlgorithm::crc32c, std::string(32, '\xff')) == "62a8ab43");
    std::string rising;
    for (char c = 0; c < 32; ++c) rising.push_back(c);
    CHECK(hex_of(ChecksumAlgorithm::crc32c, rising) == "46dd794e");
}

TEST_CASE("CRC-64/NVME gives the values of the NVM command set specification") {
    CHECK(hex_of(ChecksumAlgorithm::crc64nvme, std::string(4096, '\0')) == "6482d367eb22b64e");
    CHECK(hex_of(ChecksumAlgorithm::crc64nvme, std::string(4096, '\xff')) == "c0ddba7302eca3ac");
}

TEST_CASE("SHA-1 and MD5 give the hashes of FIPS 180 and RFC 1321") {
    CHECK(hex_of(ChecksumAlgorithm::sha1, "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(hex_of(ChecksumAlgorithm::sha1, std::string(1'000'000, 'a')) ==
          "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    CHECK(hex_of(ChecksumAlgorithm::md5, "") == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(hex_of(ChecksumAlgorithm::md5, "message digest") == "f96b697d7cb7938d525a2f31aaf161d0");
    CHECK(hex_of(ChecksumAlgorithm::md5,
                 "12345678901234567890123456789012345678901234567890123456789012345678901234567890") ==
          "57edf4a22be3c955ac49da2e2107b67a");
}

TEST_CASE("CRCs of random data agree with the definition, by table and by instruction") {
    std::mt19937 random(20);
    for (std::size_t size = 0; size < 3'000; size += 1 + size / 50) {
        const std::string text = random_text(random, size);
        INFO(size);
        belfry::Crc32 crc32;
        crc32.update(text);
        CHECK(crc32.value() == crc_by_definition(text, 32, 0xedb88320));
        belfry::Crc32c crc32c;
        crc32c.update(text);
        CHECK(crc32c.value() == crc_by_definition(text, 32, 0x82f63b78));
        CHECK(~belfry::detail::update_crc(belfry::detail::crc32c_tables, 0xffffffffu,
                                          reinterpret_cast<const unsigned char*>(text.data()),
                                          text.size()) == crc32c.value());
        belfry::Crc64Nvme crc64;
        crc64.update(text);
        CHECK(crc64.value() == crc_by_definition(text, 64, 0x9a6c9329ac4bc9b5));
    }
}

TEST_CASE("a checksum does not depend on how its input is split") {
    std::mt19937 random(21);
    for (const ChecksumAlgorithm algorithm : all) {
        const std::string text = random_text(random, 1000);
        Checksum whole(algorithm);
        whole.update(text);
        std::string expected;
        whole.finish(expected);
        Checksum pieces(algorithm);
        for (std::string_view rest = text; !rest.empty();) {
            const std::size_t size = std::min<std::size_t>(rest.size(), random() % 150);
            pieces.update(rest.substr(0, size));
            rest.remove_prefix(size);
        }
        std::string found;
        pieces.finish(found);
        CHECK(found == expected);
        // `finish` resets the state.
        pieces.update(text);
        found.clear();
        pieces.finish(found);
        CHECK(found == expected);
    }
}

TEST_CASE("algorithms are found by name") {
    for (const ChecksumAlgorithm algorithm : all)
        CHECK(belfry::find_checksum_algorithm(to_string(algorithm)) == algorithm);
    CHECK(belfry::find_checksum_algorithm("CRC64NVME") == ChecksumAlgorithm::crc64nvme);
    CHECK(belfry::find_checksum_algorithm("crc3") == ChecksumAlgorithm::none);
    CHECK(belfry::find_checksum_algorithm("") == ChecksumAlgorithm::none);
}

#if BELFRY_TEST_HAS_OPENSSL
TEST_CASE("hashes of random data agree with OpenSSL") {
    std::mt19937 random(22);
    for (std::size_t size = 0; size < 1000; size += 1 + size / 30) {
        const std::string text = random_text(random, size);
        const auto check = [&](ChecksumAlgorithm algorithm, const EVP_MD* kind) {
            unsigned char digest[EVP_MAX_MD_SIZE];
            unsigned length = 0;
            REQUIRE(EVP_Digest(text.data(), text.size(), digest, &length, kind, nullptr) == 1);
            std::string expected;
            belfry::append_hex(expected, {reinterpret_cast<const char*>(digest), length});
            CHECK(hex_of(algorithm, text) == expected);
        };
        check(ChecksumAlgorithm::sha1, EVP_sha1());
        check(ChecksumAlgorithm::sha256, EVP_sha256());
        check(ChecksumAlgorithm::md5, EVP_md5());
    }
}
#endif
