// SPDX-License-Identifier: Apache-2.0
// Fakes of operations with event streams, called by the client, and by requests that are made by hand.
#include <belfry/events/message_decoder.hpp>
#include <belfry/golden_tower/announce.hpp>
#include <belfry/golden_tower/converse.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/golden_tower/fake.hpp>
#include <belfry/golden_tower/listen.hpp>
#include <belfry/testing/aws_json.hpp>
#include <belfry/testing/duplex_fake.hpp>
#include <belfry/testing/rpc_v2_cbor.hpp>

#include "support/catch.hpp"
#include "support/shared_folder.hpp"
#include "unit/events/rpc_service.hpp"
#include "unit/events/service.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tower = belfry::golden_tower;
namespace testing = belfry::testing;
using tower::Events;
using tower::Strokes;

namespace {

const belfry::Credentials key{"AKIDEXAMPLE", "secret"};

struct Setup {
    explicit Setup(belfry::Credentials credentials = key)
        : fake({.credentials = key, .environment = &clock}),
          client({.region = "us-east-1", .credentials = std::move(credentials), .environment = &environment},
                 fake) {}
    auto listen() {
        return client.listen({}, [&](const Events& event) {
            heard.push_back(event.as_verse() != nullptr ? event.as_verse()->text.value_or("-") : "?");
            return heard.size() < stop_after;
        });
    }
    test::FakeEnvironment environment{};
    test::FakeEnvironment clock{};
    tower::Fake fake;
    testing::DuplexFake duplex{fake};
    tower::Client client;
    std::vector<std::string> heard{};
    std::size_t stop_after = 1'000;
};

Events verse(std::string_view text) {
    tower::Verse made;
    made.text = std::string(text);
    return Events::from_verse(std::move(made));
}
Strokes stroke(std::string_view note) { return Strokes::from_stroke({.note = std::string(note)}); }
belfry::Error cracked() { return testing::service_error(tower::Cracked{.message = "in two"}); }

using Listening = testing::ServiceStream<tower::operations::Listen>;
using Conversation = testing::ServiceStream<tower::operations::Converse>;

/// Passes what is written on after `change` has changed it.
class TamperingDuplex final : public belfry::DuplexTransport {
  public:
    TamperingDuplex(belfry::DuplexTransport& next, std::size_t which) : next_(next), which_(which) {}
    belfry::TransportResult open(const belfry::HttpRequest& request,
                                 belfry::DuplexStreamPointer& stream) noexcept override {
        belfry::DuplexStreamPointer inner;
        belfry::TransportResult result = next_.open(request, inner);
        stream = belfry::DuplexStreamPointer(new Stream(std::move(inner), which_));
        return result;
    }

  private:
    /// Leaves out the message of one number.
    class Stream final : public belfry::DuplexStream {
      public:
        Stream(belfry::DuplexStreamPointer next, std::size_t which) : next_(std::move(next)), which_(which) {}
        belfry::TransportResult write(std::span<const std::byte> bytes) noexcept override {
            return count_++ == which_ ? belfry::TransportResult() : next_->write(bytes);
        }
        belfry::TransportResult close_write() noexcept override { return next_->close_write(); }
        belfry::TransportResult read_head(int& status, belfry::Headers& headers) noexcept override {
            return next_->read_head(status, headers);
        }
        belfry::TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
            return next_->read(buffer, count);
        }
        void cancel() noexcept override { next_->cancel(); }

      private:
        belfry::DuplexStreamPointer next_;
        std::size_t which_;
        std::size_t count_ = 0;
    };
    belfry::DuplexTransport& next_;
    std::size_t which_;
};

} // namespace

TEST_CASE("events of a handler reach the caller after its output") {
    Setup setup;
    auto& rule = setup.fake.on_listen([](const tower::ListenRequest&, Listening& stream) {
        CHECK(stream.respond({.hall = "nave"}));
        CHECK(stream.send(verse("one")));
        CHECK(stream.send(verse("two")));
    });
    const auto result = setup.listen();
    INFO(result.error().message);
    REQUIRE(result.has_value());
    CHECK(result->hall == "nave");
    CHECK(result.metadata().request_id == "00000000-0000-4000-8000-000000000001");
    CHECK(setup.heard == std::vector<std::string>{"one", "two"});
    CHECK(rule.calls() == 1);
}

TEST_CASE("an event has its headers and its document") {
    Setup setup;
    tower::Peal peal{.kind = tower::BellKind::small_,
                     .loud = true,
                     .byte = std::int8_t{-3},
                     .short_ = std::int16_t{300},
                     .number = 70'000,
                     .long_ = std::int64_t{1} << 40,
                     .raw = belfry::Blob(std::string("\0\1", 2)),
                     .at = belfry::Timestamp{1'700'000'000, 5'000'000},
                     .name = "\xc3\xbc",
                     .tones = {"do", "re"}};
    setup.fake.on_listen().answer_next({Events::from_peal(peal), Events::from_toll({})}, {.hall = "h"});
    std::vector<Events> got;
    REQUIRE(setup.client.listen({}, [&](Events&& event) { got.push_back(std::move(event)); }));
    REQUIRE(got.size() == 2);
    REQUIRE(got[0].as_peal() != nullptr);
    CHECK(*got[0].as_peal() == peal);
    CHECK(got[1].as_toll() != nullptr);
}

TEST_CASE("an error before the first event is a response, and is retried") {
    Setup setup;
    setup.fake.on_listen()
        .fail_next(1, testing::service_error("ThrottlingException", "slow down", 429))
        .fail_next(1, testing::transport_error(belfry::TransportStatus::connection_reset))
        .answer_next({verse("one")}, {.hall = "h"})
        .fail_next(1, cracked());
    const auto result = setup.listen();
    INFO(result.error().message);
    REQUIRE(result.has_value());
    CHECK(result.metadata().attempts == 3);
    const auto refused = setup.listen();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "Bell.Cracked");
    CHECK(refused.error().http_status == 409);
    const auto unexpected = setup.listen();
    CHECK(unexpected.error().code == "UnexpectedCall");
    CHECK(setup.fake.pending() == 0);
}

TEST_CASE("an error behind events ends the stream as an exception") {
    const auto end_with = [](std::optional<belfry::Error> error, bool as_event) {
        Setup setup;
        setup.fake.on_listen([&](const tower::ListenRequest&, Listening& stream) {
            stream.respond({.hall = "h"});
            stream.send(verse("one"));
            if (as_event) stream.send(Events::from_cracked({.message = "in two"}));
            return error;
        });
        const auto result = setup.listen();
        REQUIRE_FALSE(result.has_value());
        CHECK(setup.heard == std::vector<std::string>{"one"});
        CHECK(result.error().attempts == 1);
        return result.error();
    };
    for (const belfry::Error& error : {end_with(cracked(), false), end_with(std::nullopt, true)}) {
        CHECK(error.kind == belfry::ErrorKind::service);
        CHECK(error.code == "Bell.Cracked");
        CHECK(error.message == "in two");
        REQUIRE(error.as<tower::Cracked>().has_value());
        CHECK(error.as<tower::Cracked>()->message == "in two");
    }
    const belfry::Error odd = end_with(testing::service_error("Odd", "an odd error"), false);
    CHECK(odd.kind == belfry::ErrorKind::service);
    CHECK(odd.code == "Odd");
    CHECK(odd.message == "an odd error");
    CHECK(end_with(testing::transport_error(belfry::TransportStatus::truncated), false).kind ==
          belfry::ErrorKind::transport);
}

TEST_CASE("a handler learns that the caller wants no more events") {
    Setup setup;
    setup.stop_after = 2;
    std::size_t sent = 0;
    setup.fake.on_listen([&](const tower::ListenRequest&, Listening& stream) {
        stream.respond({.hall = "h"});
        while (stream.send(verse("again")) && sent < 100) ++sent;
    });
    REQUIRE(setup.listen().has_value());
    CHECK(setup.heard.size() == 2);
    CHECK(sent == 1);
}

TEST_CASE("an event that cannot be sent is an error that says why") {
    const auto fail_with = [](auto handler) {
        Setup setup;
        setup.fake.on_listen(handler);
        const auto result = setup.listen();
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().kind == belfry::ErrorKind::transport);
        return result.error().message;
    };
    // The required member Kind is missing.
    CHECK(fail_with([](const tower::ListenRequest&, Listening& stream) {
              CHECK_FALSE(stream.send(Events::from_peal({})));
              CHECK_FALSE(stream.send(verse("one")));
          }).find("Events.Peal: ") != std::string::npos);
    CHECK(fail_with([](const tower::ListenRequest&, Listening& stream) {
              stream.send(verse("one"));
              CHECK_FALSE(stream.respond({.hall = "late"}));
          }).find("before its first event") != std::string::npos);
}

TEST_CASE("a stream without events has the output alone") {
    Setup setup;
    setup.fake.on_listen(
        [](const tower::ListenRequest&, Listening& stream) { stream.respond({.hall = "h"}); });
    const auto result = setup.listen();
    INFO(result.error().message);
    REQUIRE(result.has_value());
    CHECK(result->hall == "h");
    CHECK(setup.heard.empty());
}

TEST_CASE("client and handler answer each other, and each event's signature is verified") {
    Setup setup;
    auto& rule = setup.fake.on_converse([](const tower::ConverseRequest& input, Conversation& stream) {
        stream.respond({.session = "s-" + std::to_string(input.bell->size())});
        while (true) {
            const auto event = stream.receive();
            if (!event) return std::optional<belfry::Error>(event.error());
            if (!*event) return std::optional<belfry::Error>();
            if ((*event)->as_stroke() != nullptr) stream.send(verse(*(*event)->as_stroke()->note + "!"));
        }
    });
    auto stream = setup.client.converse(setup.duplex, {.bell = "great one"});
    REQUIRE(stream);
    CHECK(stream->output()->session == "s-9");
    for (const char* const note : {"do", "re", "mi"}) {
        REQUIRE_FALSE(stream->send(stroke(note)));
        const auto event = stream->receive();
        REQUIRE(event);
        REQUIRE(event->has_value());
        CHECK((*event)->as_verse()->text == note + std::string("!"));
    }
    CHECK_FALSE(stream->send(Strokes::from_rest({})));
    CHECK_FALSE(stream->close());
    const auto end = stream->receive();
    INFO(end.error().message);
    REQUIRE(end);
    CHECK_FALSE(end->has_value());
    REQUIRE(rule.received().size() == 4);
    CHECK(rule.received()[1].as_stroke()->note == "re");
    CHECK(rule.received()[3].as_rest() != nullptr);
}

TEST_CASE("an operation that only sends events gets its output in the end") {
    Setup setup;
    setup.fake
        .on_announce(
            [](const tower::AnnounceRequest&, testing::ServiceStream<tower::operations::Announce>& stream) {
                std::string all;
                for (auto event = stream.receive(); event && *event; event = stream.receive())
                    all += *(*event)->as_stroke()->note;
                stream.respond({.heard = all});
            })
        .answer_next({.heard = "scripted"});
    for (const char* const expected : {"scripted", "dore"}) {
        auto stream = setup.client.announce(setup.duplex, {});
        REQUIRE(stream);
        CHECK_FALSE(stream->send(stroke("do")));
        CHECK_FALSE(stream->send(stroke("re")));
        CHECK_FALSE(stream->close());
        INFO(stream->output().error().message);
        REQUIRE(stream->output());
        CHECK(stream->output()->heard == expected);
    }
    CHECK(setup.fake.on_announce().received().size() == 4);
}

TEST_CASE("a stream of another key is refused before its events are read") {
    Setup setup({"AKIDEXAMPLE", "other"});
    setup.fake.on_converse([](const tower::ConverseRequest&, Conversation&) { FAIL_CHECK("called"); });
    auto stream = setup.client.converse(setup.duplex, {.bell = "b"});
    REQUIRE(stream);
    REQUIRE_FALSE(stream->output());
    CHECK(stream->output().error().code == "InvalidSignatureException");
    CHECK(stream->output().error().http_status == 403);
    CHECK(setup.fake.refused().size() == 1);
}

TEST_CASE("an event that is removed on the way breaks the chain of signatures") {
    for (const bool begun : {false, true}) {
        Setup setup;
        TamperingDuplex tampering(setup.duplex, 1);
        std::size_t read = 0;
        setup.fake.on_converse([&](const tower::ConverseRequest&, Conversation& stream) {
            if (begun) stream.respond({.session = "s-1"});
            for (auto event = stream.receive(); event && *event; event = stream.receive()) ++read;
        });
        auto stream = setup.client.converse(tampering, {.bell = "b"});
        REQUIRE(stream);
        for (const char* const note : {"do", "re", "mi"}) static_cast<void>(stream->send(stroke(note)));
        const auto event = stream->receive();
        REQUIRE_FALSE(event);
        CHECK(event.error().code == "InvalidSignatureException");
        CHECK(event.error().message.find("message 2") != std::string::npos);
        CHECK(event.error().http_status == (begun ? 200 : 403));
        CHECK(read == 1);
    }
}

TEST_CASE("the end of a signed stream is signed") {
    Setup setup;
    // The end is the second message.
    TamperingDuplex tampering(setup.duplex, 1);
    setup.fake.on_announce().answer_next({.heard = "all"});
    auto stream = setup.client.announce(tampering, {});
    REQUIRE(stream);
    CHECK_FALSE(stream->send(stroke("do")));
    static_cast<void>(stream->close());
    REQUIRE_FALSE(stream->output());
    CHECK(stream->output().error().message.find("the end is not signed") != std::string::npos);
}

TEST_CASE("a client that goes away ends its handler") {
    Setup setup;
    bool ended = false;
    setup.fake.on_converse([&](const tower::ConverseRequest&, Conversation& stream) {
        stream.respond({.session = "s-1"});
        for (auto event = stream.receive(); event && *event;) event = stream.receive();
        ended = true;
    });
    {
        auto stream = setup.client.converse(setup.duplex, {.bell = "b"});
        REQUIRE(stream);
        CHECK(stream->output());
        CHECK_FALSE(stream->send(stroke("do")));
        stream->cancel();
        CHECK(stream->receive().error().kind == belfry::ErrorKind::cancelled);
    }
    CHECK(ended);
}

TEST_CASE("a handler that does not answer meets the client's time limit") {
    Setup setup;
    setup.fake.on_converse([&](const tower::ConverseRequest&, Conversation& stream) {
        for (auto event = stream.receive(); event && *event;) event = stream.receive();
    });
    auto stream = setup.client.converse(
        setup.duplex, {.bell = "b"},
        {.timeouts = belfry::TimeoutChanges{.idle = belfry::Duration::milliseconds(20)}});
    REQUIRE(stream);
    REQUIRE_FALSE(stream->output());
    CHECK(stream->output().error().kind == belfry::ErrorKind::timeout);
}

TEST_CASE("protocols without HTTP bindings send input and output in messages") {
    test::FakeEnvironment environment;
    testing::Fake fake(rpc::cbor_service, testing::rpc_v2_cbor,
                       {.credentials = key, .environment = &environment});
    using Stream = testing::ServiceStream<rpc::ConverseOnTitle>;
    auto& rule = fake.on<rpc::ConverseOnTitle>([](const rpc::TitledResponse& input, Stream& stream) {
        stream.respond({.title = *input.title + "?"});
        for (auto event = stream.receive(); event && *event; event = stream.receive())
            stream.send(verse("heard"));
    });
    testing::DuplexFake duplex(fake);
    const belfry::ClientCore core(
        rpc::cbor_service,
        {.region = "us-east-1", .credentials = key, .endpoint = "http://x", .environment = &environment},
        fake);
    const auto open = [&](const rpc::TitledResponse& input) {
        return belfry::detail::open_event_stream<rpc::ConverseOnTitle>(core, duplex, input, {});
    };
    auto stream = open({.title = "great"});
    REQUIRE(stream);
    CHECK_FALSE(stream->send(stroke("do")));
    CHECK_FALSE(stream->close());
    INFO(stream->output().error().message);
    REQUIRE(stream->output());
    CHECK(stream->output()->title == "great?");
    const auto event = stream->receive();
    REQUIRE(event);
    CHECK((*event)->as_verse()->text == "heard");
    CHECK_FALSE(stream->receive()->has_value());
    CHECK(rule.received().size() == 1);

    // An event in place of the input, and an input without its required member.
    for (const bool bare : {false, true}) {
        testing::Fake lenient(rpc::cbor_service, testing::rpc_v2_cbor, {.allow_unsigned = true});
        lenient.on<rpc::ConverseOnTitle>();
        testing::ReceivedRequest request{.method = "POST", .path = "/service/Tower/operation/Converse"};
        request.headers.append("smithy-protocol", "rpc-v2-cbor");
        request.headers.append("Content-Type", "application/vnd.amazon.eventstream");
        request.body = test::event_message("event", bare ? "initial-request" : "Rest", "\xa0");
        const auto reply = lenient.answer(request);
        CHECK(reply.response.status == 400);
        CHECK(reply.response.body.find(bare ? "Member must not be null" : "begin with initial-request") !=
              std::string::npos);
    }
}

TEST_CASE("awsJson sends the output in front of the events") {
    test::FakeEnvironment environment;
    testing::Fake fake(rpc::json_service, testing::aws_json,
                       {.credentials = key, .environment = &environment});
    fake.on<rpc::Listen>(
        [](const tower::ConverseRequest& input, testing::ServiceStream<rpc::Listen>& stream) {
            if (input.bell == "cracked") {
                stream.respond({});
                return std::optional<belfry::Error>(cracked());
            }
            stream.respond({.session = "s-9"});
            stream.send(verse("one"));
            return std::optional<belfry::Error>();
        });
    const belfry::ClientCore core(
        rpc::json_service,
        {.region = "us-east-1", .credentials = key, .endpoint = "http://x", .environment = &environment},
        fake);
    std::vector<std::string> heard;
    const auto hear = [&](const Events& event) { heard.push_back(*event.as_verse()->text); };
    const auto result = belfry::detail::invoke_with_events<rpc::Listen>(core, {.bell = "b"}, hear, {});
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->session == "s-9");
    CHECK(heard == std::vector<std::string>{"one"});
    const auto refused = belfry::detail::invoke_with_events<rpc::Listen>(core, {.bell = "cracked"}, hear, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().as<tower::Cracked>()->message == "in two");
}

namespace {

/// The answer to a request whose body is not signed.
std::pair<int, std::string> announce(std::string body,
                                     std::string_view type = "application/vnd.amazon.eventstream") {
    tower::Fake fake({.allow_unsigned = true});
    std::size_t read = 0;
    fake.on_announce(
        [&](const tower::AnnounceRequest&, testing::ServiceStream<tower::operations::Announce>& stream) {
            for (auto event = stream.receive(); event && *event; event = stream.receive()) ++read;
            stream.respond({.heard = std::to_string(read)});
        });
    testing::ReceivedRequest request{.method = "POST", .path = "/announcements"};
    request.headers.append("Content-Type", type);
    request.body = std::move(body);
    auto reply = fake.answer(request);
    CHECK(reply.status == belfry::TransportStatus::ok);
    return {reply.response.status, reply.response.body};
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("events that the service would not read are refused with the reason") {
    const std::string note = test::event_message("event", "Stroke", R"({"Note":"do"})");
    const auto good = announce(note + note);
    CHECK(good.first == 200);
    CHECK(good.second == R"({"Heard":"2"})");
    const struct {
        std::string body;
        const char* why;
    } cases[] = {
        {note + note.substr(0, note.size() - 1), "message 1 of the event stream: the body ends"},
        {note + std::string(20, 'x'), "the prelude's checksum does not match"},
        {test::event_message("event", "Stroke", "{"), "message 1"},
        {test::event_message("event", "Stroke", R"({"Note":7})"), "Note"},
        {test::event_message("event", "Sigh", "{}"), "does not have the event 'Sigh'"},
        {test::event_message("exception", "Stroke", "{}"), "the message is not an event"},
    };
    for (const auto& one : cases) {
        const auto [status, body] = announce(one.body);
        INFO(one.why << " / " << body);
        CHECK(status == 400);
        CHECK(body.find(one.why) != std::string::npos);
    }
    CHECK(announce(note, "application/json").first == 415);
}

TEST_CASE("published messages that are broken are refused, and whole ones are read") {
    const std::filesystem::path folder = test::shared_folder() / "conformance/event-stream/encoded";
    if (!std::filesystem::is_directory(folder)) {
        WARN("skipped: " << folder << " is missing");
        return;
    }
    std::size_t count = 0;
    for (const char* const kind : {"negative", "positive"})
        for (const auto& entry : std::filesystem::directory_iterator(folder / kind)) {
            const auto [status, body] = announce(bytes_of(entry.path()));
            INFO(entry.path() << ": " << body);
            CHECK(status == 400);
            // The whole ones are messages, but not events of this operation.
            CHECK((body.find("the message is not an event") != std::string::npos) ==
                  (kind == std::string("positive")));
            ++count;
        }
    CHECK(count > 5);
}
