// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/hex.hpp>
#include <belfry/util/hmac.hpp>
#include <belfry/util/sha256.hpp>

#include "support/catch.hpp"

#include <cstring>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if BELFRY_TEST_HAS_OPENSSL
#include <openssl/evp.h>
#include <openssl/hmac.h>
#endif

namespace {
std::string hex(const belfry::Sha256Digest& digest) {
    std::string out;
    belfry::append_hex(out, digest.view());
    return out;
}

/// Runs `body` with each implementation this machine supports, and restores the selection.
template <class Body> void with_each_path(Body body) {
#if BELFRY_HAS_SHA_INSTRUCTIONS
    using belfry::detail::Sha256Path;
    const Sha256Path before = belfry::detail::sha256_path.load();
    belfry::detail::sha256_path.store(Sha256Path::portable);
    body("portable");
    if (belfry::detail::processor_has_sha()) {
        belfry::detail::sha256_path.store(Sha256Path::instructions);
        body("SHA instructions");
    } else {
        WARN("this processor has no SHA instructions: only the portable path was tested");
    }
    belfry::detail::sha256_path.store(before);
#else
    body("portable");
#endif
}

std::string unhex(std::string_view digits) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out.push_back(static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1])));
    return out;
}
} // namespace

TEST_CASE("SHA-256 gives the hashes of NIST's examples") {
    with_each_path([](const char* path) {
        INFO(path);
        CHECK(hex(belfry::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        CHECK(hex(belfry::sha256("abc")) ==
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        CHECK(hex(belfry::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        belfry::Sha256 million;
        for (int i = 0; i < 1'000; ++i) million.update(std::string(1'000, 'a'));
        CHECK(hex(million.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        million.update("abc");
        CHECK(hex(million.finish()) == hex(belfry::sha256("abc")));
    });
}

TEST_CASE("HMAC-SHA-256 gives the codes of RFC 4231") {
    struct Vector {
        std::string key, message, code;
    };
    const std::vector<Vector> vectors = {
        {std::string(20, '\x0b'), "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {std::string(20, '\xaa'), std::string(50, '\xdd'),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {unhex("0102030405060708090a0b0c0d0e0f10111213141516171819"), std::string(50, '\xcd'),
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {std::string(131, '\xaa'),
         "This is a test using a larger than block-size key and a larger than block-size data. The key needs "
         "to be "
         "hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
    with_each_path([&](const char* path) {
        INFO(path);
        for (const Vector& vector : vectors)
            CHECK(hex(belfry::hmac_sha256(vector.key, vector.message)) == vector.code);
    });
}

#if BELFRY_TEST_HAS_OPENSSL
TEST_CASE("an HMAC-SHA-256 goes on from the state that was kept of its key") {
    // RFC 4231, test cases 2 and 6.
    const std::pair<std::string, std::string> cases[] = {
        {"Jefe", "what do ya want for nothing?"},
        {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"}};
    const char* const codes[] = {"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                                 "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"};
    with_each_path([&](const char* path) {
        INFO(path);
        for (std::size_t i = 0; i < std::size(cases); ++i) {
            const belfry::HmacSha256::State state = belfry::HmacSha256(cases[i].first).state();
            for (int round = 0; round < 2; ++round) {
                belfry::HmacSha256 hmac(state);
                hmac.update(cases[i].second);
                CHECK(hex(hmac.finish()) == codes[i]);
            }
        }
    });
}

TEST_CASE("SHA-256 agrees with OpenSSL for every length up to 1100 and for any split") {
    std::mt19937 random(4);
    std::string bytes(1'100, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    with_each_path([&](const char* path) {
        INFO(path);
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            belfry::Sha256Digest expected;
            REQUIRE(EVP_Digest(bytes.data(), size, expected.bytes, nullptr, EVP_sha256(), nullptr) == 1);
            if (belfry::sha256(std::string_view(bytes).substr(0, size)) != expected) {
                CAPTURE(size);
                FAIL("the hashes differ");
            }
            for (int round = 0; round < 3; ++round) {
                belfry::Sha256 hash;
                for (std::size_t at = 0; at < size;) {
                    const std::size_t piece =
                        std::min<std::size_t>(random() % (round == 0 ? 9 : 200), size - at);
                    hash.update(bytes.data() + at, piece);
                    at += piece;
                }
                if (hash.finish() != expected) {
                    CAPTURE(size, round);
                    FAIL("the hash of the pieces differs");
                }
            }
        }
    });
}

TEST_CASE("HMAC-SHA-256 agrees with OpenSSL for keys and messages of random length") {
    std::mt19937 random(5);
    with_each_path([&](const char* path) {
        INFO(path);
        for (int round = 0; round < 2'000; ++round) {
            std::string key(random() % 200, '\0'), message(random() % 500, '\0');
            for (char& byte : key) byte = static_cast<char>(random());
            for (char& byte : message) byte = static_cast<char>(random());
            belfry::Sha256Digest expected;
            unsigned size = 0;
            HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                 reinterpret_cast<const unsigned char*>(message.data()), message.size(), expected.bytes,
                 &size);
            belfry::HmacSha256 pieces(key);
            pieces.update(message.data(), message.size() / 3);
            pieces.update(std::string_view(message).substr(message.size() / 3));
            if (belfry::hmac_sha256(key, message) != expected || pieces.finish() != expected) {
                CAPTURE(round, key.size(), message.size());
                FAIL("the codes differ");
            }
        }
    });
}
#else
TEST_CASE("SHA-256 and HMAC agree with OpenSSL") { WARN("skipped: OpenSSL is not installed"); }
#endif
