// SPDX-License-Identifier: Apache-2.0
#include <belfry/paging/paginator.hpp>
#include <belfry/paging/waiter.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"

#include <fstream>
#include <string>
#include <vector>

/// Random rules and answers, judged by botocore: see make_call_cases.py.
namespace {

using namespace belfry;
using test::Canned;
using test::Json;

Json read_cases() {
    std::ifstream file(BELFRY_TEST_SOURCE_DIR "/tests/unit/call/call_cases.json");
    REQUIRE(file);
    return Json::parse(file);
}

/// An acceptor as the generator writes it; `texts` keeps its strings.
WaiterAcceptor make_acceptor(const Json& json, std::vector<std::string>& texts) {
    const auto keep = [&](std::string text) -> std::string_view {
        texts.push_back(std::move(text));
        return texts.back();
    };
    WaiterAcceptor acceptor;
    const std::string state = json["state"];
    acceptor.state = state == "success"   ? WaiterState::success
                     : state == "failure" ? WaiterState::failure
                                          : WaiterState::retry;
    const std::string matcher = json["matcher"];
    const Json& expected = json["expected"];
    if (matcher == "status") {
        acceptor.matcher = WaiterMatcher::status;
        acceptor.expected = keep(std::to_string(expected.get<int>()));
        return acceptor;
    }
    if (matcher == "error" && expected.is_boolean()) {
        acceptor.matcher = expected.get<bool>() ? WaiterMatcher::any_error : WaiterMatcher::success;
        return acceptor;
    }
    acceptor.matcher = matcher == "error"     ? WaiterMatcher::error
                       : matcher == "pathAll" ? WaiterMatcher::path_all
                       : matcher == "pathAny" ? WaiterMatcher::path_any
                                              : WaiterMatcher::path;
    if (matcher != "error") acceptor.path = keep(json["argument"].get<std::string>());
    if (expected.is_boolean()) {
        acceptor.expected = expected.get<bool>() ? "true" : "false";
        acceptor.expected_type = WaiterExpected::boolean;
    } else {
        acceptor.expected = keep(expected.get<std::string>());
    }
    return acceptor;
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

TEST_CASE("waiters end as botocore's do, after as many polls") {
    const Json cases = read_cases();
    REQUIRE(cases["waits"].size() >= 30);
    for (const Json& one : cases["waits"]) {
        INFO(one["acceptors"]);
        Canned canned;
        for (const Json& answer : one["answers"])
            canned.answer(answer[1].is_string() ? answer[1].get<std::string>() : answer[1].dump(), answer[0]);
        std::vector<std::string> texts;
        texts.reserve(16);
        std::vector<WaiterAcceptor> acceptors;
        for (const Json& acceptor : one["acceptors"]) acceptors.push_back(make_acceptor(acceptor, texts));
        const WaiterRule rule{.name = "W",
                              .acceptors = acceptors.data(),
                              .acceptor_count = acceptors.size(),
                              .min_delay_seconds = 1,
                              .max_delay_seconds = 1,
                              .max_attempts = 4};
        const auto result =
            belfry::detail::wait<test::ListThings, void>(canned.core(), {.owner = "me"}, rule, {});
        const std::string outcome = result                                      ? "success"
                                    : result.error().kind == ErrorKind::waiter  ? "failure"
                                    : result.error().kind == ErrorKind::timeout ? "timeout"
                                                                                : "error";
        CHECK(outcome == one["outcome"].get<std::string>());
        CHECK(canned.inputs.size() == one["polls"].get<std::size_t>());
    }
}

TEST_CASE("paginators ask for the pages that botocore's ask for") {
    const Json cases = read_cases();
    REQUIRE(cases["pages"].size() >= 30);
    for (const Json& one : cases["pages"]) {
        INFO(one["tokens"] << " while " << one["more"]);
        Canned canned;
        for (const Json& answer : one["answers"]) canned.answer(answer.dump());
        std::vector<PaginatorToken> tokens;
        for (const auto& [input, output] : one["tokens"].items())
            tokens.push_back({input, output.get_ref<const std::string&>()});
        const std::string more = one["more"];
        const PaginatorRule rule{.tokens = tokens.data(), .token_count = tokens.size(), .more_results = more};
        std::string outcome = "end";
        for (const auto& page : Paginator<test::ListThings>(canned.core(), rule, {.owner = "me"}))
            if (!page) outcome = page.error().code == "RepeatedToken" ? "repeated" : page.error().message;
        CHECK(outcome == one["outcome"].get<std::string>());
        Json inputs = Json::array();
        for (const auto& input : canned.inputs) inputs.push_back(to_json(input));
        CHECK(nlohmann::json(inputs) == nlohmann::json(one["inputs"]));
    }
}
