// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/utf8.hpp>

#include "support/catch.hpp"

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace {
/// nlohmann/json rejects a string that is not UTF-8 when it writes it.
bool judge(const std::string& text) {
    try {
        static_cast<void>(nlohmann::json(text).dump());
        return true;
    } catch (const nlohmann::json::exception&) {
        return false;
    }
}
} // namespace

TEST_CASE(
    "UTF-8 validation agrees with nlohmann/json on every sequence of up to two bytes and its neighbours") {
    for (int first = 0; first < 256; ++first) {
        std::string text(1, static_cast<char>(first));
        REQUIRE(belfry::is_valid_utf8(text) == judge(text));
        for (int second = 0; second < 256; ++second) {
            text = {static_cast<char>(first), static_cast<char>(second)};
            for (const char* tail : {"", "\x80", "\xbf\x80", "\x80\x80", "\x7f\x80", "\xc0"}) {
                const std::string whole = text + tail;
                if (belfry::is_valid_utf8(whole) != judge(whole)) {
                    CAPTURE(first, second, std::string(tail));
                    FAIL("disagreement");
                }
            }
        }
    }
}

TEST_CASE("UTF-8 validation agrees with nlohmann/json on random mixtures of long plain and encoded text") {
    std::mt19937 random(2);
    const char* const pieces[] = {"plain text, ",
                                  "\xc3\xa9",
                                  "\xe1\x88\xb4",
                                  "\xf0\x9f\x94\x94",
                                  "\xed\xa0\x80",
                                  "\x80",
                                  "\xf4\x90\x80\x80",
                                  "\xe2\x82",
                                  "12345678",
                                  "\xff",
                                  "x",
                                  "\xc3\xa9"};
    int valid = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const bool with_faults = round % 2 == 0;
        for (auto n = random() % 12; n > 0; --n) {
            auto piece = random() % 12;
            if (!with_faults && (piece == 4 || piece == 5 || piece == 6 || piece == 7 || piece == 9))
                piece = 0;
            text += pieces[piece];
        }
        const bool ours = belfry::is_valid_utf8(text);
        REQUIRE(ours == judge(text));
        valid += ours ? 1 : 0;
    }
    CHECK(valid > 9'000);
}

TEST_CASE("the valid prefix ends where the first malformed sequence begins") {
    CHECK(belfry::valid_utf8_prefix("abc\xc3\xa9\xff tail") == 5);
    CHECK(belfry::valid_utf8_prefix("0123456789\xe2\x82") == 10);
    CHECK(belfry::valid_utf8_prefix("") == 0);
}

TEST_CASE("each Unicode scalar value is appended as one well-formed sequence, and nothing else is") {
    for (std::uint32_t code_point = 0; code_point < 0x120000; ++code_point) {
        std::string text = "x";
        const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
        const bool expected = code_point <= 0x10ffff && !surrogate;
        if (belfry::append_utf8(text, code_point) != expected || !belfry::is_valid_utf8(text) ||
            (!expected && text != "x")) {
            CAPTURE(code_point);
            FAIL("wrong answer");
        }
    }
    std::string text;
    CHECK(belfry::append_utf8(text, 0x1f514));
    CHECK(belfry::append_utf8(text, 0x1234));
    CHECK(belfry::append_utf8(text, 0xe9));
    CHECK(text == "\xf0\x9f\x94\x94\xe1\x88\xb4\xc3\xa9");
    CHECK_FALSE(belfry::append_utf8(text, 0xffffffff));
}
