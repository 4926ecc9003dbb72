// SPDX-License-Identifier: Apache-2.0
#include <belfry/adaptive_retry.hpp>
#include <belfry/call/state.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/interceptor.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"
#include "unit/call/moving_clock.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using namespace std::chrono_literals;
namespace voice = belfry::chime_sdk_voice;

/// Writes down what it sees.
class Recorder final : public Interceptor {
  public:
    Duration before_attempt(const AttemptInfo& attempt, HttpRequest& request) override {
        if (!waits.empty()) {
            const Duration wait = waits.front();
            waits.pop_front();
            if (wait.count() > 0) return wait;
        }
        seen.push_back(std::string(attempt.operation.name) + " " + std::to_string(attempt.number) + "/" +
                       std::to_string(attempt.max_attempts));
        for (const char* const name :
             {"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-S3session-Token"})
            if (request.headers.contains(name)) seen.back() += std::string(" with ") + name;
        totals.push_back(request.timeouts.total);
        cores.push_back(attempt.core);
        for (const auto& [name, value] : added) request.headers.set(name, value);
        return {};
    }
    void after_attempt(const AttemptInfo& attempt, int http_status, const Headers& headers,
                       const Error& error) override {
        cores.push_back(attempt.core);
        seen.push_back("ended " + std::to_string(attempt.number) + ": " + std::to_string(http_status) + " " +
                       std::string(to_string(error.kind)) + " " + error.code + " " +
                       std::to_string(headers.size()));
    }

    std::vector<std::pair<std::string, std::string>> added{};
    std::deque<Duration> waits{};
    std::vector<std::string> seen{};
    std::vector<Duration> totals{};
    std::vector<const ClientCore*> cores{};
};

/// The answer to an attempt. A status of 0 stands for a reset connection.
struct Answer {
    int status = 200;
    std::string body = "{}";
    Headers headers = {};
};

/// A client with an interceptor. The last answer is repeated.
struct Watched {
    explicit Watched(std::vector<Answer> given, ClientConfig config = {}) : answers(std::move(given)) {
        config.region = "us-east-1";
        config.credentials = Credentials{
            .access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret", .session_token = "token"};
        config.environment = &clock;
        config.interceptor = &recorder;
        client.emplace(std::move(config), [this](const HttpRequest& request, ResponseSink& sink) {
            return send(request, sink);
        });
    }
    TransportResult send(const HttpRequest& request, ResponseSink& sink) {
        requests.push_back(request.headers);
        const Answer& answer =
            answers[requests.size() <= answers.size() ? requests.size() - 1 : answers.size() - 1];
        if (answer.status == 0) return {TransportStatus::connection_reset, ""};
        sink.on_head(answer.status, answer.headers);
        sink.on_body(std::as_bytes(std::span(answer.body)));
        return {};
    }
    Result<voice::GetSpeakerSearchTaskResponse> get(const CallOptions& options = {}) const {
        return client->get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"},
                                               options);
    }

    test::MovingClock clock{};
    Recorder recorder{};
    std::vector<Answer> answers;
    std::vector<Headers> requests{};
    std::optional<voice::Client> client{};
};

} // namespace

TEST_CASE("an interceptor sees each attempt once, without its signature") {
    Watched f({{0, ""}, {503, "", {{"Retry-After", "0"}}}, {200, "{}"}});
    f.recorder.added = {{"x-trace", "t"}, {"x-amz-s3session-token", "secret"}};
    REQUIRE(f.get());
    const std::vector<std::string> expected = {
        "GetSpeakerSearchTask 1/3", "ended 1: 0 transport ConnectionReset 0",
        "GetSpeakerSearchTask 2/3", "ended 2: 503 service 503 1",
        "GetSpeakerSearchTask 3/3", "ended 3: 200 none  0"};
    CHECK(f.recorder.seen == expected);
    for (const Headers& headers : f.requests) {
        REQUIRE(headers.contains("Authorization"));
        CHECK(headers.find("Authorization")->find("x-trace") != std::string::npos);
        CHECK(*headers.find("X-Amz-Security-Token") == "token");
        CHECK(*headers.find("x-trace") == "t");
    }
}

TEST_CASE("an attempt whose response cannot be read or is too large has failed once") {
    Watched unreadable({{200, "{"}});
    CHECK(unreadable.get().error().kind == ErrorKind::response);
    CHECK(unreadable.recorder.seen.size() == 4);
    CHECK(unreadable.recorder.seen.back().starts_with("ended 2: 200 response "));
    Watched large({{200, "{}"}}, {.max_response_bytes = 1});
    CHECK(large.get().error().code == "ResponseTooLarge");
    CHECK(large.recorder.seen.size() == 2);
    CHECK(large.recorder.seen.back() == "ended 1: 200 response ResponseTooLarge 0");
}

TEST_CASE("a call that an interceptor gives a header of two lines is not sent") {
    Watched f({Answer{}});
    f.recorder.added = {{"x-trace", "t\r\nx-other: 1"}};
    const auto result = f.get();
    CHECK(result.error().kind == ErrorKind::validation);
    CHECK(result.error().message == "a request header's value holds a line break or NUL");
    CHECK(f.requests.empty());
    CHECK(f.recorder.seen.size() == 1);
}

TEST_CASE("a retry that an interceptor makes invalid gives its tokens back") {
    Watched f({{0, ""}});
    class Breaker final : public Interceptor {
      public:
        Duration before_attempt(const AttemptInfo& attempt, HttpRequest& request) override {
            if (attempt.number == 2) request.headers.set("x-trace", "a\r\nb");
            return {};
        }
        void after_attempt(const AttemptInfo&, int, const Headers&, const Error&) override {}
    };
    Breaker breaker;
    ClientConfig config{.region = "us-east-1", .environment = &f.clock, .interceptor = &breaker};
    config.credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    const voice::Client client{std::move(config), [&](const HttpRequest& request, ResponseSink& sink) {
                                   return f.send(request, sink);
                               }};
    const auto result =
        client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"});
    CHECK(result.error().code == "InvalidRequest");
    CHECK(result.error().attempts == 1);
    CHECK(client.core().state().retry_tokens.available() == RetryTokenBucket::default_capacity);
}

TEST_CASE("an attempt waits for its interceptor, which is asked again") {
    Watched f({{0, ""}, {}});
    f.recorder.waits = {2s, 3s, Duration(), 4s};
    REQUIRE(f.get());
    CHECK(f.clock.slept_in_all() == 2'000'000'000 + 3'000'000'000 + 50'000'000 + 4'000'000'000);
    CHECK(f.recorder.seen.size() == 4);
}

TEST_CASE("a wait that is longer than the call may take ends the call") {
    Watched f({Answer{}});
    f.recorder.waits = {1s, 10s};
    const auto result = f.get({.deadline = 5s});
    CHECK(result.error().kind == ErrorKind::timeout);
    CHECK(result.error().code == "DeadlineExceeded");
    CHECK(f.requests.empty());
    CHECK(f.clock.slept_in_all() == 1'000'000'000);

    Watched again({{0, ""}});
    again.recorder.waits = {Duration(), 10s};
    const auto after_one = again.get({.deadline = 5s});
    CHECK(after_one.error().code == "ConnectionReset");
    CHECK(after_one.error().attempts == 1);
    CHECK(again.client->core().state().retry_tokens.available() == RetryTokenBucket::default_capacity);
}

TEST_CASE("an interceptor sees the client, and the time that a deadline leaves an attempt") {
    Watched f({{0, ""}}, {.timeouts = {.total = 50s}, .retry = {.base_delay = 1s}});
    CHECK(f.get({.deadline = 10s}).error().attempts == 3);
    CHECK(f.recorder.totals == std::vector<Duration>{10s, 9s, 7s});
    CHECK(f.recorder.cores.size() == 6);
    for (const ClientCore* const core : f.recorder.cores) CHECK(core == &f.client->core());
    CHECK(f.get().error().attempts == 3);
    CHECK(f.recorder.totals.back() == 50s);
}

TEST_CASE("in the adaptive mode later calls wait while the service throttles") {
    Watched f({{429, ""}}, {.retry = {.max_attempts = 1}, .retry_mode = adaptive_retry});
    // The service has not asked to slow down yet.
    CHECK(f.get().error().throttling);
    CHECK(f.clock.slept_in_all() == 0);
    for (int i = 0; i < 4; ++i) static_cast<void>(f.get());
    // Half an attempt in a second is the least.
    CHECK(f.clock.slept_in_all() > 5'900'000'000);
    CHECK(f.clock.slept_in_all() < 8'100'000'000);
    CHECK(f.requests.size() == 5);
    // The program's interceptor still sees each attempt once.
    CHECK(f.recorder.seen.size() == 10);
}

TEST_CASE("a clock that is set back does not make an adaptive client wait for long") {
    AdaptiveRateLimiter limiter;
    constexpr std::int64_t far = 4'000'000'000'000'000'000;
    limiter.on_attempt(true, Duration::nanoseconds(far));
    REQUIRE(limiter.enabled());
    for (const std::int64_t time : {std::int64_t{0}, -far, far, std::int64_t{1}}) {
        const Duration wait = limiter.acquire(Duration::nanoseconds(time));
        CHECK(wait.count() >= 0);
        // The least rate is half an attempt in a second.
        CHECK(wait <= Duration::nanoseconds(2'000'000'001));
    }
}

TEST_CASE("two clients with the adaptive mode limit themselves alone") {
    Watched throttled({{429, ""}}, {.retry = {.max_attempts = 2}, .retry_mode = adaptive_retry});
    Watched other({Answer{}}, {.retry_mode = adaptive_retry});
    for (int i = 0; i < 3; ++i) static_cast<void>(throttled.get());
    for (int i = 0; i < 3; ++i) CHECK(other.get());
    CHECK(throttled.clock.slept_in_all() > 0);
    CHECK(other.clock.slept_in_all() == 0);
}

namespace {

constexpr Service patient_service = [] {
    Service service = test::service;
    service.max_attempts = 4;
    service.base_delay = 25ms;
    return service;
}();

/// A call of an operation of that service that resets each connection; returns its error.
Error failing(ClientConfig config, const CallOptions& options, test::MovingClock& clock, bool long_poll,
              int tokens) {
    std::vector<test::ListThingsRequest> inputs;
    test::inputs_seen = &inputs;
    config.region = "us-east-1";
    config.environment = &clock;
    const ClientCore core(patient_service, std::move(config), [](const HttpRequest&) {
        return HttpResponse{.status = 503, .headers = {}, .body = "Down"};
    });
    static_cast<void>(core.state().retry_tokens.acquire(RetryTokenBucket::default_capacity - tokens));
    Operation operation = operation_of<test::ListThings>;
    operation.service = &patient_service;
    operation.long_poll = long_poll;
    const test::ListThingsRequest input{.owner = "me"};
    detail::ResultBase result;
    test::Thing output;
    CHECK_FALSE(detail::invoke(core, operation, &input, {&output, &detail::reset_output<test::Thing>},
                               options, result));
    test::inputs_seen = nullptr;
    CHECK(core.state().retry_tokens.available() >= 0);
    return result.error();
}

} // namespace

TEST_CASE("a service has its own number of attempts and first wait, unless the client has") {
    test::MovingClock clock;
    CHECK(failing({}, {}, clock, false, 500).attempts == 4);
    CHECK(clock.slept_in_all() == 25'000'000 + 50'000'000 + 100'000'000);
    clock.slept.clear();
    CHECK(failing({.retry = {.max_attempts = 2, .base_delay = 1s}}, {}, clock, false, 500).attempts == 2);
    CHECK(clock.slept_in_all() == 1'000'000'000);
    CHECK(failing({}, {.max_attempts = 1}, clock, false, 500).attempts == 1);
    clock.slept.clear();
    // Options of a call that leave them out have the service's, too, not the client's.
    const RetryOptions options{.max_delay = 40ms};
    const Error error =
        failing({.retry = {.max_attempts = 2, .base_delay = 1s}}, {.retry = &options}, clock, false, 500);
    CHECK(error.attempts == 4);
    CHECK(clock.slept_in_all() == 25'000'000 + 40'000'000 + 40'000'000);
}

TEST_CASE("a long poll without retries left waits before it fails, other calls do not") {
    test::MovingClock clock;
    const Error other = failing({}, {}, clock, false, 13);
    CHECK(other.attempts == 1);
    CHECK(clock.slept_in_all() == 0);
    const Error poll = failing({}, {}, clock, true, 13);
    CHECK(poll.attempts == 1);
    CHECK(poll.code == "Down");
    CHECK(poll.http_status == 503);
    CHECK(clock.slept_in_all() == 25'000'000);
    // With tokens for one retry, the second failure waits as a third attempt would.
    clock.slept.clear();
    CHECK(failing({}, {}, clock, true, 14).attempts == 2);
    CHECK(clock.slept_in_all() == 25'000'000 + 50'000'000);
    // A last attempt is not followed by a wait.
    clock.slept.clear();
    CHECK(failing({}, {.max_attempts = 1}, clock, true, 500).attempts == 1);
    CHECK(clock.slept_in_all() == 0);
    CHECK(failing({}, {.deadline = 20ms}, clock, true, 0).attempts == 1);
    CHECK(clock.slept_in_all() == 0);
}

TEST_CASE("a call hands out the headers of its last response") {
    Headers headers = {{"old", "1"}};
    Watched f({{503, "", {{"x-amz-id-2", "first"}}}, {200, "{}", {{"x-amz-id-2", "second"}, {"Date", "d"}}}});
    REQUIRE(f.get({.response_headers = &headers}));
    CHECK(headers == Headers{{"x-amz-id-2", "second"}, {"Date", "d"}});
    Watched failed({{403, "", {{"x-amz-bucket-region", "eu-west-1"}}}});
    const auto result = failed.get({.response_headers = &headers});
    CHECK(headers == Headers{{"x-amz-bucket-region", "eu-west-1"}});
    CHECK(result.error().kind == ErrorKind::service);
    Watched reset({{0, ""}});
    CHECK_FALSE(reset.get({.max_attempts = 1, .response_headers = &headers}));
    CHECK(headers.empty());
}

TEST_CASE("a client leaves its clock alone if it is told to") {
    const Headers hour_later = {{"Date", "Fri, 02 Jan 2026 04:04:05 GMT"}};
    for (const bool correct : {true, false}) {
        Watched f({{200, "{}", hour_later}}, {.correct_clock_skew = correct});
        REQUIRE(f.get());
        REQUIRE(f.get());
        CHECK(*f.requests[0].find("X-Amz-Date") == "20260102T030405Z");
        CHECK(*f.requests[1].find("X-Amz-Date") == (correct ? "20260102T040405Z" : "20260102T030405Z"));
    }
}
