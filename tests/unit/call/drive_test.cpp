// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/drive.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"

#include <cstddef>

namespace {

using namespace belfry;

/// A call with at most three attempts; the test provides the answers.
struct Driven {
    Driven() { test::inputs_seen = &inputs; }
    Driven(const Driven&) = delete;
    Driven& operator=(const Driven&) = delete;
    ~Driven() { test::inputs_seen = nullptr; }

    std::vector<test::ListThingsRequest> inputs{};
    test::FakeEnvironment environment{};
    CancellationToken token{};
    ClientCore core{test::service,
                    {.region = "us-east-1",
                     .retry = {.max_attempts = 3, .base_delay = Duration::seconds(1)},
                     .environment = &environment},
                    [](const HttpRequest&) { return HttpResponse{}; }};
    Call call{core, operation_of<test::ListThings>, {.cancellation = &token}};
    test::ListThingsRequest input{.owner = "me"};
    test::Thing output{};
    detail::ResultBase result{};
};

} // namespace

TEST_CASE("a driver attempts again after each wait until the call is done") {
    Driven driven;
    int attempts = 0;
    detail::drive(driven.call, driven.core, driven.call.start(&driven.input), [&](ResponseSink& sink) {
        CHECK(driven.call.request().method == "GET");
        if (++attempts < 3) return driven.call.on_sent({TransportStatus::connection_reset, {}});
        sink.on_head(200, {});
        sink.on_body(std::as_bytes(std::span("{}", 2)));
        return driven.call.on_sent({});
    });
    CHECK(attempts == 3);
    CHECK(driven.call.finish(&driven.output, driven.result));
    CHECK(driven.result.metadata().attempts == 3);
    Duration slept{};
    for (const Duration each : driven.environment.slept)
        slept = Duration::nanoseconds(slept.count() + each.count());
    // With random bytes of 0xff: one second, then two.
    CHECK(slept.count() == 3'000'000'000);
}

TEST_CASE("an attempt that returns done ends the drive, and the call keeps its request") {
    Driven driven;
    int attempts = 0;
    detail::drive(driven.call, driven.core, driven.call.start(&driven.input), [&](ResponseSink&) {
        ++attempts;
        return Call::Step::done;
    });
    CHECK(attempts == 1);
    CHECK(driven.environment.slept.empty());
    CHECK_FALSE(driven.call.request().url.empty());
}

TEST_CASE("a call that cannot start is not attempted") {
    Driven driven;
    driven.token.cancel();
    int attempts = 0;
    detail::drive(driven.call, driven.core, driven.call.start(&driven.input), [&](ResponseSink&) {
        ++attempts;
        return Call::Step::done;
    });
    CHECK(attempts == 0);
    CHECK_FALSE(driven.call.finish(&driven.output, driven.result));
    CHECK(driven.result.error().kind == ErrorKind::cancelled);
    CHECK(driven.result.error().code == "Cancelled");
    CHECK(driven.result.error().message == "the call was cancelled");
}

TEST_CASE("a response to a call that was not started is its only attempt") {
    const ClientCore core(test::service, {.region = "us-east-1", .retry = {.max_attempts = 1}},
                          [](const HttpRequest&) { return HttpResponse{}; });
    Call call(core, operation_of<test::ListThings>, {});
    CHECK(call.on_response({.status = 503, .headers = {}, .body = "Down"}) == Call::Step::done);
    test::Thing output;
    detail::ResultBase result;
    CHECK_FALSE(call.finish(&output, result));
    CHECK(result.error().code == "Down");
    CHECK(detail::exception_source(result.error()) != nullptr);
}
