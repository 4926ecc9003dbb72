// SPDX-License-Identifier: Apache-2.0
#include "unit/events/rpc_service.hpp"
#include "unit/events/service.hpp"

#include <string>
#include <support/catch.hpp>
#include <vector>

using namespace belfry; // NOLINT
using test::event_message;
using test::verse;
namespace tower = belfry::golden_tower;

namespace {

struct Fixture {
    test::FakeEnvironment environment{};
    test::EventTransport transport{};
    ClientCore core{rpc::json_service,
                    {.region = "us-east-1",
                     .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                     .environment = &environment},
                    transport};
    std::vector<std::string> heard{};

    Result<tower::ConverseResponse> listen(std::vector<std::string> pieces) {
        transport.replies.push_back({.pieces = std::move(pieces)});
        const auto hear = [&](const tower::Events& event) {
            heard.push_back(event.as_verse() != nullptr ? event.as_verse()->text.value_or("-") : "?");
        };
        return detail::invoke_with_events<rpc::Listen>(core, {.bell = "b"}, hear, {});
    }
};

std::string head(std::string_view payload) { return event_message("event", "initial-response", payload); }

} // namespace

TEST_CASE("the output of an RPC protocol is read from the initial response") {
    Fixture f;
    const auto result = f.listen({head(R"({"x-session":"s-9"})").substr(0, 9),
                                  head(R"({"x-session":"s-9"})").substr(9) + verse("one"), verse("two")});
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->session == "s-9");
    CHECK(f.heard == std::vector<std::string>{"one", "two"});
    CHECK(f.transport.requests[0].body == R"({"Bell":"b"})");
    CHECK(*f.transport.requests[0].headers.find("Content-Type") == "application/x-amz-json-1.1");
}

TEST_CASE("an RPC stream without its initial response has an output without members") {
    Fixture f;
    const auto result = f.listen({verse("one"), verse("two").substr(0, 7), verse("two").substr(7)});
    INFO(result.error().message);
    REQUIRE(result);
    CHECK_FALSE(result->session);
    CHECK(f.heard == std::vector<std::string>{"one", "two"});
    // In one piece, so that no byte follows the event that was held back.
    Fixture g;
    REQUIRE(g.listen({verse("one")}));
    CHECK(g.heard == std::vector<std::string>{"one"});
    Fixture h;
    CHECK(h.listen({}));
    CHECK(h.heard.empty());
    // The response does not say that its body is empty.
    Fixture cut;
    cut.transport.replies.push_back({.headers = {}});
    const auto nothing =
        detail::invoke_with_events<rpc::Listen>(cut.core, {.bell = "b"}, [](const tower::Events&) {}, {});
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().message.find("the body is empty") != std::string::npos);
}

TEST_CASE("an RPC stream whose initial response is broken, repeated or due is an error") {
    const struct {
        std::vector<std::string> pieces;
        const char* why;
    } cases[] = {
        {{head("{}"), verse("one"), head("{}")}, "not the first message"},
        {{verse("one"), head("{}")}, "not the first message"},
        {{head("{}").substr(0, 50)}, "middle of message 1"},
        {{head("{")}, "ConverseResponse"},
    };
    for (const auto& one : cases) {
        Fixture f;
        const auto result = f.listen(one.pieces);
        INFO(one.why << " / " << result.error().message);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::response);
        CHECK(result.error().message.find(one.why) != std::string::npos);
    }
    for (const std::vector<std::string>& pieces : {std::vector<std::string>{verse("one")}, {}}) {
        Fixture f;
        f.transport.replies.push_back({.pieces = pieces});
        const auto due = detail::invoke_with_events<rpc::ListenForTitle>(f.core, {.bell = "b"},
                                                                         [](const tower::Events&) {}, {});
        REQUIRE_FALSE(due);
        CHECK(due.error().kind == ErrorKind::response);
        CHECK(due.error().message.find("initial-response") != std::string::npos);
    }
    Fixture g;
    const auto refused = g.listen({test::cracked("at once")});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::service);
    CHECK(refused.error().message == "at once");
}

TEST_CASE("the input of an RPC protocol is sent as the initial request") {
    const tower::ConverseRequest input{.bell = "b"};
    const auto request = encode(rpc::Converse{}, input);
    REQUIRE(request);
    CHECK(*request->headers.find("Content-Type") == "application/vnd.amazon.eventstream");
    CHECK(*request->headers.find("Accept") == "application/vnd.amazon.eventstream");
    EventStreamDecoder decoder;
    std::string_view rest = request->body;
    REQUIRE(decoder.next(rest) == EventStreamDecoder::Step::message);
    CHECK(rest.empty());
    const EventMessage& message = decoder.message();
    REQUIRE(message.headers.size() == 3);
    CHECK(message.headers[0] == EventHeader::string(":message-type", "event"));
    CHECK(message.headers[1] == EventHeader::string(":event-type", "initial-request"));
    CHECK(message.headers[2] == EventHeader::string(":content-type", "application/cbor"));
}

TEST_CASE("an RPC stream in both directions has an initial request and an initial response") {
    test::FakeEnvironment environment;
    test::Peer peer;
    const std::string document = "\xa1\x69x-session\x63s-3";
    peer.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
    peer.pieces = {event_message("event", "initial-response", document) + verse("one")};
    test::FakeDuplex duplex(peer);
    const ClientCore core(rpc::cbor_service,
                          {.region = "us-east-1",
                           .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                           .environment = &environment},
                          [](const HttpRequest&) { return HttpResponse{}; });
    auto stream = detail::open_event_stream<rpc::Converse>(core, duplex, {.bell = "b"}, {});
    INFO(stream.error().message);
    REQUIRE(stream);
    REQUIRE(peer.requests.size() == 1);
    CHECK(peer.requests[0].body.empty());
    // The input is signed like an event, before any other.
    REQUIRE(peer.written.size() == 1);
    EventStreamDecoder outer;
    std::string_view rest = peer.written[0];
    REQUIRE(outer.next(rest) == EventStreamDecoder::Step::message);
    CHECK(outer.message().find(":chunk-signature") != nullptr);
    EventStreamDecoder inner;
    rest = outer.message().payload;
    REQUIRE(inner.next(rest) == EventStreamDecoder::Step::message);
    CHECK(inner.message().find(":event-type")->bytes == "initial-request");

    REQUIRE(stream->output());
    CHECK(stream->output()->session == "s-3");
    CHECK((*stream->receive())->as_verse()->text == "one");
    CHECK_FALSE((*stream->receive()).has_value());

    test::Peer silent;
    silent.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
    silent.pieces = {verse("one")};
    test::FakeDuplex other(silent);
    auto headless = detail::open_event_stream<rpc::Converse>(core, other, {.bell = "b"}, {});
    REQUIRE(headless);
    REQUIRE(headless->output());
    CHECK_FALSE(headless->output()->session);
    CHECK((*headless->receive())->as_verse()->text == "one");
    CHECK_FALSE((*headless->receive()).has_value());
    test::Peer empty;
    empty.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
    test::FakeDuplex ended(empty);
    auto nothing = detail::open_event_stream<rpc::Converse>(core, ended, {.bell = "b"}, {});
    REQUIRE(nothing);
    INFO(nothing->output().error().message);
    CHECK(nothing->output());
    CHECK_FALSE((*nothing->receive()).has_value());
    // An error is received even if the service has read nothing.
    test::Peer refusing;
    refusing.status = 403;
    refusing.takes = 0;
    refusing.headers = {{"smithy-protocol", "rpc-v2-cbor"}};
    refusing.pieces = {"\xa1\x66__type\x67"
                       "Cracked"};
    test::FakeDuplex third(refusing);
    auto refused = detail::open_event_stream<rpc::Converse>(core, third, {.bell = "b"}, {});
    REQUIRE(refused);
    CHECK(refused->receive().error().code == "Cracked");
    CHECK(refused->receive().error().http_status == 403);
}
