// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/state.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"
#include "unit/call/moving_clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using namespace std::chrono_literals;
namespace voice = belfry::chime_sdk_voice;

/// A client whose attempts each take some time and end with the same outcome, unless their `total` is
/// shorter.
struct Slow {
    explicit Slow(Duration takes, ClientConfig config = {}) : attempt_takes(takes) {
        config.region = "us-east-1";
        config.credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
        config.environment = &clock;
        config.retry.base_delay = 100ms;
        client.emplace(std::move(config), [this](const HttpRequest& request, ResponseSink& sink) {
            return send(request, sink);
        });
    }
    TransportResult send(const HttpRequest& request, ResponseSink& sink) {
        limits.push_back(request.timeouts);
        if (before_attempt) before_attempt();
        const Duration total = request.timeouts.total;
        if (total.count() > 0 && total < attempt_takes) {
            clock.pass(total);
            return {TransportStatus::timed_out, "the attempt took longer than its limit"};
        }
        clock.pass(attempt_takes);
        sink.on_head(status, {});
        sink.on_body(std::as_bytes(std::span("{}", 2)));
        return {};
    }
    Result<voice::GetSpeakerSearchTaskResponse> get(const CallOptions& options = {}) const {
        return client->get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"},
                                               options);
    }

    test::MovingClock clock{};
    Duration attempt_takes;
    int status = 503;
    std::vector<Timeouts> limits{};
    std::function<void()> before_attempt{};
    std::optional<voice::Client> client{};
};

} // namespace

TEST_CASE("a call's time limits replace the client's one by one") {
    Slow f(1s, {.timeouts = {.connect = 2s, .idle = 3s, .total = 40s}, .retry = {.max_attempts = 1}});
    static_cast<void>(f.get({.timeouts = {.idle = 15min}}));
    CHECK(f.limits.at(0).connect == 2s);
    CHECK(f.limits.at(0).idle == 15min);
    CHECK(f.limits.at(0).total == 40s);
    static_cast<void>(f.get({.timeouts = {.connect = Duration(), .total = 500ms}}));
    CHECK(f.limits.at(1).connect.count() == 0);
    CHECK(f.limits.at(1).idle == 3s);
    CHECK(f.limits.at(1).total == 500ms);
    const Timeouts all{.total = 7s};
    static_cast<void>(f.get({.timeouts = all}));
    CHECK(f.limits.at(2).connect == 10s);
    CHECK(f.limits.at(2).idle == 60s);
    CHECK(f.limits.at(2).total == 7s);
    static_cast<void>(f.get());
    CHECK(f.limits.at(3).connect == 2s);
    CHECK(f.limits.at(3).total == 40s);
}

TEST_CASE("a call's number of attempts replaces the client's") {
    Slow f(1s, {.retry = {.max_attempts = 3}});
    const auto once = f.get({.max_attempts = 1});
    CHECK(f.limits.size() == 1);
    CHECK(once.error().attempts == 1);
    CHECK(once.error().retryable);
    CHECK(f.get({.max_attempts = 5}).error().attempts == 5);
    CHECK(f.get().error().attempts == 3);
}

TEST_CASE("a call's retry options replace the client's as a whole") {
    Slow f(1s, {.retry = {.max_attempts = 5, .throttling_base_delay = 7s}});
    const RetryOptions slower{.max_attempts = 4, .base_delay = 3s, .max_delay = 5s};
    CHECK(f.get({.retry = &slower}).error().attempts == 4);
    CHECK(f.clock.slept == std::vector<Duration>{3s, 5s, 5s});
    f.clock.slept.clear();
    // The call's number comes before that of its retry options.
    CHECK(f.get({.max_attempts = 2, .retry = &slower}).error().attempts == 2);
    CHECK(f.clock.slept == std::vector<Duration>{3s});
    f.clock.slept.clear();
    // The service decides about values that they leave out.
    const RetryOptions standard;
    CHECK(f.get({.retry = &standard}).error().attempts == 3);
    CHECK(f.clock.slept == std::vector<Duration>{50ms, 100ms});
    f.clock.slept.clear();
    f.status = 429;
    CHECK(f.get({.retry = &standard}).error().attempts == 3);
    CHECK(f.clock.slept == std::vector<Duration>{1s, 2s});
    f.clock.slept.clear();
    // A copy of the client's changes one value.
    RetryOptions changed = f.client->core().config().retry;
    changed.max_delay = 8s;
    CHECK(f.get({.retry = &changed}).error().attempts == 5);
    CHECK(f.clock.slept == std::vector<Duration>{7s, 8s, 8s, 8s});
    f.clock.slept.clear();
    CHECK(f.get({.max_attempts = 2}).error().attempts == 2);
    CHECK(f.clock.slept == std::vector<Duration>{7s});
}

TEST_CASE("a call's retry options bound how much longer a service may make it wait") {
    test::MovingClock clock;
    const voice::Client client{
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &clock},
        [](const HttpRequest&) {
            return HttpResponse{.status = 503, .headers = {{"Retry-After", "60"}}, .body = ""};
        }};
    const RetryOptions patient{.max_attempts = 2, .base_delay = 1s, .max_extra_delay = 30s};
    static_cast<void>(client.get_speaker_search_task(
        {.voice_connector_id = "vc", .speaker_search_task_id = "t"}, {.retry = &patient}));
    CHECK(clock.slept == std::vector<Duration>{31s});
}

TEST_CASE("a single attempt that times out is not made again") {
    Slow f(2min, {.timeouts = {.total = 60s}, .retry = {.max_attempts = 3}});
    const auto result = f.get({.max_attempts = 1});
    CHECK(f.limits.size() == 1);
    CHECK(result.error().kind == ErrorKind::timeout);
    CHECK(result.error().code == "TimedOut");
    CHECK(f.client->core().state().retry_tokens.available() == RetryTokenBucket::default_capacity);
}

TEST_CASE("a deadline ends a call whose attempts are each within their limits") {
    Slow f(1s, {.timeouts = {.total = 40s}, .retry = {.max_attempts = 10}});
    const auto result = f.get({.deadline = 2500ms});
    // One second, a wait of 0.1, one second, a wait of 0.2, then what is left.
    REQUIRE(f.limits.size() == 3);
    CHECK(f.limits[0].total == 2500ms);
    CHECK(f.limits[1].total == 1400ms);
    CHECK(f.limits[2].total == 200ms);
    CHECK(f.clock.steady == 2'500'000'000);
    CHECK(result.error().kind == ErrorKind::timeout);
    CHECK(result.error().attempts == 3);
    CHECK(result.error().message ==
          "the attempt took longer than its limit; not retried: the call's deadline would pass before");
}

TEST_CASE("a call does not wait for an attempt that its deadline would not allow") {
    Slow f(1s, {.retry = {.max_attempts = 10}});
    const auto result = f.get({.deadline = 1050ms});
    CHECK(f.limits.size() == 1);
    CHECK(f.clock.slept.empty());
    CHECK(result.error().kind == ErrorKind::service);
    CHECK(result.error().http_status == 503);
    CHECK(result.error().retryable);
    CHECK(result.error().message.ends_with("; not retried: the call's deadline would pass before"));
    CHECK(f.client->core().state().retry_tokens.available() == RetryTokenBucket::default_capacity);
}

TEST_CASE("an attempt's own limit stays where it is shorter than the deadline") {
    Slow f(1s, {.timeouts = {.total = 40s}, .retry = {.max_attempts = 1}});
    static_cast<void>(f.get({.timeouts = {.total = 3s}, .deadline = 1h}));
    CHECK(f.limits.at(0).total == 3s);
}

TEST_CASE("the client's deadline holds for calls without their own") {
    Slow f(1s, {.deadline = 1500ms, .retry = {.max_attempts = 10}});
    static_cast<void>(f.get());
    CHECK(f.limits.at(0).total == 1500ms);
    f.limits.clear();
    static_cast<void>(f.get({.deadline = 1h}));
    CHECK(f.limits.at(0).total == 1h);
    CHECK(f.limits.size() == 10);
}

TEST_CASE("a deadline does not depend on the time of day") {
    Slow f(1s, {.retry = {.max_attempts = 3}});
    f.before_attempt = [&] { f.clock.set_by += 3'600'000'000'000; };
    CHECK(f.get({.deadline = 10s}).error().attempts == 3);
    f.limits.clear();
    f.before_attempt = [&] { f.clock.set_by -= 3'600'000'000'000; };
    const auto result = f.get({.deadline = 1500ms, .max_attempts = 10});
    CHECK(result.error().attempts == 2);
    CHECK(f.limits.at(1).total == 400ms);
}

TEST_CASE("credentials that come after the deadline are an error, and nothing is sent") {
    Slow f(1s);
    test::MovingClock& clock = f.clock;
    ClientConfig config{.region = "us-east-1", .environment = &clock};
    config.credentials = [&clock]() -> Result<Credentials> {
        clock.pass(5s);
        return Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"};
    };
    const voice::Client client{std::move(config), [](const HttpRequest&) {
                                   FAIL("a request was sent");
                                   return HttpResponse{};
                               }};
    const auto result = client.get_speaker_search_task(
        {.voice_connector_id = "vc", .speaker_search_task_id = "t"}, {.deadline = 4s});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::timeout);
    CHECK(result.error().code == "DeadlineExceeded");
    CHECK(result.error().attempts == 0);
}

TEST_CASE("a wait that takes longer than asked for keeps the last attempt's error") {
    class Oversleeper final : public Environment {
      public:
        Timestamp now() noexcept override { return {1'767'323'045, 0}; }
        Duration steady_time() noexcept override { return time; }
        void sleep(Duration) noexcept override { time = Duration::seconds(60); }
        bool random(unsigned char*, std::size_t) noexcept override { return false; }
        Duration time{};
    } environment;
    int sent = 0;
    const voice::Client client{
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &environment},
        [&](const HttpRequest&) {
            ++sent;
            return HttpResponse{500, {}, {}};
        }};
    const auto result = client.get_speaker_search_task(
        {.voice_connector_id = "vc", .speaker_search_task_id = "t"}, {.deadline = 30s});
    CHECK(sent == 1);
    CHECK(result.error().kind == ErrorKind::service);
    CHECK(result.error().http_status == 500);
    CHECK(result.error().attempts == 1);
}

TEST_CASE("the system's steady time goes forward while a program sleeps") {
    SystemEnvironment environment;
    const Duration before = environment.steady_time();
    environment.sleep(20ms);
    const std::int64_t passed = environment.steady_time().count() - before.count();
    CHECK(passed >= 15'000'000);
    CHECK(passed < 60'000'000'000);
}
