// SPDX-License-Identifier: Apache-2.0
// Checksums of random bytes against zlib, Python's hashlib and the AWS Common Runtime.
#include <belfry/util/checksum.hpp>
#if defined(BELFRY_TEST_HAS_OPENSSL)
#include <belfry/openssl_checksums.hpp>
#endif
#if defined(BELFRY_TEST_HAS_XXHASH)
#include <belfry/xxhash.hpp>
#endif

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace {

/// A checksum, computed by a library where Belfry does not; not `good` without the library.
belfry::Checksum checksum_by(belfry::ChecksumAlgorithm algorithm) {
#if defined(BELFRY_TEST_HAS_OPENSSL)
    static belfry::OpenSslChecksums sha512;
    if (sha512.knows(algorithm)) return {algorithm, sha512.make(algorithm)};
#endif
#if defined(BELFRY_TEST_HAS_XXHASH)
    static belfry::XxhashChecksums xxhash;
    if (xxhash.knows(algorithm)) return {algorithm, xxhash.make(algorithm)};
#endif
    return belfry::Checksum(algorithm);
}

} // namespace

TEST_CASE("the checksum of an empty input has its published value") {
    const std::pair<belfry::ChecksumAlgorithm, const char*> known[] = {
        {belfry::ChecksumAlgorithm::crc32, "AAAAAA=="},
        {belfry::ChecksumAlgorithm::crc32c, "AAAAAA=="},
        {belfry::ChecksumAlgorithm::crc64nvme, "AAAAAAAAAAA="},
        {belfry::ChecksumAlgorithm::sha1, "2jmj7l5rSw0yVb/vlWAYkK/YBwk="},
        {belfry::ChecksumAlgorithm::md5, "1B2M2Y8AsgTpgAmY7PhCfg=="},
        {belfry::ChecksumAlgorithm::sha512,
         "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="},
        // ef46db3751d8e999, 2d06800538d394c2 and 99aa06d3014798d86001c324468d497f, as xxhsum prints them.
        {belfry::ChecksumAlgorithm::xxhash64, "70bbN1HY6Zk="},
        {belfry::ChecksumAlgorithm::xxhash3, "LQaABTjTlMI="},
        {belfry::ChecksumAlgorithm::xxhash128, "maoG0wFHmNhgAcMkRo1Jfw=="}};
    for (const auto& [algorithm, expected] : known) {
        belfry::Checksum checksum = checksum_by(algorithm);
        if (!checksum.good()) continue;
        std::string found;
        REQUIRE(checksum.finish(found));
        CHECK(found == expected);
    }
}

#if defined(BELFRY_TEST_CHECKSUM_JUDGES)
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>

namespace {

/// The same bytes as in checksum_judges.py.
std::string random_bytes(std::size_t size, std::uint64_t state) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) {
        state = state * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
        byte = static_cast<char>(state >> 56);
    }
    return bytes;
}

} // namespace

TEST_CASE("checksums of random bytes agree with other libraries for any split") {
    std::ifstream file(BELFRY_TEST_CHECKSUM_JUDGES);
    const nlohmann::json cases = nlohmann::json::parse(file);
    REQUIRE(cases.size() > 100);
    for (const auto& test : cases) {
        const auto size = test["size"].get<std::size_t>();
        const auto seed = test["seed"].get<std::uint64_t>();
        const std::string bytes = random_bytes(size, seed);
        INFO(size << " bytes");
        for (const auto& [name, expected] : test["checksums"].items()) {
            INFO(name);
            const belfry::ChecksumAlgorithm algorithm = belfry::find_checksum_algorithm(name);
            REQUIRE(algorithm != belfry::ChecksumAlgorithm::none);
            for (const std::size_t step : {size + 1, static_cast<std::size_t>(1 + seed % 97)}) {
                belfry::Checksum checksum = checksum_by(algorithm);
                if (!checksum.good()) continue;
                for (std::string_view rest = bytes; !rest.empty();) {
                    const std::string_view piece = rest.substr(0, step);
                    checksum.update(piece);
                    rest.remove_prefix(piece.size());
                }
                std::string found;
                REQUIRE(checksum.finish(found));
                CHECK(found == expected.get<std::string>());
            }
        }
    }
}
#endif
