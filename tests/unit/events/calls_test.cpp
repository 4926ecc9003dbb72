// SPDX-License-Identifier: Apache-2.0

#include "unit/events/service.hpp"

#include <stdexcept>
#include <string>
#include <support/catch.hpp>
#include <vector>

using namespace belfry; // NOLINT
using test::cracked;
using test::event_message;
using test::EventReply;
using test::verse;
namespace tower = belfry::golden_tower;

namespace {

struct Fixture {
    test::FakeEnvironment environment{};
    test::EventTransport transport{};
    tower::Client client{{.region = "us-east-1",
                          .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                          .max_response_bytes = 20,
                          .environment = &environment},
                         transport};
    std::vector<std::string> heard{};

    Result<tower::ListenResponse> listen(std::size_t enough = 1'000) {
        return client.listen({}, [&, enough](const tower::Events& event) {
            heard.push_back(event.as_verse() != nullptr ? event.as_verse()->text.value_or("-") : "?");
            return heard.size() < enough;
        });
    }
};

} // namespace

TEST_CASE("events are delivered while they arrive, and the output is returned") {
    Fixture f;
    const std::string bytes = verse("one") + verse("two") + event_message("event", "Later", "{}");
    f.transport.replies = {{.pieces = {bytes.substr(0, 7), bytes.substr(7, 60), bytes.substr(67)}}};
    const auto result = f.listen();
    REQUIRE(result);
    CHECK(result->hall == "nave");
    CHECK(f.heard == std::vector<std::string>{"one", "two", "?"});
    CHECK(result.metadata().request_id == "r-1");
    CHECK(result.metadata().attempts == 1);
}

TEST_CASE("a handler that stops ends the call with success") {
    Fixture f;
    f.transport.replies = {{.headers = {{"x-hall", "nave"}, {"Content-Length", "1000000"}},
                            .pieces = {verse("one") + verse("two"), verse("three"), verse("four")}}};
    const auto result = f.listen(2);
    REQUIRE(result);
    CHECK(result->hall == "nave");
    CHECK(f.heard == std::vector<std::string>{"one", "two"});
    CHECK(f.transport.pieces_sent == 1);
}

TEST_CASE("a handler may be a function or a pointer to one") {
    static int count = 0;
    struct Functions {
        static void all(const tower::Events&) { ++count; }
        static bool one(const tower::Events&) { return ++count < 0; }
    };
    Fixture f;
    f.transport.replies.assign(2, {.pieces = {verse("one"), verse("two")}});
    REQUIRE(f.client.listen({}, Functions::all));
    CHECK(count == 2);
    REQUIRE(f.client.listen({}, &Functions::one));
    CHECK(count == 3);
}

TEST_CASE("a handler may return void") {
    Fixture f;
    f.transport.replies = {{.pieces = {verse("one"), verse("two")}}};
    int count = 0;
    REQUIRE(f.client.listen({}, [&](tower::Events event) { count += event.has_value() ? 1 : 0; }));
    CHECK(count == 2);
}

TEST_CASE("an exception in the stream is the call's error") {
    Fixture f;
    f.transport.replies = {
        {.pieces = {verse("one"), cracked("in the middle") + verse("two"), verse("three")}}};
    const auto result = f.listen();
    REQUIRE_FALSE(result);
    const Error& error = result.error();
    CHECK(error.kind == ErrorKind::service);
    CHECK(error.code == structure_of<tower::Cracked>.error_code);
    CHECK(error.message == "in the middle");
    CHECK(error.request_id == "r-1");
    CHECK(error.attempts == 1);
    CHECK(error.http_status == 200);
    REQUIRE(error.as<tower::Cracked>());
    CHECK(error.as<tower::Cracked>()->message == "in the middle");
    CHECK(f.heard == std::vector<std::string>{"one"});
    CHECK(f.transport.pieces_sent == 2);
}

TEST_CASE("an error in the stream says whether it is retryable") {
    Fixture f;
    f.transport.replies = {{.pieces = {event_message("exception", "ThrottlingException", "{}")}},
                           {.pieces = {event_message("exception", "Gone", "{}")}}};
    const auto throttled = f.listen();
    CHECK(throttled.error().code == "ThrottlingException");
    CHECK(throttled.error().throttling);
    CHECK(throttled.error().retryable);
    CHECK_FALSE(f.listen().error().retryable);
    CHECK(f.transport.requests.size() == 2);
}

TEST_CASE("an attempt is retried if no event was delivered") {
    Fixture f;
    const std::string half = verse("one").substr(0, 20);
    f.transport.replies = {{.status = 0, .end = TransportStatus::connect_failed},
                           {.pieces = {half}, .end = TransportStatus::connection_reset},
                           {.pieces = {verse("one")}}};
    REQUIRE(f.listen());
    CHECK(f.heard == std::vector<std::string>{"one"});
    CHECK(f.transport.requests.size() == 3);

    Fixture g;
    g.transport.replies = {{.pieces = {verse("one"), half}, .end = TransportStatus::connection_reset},
                           {.pieces = {verse("one")}}};
    const auto result = g.listen();
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::transport);
    CHECK(result.error().message.find("events were already delivered") != std::string::npos);
    CHECK(g.transport.requests.size() == 1);
    CHECK(g.heard == std::vector<std::string>{"one"});
}

TEST_CASE("an error response is retried like that of any call") {
    Fixture f;
    f.transport.replies = {{.status = 503, .headers = {}, .pieces = {"busy"}}, {.pieces = {verse("one")}}};
    REQUIRE(f.listen());
    Fixture g;
    g.transport.replies = {{.status = 400,
                            .headers = {{"x-amzn-errortype", "Cracked"}},
                            .pieces = {R"({"message":)", R"("top"})"}}};
    const auto result = g.listen();
    REQUIRE_FALSE(result);
    CHECK(result.error().http_status == 400);
    CHECK(result.error().message == "top");
    CHECK(g.heard.empty());
}

TEST_CASE("an empty, truncated or malformed response is an error, after a second attempt without events") {
    const struct {
        EventReply reply;
        const char* why;
    } cases[] = {
        {{.headers = {}, .pieces = {}}, "the body is empty"},
        {{.headers = {{"Content-Length", "5"}}, .pieces = {}}, "Content-Length"},
        {{.headers = {{"Content-Length", "500"}}, .pieces = {verse("one")}}, "Content-Length"},
        {{.pieces = {verse("one"), verse("two").substr(0, 30)}}, "middle of message 2"},
        {{.pieces = {"<html>this is not an event stream</html>"}}, "checksum"},
        {{.pieces = {verse("one"), std::string(40, '\0')}}, "checksum"},
    };
    for (const auto& one : cases) {
        Fixture f;
        f.transport.replies = {one.reply, one.reply};
        const auto result = f.listen();
        INFO(one.why << " / " << result.error().message);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::response);
        CHECK(result.error().message.find(one.why) != std::string::npos);
        CHECK(f.transport.requests.size() == (f.heard.empty() ? 2 : 1));
    }
    Fixture f;
    f.transport.replies = {{.headers = {{"Content-Length", "0"}}}};
    CHECK(f.listen());
}

TEST_CASE("an exception of the event handler ends the call with an error") {
    Fixture f;
    f.transport.replies = {{.pieces = {verse("one") + verse("two"), verse("three")}}};
    const auto result = f.client.listen({}, [&f](const tower::Events& event) {
        f.heard.push_back(*event.as_verse()->text);
        if (f.heard.size() == 2) throw std::runtime_error("enough");
    });
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(result.error().code == "HandlerFailed");
    CHECK(result.error().message == "the event handler threw an exception: enough");
    CHECK(result.error().attempts == 1);
    CHECK(f.transport.requests.size() == 1);
    CHECK(f.heard == std::vector<std::string>{"one", "two"});
}

TEST_CASE("an allocation failure for an event ends the call with an error") {
    Fixture f;
    f.transport.replies = {{.pieces = {verse("one") + event_message("event", "Peal", "{}"), verse("two")}}};
    const auto hear = [&f](const tower::Events& event) { f.heard.push_back(*event.as_verse()->text); };
    EventHandler<tower::Events> handler(hear);
    const CallOptions options;
    const tower::ListenRequest input;
    const Result<tower::ListenResponse> result(
        std::in_place, detail::EventInvocation{f.client.core(), operation_of<tower::operations::Listen>,
                                               test::starved_traits, structure_of<tower::Events>, &input,
                                               options, &handler, &detail::deliver_event<tower::Events>});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::memory);
    CHECK(result.error().code == "OutOfMemory");
    CHECK(result.error().attempts == 1);
    CHECK(f.heard == std::vector<std::string>{"one"});
    CHECK(f.transport.pieces_sent == 1);
}

TEST_CASE("a stream may be longer than the response size limit") {
    Fixture f;
    f.transport.replies = {{.pieces = std::vector<std::string>(50, verse("a line of text"))}};
    REQUIRE(f.listen());
    CHECK(f.heard.size() == 50);
}

TEST_CASE("a cancelled call is an error") {
    Fixture f;
    f.transport.replies = {{.pieces = {verse("one")}, .end = TransportStatus::cancelled}};
    const auto result = f.listen();
    CHECK(result.error().kind == ErrorKind::cancelled);
}

TEST_CASE("a call of an operation with events without a handler is an error") {
    Fixture f;
    const auto result =
        detail::invoke<tower::operations::Listen>(f.client.core(), tower::ListenRequest{}, {});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::validation);
    CHECK(result.error().code == "NoEventHandler");
    CHECK(f.transport.requests.empty());
}
