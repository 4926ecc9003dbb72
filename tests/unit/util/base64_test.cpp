// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/base64.hpp>
#include <belfry/util/hex.hpp>

#include "support/catch.hpp"

#include <random>
#include <string>
#include <string_view>
#include <utility>

#if BELFRY_TEST_HAS_OPENSSL
#include <openssl/evp.h>
#endif

namespace {
std::string encoded(std::string_view bytes) {
    std::string out;
    belfry::append_base64(out, bytes);
    return out;
}
#if BELFRY_TEST_HAS_OPENSSL
std::string openssl_encoded(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}
#endif
} // namespace

TEST_CASE("Base64 passes the vectors of RFC 4648 section 10") {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, base64] : vectors) {
        INFO(plain);
        CHECK(encoded(plain) == base64);
        std::string out = "old";
        CHECK(belfry::decode_base64(base64, out));
        CHECK(out == plain);
    }
}

#if BELFRY_TEST_HAS_OPENSSL
TEST_CASE("Base64 agrees with OpenSSL on random bytes of every short length and a long one") {
    std::mt19937 random(1);
    for (std::size_t size = 0; size <= 1'100; size = size < 300 ? size + 1 : size + 97) {
        std::string bytes(size == 1'076 ? 3'000'001 : size, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        const std::string text = encoded(bytes);
        REQUIRE(text == openssl_encoded(bytes));
        std::string back;
        REQUIRE(belfry::decode_base64(text, back));
        REQUIRE(back == bytes);
    }
}
#else
TEST_CASE("Base64 agrees with OpenSSL on random bytes") { WARN("skipped: OpenSSL is not installed"); }
#endif

TEST_CASE("Base64 decoding refuses what is not padded base64") {
    for (const char* bad : {"Z", "Zg", "Zg=", "Zm9vY", "Zm9v\n", "Zm9 ", " Zm9v", "Zm9vYg==\n", "Zg==Zg==",
                            "Z===", "====", "=Zg=", "Zm=v", "Zm-_", "Zm9\x80", "Zm9v\r\nYmFy", "Zm9vZg=a"}) {
        INFO(bad);
        std::string out = "old";
        CHECK_FALSE(belfry::decode_base64(bad, out));
        CHECK(out.empty());
    }
    std::string out;
    CHECK_FALSE(belfry::decode_base64(std::string_view("Zm9\0", 4), out));
}

TEST_CASE("Base64 decoding refuses every byte outside the alphabet in every place") {
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (const char* base : {"AAAA", "AAA=", "AA==", "AAAAAAAA"})
        for (std::size_t place = 0; base[place] != '\0' && base[place] != '='; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                std::string text = base;
                text[place] = static_cast<char>(byte);
                // 'AA=' + '=' is a shorter, valid form.
                const bool becomes_padding =
                    byte == '=' && (place + 1 == text.size() || text[place + 1] == '=') && place % 4 >= 2;
                std::string out;
                INFO(base << " place " << place << " byte " << byte);
                REQUIRE(belfry::decode_base64(text, out) ==
                        (becomes_padding || alphabet.find(static_cast<char>(byte)) != std::string::npos));
            }
}

TEST_CASE("Base64 decoding does not look at the unused bits of the last digit") {
    std::string out;
    CHECK(belfry::decode_base64("Zh==", out));
    CHECK(out == "f");
    CHECK(belfry::decode_base64("Zm9=", out));
    CHECK(out == "fo");
}

TEST_CASE("base64url has its own digits, and no padding") {
    // RFC 7515 appendix C, and the ends of the alphabet.
    for (const auto& [bytes, text] :
         {std::pair{std::string_view("\x03\xec\xff\xe0\xc1", 5), "A-z_4ME"},
          std::pair{std::string_view(""), ""}, std::pair{std::string_view("\xfb\xff\xbf\xff", 4), "-_-__w"},
          std::pair{std::string_view("fo"), "Zm8"}}) {
        std::string out = "+/=";
        belfry::append_base64url(out, bytes);
        CHECK(out == std::string("+/=") + text);
    }
}

TEST_CASE("hexadecimal digits are lower case, two a byte") {
    std::string out = "x";
    belfry::append_hex(out, std::string_view("\x00\x01\x7f\x80\xff\xab", 6));
    CHECK(out == "x00017f80ffab");
}
