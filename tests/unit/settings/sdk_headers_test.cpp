// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/state.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/sdk_headers.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

/// A clock that does not go, and bytes that count upwards; none if it has no randomness.
class Counting final : public Environment {
  public:
    Timestamp now() noexcept override { return {1'767'225'600, 0}; }
    void sleep(Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = next++;
        return has_randomness;
    }
    unsigned char next = 0;
    bool has_randomness = true;
};

/// The requests of two calls, each of which fails once.
std::vector<Headers> headers_of_two_calls(Interceptor& interceptor, Environment& environment) {
    std::vector<Headers> requests;
    const voice::Client client{
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &environment,
         .interceptor = &interceptor},
        [&](const HttpRequest& request) {
            requests.push_back(request.headers);
            return HttpResponse{.status = requests.size() % 2 == 1 ? 503 : 200, .headers = {}, .body = "{}"};
        }};
    for (int i = 0; i < 2; ++i)
        CHECK(client.get_speaker_search_task({.voice_connector_id = "v", .speaker_search_task_id = "t"}));
    return requests;
}

} // namespace

TEST_CASE("attempts of a call share an id and are numbered, and both headers are signed") {
    Counting environment;
    test::MemorySettings source;
    SdkHeaders sdk_headers(environment, source);
    const auto requests = headers_of_two_calls(sdk_headers, environment);
    REQUIRE(requests.size() == 4);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        ids.emplace_back(*requests[i].find("amz-sdk-invocation-id"));
        CHECK(*requests[i].find("amz-sdk-request") == (i % 2 == 0 ? "attempt=1; max=3" : "attempt=2; max=3"));
        CHECK(
            requests[i].find("Authorization")->find("SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;") !=
            std::string::npos);
        CHECK_FALSE(requests[i].contains("X-Amzn-Trace-Id"));
    }
    CHECK(ids[0] == "00010203-0405-4607-8809-0a0b0c0d0e0f");
    CHECK(ids[1] == ids[0]);
    CHECK(ids[2] == ids[3]);
    CHECK(ids[2] != ids[0]);
}

namespace {

/// The `amz-sdk-request` of the second call of a client whose first one had this date in its answer.
std::string second_request(const std::string& date, ClientConfig config, const CallOptions& options = {}) {
    Counting environment;
    test::MemorySettings source;
    SdkHeaders sdk_headers(environment, source);
    std::string text;
    config.region = "us-east-1";
    config.credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    config.environment = &environment;
    config.interceptor = &sdk_headers;
    const voice::Client client{std::move(config), [&](const HttpRequest& request) {
                                   text = *request.headers.find("amz-sdk-request");
                                   return HttpResponse{200, {{"Date", date}}, "{}"};
                               }};
    const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "v", .speaker_search_task_id = "t"};
    CHECK(client.get_speaker_search_task(input));
    CHECK(text == "attempt=1; max=3");
    CHECK(client.get_speaker_search_task(input, options));
    return text;
}

} // namespace

TEST_CASE("an attempt says by the service's clock when the client gives it up") {
    using std::chrono_literals::operator""s;
    using std::chrono_literals::operator""ms;
    // The local clock is at 2026-01-01T00:00:00Z.
    const std::string later = "Thu, 01 Jan 2026 01:00:00 GMT";
    const std::string rest = "; attempt=1; max=3";
    CHECK(second_request(later, {}) == "ttl=20260101T010100Z" + rest);
    CHECK(second_request(later, {}, {.timeouts = {.idle = 2500ms}}) == "ttl=20260101T010002Z" + rest);
    CHECK(second_request(later, {.timeouts = {.total = 30s}}) == "ttl=20260101T010030Z" + rest);
    CHECK(second_request(later, {.timeouts = {.total = 90s}}) == "ttl=20260101T010100Z" + rest);
    CHECK(second_request(later, {}, {.deadline = 7s}) == "ttl=20260101T010007Z" + rest);
    CHECK(second_request(later, {.timeouts = {.idle = {}, .total = 90s}}) == "ttl=20260101T010130Z" + rest);
    // Without a limit, and with one beyond the last year, there is nothing to say.
    CHECK(second_request(later, {.timeouts = {.idle = {}}}) == "attempt=1; max=3");
    CHECK(second_request("Fri, 31 Dec 9999 23:59:30 GMT", {}) == "attempt=1; max=3");
    // Neither is there without the service's clock.
    CHECK(second_request("soon", {}) == "attempt=1; max=3");
    CHECK(second_request(later, {.correct_clock_skew = false}) == "attempt=1; max=3");
}

TEST_CASE("an attempt whose body is streamed does not say when the client gives it up") {
    Counting environment;
    test::MemorySettings source;
    SdkHeaders sdk_headers(environment, source);
    const ClientCore core(voice::service, {.region = "us-east-1", .environment = &environment},
                          [](const HttpRequest&) { return HttpResponse{}; });
    REQUIRE(core.state().clock_skew.learn({1'767'225'600, 0}, environment.now(), environment.now()));
    OperationHooks hooks;
    Operation operation = operation_of<voice::operations::GetSpeakerSearchTask>;
    operation.hooks = &hooks;
    HttpRequest request;
    const AttemptInfo attempt{.operation = operation, .core = &core};
    CHECK(sdk_headers.before_attempt(attempt, request) == Duration());
    CHECK(*request.headers.find("amz-sdk-request") == "ttl=20260101T000100Z; attempt=1; max=1");
    hooks.encode_body = [](const Operation&, const void*, HttpRequest&, Error&) { return true; };
    CHECK(sdk_headers.before_attempt(attempt, request) == Duration());
    CHECK(*request.headers.find("amz-sdk-request") == "attempt=1; max=1");
}

TEST_CASE("the user agent of all attempts ends in the features in use, once") {
    Counting environment;
    test::MemorySettings source;
    SdkHeaders sdk_headers(environment, source);
    for (const Headers& headers : headers_of_two_calls(sdk_headers, environment)) {
        const std::string_view agent = *headers.find("User-Agent");
        CHECK(agent.ends_with(" api/chime-sdk-voice m/E,Z,b"));
        CHECK(agent.find(" m/") == agent.rfind(" m/"));
    }
}

TEST_CASE("a program's own list of features stays") {
    Counting environment;
    test::MemorySettings source;
    SdkHeaders sdk_headers(environment, source);
    const ClientCore core(voice::service, {.region = "us-east-1"},
                          [](const HttpRequest&) { return HttpResponse{}; });
    const AttemptInfo attempt{.operation = operation_of<voice::operations::GetSpeakerSearchTask>,
                              .core = &core};
    HttpRequest request;
    CHECK(sdk_headers.before_attempt(attempt, request) == Duration());
    CHECK_FALSE(request.headers.contains("User-Agent"));
    request.headers.append("User-Agent", "mine m/B");
    CHECK(sdk_headers.before_attempt(attempt, request) == Duration());
    CHECK(*request.headers.find("User-Agent") == "mine m/B");
}

TEST_CASE("without randomness a call has no id and is made nevertheless") {
    Counting environment;
    environment.has_randomness = false;
    test::MemorySettings source;
    SdkHeaders sdk_headers(environment, source);
    for (const Headers& headers : headers_of_two_calls(sdk_headers, environment)) {
        CHECK_FALSE(headers.contains("amz-sdk-invocation-id"));
        CHECK(headers.contains("amz-sdk-request"));
    }
}

// The encoded texts are those that botocore's handler `add_recursion_detection_header` makes.
TEST_CASE("a function in Lambda hands its trace on, percent-encoded and unsigned") {
    const std::pair<const char*, const char*> cases[] = {
        {"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
         "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"},
        {"a b/c?\xc3\xa9\"'+{}[],&%~!*()", "a%20b%2Fc%3F%C3%A9\"'+{}[],&%25~%21%2A%28%29"},
        {"=;:\n", "=;:%0A"},
    };
    for (const auto& [trace, expected] : cases) {
        INFO(trace);
        Counting environment;
        test::MemorySettings source({{"_X_AMZN_TRACE_ID", trace}, {"AWS_LAMBDA_FUNCTION_NAME", "ring"}}, {});
        SdkHeaders sdk_headers(environment, source);
        for (const Headers& headers : headers_of_two_calls(sdk_headers, environment)) {
            REQUIRE(headers.contains("X-Amzn-Trace-Id"));
            CHECK(*headers.find("X-Amzn-Trace-Id") == expected);
            CHECK(headers.find("Authorization")->find("x-amzn-trace-id") == std::string::npos);
        }
    }
}

TEST_CASE("no trace is sent outside of Lambda, and a trace of the program stays") {
    Counting environment;
    test::MemorySettings source({{"_X_AMZN_TRACE_ID", "Root=1"}}, {});
    SdkHeaders sdk_headers(environment, source);
    for (const Headers& headers : headers_of_two_calls(sdk_headers, environment))
        CHECK_FALSE(headers.contains("X-Amzn-Trace-Id"));
    source.variables["AWS_LAMBDA_FUNCTION_NAME"] = "ring";
    HttpRequest request;
    request.headers.append("x-amzn-trace-id", "mine");
    const AttemptInfo attempt{operation_of<voice::operations::GetSpeakerSearchTask>};
    CHECK(sdk_headers.before_attempt(attempt, request) == Duration());
    CHECK(*request.headers.find("X-Amzn-Trace-Id") == "mine");
}
