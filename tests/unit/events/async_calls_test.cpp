// SPDX-License-Identifier: Apache-2.0
#include <belfry/async_scope.hpp>
#include <belfry/golden_tower/async.hpp>

#include "support/catch.hpp"
#include "unit/async/job.hpp"
#include "unit/async/loop.hpp"
#include "unit/events/service.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace belfry; // NOLINT
using test::cracked;
using test::Job;
using test::verse;
namespace tower = belfry::golden_tower;

namespace {

using ListenResult = Result<tower::ListenResponse>;
using Log = std::vector<std::string>;

struct Fixture {
    test::FakeEnvironment environment{};
    test::FakeAsyncTransport transport{};
    test::FakeTimer timer{};
    tower::Client client{{.region = "us-east-1",
                          .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                          .environment = &environment},
                         AsyncOnly{}};
    tower::AsyncClient async = client.async(transport, timer);
    Log heard{};
    std::optional<ListenResult> result{};
    std::size_t enough = 1'000;

    auto hear() {
        return [this](const tower::Events& event) {
            heard.push_back(event.as_verse() != nullptr ? event.as_verse()->text.value_or("-") : "?");
            return heard.size() < enough;
        };
    }
    AsyncCall listen(const CallOptions& options = {}) {
        return async.listen({}, hear(), options,
                            [this](ListenResult given) { result.emplace(std::move(given)); });
    }
    /// Begins the response to the attempt that waits.
    void head(int status = 200) {
        REQUIRE(transport.pending.size() == 1);
        REQUIRE(transport.pending[0].sink->on_head(status,
                                                   {{"Content-Type", "application/vnd.amazon.eventstream"},
                                                    {"Transfer-Encoding", "chunked"},
                                                    {"x-hall", "nave"},
                                                    {"x-amzn-RequestId", "r-1"}}));
    }
    bool body(const std::string& bytes) {
        return transport.pending[0].sink->on_body(std::as_bytes(std::span(bytes)));
    }
    void complete(TransportStatus status = TransportStatus::ok) {
        AttemptCompletion completion = std::move(transport.pending[0].completion);
        transport.pending.clear();
        completion({status, {}});
    }
};

Job listen_in_coroutine(Fixture& f) {
    const tower::ListenRequest input{};
    f.result.emplace(co_await f.async.listen(input, f.hear()));
}

} // namespace

TEST_CASE("events are delivered on a loop while they arrive, and the callback gets the output") {
    Fixture f;
    f.listen();
    f.head();
    const std::string bytes = verse("one") + verse("two");
    CHECK(f.body(bytes.substr(0, 7)));
    CHECK(f.heard.empty());
    CHECK(f.body(bytes.substr(7)));
    CHECK(f.heard == Log{"one", "two"});
    CHECK_FALSE(f.result);
    f.complete();
    REQUIRE(f.result);
    REQUIRE(*f.result);
    CHECK((*f.result)->hall == "nave");
    CHECK(f.result->metadata().request_id == "r-1");
}

TEST_CASE("a handler on a loop may end the call, which has then succeeded") {
    Fixture f;
    f.enough = 2;
    f.async.listen({}, f.hear(), [&](const ListenResult& given) { f.result.emplace(given); });
    f.head();
    CHECK(f.body(verse("one")));
    CHECK_FALSE(f.body(verse("two") + verse("three")));
    f.complete(TransportStatus::cancelled);
    REQUIRE(f.result);
    REQUIRE(*f.result);
    CHECK((*f.result)->hall == "nave");
    CHECK(f.heard == Log{"one", "two"});
}

TEST_CASE("an exception in a stream on a loop is the call's error") {
    Fixture f;
    f.listen();
    f.head();
    CHECK(f.body(verse("one")));
    CHECK_FALSE(f.body(cracked("in the middle") + verse("two")));
    f.complete(TransportStatus::cancelled);
    REQUIRE(f.result);
    const Error& error = f.result->error();
    CHECK(error.kind == ErrorKind::service);
    CHECK(error.code == structure_of<tower::Cracked>.error_code);
    CHECK(error.message == "in the middle");
    REQUIRE(error.as<tower::Cracked>());
    CHECK(f.heard == Log{"one"});
}

TEST_CASE("an exception of a handler on a loop ends the call with an error") {
    Fixture f;
    f.async.listen(
        {}, [](const tower::Events&) -> bool { throw std::runtime_error("enough"); },
        [&](const ListenResult& given) { f.result.emplace(given); });
    f.head();
    CHECK_FALSE(f.body(verse("one")));
    f.complete(TransportStatus::cancelled);
    REQUIRE(f.result);
    CHECK(f.result->error().code == "HandlerFailed");
}

TEST_CASE("a call with events on a loop is repeated only before the first event") {
    Fixture f;
    f.listen();
    f.complete(TransportStatus::connection_reset);
    f.timer.pass(Duration::seconds(2));
    f.head();
    CHECK(f.body(verse("one")));
    f.complete(TransportStatus::connection_reset);
    REQUIRE(f.result);
    CHECK(f.result->error().kind == ErrorKind::transport);
    CHECK(f.result->error().message.find("events were already delivered") != std::string::npos);
    CHECK(f.transport.started == 2);
    CHECK(f.heard == Log{"one"});
}

TEST_CASE("a call with events on a loop can be cancelled and discarded at each step") {
    Fixture f;
    const auto witness = std::make_shared<int>(0);
    AsyncCall call;
    const tower::ListenRequest no_input{};
    f.async.listen(no_input, [kept = witness](const tower::Events&) { ++*kept; })
        .start(call, [&](ListenResult given) { f.result.emplace(std::move(given)); });
    SECTION("cancelled before the response") {
        call.cancel();
        REQUIRE(f.result);
        CHECK(f.result->error().kind == ErrorKind::cancelled);
    }
    SECTION("cancelled between two events") {
        f.head();
        CHECK(f.body(verse("one")));
        call.cancel();
        REQUIRE(f.result);
        CHECK(f.result->error().kind == ErrorKind::cancelled);
        CHECK(*witness == 1);
    }
    SECTION("discarded between two events, of which the transport passes on one more") {
        f.head();
        CHECK(f.body(verse("one")));
        test::FakeAsyncTransport::Attempt attempt = std::move(f.transport.pending[0]);
        f.transport.pending.clear();
        call.discard();
        const std::string late = verse("two");
        CHECK_FALSE(attempt.sink->on_body(std::as_bytes(std::span(late))));
        CHECK(*witness == 1);
        attempt.completion({TransportStatus::cancelled, {}});
        CHECK_FALSE(f.result);
    }
    SECTION("abandoned") {
        f.transport.pending.clear();
        CHECK_FALSE(f.result);
    }
    CHECK(witness.use_count() == 1);
}

TEST_CASE("a coroutine awaits a call with events, and a scope owns one") {
    Fixture f;
    const Job job = listen_in_coroutine(f);
    f.head();
    CHECK(f.body(verse("one")));
    f.complete();
    CHECK(job.done());
    REQUIRE(f.result);
    CHECK(*f.result);

    AsyncScope scope;
    const tower::ListenRequest input{};
    scope.spawn(f.async.listen(input, f.hear()), [&](const ListenResult&) { f.heard.emplace_back("end"); });
    f.head();
    CHECK(f.body(verse("two")));
    f.complete();
    CHECK(f.heard == Log{"one", "two", "end"});
    CHECK(scope.size() == 0);
}
