// SPDX-License-Identifier: Apache-2.0
#include <belfry/paging/paginator.hpp>
#include <belfry/paging/waiter.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"
#include "unit/jmespath/compiled.hpp"

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

/// Random rules and answers with botocore's results: see make_call_cases.py.
#if defined(BELFRY_TEST_HAS_COMPILED_EXPRESSIONS)
namespace {

using namespace belfry;
using test::Canned;
using test::Json;

Json read_cases() {
    std::ifstream file(BELFRY_TEST_SOURCE_DIR "/tests/unit/call/call_cases.json");
    REQUIRE(file);
    return Json::parse(file);
}

belfry::jmespath::Expression compiled(const Json& text) {
    const test::CompiledExpression* const found = test::find_compiled(text.get_ref<const std::string&>());
    REQUIRE(found != nullptr);
    REQUIRE(!found->by_name.empty());
    return found->of_thing.empty() ? found->by_name : found->of_thing;
}

/// An acceptor as the generator writes it, which borrows from the JSON.
WaiterAcceptor make_acceptor(const Json& json) {
    WaiterAcceptor acceptor;
    const std::string state = json["state"];
    acceptor.state = state == "success"   ? WaiterState::success
                     : state == "failure" ? WaiterState::failure
                                          : WaiterState::retry;
    const std::string matcher = json["matcher"];
    const Json& expected = json["expected"];
    if (matcher == "status") {
        acceptor.matcher = WaiterMatcher::status;
        acceptor.http_status = expected;
        return acceptor;
    }
    if (matcher == "error" && expected.is_boolean()) {
        acceptor.matcher = expected.get<bool>() ? WaiterMatcher::any_error : WaiterMatcher::success;
        return acceptor;
    }
    if (matcher == "error") {
        acceptor.matcher = WaiterMatcher::error;
        acceptor.error_code = expected.get_ref<const std::string&>();
        return acceptor;
    }
    acceptor.matcher = matcher == "pathAll"   ? WaiterMatcher::path_all
                       : matcher == "pathAny" ? WaiterMatcher::path_any
                                              : WaiterMatcher::path;
    acceptor.path = compiled(json["argument"]);
    acceptor.path_text = json["argument"].get_ref<const std::string&>();
    if (expected.is_boolean())
        acceptor.expected = {.evaluate = &belfry::jmespath::boolean_literal,
                             .constant = {.integer = expected.get<bool>() ? 1 : 0}};
    else
        acceptor.expected = {.evaluate = &belfry::jmespath::string_literal,
                             .constant = {.text = expected.get_ref<const std::string&>()}};
    return acceptor;
}

/// The index of a member of `ListThingsRequest`, and the function that writes it.
PaginatorToken make_token(const std::string& input, const Json& output) {
    const belfry::Structure& structure = belfry::structure_of<test::ListThingsRequest>;
    for (std::uint16_t i = 0; i < structure.count; ++i)
        if (structure.member_name(i) == input)
            return {.input = i,
                    .output = compiled(output),
                    .write = input == "Number" ? &belfry::detail::write_integer_token
                             : input == "Tags" ? &belfry::detail::copy_token
                                               : &belfry::detail::write_text_token};
    FAIL("no member " << input);
    return {};
}

Json to_json(const test::ListThingsRequest& input) {
    Json json = {{"Owner", *input.owner}};
    if (input.token) json["Token"] = *input.token;
    if (input.color) json["Color"] = std::string(input.color->to_string());
    if (input.number) json["Number"] = *input.number;
    if (input.tags)
        for (const auto& [key, value] : input.tags) json["Tags"][key] = value;
    return json;
}

} // namespace

TEST_CASE("waiters end like botocore's, after as many polls") {
    const Json cases = read_cases();
    REQUIRE(cases["waits"].size() >= 30);
    for (const Json& one : cases["waits"]) {
        INFO(one["acceptors"]);
        Canned canned;
        for (const Json& answer : one["answers"])
            canned.answer(answer[1].is_string() ? answer[1].get<std::string>() : answer[1].dump(), answer[0]);
        std::vector<WaiterAcceptor> acceptors;
        for (const Json& acceptor : one["acceptors"]) acceptors.push_back(make_acceptor(acceptor));
        const WaiterRule rule{.name = "W",
                              .acceptors = acceptors,
                              .min_delay_seconds = 1,
                              .max_delay_seconds = 1,
                              .max_attempts = 4};
        const auto result = belfry::detail::wait<test::ListThings>(canned.core(), {.owner = "me"}, rule, {});
        const std::string outcome = result                                      ? "success"
                                    : result.error().kind == ErrorKind::waiter  ? "failure"
                                    : result.error().kind == ErrorKind::timeout ? "timeout"
                                                                                : "error";
        CHECK(outcome == one["outcome"].get<std::string>());
        CHECK(canned.inputs.size() == one["polls"].get<std::size_t>());
    }
}

TEST_CASE("paginators request the same pages as botocore's") {
    const Json cases = read_cases();
    REQUIRE(cases["pages"].size() >= 30);
    for (const Json& one : cases["pages"]) {
        INFO(one["tokens"] << " while " << one["more"]);
        Canned canned;
        for (const Json& answer : one["answers"]) canned.answer(answer.dump());
        std::vector<PaginatorToken> tokens;
        for (const auto& [input, output] : one["tokens"].items()) tokens.push_back(make_token(input, output));
        PaginatorRule rule{.tokens = tokens, .copy_others = &belfry::detail::copy_other_members};
        if (one["more"] != "") rule.more_results = compiled(one["more"]);
        std::string outcome = "end";
        for (const auto& page : Paginator<test::ListThings>(canned.core(), rule, {.owner = "me"}))
            // Botocore ends without an error if a page announces more pages but has no token.
            if (!page && page.error().code != "MissingToken")
                outcome = page.error().code == "RepeatedToken" ? "repeated" : page.error().message;
        CHECK(outcome == one["outcome"].get<std::string>());
        Json inputs = Json::array();
        for (const auto& input : canned.inputs) inputs.push_back(to_json(input));
        CHECK(nlohmann::json(inputs) == nlohmann::json(one["inputs"]));
    }
}
#endif
