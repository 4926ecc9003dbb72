// SPDX-License-Identifier: Apache-2.0
#include <belfry/jmespath/path.hpp>

#include "support/catch.hpp"
#include "unit/call/thing.hpp"

#include <fstream>
#include <string>
#include <string_view>

namespace {

using belfry::detail::Path;
using belfry::detail::PathValue;
using test::Json;

Json to_json(const PathValue& value) {
    using Form = PathValue::Form;
    switch (value.form) {
    case Form::null: return nullptr;
    case Form::boolean: return value.boolean;
    case Form::integer: return value.integer;
    case Form::real: return value.real;
    case Form::string: return std::string(value.text);
    case Form::list: {
        Json list = Json::array();
        for (std::size_t i = 0; i < belfry::detail::element_count(value); ++i)
            list.push_back(to_json(belfry::detail::element_at(value, i)));
        return list;
    }
    case Form::object: {
        Json object = Json::object();
        for (const PathValue& member : belfry::detail::members_of(value))
            object[std::string(member.name)] = to_json(member);
        return object;
    }
    }
    return nullptr;
}

PathValue root_of(const test::Thing& thing) {
    return PathValue::of(belfry::structure_of<test::Thing>, &thing);
}

/// What an expression finds in a thing; the word "error" when there is no value.
Json find(const test::Thing& thing, std::string_view expression) {
    const Path path(expression);
    PathValue value;
    if (!path.evaluate(root_of(thing), value)) return "error";
    return to_json(value);
}

Json read_json(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file);
    return Json::parse(file);
}

} // namespace

TEST_CASE("A shape seen through a path is the JSON it was made of") {
    const Json cases = read_json(BELFRY_TEST_SOURCE_DIR "/tests/unit/jmespath/path_cases.json");
    for (const Json& document : cases["documents"]) {
        const test::Thing thing = test::make_thing(document);
        // Compared as sets: JSON objects have no order.
        CHECK(nlohmann::json(find(thing, "@")) == nlohmann::json(document));
    }
}

TEST_CASE("Expressions find what the jmespath package finds") {
    const Json cases = read_json(BELFRY_TEST_SOURCE_DIR "/tests/unit/jmespath/path_cases.json");
    std::vector<test::Thing> things;
    for (const Json& document : cases["documents"]) things.push_back(test::make_thing(document));
    REQUIRE(cases["cases"].size() > 100);
    for (const Json& one : cases["cases"]) {
        const std::string expression = one["expression"];
        INFO(expression);
        std::size_t i = 0;
        for (const Json& expected : one["results"]) {
            INFO("document " << i);
            CHECK(nlohmann::json(find(things.at(i), expression)) == nlohmann::json(expected));
            ++i;
        }
    }
}

TEST_CASE("Every expression of a published waiter or paginator can be read") {
    const Json cases = read_json(BELFRY_TEST_SOURCE_DIR "/tests/unit/jmespath/path_cases.json");
    REQUIRE(cases["published"].size() > 200);
    for (const Json& expression : cases["published"]) {
        INFO(expression);
        CHECK(belfry::detail::check_path(expression.get<std::string>()) == nullptr);
    }
}

TEST_CASE("A text that is no expression gets a reason") {
    for (const std::string_view text : {"",           " ",          ".",
                                        "a.",         "a..b",       ".a",
                                        "a[",         "a[1",        "a[x]",
                                        "a]",         "a[?",        "a[?b",
                                        "a[?]",       "a || ",      "|| a",
                                        "a = b",      "a &b",       "&a",
                                        "a b",        "'open",      "`open",
                                        "\"open",     "length(",    "length()",
                                        "length(a",   "length(a,)", "length(a, b)",
                                        "no_such(a)", "a.'b'",      "(a",
                                        "a)",         "{a}",        "{a:}",
                                        "{a: b",      "[a",         "[a,]",
                                        "a[1:2]",     "a[:]",       "`[1]`",
                                        "`{}`",       "\"\\x\"",    "a[99999999999999999999]",
                                        "a.5",        "-",          "#",
                                        "a.b(c)",     "*[",         "a\x80"}) {
        INFO(text);
        CHECK(belfry::detail::check_path(text) != nullptr);
        CHECK(find({}, text) == "error");
    }
}

TEST_CASE("Expressions that are too long or too deep are refused") {
    std::string deep(1000, '(');
    CHECK(belfry::detail::check_path(deep) != nullptr);
    CHECK(belfry::detail::check_path(std::string(1000, '!') + "a") != nullptr);
    std::string many = "a";
    for (int i = 0; i < 1000; ++i) many += ".a";
    CHECK(belfry::detail::check_path(many) != nullptr);
    std::string brackets(100'000, '[');
    CHECK(belfry::detail::check_path(brackets) != nullptr);
    std::string fine = "a";
    for (int i = 0; i < 100; ++i) fine += ".a";
    CHECK(belfry::detail::check_path(fine) == nullptr);
}

TEST_CASE("64-bit numbers compare exactly") {
    test::Thing thing;
    thing.size = 9'007'199'254'740'993;
    CHECK(find(thing, "Size == `9007199254740993`") == true);
    CHECK(find(thing, "Size == `9007199254740992`") == false);
    CHECK(find(thing, "Size > `9007199254740992`") == true);
}

TEST_CASE("A union shows the member that is set, and one that the model does not list") {
    test::Thing thing;
    CHECK(find(thing, "Choice") == nullptr);
    thing.choice = test::Choice::from_number(7);
    CHECK(find(thing, "Choice.Number") == 7);
    CHECK(find(thing, "Choice.Text") == nullptr);
    CHECK(find(thing, "keys(Choice)") == Json{"Number"});
    belfry::structure_of<test::Choice>.union_access->set_unknown(&*thing.choice, "New", "{\"a\":1}");
    CHECK(find(thing, "keys(Choice)") == Json{"New"});
    CHECK(find(thing, "Choice.New") == "{\"a\":1}");
}
