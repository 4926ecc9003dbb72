// SPDX-License-Identifier: Apache-2.0
#include <belfry/golden_tower/announce.hpp>
#include <belfry/golden_tower/converse.hpp>

#include "unit/events/service.hpp"

#include <string>
#include <support/catch.hpp>
#include <vector>

using namespace belfry; // NOLINT
using test::cracked;
using test::verse;
namespace tower = belfry::golden_tower;

namespace {

struct Fixture {
    explicit Fixture(Credentials credentials = {"AKIDEXAMPLE", "secret"})
        : client({.region = "us-east-1", .credentials = std::move(credentials), .environment = &environment},
                 [](const HttpRequest&) { return HttpResponse{}; }) {}
    test::FakeEnvironment environment{};
    test::Peer peer{};
    test::FakeDuplex duplex{peer};
    tower::Client client;

    auto converse() { return client.converse(duplex, {.bell = "great one"}); }
};

/// The same conversation, with allocations that fail.
struct StarvedConverse : tower::operations::Converse {
    static constexpr const EventStreamTraits& event_stream = test::starved_traits;
    friend constexpr Operation belfry_describe_operation(const StarvedConverse*) {
        return operation_of<Converse>;
    }
};

EventMessage parse(const std::string& bytes, EventStreamDecoder& decoder) {
    std::string_view rest = bytes;
    REQUIRE(decoder.next(rest) == EventStreamDecoder::Step::message);
    REQUIRE(rest.empty());
    return decoder.message();
}

} // namespace

TEST_CASE("events are sent and received, and both sides end the stream") {
    Fixture f;
    f.peer.pieces = {verse("one").substr(0, 9), verse("one").substr(9) + verse("two")};
    auto opened = f.converse();
    REQUIRE(opened);
    auto& stream = *opened;
    REQUIRE(f.peer.requests.size() == 1);
    const HttpRequest& request = f.peer.requests.front();
    CHECK(request.method == "POST");
    CHECK(request.url.ends_with("/conversations/great%20one"));
    CHECK(*request.headers.find("Content-Type") == "application/vnd.amazon.eventstream");
    CHECK(*request.headers.find("X-Amz-Content-Sha256") == "STREAMING-AWS4-HMAC-SHA256-EVENTS");
    CHECK(request.body.empty());
    CHECK(request.content_length == 0);

    REQUIRE_FALSE(stream.send(tower::Strokes::from_stroke({.note = "do"})));
    REQUIRE(stream.output());
    CHECK(stream.output()->session == "s-1");
    auto event = stream.receive();
    REQUIRE(event);
    REQUIRE(event->has_value());
    CHECK((*event)->as_verse()->text == "one");
    CHECK_FALSE(stream.send(tower::Strokes::from_rest({})));
    CHECK_FALSE(stream.close());
    CHECK_FALSE(stream.close());
    CHECK((*stream.receive())->as_verse()->text == "two");
    // After the end, every call returns the end.
    for (int i = 0; i < 3; ++i) {
        event = stream.receive();
        REQUIRE(event);
        CHECK_FALSE(event->has_value());
    }
    CHECK(stream.send(tower::Strokes::from_rest({}))->code == "StreamClosed");

    // Two events and the end, each in a message with a date and a signature.
    REQUIRE(f.peer.written.size() == 3);
    CHECK(f.peer.closed == 1);
    std::vector<std::string> inner;
    for (const std::string& bytes : f.peer.written) {
        EventStreamDecoder decoder;
        const EventMessage message = parse(bytes, decoder);
        REQUIRE(message.headers.size() == 2);
        CHECK(message.headers[0] == EventHeader::timestamp(":date", f.environment.time));
        CHECK(message.headers[1].name == ":chunk-signature");
        CHECK(message.headers[1].bytes.size() == 32);
        inner.emplace_back(message.payload);
    }
    EventStreamDecoder decoder;
    const EventMessage stroke = parse(inner[0], decoder);
    CHECK(stroke.find(":event-type")->bytes == "Stroke");
    CHECK(stroke.find(":content-type")->bytes == "application/json");
    CHECK(stroke.payload == R"({"Note":"do"})");
    EventStreamDecoder another;
    CHECK(parse(inner[1], another).find(":event-type")->bytes == "Rest");
    CHECK(inner[2].empty());
}

TEST_CASE("without credentials events are sent unsigned") {
    Fixture f(anonymous_credentials());
    auto stream = f.converse();
    REQUIRE(stream);
    CHECK_FALSE(stream->send(tower::Strokes::from_rest({})));
    CHECK_FALSE(stream->close());
    REQUIRE(f.peer.written.size() == 1);
    EventStreamDecoder decoder;
    CHECK(parse(f.peer.written[0], decoder).find(":event-type")->bytes == "Rest");
    CHECK(f.peer.closed == 1);
}

TEST_CASE("a stream that is opened again is signed with the time and the credentials of that attempt") {
    const auto converse = [](const Credentials& first, const Credentials& later, std::int64_t waited,
                             auto opens) {
        Fixture f;
        f.environment.stands_still = true;
        int asked = 0;
        test::Peer peer;
        peer.opens = opens;
        test::FakeDuplex duplex(peer);
        const tower::Client client({.region = "us-east-1",
                                    .credentials =
                                        [&] {
                                            // The clock moves between the attempts.
                                            if (asked == 1) f.environment.time.seconds += waited;
                                            return asked++ == 0 ? first : later;
                                        },
                                    .environment = &f.environment},
                                   [](const HttpRequest&) { return HttpResponse{}; });
        if (opens.empty()) f.environment.time.seconds += 3'600;
        auto stream = client.converse(duplex, {.bell = "b"});
        REQUIRE(stream);
        CHECK_FALSE(stream->send(tower::Strokes::from_stroke({.note = "do"})));
        CHECK_FALSE(stream->close());
        std::vector<std::string> all = peer.written;
        const Headers& headers = peer.requests.back().headers;
        for (const char* const name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token"})
            all.emplace_back(headers.find(name).value_or("none"));
        return all;
    };
    const Credentials before{"AKIDOLD", "old-secret", "old-token"};
    const Credentials after{"AKIDNEW", "new-secret", "new-token"};
    const std::vector<TransportStatus> once{TransportStatus::connection_reset};
    const auto tried = converse(before, after, 3'600, once);
    // The judge opens its stream an hour later, with the new credentials.
    const auto judge = converse(after, after, 0, std::vector<TransportStatus>());
    CHECK(tried == judge);
    CHECK(tried.size() == 5);
    CHECK(tried.back() == "new-token");
}

TEST_CASE("an event that cannot be sent leaves the stream open") {
    Fixture f;
    auto stream = f.converse();
    REQUIRE(stream);
    const auto error = stream->send(tower::Strokes());
    REQUIRE(error);
    CHECK(error->kind == ErrorKind::validation);
    CHECK(f.peer.written.empty());
    CHECK_FALSE(stream->send(tower::Strokes::from_rest({})));
}

TEST_CASE("opening a stream is retried") {
    Fixture f;
    f.peer.opens = {TransportStatus::connect_failed, TransportStatus::connect_failed, TransportStatus::ok};
    auto stream = f.converse();
    REQUIRE(stream);
    CHECK(f.peer.requests.size() == 3);
    CHECK(stream->output().metadata().attempts == 3);
    Fixture g;
    g.peer.opens.assign(3, TransportStatus::connect_failed);
    const auto failed = g.converse();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::transport);
    CHECK(failed.error().attempts == 3);
}

TEST_CASE("an error response is the output's error and is not retried") {
    for (const int status : {403, 503}) {
        Fixture f;
        f.peer.status = status;
        f.peer.headers = {{"x-amzn-errortype", "Cracked"}, {"x-amzn-RequestId", "r-2"}};
        f.peer.pieces = {R"({"message":)", R"("early"})"};
        f.peer.takes = 0;
        auto stream = f.converse();
        REQUIRE(stream);
        const auto sent = stream->send(tower::Strokes::from_rest({}));
        REQUIRE(sent);
        CHECK(sent->kind == ErrorKind::transport);
        CHECK(sent->code == "ConnectionReset");
        const auto received = stream->receive();
        REQUIRE_FALSE(received);
        CHECK(received.error().kind == ErrorKind::service);
        CHECK(received.error().http_status == status);
        CHECK(received.error().code == "Cracked");
        CHECK(received.error().message == "early");
        CHECK(received.error().request_id == "r-2");
        CHECK(received.error().as<tower::Cracked>());
        CHECK(stream->output().error().code == "Cracked");
        CHECK_FALSE(stream->close());
        CHECK(f.peer.requests.size() == 1);
    }
}

TEST_CASE("an exception in the stream ends receiving with an error") {
    Fixture f;
    f.peer.pieces = {verse("one") + cracked("here") + verse("two")};
    auto stream = f.converse();
    REQUIRE(stream->receive());
    for (int i = 0; i < 2; ++i) {
        const auto event = stream->receive();
        REQUIRE_FALSE(event);
        CHECK(event.error().kind == ErrorKind::service);
        CHECK(event.error().message == "here");
        CHECK(event.error().request_id == "r-1");
        CHECK(event.error().as<tower::Cracked>());
    }
    CHECK_FALSE(stream->close());
}

TEST_CASE("an allocation failure for an event is an error") {
    Fixture f;
    f.peer.pieces = {test::event_message("event", "Toll", "x"), verse("plain"),
                     test::event_message("event", "Peal", "{}")};
    auto opened = detail::open_event_stream<StarvedConverse>(f.client.core(), f.duplex, {.bell = "b"}, {});
    REQUIRE(opened);
    CHECK_THROWS_AS(opened->send(tower::Strokes::from_stroke({.note = "do"})), std::bad_alloc);
    CHECK(f.peer.written.empty());
    REQUIRE(opened->receive());
    REQUIRE(opened->receive());
    for (int i = 0; i < 2; ++i) {
        const auto failed = opened->receive();
        REQUIRE_FALSE(failed);
        CHECK(failed.error().kind == ErrorKind::memory);
        CHECK(failed.error().code == "OutOfMemory");
        CHECK(failed.error().request_id == "r-1");
    }
}

TEST_CASE("a truncated stream is an error") {
    Fixture f;
    f.peer.pieces = {verse("one") + verse("two").substr(0, 25)};
    auto stream = f.converse();
    REQUIRE(stream->receive());
    CHECK(stream->receive().error().code == "TruncatedResponse");
    Fixture g;
    g.peer.pieces = {verse("one")};
    g.peer.end = TransportStatus::connection_reset;
    auto reset = g.converse();
    REQUIRE(reset->receive());
    CHECK(reset->receive().error().kind == ErrorKind::transport);
    Fixture h;
    h.peer.head = TransportStatus::timed_out;
    auto slow = h.converse();
    REQUIRE(slow);
    CHECK(slow->receive().error().kind == ErrorKind::timeout);
    CHECK(h.peer.requests.size() == 1);
}

TEST_CASE("a service may end the stream before the client does") {
    Fixture f;
    f.peer.takes = 1;
    auto stream = f.converse();
    CHECK_FALSE(stream->send(tower::Strokes::from_rest({})));
    const auto event = stream->receive();
    REQUIRE(event);
    CHECK_FALSE(event->has_value());
    CHECK(stream->send(tower::Strokes::from_rest({}))->code == "ConnectionReset");
    CHECK_FALSE(stream->close());
}

TEST_CASE("destroying and cancelling a stream end its transport's stream") {
    Fixture f;
    {
        auto opened = f.converse();
        EventStream<tower::operations::Converse> stream = std::move(*opened);
        stream.cancel();
        CHECK(f.peer.cancelled == 1);
        CHECK(f.peer.destroyed == 0);
    }
    CHECK(f.peer.destroyed == 1);
    EventStream<tower::operations::Converse> none;
    CHECK(none.send(tower::Strokes::from_rest({}))->code == "NotOpen");
    CHECK(none.receive().error().code == "NotOpen");
    CHECK_FALSE(none.close());
    none.cancel();
}

TEST_CASE("an operation that only sends events returns its output at the end") {
    Fixture f;
    f.peer.headers = {{"Content-Type", "application/json"}};
    f.peer.pieces = {R"({"Heard":)", R"("all"})"};
    auto stream = f.client.announce(f.duplex, {});
    REQUIRE(stream);
    CHECK_FALSE(stream->send(tower::Strokes::from_rest({})));
    CHECK_FALSE(stream->close());
    REQUIRE(stream->output());
    CHECK(stream->output()->heard == "all");
    Fixture g;
    g.peer.headers = {};
    g.peer.pieces = {"{"};
    auto broken = g.client.announce(g.duplex, {});
    CHECK(broken->output().error().kind == ErrorKind::response);
}
