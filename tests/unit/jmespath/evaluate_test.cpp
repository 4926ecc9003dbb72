// SPDX-License-Identifier: Apache-2.0
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/jmespath/value.hpp>

#include "support/catch.hpp"
#include "unit/call/thing.hpp"
#include "unit/jmespath/compiled.hpp"

#include <cstddef>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace jmespath = belfry::jmespath;
using jmespath::Expression;
using jmespath::Node;
using jmespath::Value;
using test::Json;

Json to_json(const Value& value) {
    using Form = Value::Form;
    switch (value.form) {
    case Form::null: return nullptr;
    case Form::boolean: return value.boolean;
    case Form::integer: return value.integer;
    case Form::real: return value.real;
    case Form::string: return std::string(value.text);
    case Form::list: {
        Json list = Json::array();
        for (std::size_t i = 0; i < jmespath::element_count(value); ++i)
            list.push_back(to_json(jmespath::element_at(value, i)));
        return list;
    }
    case Form::object: {
        Json object = Json::object();
        for (const Value& member : jmespath::members_of(value))
            object[std::string(member.name)] = to_json(member);
        return object;
    }
    }
    return nullptr;
}

/// The result of an expression; the word "error" when there is no value.
Json find(const Value& root, Expression expression) {
    Value value;
    return jmespath::evaluate(expression, root, value) ? to_json(value) : Json("error");
}
Json find(const test::Thing& thing, Expression expression) {
    return find(Value::of(belfry::structure_of<test::Thing>, &thing), expression);
}

Json read_json(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file);
    return Json::parse(file);
}

constexpr Node current[] = {{.evaluate = &jmespath::current_node}};
constexpr Node choice[] = {{.evaluate = &jmespath::member, .constant = {.integer = 6}}};
constexpr Node choice_text[] = {{.evaluate = &jmespath::sub_expression, .size = 3},
                                choice[0],
                                {.evaluate = &jmespath::union_member, .constant = {.integer = 0}}};
constexpr Node choice_number[] = {{.evaluate = &jmespath::sub_expression, .size = 3},
                                  choice[0],
                                  {.evaluate = &jmespath::union_member, .constant = {.integer = 1}}};
constexpr Node choice_new[] = {{.evaluate = &jmespath::sub_expression, .size = 3},
                               choice[0],
                               {.evaluate = &jmespath::field, .constant = {.text = "New"}}};
constexpr Node choice_keys[] = {{.evaluate = &jmespath::keys, .size = 2}, choice[0]};

Json compare_size(const test::Thing& thing, decltype(Node::evaluate) operation, std::int64_t number) {
    const Node nodes[] = {{.evaluate = operation, .size = 3},
                          {.evaluate = &jmespath::member, .constant = {.integer = 2}},
                          {.evaluate = &jmespath::integer_literal, .constant = {.integer = number}}};
    return find(thing, nodes);
}

} // namespace

TEST_CASE("a shape read as a JMESPath value equals its JSON") {
    const Json cases = read_json(BELFRY_TEST_SOURCE_DIR "/tests/unit/jmespath/path_cases.json");
    for (const Json& document : cases["documents"]) {
        const test::Thing thing = test::make_thing(document);
        // Compared as sets, because JSON objects are unordered.
        CHECK(nlohmann::json(find(thing, current)) == nlohmann::json(document));
    }
}

TEST_CASE("integers of 64 bits are compared exactly") {
    test::Thing thing;
    thing.size = 9'007'199'254'740'993;
    CHECK(compare_size(thing, &jmespath::equal, 9'007'199'254'740'993) == true);
    CHECK(compare_size(thing, &jmespath::equal, 9'007'199'254'740'992) == false);
    CHECK(compare_size(thing, &jmespath::greater, 9'007'199'254'740'992) == true);
}

TEST_CASE("a union has the member that is set, known or unknown") {
    test::Thing thing;
    CHECK(find(thing, choice) == nullptr);
    CHECK(find(thing, choice_number) == nullptr);
    thing.choice = test::Choice::from_number(7);
    CHECK(find(thing, choice_number) == 7);
    CHECK(find(thing, choice_text) == nullptr);
    CHECK(find(thing, choice_keys) == Json{"Number"});
    belfry::structure_of<test::Choice>.union_access->set_unknown(&*thing.choice, "New", "{\"a\":1}");
    CHECK(find(thing, choice_keys) == Json{"New"});
    CHECK(find(thing, choice_new) == "{\"a\":1}");
    CHECK(find(thing, choice_number) == nullptr);
}

TEST_CASE("a function with an argument of the wrong type gives null") {
    constexpr Node length_of_null[] = {{.evaluate = &jmespath::length, .size = 2}, choice[0]};
    CHECK(find(test::Thing(), length_of_null) == "error");
    constexpr Node one_of_a_list[] = {{.evaluate = &jmespath::multi_select_list, .size = 4},
                                      {.evaluate = &jmespath::current_node},
                                      {.evaluate = &jmespath::length, .size = 2},
                                      choice[0]};
    CHECK(find(test::Thing(), one_of_a_list) == "error");
}

#if defined(BELFRY_TEST_HAS_COMPILED_EXPRESSIONS)
TEST_CASE("compiled expressions agree with the jmespath package") {
    const Json cases = read_json(BELFRY_TEST_SOURCE_DIR "/tests/unit/jmespath/path_cases.json");
    std::vector<test::Thing> things;
    for (const Json& document : cases["documents"]) things.push_back(test::make_thing(document));
    REQUIRE(cases["cases"].size() >= 300);
    std::size_t of_thing = 0;
    for (const Json& one : cases["cases"]) {
        const std::string text = one["expression"];
        INFO(text);
        const test::CompiledExpression* const expression = test::find_compiled(text);
        REQUIRE(expression != nullptr);
        if (!expression->of_thing.empty()) ++of_thing;
        std::size_t i = 0;
        for (const Json& expected : one["results"]) {
            INFO("document " << i);
            const test::Thing& thing = things.at(i++);
            CHECK(nlohmann::json(find(thing, expression->by_name)) == nlohmann::json(expected));
            if (!expression->of_thing.empty())
                CHECK(nlohmann::json(find(thing, expression->of_thing)) == nlohmann::json(expected));
        }
    }
    CHECK(of_thing >= 200);
}
#endif

#if defined(BELFRY_TEST_JMESPATH_SUITE)
namespace {

/// A value that refers to the strings of a JSON value.
Value to_value(const Json& json) {
    if (json.is_boolean()) return Value::of(json.get<bool>());
    if (json.is_number_integer()) return Value::of(json.get<std::int64_t>());
    if (json.is_number()) return Value::of(json.get<double>());
    if (json.is_string()) return Value::of(std::string_view(json.get_ref<const std::string&>()));
    if (json.is_null()) return {};
    Value value = json.is_array() ? Value::list() : Value::object();
    for (const auto& [key, item] : json.items()) {
        value.items.push_back(to_value(item));
        value.items.back().name = key;
    }
    return value;
}

} // namespace

TEST_CASE("compiled expressions pass JMESPath's compliance tests") {
    REQUIRE(test::compiled_suite().size() >= 500);
    std::string file;
    Json blocks;
    for (const test::CompiledCase& one : test::compiled_suite()) {
        if (file != one.file) {
            file = one.file;
            blocks = read_json(BELFRY_TEST_JMESPATH_SUITE "/" + file);
        }
        const Json& given = blocks.at(one.block)["given"];
        const Json& expected = blocks.at(one.block)["cases"].at(one.number);
        INFO(file << ": " << expected["expression"]);
        const Json found = find(to_value(given), one.expression);
        if (expected.contains("error"))
            CHECK(found == "error");
        else
            CHECK(nlohmann::json(found) == nlohmann::json(expected["result"]));
    }
}
#endif
