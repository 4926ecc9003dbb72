// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/append.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/local_text.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

using belfry::detail::LocalText;

TEST_CASE("a text of pieces is what std::string makes of them, in local memory and beyond") {
    std::mt19937 random(8);
    for (const std::size_t longest : {3u, 40u, 700u, 5'000u}) {
        LocalText text;
        std::string expected;
        CHECK(std::string_view(text).empty());
        for (int piece = 0; piece < 200; ++piece) {
            const std::string more(random() % longest, static_cast<char>('A' + piece % 26));
            switch (random() % 5) {
            case 0:
                append_char(text, '\n');
                expected.push_back('\n');
                break;
            case 1: {
                const std::size_t from = expected.empty() ? 0 : random() % expected.size();
                const std::size_t size = random() % (expected.size() - from + 1) % longest;
                text.append_part(from, size);
                expected += expected.substr(from, size);
                break;
            }
            case 2: {
                const std::size_t kept = expected.size() - random() % (expected.size() / 8 + 1);
                text.resize(kept);
                expected.resize(kept);
                break;
            }
            case 3:
                belfry::detail::append_lower(text, more);
                expected.append(more.size(), static_cast<char>('a' + piece % 26));
                break;
            default: append_text(text, more); expected += more;
            }
            REQUIRE(text.size() == expected.size());
            REQUIRE(std::string_view(text) == expected);
        }
    }
}

TEST_CASE("exactly as many bytes as local memory has, and one more, are kept") {
    for (const std::size_t size : {1'999u, 2'000u, 2'001u}) {
        const std::string all(size, 'x');
        LocalText text;
        append_text(text, all);
        CHECK(std::string_view(text) == all);
        append_text(text, "y");
        CHECK(std::string_view(text) == all + "y");
    }
}

TEST_CASE("hexadecimal digits are those of printf for every byte, length and place") {
    std::string bytes;
    for (int i = 0; i < 600; ++i) bytes.push_back(static_cast<char>(i * 7 & 0xff));
    for (std::size_t size = 0; size <= 40; ++size)
        for (std::size_t from = 0; from + size <= bytes.size(); from += 13) {
            std::string expected, actual;
            for (std::size_t i = from; i < from + size; ++i) {
                char pair[3];
                std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned char>(bytes[i]));
                expected += pair;
            }
            belfry::append_hex(actual, std::string_view(bytes).substr(from, size));
            REQUIRE(actual == expected);
        }
}
