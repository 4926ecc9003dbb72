// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/json_reader.hpp>
#include <belfry/util/decimal.hpp>

#include "support/catch.hpp"
#include "unit/codec/random_shape.hpp"

#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using belfry::detail::JsonNumber;
using belfry::detail::JsonReader;

bool accepts(std::string_view text, std::size_t depth = 128) {
    // A copy of exactly that size, so that a sanitizer detects a read past the end.
    const std::vector<char> exact(text.begin(), text.end());
    JsonReader reader(std::string_view(exact.data(), exact.size()), depth);
    const char* at = reader.skip_space(reader.begin());
    at = reader.skip_value(at);
    const bool accepted = at != nullptr && reader.finish(at) != nullptr;
    if (!accepted) {
        REQUIRE(reader.problem() != nullptr);
        REQUIRE(reader.problem_offset() <= text.size());
    }
    return accepted;
}

std::string text_of(std::string_view json) {
    JsonReader reader(json, 1);
    std::string_view text;
    std::string room;
    REQUIRE(reader.read_text(reader.begin(), text, room) != nullptr);
    return std::string(text);
}

std::string problem_of(std::string_view json) {
    JsonReader reader(json, 3);
    const char* at = reader.skip_value(reader.skip_space(reader.begin()));
    if (at != nullptr) at = reader.finish(at);
    REQUIRE(at == nullptr);
    return reader.problem() + (" @" + std::to_string(reader.problem_offset()));
}

JsonNumber number_of(std::string_view json) {
    JsonReader reader(json, 1);
    JsonNumber number;
    REQUIRE(reader.read_number(reader.begin(), number) == reader.end());
    return number;
}

} // namespace

TEST_CASE("texts that RFC 8259 allows are read") {
    const std::string texts[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "10",
        "1.0",
        "1.25e3",
        "1E+2",
        "1e-02",
        "0e0",
        "-0.0e-0",
        "123456789012345678901234567890",
        "1e999",
        "\"\"",
        "\"a\"",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        " \t\r\n[1 , 2 ]\n",
        "[[],[[]],{}]",
        "{\"\":0}",
        "{\"a\":{\"b\":[{\"c\":null}]}}",
        "{\"a\":1,\"a\":2}",
        R"("\"\\\/\b\f\n\r\t")",
        R"("\u0000\u001f\u00e9\uFFFF\ufdd0")",
        R"("\ud83d\ude00")",
        R"("\uD834\uDD1E")",
        "\"\x7f\"",
        "\"\u00e9\u20ac\U0001f600\U0010ffff\"",
        "\"\u2028\u2029\ufeff\"",
        "\"0123456789abcdef\u00e90123456789abcdef\"",
        "[\"a\\\\\",\"\\\"\"]",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK(accepts(text));
        CHECK(nlohmann::json::accept(text) == (text != "1e999"));
    }
}

TEST_CASE("strings that are not Unicode are accepted and marked") {
    const std::string texts[] = {
        R"("\ud800")",
        R"("\ud800a")",
        R"("\ud800\n")",
        R"("\ud800\ud800")",
        R"("\ud800\u0041")",
        R"("\udc00")",
        R"("\ude00\ud83d")",
        "\"\x80\"",
        "\"\xbf\"",
        "\"\xc0\xaf\"",
        "\"\xc1\xbf\"",
        "\"\xc3\"",
        "\"\xc3(\"",
        "\"\xe0\x80\xaf\"",
        "\"\xe0\x9f\xbf\"",
        "\"\xe2\x82\"",
        "\"\xed\xa0\x80\"",
        "\"\xed\xbf\xbf\"",
        "\"\xf0\x80\x80\x80\"",
        "\"\xf0\x8f\xbf\xbf\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xf5\x80\x80\x80\"",
        "\"\xf8\x88\x80\x80\x80\"",
        "\"\xff\"",
        "\"0123456789abcdef0123\xff\"",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        JsonReader reader(text, 128);
        const char* const end = reader.skip_value(reader.begin());
        REQUIRE(end != nullptr);
        CHECK(reader.finish(end) != nullptr);
        CHECK(reader.invalid_text(text.data()) != nullptr);
        CHECK_FALSE(nlohmann::json::accept(text));
        std::string repaired;
        JsonReader::append_repaired(repaired, text);
        CHECK(nlohmann::json::accept(repaired));
        JsonReader again(repaired, 128);
        CHECK(again.skip_value(again.begin()) != nullptr);
        CHECK(again.invalid_text(repaired.data()) == nullptr);
    }
}

TEST_CASE("texts that RFC 8259 does not allow are refused") {
    using namespace std::string_literals;
    const std::string texts[] = {
        "",
        " ",
        "\xef\xbb\xbf{}",
        "nul",
        "nulll",
        "NULL",
        "True",
        "tru",
        "fals",
        "undefined",
        "NaN",
        "Infinity",
        "-Infinity",
        "+1",
        "-",
        "--1",
        "- 1",
        "01",
        "-01",
        "00",
        ".5",
        "1.",
        "1.e1",
        "-.5",
        "1e",
        "1e+",
        "1e1.5",
        "1_000",
        "0x10",
        "1a",
        "1 2",
        "'a'",
        "\"",
        "\"a",
        "\"a\\",
        "\"a\\\"",
        R"("\x41")",
        R"("\a")",
        R"("\ ")",
        R"("\u")",
        R"("\u12")",
        R"("\u123")",
        R"("\u12g4")",
        R"("\U0041")",
        R"("\ud83d\u")",
        "\"\n\"",
        "\"\t\"",
        "\"\x1f\"",
        "\"a\0b\""s,
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[1 2]",
        "[1;2]",
        "[1}",
        "[\"a\":1]",
        "[]]",
        "[][]",
        "{",
        "}",
        "{]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{\"a\"::1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,,\"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{null:1}",
        "{\"a\":}",
        "{\"a\"}",
        "{\"a\",1}",
        "{}{}",
        "{}x",
        "[1]\0"s,
        "\0"s,
        "\f1",
        "\v1",
        "\u00a0"
        "1",
        "// a comment\n1",
        "/**/1",
        "1 // a comment",
        "[1 /**/]",

        R"("\ud83d\u")",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK_FALSE(accepts(text));
        // nlohmann/json accepts a byte order mark, which RFC 8259 section 8.1 allows but does not require,
        // and treats a NUL as the end.
        if (text.substr(0, 3) != "\xef\xbb\xbf" && text != "[1]\0"s)
            CHECK_FALSE(nlohmann::json::accept(text));
    }
}

TEST_CASE("an error has its reason and position") {
    CHECK(problem_of("") == "the text ends too early @0");
    CHECK(problem_of("[1,2") == "the text ends too early @4");
    CHECK(problem_of("[1 2]") == "expected a comma or a closing bracket @3");
    CHECK(problem_of("{\"a\":1]") == "expected a comma or a closing brace @6");
    CHECK(problem_of("{\"a\" 1}") == "expected a colon after the key @5");
    CHECK(problem_of("{a:1}") == "expected a key in quotes @1");
    CHECK(problem_of("[1,]") == "expected a value or key after the comma @3");
    CHECK(problem_of("\"abc") == "the text ends inside a string @4");
    CHECK(problem_of("\"a\nb\"") == "unescaped control character in a string @2");
    CHECK(problem_of("\"a\\xb\"") == "unknown escape @2");
    CHECK(problem_of("012") == "a number must not begin with a zero @0");
    CHECK(problem_of("1.x") == "expected a digit after the decimal point @2");
    CHECK(problem_of("1e") == "expected a digit in the exponent @2");
    CHECK(problem_of("[[[[1]]]]") == "nested too deeply @3");
    CHECK(problem_of("{} {}") == "expected the end of the text @3");
}

TEST_CASE("the depth limit counts objects and arrays, including skipped ones") {
    for (const std::size_t depth : {1U, 2U, 127U, 128U, 1000U, 100'000U}) {
        CAPTURE(depth);
        const std::string nested = std::string(depth, '[') + std::string(depth, ']');
        CHECK(accepts(nested, depth));
        CHECK_FALSE(accepts(nested, depth - 1));
    }
    CHECK(accepts("[{\"a\":[]},{\"a\":[]}]", 3));
    CHECK_FALSE(accepts("[{\"a\":[]},{\"a\":[]}]", 2));
}

TEST_CASE("escapes are decoded") {
    CHECK(text_of(R"("")").empty());
    CHECK(text_of(R"("plain")") == "plain");
    CHECK(text_of(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
    CHECK(text_of(R"("\u0041\u00e9\u20ac\ud83d\ude00\uDBFF\uDFFF")") == "A\u00e9\u20ac\U0001f600\U0010ffff");
    CHECK(text_of(R"("a\u0000b")") == std::string("a\0b", 3));
    CHECK(text_of(R"("\\u0041")") == "\\u0041");
}

TEST_CASE("a special byte is found at every position of a block") {
    for (std::size_t length = 0; length < 70; ++length) {
        for (std::size_t place = 0; place < length; ++place) {
            for (const char special : {'"', '\\', '\x1f', '\x00', '\x80', '\xff'}) {
                std::string text(length, 'a');
                text[place] = special;
                const char* const begin = text.data();
                REQUIRE(belfry::detail::find_special(begin, begin + length) == begin + place);
            }
        }
        std::string plain(length, '\x7f');
        REQUIRE(belfry::detail::find_special(plain.data(), plain.data() + length) == plain.data() + length);
    }
}

TEST_CASE("integers keep all 64 bits") {
    std::int64_t value = 0;
    const auto whole = [&](std::string_view text) {
        return belfry::detail::json_integer(number_of(text), value);
    };
    CHECK((whole("0") && value == 0));
    CHECK((whole("-0") && value == 0));
    CHECK((whole("9223372036854775807") && value == std::numeric_limits<std::int64_t>::max()));
    CHECK((whole("-9223372036854775808") && value == std::numeric_limits<std::int64_t>::min()));
    CHECK_FALSE(whole("9223372036854775808"));
    CHECK_FALSE(whole("-9223372036854775809"));
    CHECK_FALSE(whole("18446744073709551615"));
    CHECK_FALSE(whole("18446744073709551616"));
    CHECK_FALSE(whole("27670116110564327424"));
    CHECK_FALSE(whole("99999999999999999999"));
    CHECK_FALSE(whole("-18446744073709551617"));
    CHECK_FALSE(whole("100000000000000000000000000000000000000000"));

    CHECK((whole("1.0") && value == 1));
    CHECK((whole("-1.000000000000000000000000000000") && value == -1));
    CHECK((whole("1e3") && value == 1000));
    CHECK((whole("1.5e1") && value == 15));
    CHECK((whole("1500e-2") && value == 15));
    CHECK((whole("0.0e999999999999999999") && value == 0));
    CHECK((whole("9223372036854775807.0") && value == std::numeric_limits<std::int64_t>::max()));
    CHECK((whole("-9.223372036854775808e18") && value == std::numeric_limits<std::int64_t>::min()));
    CHECK_FALSE(whole("9.223372036854775808e18"));
    CHECK_FALSE(whole("1.5"));
    CHECK_FALSE(whole("1e-1"));
    CHECK_FALSE(whole("1501e-2"));
    CHECK_FALSE(whole("1e19"));
    CHECK_FALSE(whole("1e999999999999999999"));
    CHECK_FALSE(whole("1e-999999999999999999"));
    CHECK_FALSE(whole("0.00000000000000000000000000000001"));
}

TEST_CASE("fractions are rounded to the nearest number") {
    double value = 0;
    const auto read = [&](std::string_view text) { return belfry::detail::parse_decimal(text, value); };
    for (const char* text :
         {"0", "1", "-1", "0.1", "1e23", "8.5e22", "2.2250738585072014e-308", "5e-324",
          "1.7976931348623157e308", "9007199254740993", "123456789012345678901234567890",
          "0.000000000000000000000000000000000000000000001e45", "4.35", "9.5367431640625e-7"}) {
        CAPTURE(text);
        CHECK(read(text));
        CHECK(value == nlohmann::json::parse(text).get<double>());
    }
    CHECK((read("-0.0") && value == 0 && std::signbit(value)));
    CHECK((read("1e-400") && value == 0));
    CHECK((read("-1e-999999999999999999999") && value == 0));
    CHECK((read("0e999999999999999999999") && value == 0));
    CHECK_FALSE(read("1e309"));
    CHECK_FALSE(read("-1e309"));
    CHECK_FALSE(read("1e999999999999999999999"));
    float single = 0;
    CHECK(belfry::detail::parse_decimal("0.1", single));
    CHECK(single == 0.1f);
    CHECK_FALSE(belfry::detail::parse_decimal("1e39", single));
    CHECK((belfry::detail::parse_decimal("1e-60", single) && single == 0));
}

TEST_CASE("the reader and nlohmann/json accept the same damaged texts") {
    RandomShape random(20260102);
    const std::string sample =
        R"({"a":[1,-2.5e3,true,false,null,"x\u00e9\ud83d\ude00"],"bb":{"c":"\"\\\/","d":[[],{}]},"e":"é€😀"})";
    const std::string_view splinters[] = {"\"",   "\\",   ",",   ":",       "[",    "]",    "{",
                                          "}",    "0",    "1",   "-",       ".",    "e",    "u",
                                          "n",    " ",    "\n",  "\t",      "\x01", "\xc3", "\xed\xa0\x80",
                                          "true", "null", "\\u", "\\ud83d", "d800", "\0"};
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text = i % 3 == 0 ? random.json(5) : sample;
        for (unsigned change = random.below(4); change > 0; --change) {
            const std::size_t at = random.below(text.size() + 1);
            switch (random.below(4)) {
            case 0: text.erase(at, random.below(3)); break;
            case 1: text.insert(at, splinters[random.below(std::size(splinters))]); break;
            case 2:
                if (at < text.size()) text[at] = static_cast<char>(random.bits());
                break;
            default: text.insert(at, text.substr(random.below(text.size() + 1), random.below(8))); break;
            }
        }
        if (text.substr(0, 3) == "\xef\xbb\xbf") continue;
        const bool ours = accepts(text);
        if (text.find('\0') != std::string::npos) {
            REQUIRE_FALSE(ours);
            continue;
        }
        // nlohmann/json refuses text that is not Unicode, so that it judges the text that takes its place.
        if (ours) {
            std::string repaired;
            JsonReader::append_repaired(repaired, text);
            text = std::move(repaired);
        }
        const nlohmann::json judged = nlohmann::json::parse(text, nullptr, false);
        accepted += ours ? 1 : 0;
        if (ours != !judged.is_discarded()) {
            // nlohmann/json refuses numbers beyond a double's range, which do not matter in a skipped value.
            CAPTURE(text);
            REQUIRE(ours);
            REQUIRE(text.find_first_of("eE") != std::string::npos);
        }
    }
    CHECK(accepted > 1000);
}
