// SPDX-License-Identifier: Apache-2.0
#include <belfry/jmespath/value.hpp>
#include <belfry/paging/paginator.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"
#include "unit/paging/thing_expressions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using belfry::PaginatorRule;
using belfry::PaginatorToken;
using test::Canned;
using Pages = belfry::Paginator<test::ListThings>;

namespace expressions = test::expressions;
using belfry::detail::copy_token;
using belfry::detail::write_integer_token;
using belfry::detail::write_text_token;

// Members of ListThingsRequest.
constexpr std::uint16_t token = 0;
constexpr std::uint16_t color = 1;
constexpr std::uint16_t number = 2;
constexpr std::uint16_t tags = 3;
constexpr std::uint16_t start = 4;

constexpr PaginatorToken by_name_tokens[] = {
    {.input = token, .output = expressions::name, .write = &write_text_token}};
constexpr PaginatorRule by_name{.tokens = by_name_tokens};

/// The names of all pages, or the code of the error that ended them.
std::vector<std::string> names_of(Canned& canned, const PaginatorRule& rule,
                                  test::ListThingsRequest input = {.owner = "me"}) {
    std::vector<std::string> names;
    for (auto& page : Pages(canned.core(), rule, std::move(input))) {
        if (names.size() > 20) FAIL("the pages do not end");
        names.push_back(page ? page->name.value_or("-") : "error " + page.error().code);
    }
    return names;
}

} // namespace

TEST_CASE("pages are fetched until one has no token") {
    Canned canned;
    canned.answer(R"({"Name": "a"})");
    canned.answer(R"({"Name": "b"})");
    canned.answer(R"({"Count": 3})");
    CHECK(names_of(canned, by_name) == std::vector<std::string>{"a", "b", "-"});
    REQUIRE(canned.inputs.size() == 3);
    CHECK_FALSE(canned.inputs[0].token);
    CHECK(canned.inputs[1].token == "a");
    CHECK(canned.inputs[2].token == "b");
    CHECK(*canned.inputs[2].owner == "me");
}

TEST_CASE("an empty or absent token ends the pages") {
    Canned canned;
    canned.answer(R"({"Name": ""})");
    CHECK(names_of(canned, by_name) == std::vector<std::string>{""});
    CHECK(canned.inputs.size() == 1);
}

TEST_CASE("pages start at the caller's token") {
    Canned canned;
    canned.answer(R"({"Name": "n"})");
    canned.answer("{}");
    CHECK(names_of(canned, by_name, {.token = "m", .owner = "me"}) == std::vector<std::string>{"n", "-"});
    CHECK(canned.inputs[0].token == "m");
    CHECK(canned.inputs[1].token == "n");
}

TEST_CASE("a page may be moved from before the next one is fetched") {
    Canned canned;
    canned.answer(R"({"Name": "a"})");
    canned.answer(R"({"Name": "b"})");
    canned.answer("{}");
    std::vector<test::Thing> things;
    for (auto& page : Pages(canned.core(), by_name, {.owner = "me"})) things.push_back(*std::move(page));
    CHECK(things.size() == 3);
    CHECK(canned.inputs[2].token == "b");
}

TEST_CASE("a loop that is left early fetches no more pages") {
    Canned canned;
    canned.answer(R"({"Name": "a"})");
    canned.answer(R"({"Name": "b"})");
    for (auto& page : Pages(canned.core(), by_name, {.owner = "me"})) {
        CHECK(page->name == "a");
        break;
    }
    CHECK(canned.inputs.size() == 1);
}

TEST_CASE("an error is the last page") {
    Canned canned;
    canned.answer(R"({"Name": "a"})");
    canned.answer("NotFoundException", 404);
    Pages pages(canned.core(), by_name, {.owner = "me"});
    REQUIRE(pages.next() != nullptr);
    const auto* const page = pages.next();
    REQUIRE(page != nullptr);
    CHECK_FALSE(*page);
    CHECK(page->error().code == "NotFoundException");
    CHECK(page->metadata().http_status == 404);
    CHECK(pages.next() == nullptr);
    CHECK(pages.next() == nullptr);
    CHECK(canned.inputs.size() == 2);
}

TEST_CASE("a repeated token is an error after its page") {
    Canned canned;
    canned.answer(R"({"Name": "a"})");
    CHECK(names_of(canned, by_name) == std::vector<std::string>{"a", "a", "error RepeatedToken"});
    CHECK(canned.inputs.size() == 2);
}

TEST_CASE("a repeated token ends the pages if the rule says so") {
    static constexpr PaginatorRule rule{.tokens = by_name_tokens, .ends_on_repeated_token = true};
    Canned canned;
    canned.answer(R"({"Name": "a"})");
    canned.answer(R"({"Name": "b"})");
    canned.answer(R"({"Name": "b"})");
    CHECK(names_of(canned, rule) == std::vector<std::string>{"a", "b", "b"});
    CHECK(canned.inputs.size() == 3);

    Canned resumed;
    resumed.answer(R"({"Name": "m"})");
    CHECK(names_of(resumed, rule, {.token = "m", .owner = "me"}) == std::vector<std::string>{"m"});
}

TEST_CASE("several tokens that are all repeated end the pages if the rule says so") {
    static constexpr PaginatorToken tokens[] = {
        {.input = token, .output = expressions::name, .write = &write_text_token},
        {.input = number, .output = expressions::count, .write = &write_integer_token}};
    static constexpr PaginatorRule rule{
        .tokens = tokens, .copy_others = &belfry::detail::copy_other_members, .ends_on_repeated_token = true};
    Canned canned;
    canned.answer(R"({"Name": "a", "Count": 1})");
    canned.answer(R"({"Name": "a", "Count": 2})");
    canned.answer(R"({"Name": "a", "Count": 2})");
    CHECK(names_of(canned, rule) == std::vector<std::string>{"a", "a", "a"});
    CHECK(canned.inputs.size() == 3);
}

TEST_CASE("more_results decides whether there is another page") {
    static constexpr PaginatorRule rule{.tokens = by_name_tokens, .more_results = expressions::inner_flag};
    Canned canned;
    canned.answer(R"({"Name": "a", "Inner": {"Flag": true}})");
    canned.answer(R"({"Name": "b", "Inner": {"Flag": false}})");
    CHECK(names_of(canned, rule) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a page that announces more pages without a token for the next is followed by an error") {
    static constexpr PaginatorRule rule{.tokens = by_name_tokens, .more_results = expressions::flag};
    for (const char* const last : {R"({"Flag": true})", R"({"Flag": true, "Name": ""})"}) {
        Canned canned;
        canned.answer(R"({"Flag": true, "Name": "a"})");
        canned.answer(last);
        CHECK(names_of(canned, rule).back() == "error MissingToken");
        CHECK(canned.inputs.size() == 2);
    }
    Canned canned;
    canned.answer(R"({"Flag": true})");
    CHECK(names_of(canned, rule) == std::vector<std::string>{"-", "error MissingToken"});
}

TEST_CASE("the token may be the last element of a list") {
    // As S3's ListObjects has it.
    static constexpr PaginatorToken tokens[] = {
        {.input = token, .output = expressions::name_or_last, .write = &write_text_token}};
    static constexpr PaginatorRule rule{.tokens = tokens, .more_results = expressions::flag};
    Canned canned;
    canned.answer(R"({"Flag": true, "Name": "n", "Things": [{"Name": "x"}]})");
    canned.answer(R"({"Flag": true, "Things": [{"Name": "x"}, {"Name": "y"}]})");
    canned.answer(R"({"Flag": false, "Things": [{"Name": "z"}]})");
    CHECK(names_of(canned, rule).size() == 3);
    CHECK(canned.inputs[1].token == "n");
    CHECK(canned.inputs[2].token == "y");
}

TEST_CASE("numbers, maps and structures can be tokens") {
    Canned canned;
    SECTION("a number") {
        static constexpr PaginatorToken tokens[] = {
            {.input = number, .output = expressions::count, .write = &write_integer_token}};
        canned.answer(R"({"Count": 7})");
        canned.answer(R"({"Count": 0})");
        CHECK(names_of(canned, {.tokens = tokens}).size() == 2);
        CHECK(canned.inputs[1].number == 7);
    }
    SECTION("a map") {
        static constexpr PaginatorToken tokens[] = {
            {.input = tags, .output = expressions::tags, .write = &copy_token}};
        canned.answer(R"({"Tags": {"a": "1", "b": "2"}})");
        canned.answer(R"({"Tags": {"a": "1"}})");
        canned.answer(R"({"Tags": {}})");
        CHECK(names_of(canned, {.tokens = tokens}).size() == 3);
        CHECK(canned.inputs[1].tags == belfry::Map<std::string>{{"a", "1"}, {"b", "2"}});
        CHECK(canned.inputs[2].tags == belfry::Map<std::string>{{"a", "1"}});
    }
    SECTION("a structure") {
        static constexpr PaginatorToken tokens[] = {
            {.input = start, .output = expressions::inner, .write = &copy_token}};
        const std::string inner =
            R"({"Name": "n", "Count": -1, "Size": 9007199254740993, "Ratio": 0.1, "Flag": false, "Color": "BLUE",
                "Choice": {"List": ["a", ""]}, "Words": [], "Numbers": [1, 2], "Flags": [true, false],
                "Matrix": [["a"], []], "Sparse": ["a", null], "Tags": {"k": "v"}, "Counts": {"k": 0},
                "Inner": {"Choice": {"Number": 3}}, "Things": [{}, {"Choice": {"Text": "t"}}],
                "Named": {"x": {"Color": "RED"}}})";
        canned.answer(R"({"Inner": )" + inner + "}");
        canned.answer("{}");
        CHECK(names_of(canned, {.tokens = tokens}).size() == 2);
        REQUIRE(canned.inputs[1].start);
        CHECK(*canned.inputs[1].start == test::make_thing(test::Json::parse(inner)));
    }
}

TEST_CASE("a token that a page does not have is removed from the next input") {
    static constexpr PaginatorToken tokens[] = {
        {.input = token, .output = expressions::name, .write = &write_text_token},
        {.input = color, .output = expressions::color, .write = &write_text_token}};
    static constexpr PaginatorRule rule{.tokens = tokens, .copy_others = &belfry::detail::copy_other_members};
    Canned canned;
    canned.answer(R"({"Name": "a", "Color": "RED"})");
    canned.answer(R"({"Name": "b"})");
    canned.answer(R"({"Color": "BLUE"})");
    canned.answer("{}");
    CHECK(names_of(canned, rule, {.color = test::Color::Green, .owner = "me", .words = {"w"}}) ==
          std::vector<std::string>{"a", "b", "-", "-"});
    REQUIRE(canned.inputs.size() == 4);
    CHECK(canned.inputs[0].color == test::Color::Green);
    CHECK(canned.inputs[1].token == "a");
    CHECK(canned.inputs[1].color == test::Color::Red);
    CHECK(canned.inputs[2].token == "b");
    CHECK_FALSE(canned.inputs[2].color);
    CHECK_FALSE(canned.inputs[3].token);
    CHECK(canned.inputs[3].color->to_string() == "BLUE");
    for (const auto& input : canned.inputs) {
        CHECK(*input.owner == "me");
        CHECK(input.words == belfry::List<std::string>{"w"});
    }
}

TEST_CASE("a repeated map or structure token is an error after its page") {
    static constexpr PaginatorToken by_tags[] = {
        {.input = tags, .output = expressions::tags, .write = &copy_token}};
    static constexpr PaginatorToken by_inner[] = {
        {.input = start, .output = expressions::inner, .write = &copy_token}};
    for (const PaginatorRule& rule : {PaginatorRule{.tokens = by_tags}, PaginatorRule{.tokens = by_inner}}) {
        Canned canned;
        canned.answer(R"({"Tags": {"a": "1"}, "Inner": {"Words": ["w"], "Choice": {"Number": 1}}})");
        CHECK(names_of(canned, rule) == std::vector<std::string>{"-", "-", "error RepeatedToken"});
    }
}

TEST_CASE("several tokens count as repeated only if all of them are") {
    static constexpr PaginatorToken tokens[] = {
        {.input = token, .output = expressions::name, .write = &write_text_token},
        {.input = color, .output = expressions::color, .write = &write_text_token}};
    static constexpr PaginatorRule rule{.tokens = tokens, .copy_others = &belfry::detail::copy_other_members};
    Canned canned;
    canned.answer(R"({"Name": "a", "Color": "RED"})");
    canned.answer(R"({"Name": "a", "Color": "GREEN"})");
    canned.answer(R"({"Name": "a"})");
    canned.answer(R"({"Name": "a"})");
    CHECK(names_of(canned, rule) == std::vector<std::string>{"a", "a", "a", "a", "error RepeatedToken"});
}

TEST_CASE("tokens keep all 64 bits") {
    std::optional<std::int64_t> slot;
    const belfry::Type& type = belfry::type_of<std::optional<std::int64_t>>;
    const auto value = belfry::jmespath::Value::of(std::int64_t{9'007'199'254'740'993});
    CHECK_FALSE(write_integer_token(type, &slot, &slot, value));
    CHECK(slot == 9'007'199'254'740'993);
    CHECK(write_integer_token(type, &slot, &slot, value));
}

TEST_CASE("a text token may be a blob") {
    std::optional<belfry::Blob> slot;
    const belfry::Type& type = belfry::type_of<std::optional<belfry::Blob>>;
    const auto value = belfry::jmespath::Value::of(std::string_view("a\0b", 3));
    CHECK_FALSE(write_text_token(type, &slot, &slot, value));
    REQUIRE(slot);
    CHECK(slot->view() == std::string_view("a\0b", 3));
    CHECK(write_text_token(type, &slot, &slot, value));
}
