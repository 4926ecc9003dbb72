// SPDX-License-Identifier: Apache-2.0
// Documents that are read as views, compared with what the codec for owning types reads.
#include <belfry/borrowed.hpp>
#include <belfry/codec/json.hpp>

#include "support/catch.hpp"
#include "unit/borrowed/everything.hpp"
#include "unit/codec/random_shape.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

using namespace belfry; // NOLINT
using Views = everything::borrowed::Everything;
using everything::Everything;

namespace {

// The memory of a response is freed without a look at what is in it.
static_assert(std::is_trivially_destructible_v<Views>);
static_assert(std::is_trivially_copyable_v<Views>);
static_assert(std::is_standard_layout_v<Views>);

/// A document as both codecs read it. Each must have the same problem, or none.
struct Reading {
    std::string json;
    borrowed::detail::Arena arena{};
    Views views{};
    Everything values{};
    bool good = false;
    std::string problem{};

    explicit Reading(std::string_view text, const JsonOptions& options = {}) : json(text) {
        std::string expected;
        good = decode_json(json, structure_of<Everything>, &values, options, expected);
        CHECK(borrowed::detail::decode_json(json, 0, borrowed::structure_of<Views>, &views, arena, options,
                                            problem) == good);
        CHECK(problem == expected);
        if (good) CHECK(borrowed::to_owned(views) == values);
    }
};

[[nodiscard]] std::string map_of(std::size_t entries, std::size_t different) {
    std::string json = "{\"Names\":{";
    for (std::size_t i = 0; i < entries; ++i) {
        if (i != 0) json += ',';
        json += "\"key" + std::to_string(i * 7919 % different) + "\":\"" + std::to_string(i) + '"';
    }
    return json + "}}";
}

} // namespace

TEST_CASE("random documents are read as views") {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        INFO("seed " << seed);
        Everything values{};
        RandomShape(seed).fill(structure_of<Everything>, &values);
        std::string json;
        std::string problem;
        REQUIRE(encode_json(structure_of<Everything>, &values, json, {}, problem));
        const Reading reading(json);
        CHECK(reading.good);
        CHECK(borrowed::to_owned(reading.views) == reading.values);
    }
}

TEST_CASE("documents with an error have the same one, also where they are cut off") {
    Everything values{};
    RandomShape(7).fill(structure_of<Everything>, &values);
    std::string json;
    std::string problem;
    REQUIRE(encode_json(structure_of<Everything>, &values, json, {}, problem));
    for (std::size_t size = 0; size < json.size(); ++size) {
        INFO("cut off at " << size);
        CHECK_FALSE(Reading(std::string_view(json).substr(0, size)).good);
    }
    for (const char* const wrong :
         {R"({"Texts":["a",1]})", R"({"Point":[]})", R"({"Tiny":300})", R"({"Bytes":"*"})",
          R"({"Moment":"x"})", R"({"Value":{"text":"a","number":1}})", R"({"Value":{}})", R"({"Colour":3})",
          R"({"Names":{"a":[]}})"}) {
        INFO(wrong);
        CHECK_FALSE(Reading(wrong).good);
    }
}

TEST_CASE("texts without escapes are parts of the document") {
    const std::string_view text =
        R"({"Text":"plain","Texts":["a\u00e9","b"],"Names":{"k\n":"v"},"Colour":"NEW\t"})";
    const Reading reading(text);
    REQUIRE(reading.good);
    const std::string& json = reading.json;
    const auto is_part = [&](std::string_view part) {
        return part.data() >= json.data() && part.data() + part.size() <= json.data() + json.size();
    };
    CHECK(is_part(*reading.views.text));
    CHECK_FALSE(is_part(reading.views.texts[0]));
    CHECK(reading.views.texts[0] == "a\u00e9");
    CHECK(is_part(reading.views.texts[1]));
    CHECK(reading.views.names.begin()->key == "k\n");
    CHECK(reading.views.colour->to_string() == "NEW\t");
    CHECK_FALSE(reading.views.colour->is_known());
    CHECK(reading.views.colour->to_owned().to_string() == "NEW\t");
}

TEST_CASE("bytes that are not text are repaired, or an error if that is asked for") {
    const std::string json = "{\"Text\":\"a\xff"
                             "b\\ud800\"}";
    const Reading repaired(json);
    REQUIRE(repaired.good);
    CHECK(*repaired.views.text == "a\uFFFDb\uFFFD");
    JsonOptions strict;
    strict.reading.invalid_text = InvalidText::reject;
    CHECK_FALSE(Reading(json, strict).good);
}

TEST_CASE("a list is absent, empty or has elements") {
    const Reading reading(R"({"Texts":[],"Flags":[true,false],"Points":null})");
    REQUIRE(reading.good);
    CHECK(reading.views.texts.has_value());
    CHECK(reading.views.texts.empty());
    CHECK(reading.views.texts.begin() == reading.views.texts.end());
    CHECK(reading.views.flags.size() == 2);
    CHECK(reading.views.flags.front());
    CHECK_FALSE(reading.views.flags.back());
    CHECK_FALSE(reading.views.points.has_value());
    CHECK_FALSE(reading.views.grid.has_value());
    CHECK(reading.views.grid.empty());
    CHECK(borrowed::List<int>(borrowed::Empty()).has_value());
    CHECK(borrowed::Map<int>(borrowed::Empty()).has_value());
}

TEST_CASE("a key that comes more than once has the place of the first and the value of the last") {
    // Few entries are compared with each other, more are sorted.
    for (const std::size_t entries : {2U, 16U, 17U, 100U, 3000U})
        for (const std::size_t different : {1U, 2U, 7U, 16U, 17U, 99U, 5000U}) {
            INFO(entries << " entries, at most " << different << " keys");
            const std::string json = map_of(entries, different);
            const Reading reading(json);
            REQUIRE(reading.good);
            const auto& names = reading.views.names;
            REQUIRE(names.size() == reading.values.names.size());
            auto expected = reading.values.names.begin();
            for (const auto& [key, value] : names) {
                CHECK(key == expected->key);
                CHECK(value == expected->value);
                REQUIRE(names.find(key) != nullptr);
                CHECK(*names.find(key) == value);
                ++expected;
            }
            CHECK(names.find("no such key") == nullptr);
            CHECK_FALSE(names.contains(""));
        }
}

TEST_CASE("a map may have an empty key") {
    std::string json = R"({"Names":{"":"first")";
    for (int i = 0; i < 40; ++i) json += ",\"" + std::to_string(i) + "\":\"x\"";
    json += R"(,"":"last","39":"y"}})";
    const Reading reading(json);
    REQUIRE(reading.good);
    CHECK(reading.views.names.size() == 41);
    CHECK(*reading.views.names.find("") == "last");
}

TEST_CASE("the limits of a document hold") {
    JsonOptions options;
    options.reading.max_depth = 4;
    CHECK_FALSE(Reading(R"({"Grid":[[[[[1]]]]]})", options).good);
    options.reading.max_depth = 128;
    options.reading.max_memory = 4096;
    std::string json = "{\"Children\":[{}";
    for (int i = 0; i < 100; ++i) json += ",{}";
    borrowed::detail::Arena arena;
    Views views{};
    std::string problem;
    json += "]}";
    CHECK_FALSE(borrowed::detail::decode_json(json, 0, borrowed::structure_of<Views>, &views, arena, options,
                                              problem));
    CHECK(problem.find("max_response_memory") != std::string::npos);
}

TEST_CASE("enums of a response compare like enums") {
    const Reading reading(R"({"Colour":"dark-blue","Colours":["RED","dark-blue","GREEN"]})");
    REQUIRE(reading.good);
    const auto& colour = *reading.views.colour;
    CHECK(colour == everything::Colour::DarkBlue);
    CHECK(colour == "dark-blue");
    CHECK(colour.to_string() == "dark-blue");
    CHECK(colour.to_owned() == everything::Colour::DarkBlue);
    bool found = false;
    switch (colour) {
    case everything::Colour::DarkBlue: found = true; break;
    case everything::Colour::Red:
    case everything::Colour::Unknown_: break;
    }
    CHECK(found);
    CHECK(reading.views.colours[0] == everything::Colour::Red);
    CHECK(reading.views.colours[2] == everything::Colour::Unknown_);
    CHECK(reading.views.colours[2] != reading.views.colours[1]);
}
