// SPDX-License-Identifier: Apache-2.0
#include <belfry/paging/waiter.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"
#include "unit/paging/thing_expressions.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using test::Canned;
namespace expressions = test::expressions;

constexpr WaiterAcceptor status_acceptors[] = {
    {.state = WaiterState::success,
     .matcher = WaiterMatcher::path,
     .path = expressions::inner_name,
     .path_text = "Inner.Name",
     .expected = expressions::text("DONE")},
    {.state = WaiterState::failure,
     .matcher = WaiterMatcher::path,
     .path = expressions::inner_name,
     .path_text = "Inner.Name",
     .expected = expressions::text("FAILED")},
    {.state = WaiterState::retry, .matcher = WaiterMatcher::error, .error_code = "NotYetException"},
};
constexpr WaiterRule by_status{.name = "ThingDone",
                               .acceptors = status_acceptors,
                               .min_delay_seconds = 5,
                               .max_delay_seconds = 5,
                               .max_attempts = 4};

Result<test::Thing> wait(Canned& canned, const WaiterRule& rule, const WaitOptions& options = {}) {
    return belfry::detail::wait<test::ListThings>(canned.core(), {.owner = "me"}, rule, options);
}
/// The result of one poll that returns `body`, with a single acceptor: "success", "failure" or "retry".
std::string verdict(WaiterAcceptor acceptor, const std::string& body, int status = 200) {
    Canned canned;
    canned.answer(body, status);
    acceptor.state = WaiterState::failure;
    const auto result = wait(canned, {.name = "W", .acceptors = {&acceptor, 1}, .max_attempts = 1});
    REQUIRE_FALSE(result);
    if (result.error().kind == ErrorKind::waiter) return "match";
    return result.error().kind == ErrorKind::timeout ? "no match" : result.error().code;
}

} // namespace

TEST_CASE("a waiter polls until the success state is reached") {
    Canned canned;
    canned.answer("NotYetException", 404);
    canned.answer(R"({"Inner": {"Name": "RUNNING"}})");
    canned.answer(R"({"Inner": {"Name": "DONE", "Count": 3}})");
    const auto result = wait(canned, by_status);
    REQUIRE(result);
    CHECK(result->inner->count == 3);
    CHECK(result.metadata().http_status == 200);
    CHECK(canned.inputs.size() == 3);
    CHECK(canned.environment.slept == std::vector<Duration>(2, Duration::seconds(5)));
}

TEST_CASE("a failure state is an error that names the acceptor") {
    Canned canned;
    canned.answer(R"({"Inner": {"Name": "FAILED"}})");
    const auto result = wait(canned, by_status);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::waiter);
    CHECK(result.error().code == "WaiterFailure");
    CHECK(result.error().message ==
          "the waiter ThingDone reached its failure state: Inner.Name is \"FAILED\"");
    CHECK(result.error().http_status == 200);
    CHECK(result.error().request_id == "r");
    CHECK(canned.inputs.size() == 1);
    CHECK(canned.environment.slept.empty());
}

TEST_CASE("an error that is a failure state keeps its code") {
    constexpr WaiterAcceptor acceptor{
        .state = WaiterState::failure, .matcher = WaiterMatcher::error, .error_code = "GoneException"};
    Canned canned;
    canned.answer("GoneException", 410);
    const auto result = wait(canned, {.name = "W", .acceptors = {&acceptor, 1}});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::waiter);
    CHECK(result.error().code == "GoneException");
    CHECK(result.error().http_status == 410);
    CHECK(result.error().message == "the waiter W reached its failure state: GoneException: so it is");
}

TEST_CASE("an error that no acceptor expects is returned at once") {
    Canned canned;
    canned.answer("AccessDeniedException", 403);
    const auto result = wait(canned, by_status);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::service);
    CHECK(result.error().code == "AccessDeniedException");
    CHECK(canned.inputs.size() == 1);
}

TEST_CASE("if an error is the success state, the output is empty") {
    constexpr WaiterAcceptor acceptor{
        .state = WaiterState::success, .matcher = WaiterMatcher::error, .error_code = "NotFoundException"};
    Canned canned;
    canned.answer("{}");
    canned.answer("NotFoundException", 404);
    const auto result = wait(canned, {.name = "ThingGone", .acceptors = {&acceptor, 1}});
    REQUIRE(result);
    CHECK(*result == test::Thing());
    CHECK(result.metadata().http_status == 404);
    CHECK(canned.inputs.size() == 2);
}

TEST_CASE("without a deadline the model's maximum number of polls applies") {
    Canned canned;
    canned.answer(R"({"Inner": {"Name": "RUNNING"}})");
    const auto result = wait(canned, by_status);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::timeout);
    CHECK(result.error().message ==
          "the waiter ThingDone gave up after 4 polls; the last one found Inner.Name is \"RUNNING\"");
    CHECK(canned.inputs.size() == 4);
    CHECK(canned.environment.slept.size() == 3);
}

TEST_CASE("a deadline replaces the number of polls, and the last poll is at the deadline") {
    Canned canned;
    canned.answer("{}");
    const auto result = wait(canned, by_status, {.deadline = Duration::seconds(32)});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::timeout);
    CHECK(result.error().message ==
          "the waiter ThingDone gave up after 8 polls; the last one found Inner.Name is null");
    REQUIRE(canned.environment.slept.size() == 7);
    CHECK(canned.environment.slept.back() == Duration::seconds(2));
    CHECK(canned.environment.time.seconds == 1'767'323'045 + 32);
}

TEST_CASE("a deadline holds when calls take long and when the clock stands still") {
    Canned canned;
    canned.answer("{}");
    canned.environment.stands_still = true;
    CHECK(wait(canned, by_status, {.deadline = Duration::seconds(60)}).error().kind == ErrorKind::timeout);
    CHECK(canned.inputs.size() == 13);
    canned.environment.stands_still = false;
    canned.environment.time = {-9'000'000'000'000, 0};
    CHECK(wait(canned, by_status, {.deadline = Duration::nanoseconds(1)}).error().kind == ErrorKind::timeout);
}

TEST_CASE("delays double from the shortest to the longest, at random in between") {
    constexpr WaiterRule rule{
        .name = "W", .acceptors = status_acceptors, .min_delay_seconds = 2, .max_delay_seconds = 20};
    Canned canned;
    canned.answer("{}");
    canned.environment.random_byte = 0xff;
    CHECK_FALSE(wait(canned, rule, {.deadline = Duration::seconds(70)}));
    const auto seconds = [](std::initializer_list<std::int64_t> list) {
        std::vector<Duration> durations;
        for (const std::int64_t s : list) durations.push_back(Duration::seconds(s));
        return durations;
    };
    CHECK(canned.environment.slept == seconds({2, 4, 8, 16, 20, 20}));
    canned.environment.slept.clear();
    canned.environment.random_byte = 0;
    CHECK_FALSE(wait(canned, rule, {.deadline = Duration::seconds(7)}));
    CHECK(canned.environment.slept == seconds({2, 2, 2, 1}));
    canned.environment.slept.clear();
    canned.environment.random_byte = 0xff;
    CHECK_FALSE(wait(canned, rule,
                     {.deadline = Duration::seconds(30),
                      .min_delay = Duration::seconds(3),
                      .max_delay = Duration::seconds(6)}));
    CHECK(canned.environment.slept == seconds({3, 6, 6, 6, 6, 3}));
}

TEST_CASE("a waiter without limits ends after ten minutes") {
    constexpr WaiterRule rule{.name = "W", .acceptors = status_acceptors};
    Canned canned;
    canned.answer("{}");
    CHECK(wait(canned, rule).error().kind == ErrorKind::timeout);
    CHECK(canned.environment.time.seconds == 1'767'323'045 + 600);
}

TEST_CASE("cancelling ends a wait at the next slice of its sleep") {
    CancellationToken token;
    Canned canned;
    canned.answer("{}");
    token.cancel();
    const auto result = wait(canned, by_status, {.call = {.cancellation = &token}});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(canned.environment.slept.empty());
}

TEST_CASE("each matcher examines its part of the response") {
    using M = WaiterMatcher;
    const WaiterAcceptor name{
        .matcher = M::path, .path = expressions::name, .expected = expressions::text("a")};
    CHECK(verdict(name, R"({"Name": "a"})") == "match");
    CHECK(verdict(name, R"({"Name": "b"})") == "no match");
    CHECK(verdict(name, "{}") == "no match");
    CHECK(verdict(name, "SomeException", 400) == "SomeException");

    const WaiterAcceptor all{
        .matcher = M::path_all, .path = expressions::names_of_things, .expected = expressions::text("a")};
    CHECK(verdict(all, R"({"Things": [{"Name": "a"}, {"Name": "a"}]})") == "match");
    CHECK(verdict(all, R"({"Things": [{"Name": "a"}, {"Name": "b"}]})") == "no match");
    CHECK(verdict(all, R"({"Things": []})") == "no match");
    CHECK(verdict(all, "{}") == "no match");

    WaiterAcceptor any{
        .matcher = M::path_any, .path = expressions::names_of_things, .expected = expressions::text("a")};
    CHECK(verdict(any, R"({"Things": [{"Name": "b"}, {"Name": "a"}]})") == "match");
    CHECK(verdict(any, R"({"Things": [{"Name": "b"}, {"Count": 1}]})") == "no match");
    any.path = expressions::name;
    CHECK(verdict(any, R"({"Name": "a"})") == "no match");

    WaiterAcceptor length{
        .matcher = M::path, .path = expressions::no_things, .expected = expressions::boolean(true)};
    CHECK(verdict(length, R"({"Things": []})") == "match");
    CHECK(verdict(length, R"({"Things": [{}]})") == "no match");
    // length() of null is an error in JMESPath, so the acceptor does not match.
    CHECK(verdict(length, "{}") == "no match");
    length.expected = expressions::boolean(false);
    CHECK(verdict(length, R"({"Things": [{}]})") == "match");
    CHECK(verdict(length, "{}") == "no match");

    const WaiterAcceptor number{
        .matcher = M::path, .path = expressions::count, .expected = expressions::integer(12)};
    CHECK(verdict(number, R"({"Count": 12})") == "match");
    CHECK(verdict(number, R"({"Count": 1})") == "no match");
    CHECK(verdict({.matcher = M::path, .path = expressions::name, .expected = expressions::text("12")},
                  R"({"Name": "12"})") == "match");
    CHECK(verdict({.matcher = M::path, .path = expressions::flag, .expected = expressions::text("true")},
                  R"({"Flag": true})") == "no match");

    CHECK(verdict({.matcher = M::status, .http_status = 404}, "X", 404) == "match");
    CHECK(verdict({.matcher = M::status, .http_status = 404}, "X", 400) == "X");
    CHECK(verdict({.matcher = M::status, .http_status = 200}, "{}") == "match");
    CHECK(verdict({.matcher = M::error, .error_code = "X"}, "X", 400) == "match");
    CHECK(verdict({.matcher = M::error, .error_code = "X"}, "Y", 400) == "Y");
    CHECK(verdict({.matcher = M::error, .error_code = ""}, "{}") == "no match");
    CHECK(verdict({.matcher = M::any_error}, "Y", 500) == "match");
    CHECK(verdict({.matcher = M::any_error}, "{}") == "no match");
    CHECK(verdict({.matcher = M::success}, "{}") == "match");
    CHECK(verdict({.matcher = M::success}, "Y", 400) == "Y");

    const WaiterAcceptor both{.matcher = M::path,
                              .root = &belfry::detail::input_and_output,
                              .path = expressions::owner_is_name,
                              .expected = expressions::boolean(true)};
    CHECK(verdict(both, R"({"Name": "me"})") == "match");
    CHECK(verdict(both, R"({"Name": "you"})") == "no match");
}

TEST_CASE("the message describes the result of the last acceptor") {
    const auto message = [](std::initializer_list<WaiterAcceptor> acceptors, const char* body, int status) {
        Canned canned;
        canned.answer(body, status);
        const WaiterRule rule{
            .name = "W", .acceptors = {acceptors.begin(), acceptors.size()}, .max_attempts = 1};
        return wait(canned, rule).error().message;
    };
    using M = WaiterMatcher;
    const WaiterAcceptor names{.matcher = M::path_all,
                               .path = expressions::names_of_things,
                               .path_text = "Things[].Name",
                               .expected = expressions::text("a")};
    const WaiterAcceptor status{.state = WaiterState::failure, .matcher = M::status, .http_status = 200};
    const std::string gave_up = "the waiter W gave up after 1 poll; the last one found ";
    CHECK(message({names}, R"({"Things": [{"Name": "a"}, {"Name": "b"}]})", 200) ==
          gave_up + "Things[].Name is \"b\"");
    CHECK(message({names}, R"({"Things": []})", 200) == gave_up + "Things[].Name is a list of 0");
    CHECK(message({names}, R"({"Things": [{"Name": "a"}]})", 200) == gave_up + "Things[].Name is \"a\"");
    CHECK(message({names}, "{}", 200) == gave_up + "Things[].Name is null");
    CHECK(message({names, status}, "{}", 200) == "the waiter W reached its failure state: HTTP status 200");
    // An acceptor that a poll does not reach does not match.
    CHECK(message({names, {.matcher = M::status, .http_status = 201}}, "{}", 200) ==
          gave_up + "Things[].Name is null");
    CHECK(message({{.matcher = M::any_error}, names}, "Gone", 410) == gave_up + "Gone: so it is");
}

TEST_CASE("a poll ends with the wait's deadline") {
    test::FakeEnvironment environment;
    std::vector<test::ListThingsRequest> inputs;
    std::vector<Duration> limits;
    test::inputs_seen = &inputs;
    const ClientCore core{test::service,
                          {.region = "us-east-1", .environment = &environment},
                          [&](const HttpRequest& request, ResponseSink& sink) -> TransportResult {
                              limits.push_back(request.timeouts.total);
                              if (limits.size() == 3) {
                                  environment.time.seconds += 60; // hangs
                                  return {TransportStatus::timed_out, "too slow"};
                              }
                              environment.time.seconds += 1;
                              sink.on_head(200, {});
                              sink.on_body(std::as_bytes(std::span("{}", 2)));
                              return {};
                          }};
    const auto result = belfry::detail::wait<test::ListThings>(
        core, {.owner = "me"}, by_status,
        {.deadline = Duration::seconds(30), .call = {.deadline = Duration::seconds(20)}});
    test::inputs_seen = nullptr;
    CHECK(limits == std::vector{Duration::seconds(20), Duration::seconds(20), Duration::seconds(18)});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::timeout);
    CHECK(result.error().code == "WaiterTimeout");
    CHECK(result.error().message.starts_with("the waiter ThingDone gave up during poll 3: too slow"));
}

TEST_CASE("a waiter does not extend the client's deadline") {
    const auto limit_of_poll = [](ClientConfig config, const WaitOptions& options) {
        test::FakeEnvironment environment;
        std::vector<test::ListThingsRequest> inputs;
        test::inputs_seen = &inputs;
        config.region = "us-east-1";
        config.retry.max_attempts = 1;
        config.environment = &environment;
        Duration limit{};
        const ClientCore core{test::service, std::move(config),
                              [&](const HttpRequest& request, ResponseSink&) -> TransportResult {
                                  limit = request.timeouts.total;
                                  environment.time.seconds += 5; // hangs
                                  return {TransportStatus::timed_out, "too slow"};
                              }};
        const auto result = belfry::detail::wait<test::ListThings>(core, {.owner = "me"}, by_status, options);
        test::inputs_seen = nullptr;
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::timeout);
        CHECK(inputs.size() == 1);
        return limit;
    };
    const Duration wait = Duration::seconds(600);
    const ClientConfig five{.deadline = Duration::seconds(5)};
    CHECK(limit_of_poll(five, {}) == Duration::seconds(5));
    CHECK(limit_of_poll(five, {.deadline = wait}) == Duration::seconds(5));
    CHECK(limit_of_poll(five, {.deadline = Duration::seconds(4)}) == Duration::seconds(4));
    CHECK(limit_of_poll({}, {.deadline = wait}) == wait);
    // The options of a call replace what the client says, also if that is shorter.
    CHECK(limit_of_poll(five, {.deadline = wait, .call = {.deadline = Duration::seconds(7)}}) ==
          Duration::seconds(7));
    CHECK(limit_of_poll(five, {.deadline = wait, .call = {.deadline = Duration::seconds(3)}}) ==
          Duration::seconds(3));
}

TEST_CASE("a poll at the wait's deadline has a second") {
    Canned canned;
    canned.answer("{}");
    canned.answer("{}");
    canned.answer(R"({"Inner": {"Name": "DONE"}})");
    CHECK(wait(canned, by_status, {.deadline = Duration::seconds(9)}));
    CHECK(canned.inputs.size() == 3);
}
