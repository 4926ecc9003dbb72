// SPDX-License-Identifier: Apache-2.0
// Streams of events in both directions over HTTP/2, with a server that checks every signature.
#include <belfry/golden_tower/converse.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/transport/nghttp2.hpp>

#include "servers/server_test.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace tower = belfry::golden_tower;
using belfry::ErrorKind;
using belfry_servers::require_value;
using namespace std::chrono_literals;

namespace {

using Stream = belfry::EventStream<tower::operations::Converse>;

struct Fixture {
    tower::Client client{belfry_servers::config(), belfry_servers::transport()};
    belfry::Nghttp2Transport duplex{{.ca_file = belfry_servers::ca_file()}};
    belfry::Timeouts timeouts{.connect = belfry::Duration::seconds(10), .idle = belfry::Duration::seconds(3)};

    Stream open(const char* bell) {
        auto opened = client.converse(duplex, {.bell = bell}, {.timeouts = timeouts});
        require_value(opened);
        return std::move(*opened);
    }
};

void send(Stream& stream, std::string note) {
    const auto error = stream.send(tower::Strokes::from_stroke({.note = std::move(note)}));
    INFO((error ? error->message : ""));
    REQUIRE_FALSE(error);
}
/// The text of the next event; empty at the end.
std::string next(Stream& stream) {
    auto event = stream.receive();
    require_value(event);
    if (!event->has_value()) return {};
    REQUIRE((*event)->as_verse() != nullptr);
    return (*event)->as_verse()->text.value_or("");
}
belfry::Error failure(Stream& stream) {
    for (;;) {
        auto event = stream.receive();
        if (!event) return event.error();
        REQUIRE(event->has_value());
    }
}

} // namespace

TEST_CASE("events travel both ways and both sides end the stream") {
    Fixture f;
    Stream stream = f.open("echo");
    require_value(stream.output());
    CHECK(stream.output()->session == "echo");
    for (int i = 0; i < 20; ++i) {
        send(stream, "n" + std::to_string(i));
        CHECK(next(stream) == "Stroke:n" + std::to_string(i));
    }
    REQUIRE_FALSE(stream.send(tower::Strokes::from_rest({})));
    CHECK(next(stream) == "Rest:");
    REQUIRE_FALSE(stream.close());
    CHECK(next(stream) == "bye");
    CHECK(next(stream).empty());
    CHECK(next(stream).empty());
}

TEST_CASE("one thread sends while another one receives") {
    Fixture f;
    Stream stream = f.open("echo");
    constexpr int count = 300;
    std::string fault;
    std::thread sender([&] {
        for (int i = 0; i < count && fault.empty(); ++i) {
            const auto error = stream.send(tower::Strokes::from_stroke({.note = std::string(1'000, 'a')}));
            if (error) fault = error->message;
        }
        if (const auto error = stream.close()) fault = error->message;
    });
    std::vector<std::string> heard;
    for (;;) {
        auto event = stream.receive();
        if (!event || !event->has_value()) {
            INFO(event.error().message);
            CHECK(event.has_value());
            break;
        }
        heard.push_back((*event)->as_verse()->text.value_or(""));
    }
    sender.join();
    CHECK(fault.empty());
    REQUIRE(heard.size() == count + 1);
    CHECK(heard.front() == "Stroke:" + std::string(1'000, 'a'));
    CHECK(heard.back() == "bye");
}

TEST_CASE("a service may answer after the last event") {
    Fixture f;
    Stream stream = f.open("late");
    send(stream, "a");
    send(stream, "b");
    REQUIRE_FALSE(stream.close());
    std::string all;
    for (std::string text = next(stream); !text.empty(); text = next(stream)) all += text + " ";
    CHECK(all == "Stroke:a Stroke:b bye ");
    CHECK(stream.output()->session == "late");
}

TEST_CASE("an error response is received while events are sent") {
    Fixture f;
    for (const bool sends : {false, true}) {
        Stream stream = f.open("refuse");
        if (sends)
            for (int i = 0; i < 5; ++i) static_cast<void>(stream.send(tower::Strokes::from_rest({})));
        const auto event = stream.receive();
        REQUIRE_FALSE(event);
        CHECK(event.error().kind == ErrorKind::service);
        CHECK(event.error().http_status == 403);
        CHECK(event.error().message == "not you");
        CHECK(event.error().as<tower::Cracked>());
        CHECK_FALSE(stream.close());
    }
}

TEST_CASE("a service may end the stream first") {
    Fixture f;
    Stream stream = f.open("first");
    CHECK(next(stream) == "one");
    CHECK(next(stream) == "two");
    CHECK(next(stream).empty());
    CHECK_FALSE(stream.close());
}

TEST_CASE("exceptions and errors in the stream end it with their code") {
    Fixture f;
    Stream stream = f.open("exception");
    send(stream, "a");
    belfry::Error error = failure(stream);
    CHECK(error.kind == ErrorKind::service);
    CHECK(error.message == "of old age");
    CHECK(error.request_id == "r-1");
    CHECK(error.as<tower::Cracked>());
    Stream other = f.open("error");
    send(other, "a");
    error = failure(other);
    CHECK(error.code == "Storm");
    CHECK(error.message == "too much wind");
}

TEST_CASE("a truncated or malformed stream is an error") {
    Fixture f;
    const struct {
        const char* bell;
        ErrorKind kind;
    } cases[] = {
        {"reset", ErrorKind::transport}, {"drop", ErrorKind::transport}, {"broken", ErrorKind::response}};
    for (const auto& one : cases) {
        Stream stream = f.open(one.bell);
        send(stream, "a");
        const belfry::Error error = failure(stream);
        INFO(one.bell << ": " << error.code << ", " << error.message);
        CHECK(error.kind == one.kind);
        // Sending fails as well, after a while.
        if (one.kind == ErrorKind::transport) {
            std::optional<belfry::Error> sent;
            for (int i = 0; i < 3 && !sent; ++i) sent = stream.send(tower::Strokes::from_rest({}));
            CHECK(sent);
        }
    }
}

TEST_CASE("time limits and cancelling end the stream") {
    Fixture f;
    f.timeouts.idle = belfry::Duration::milliseconds(300);
    Stream silent = f.open("silent");
    auto event = silent.receive();
    REQUIRE_FALSE(event);
    CHECK(event.error().kind == ErrorKind::timeout);

    f.timeouts.idle = belfry::Duration::seconds(3);
    Stream stream = f.open("silent");
    std::thread canceller([&] {
        std::this_thread::sleep_for(200ms);
        stream.cancel();
    });
    const auto begin = std::chrono::steady_clock::now();
    event = stream.receive();
    canceller.join();
    REQUIRE_FALSE(event);
    CHECK(event.error().kind == ErrorKind::cancelled);
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
    CHECK(stream.send(tower::Strokes::from_rest({}))->kind == ErrorKind::cancelled);
    CHECK(stream.close()->kind == ErrorKind::cancelled);

    // A server that stops reading makes the sender wait, up to a limit.
    f.timeouts.idle = belfry::Duration::milliseconds(500);
    Stream stalled = f.open("stall");
    std::optional<belfry::Error> error;
    const std::string note(16'000, 'x');
    for (int i = 0; i < 500 && !error; ++i) error = stalled.send(tower::Strokes::from_stroke({.note = note}));
    REQUIRE(error);
    CHECK(error->kind == ErrorKind::timeout);

    tower::Client nobody{{.region = "us-east-1",
                          .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                          .endpoint = "http://127.0.0.1:1",
                          .retry = {.max_attempts = 1}},
                         belfry_servers::transport()};
    const auto refused = nobody.converse(f.duplex, {.bell = "x"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::transport);
    CHECK(refused.error().code == "ConnectFailed");
}

TEST_CASE("a stream larger than all buffers arrives complete") {
    Fixture f;
    Stream stream = f.open("flood");
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (std::string text = next(stream); !text.empty(); text = next(stream)) {
        bytes += text.size();
        // Let the server fill the receive window.
        if (++count % 64 == 0) std::this_thread::sleep_for(20ms);
    }
    CHECK(bytes > std::size_t{7} << 20);

    Stream counted = f.open("count");
    const std::string note(60'000, 'y');
    for (int i = 0; i < 100; ++i) send(counted, note);
    REQUIRE_FALSE(counted.close());
    CHECK(next(counted) == "bye");
    CHECK(next(counted).empty());
}

TEST_CASE("a stream may be destroyed at any time") {
    Fixture f;
    for (int i = 0; i < 5; ++i) {
        Stream stream = f.open("echo");
        send(stream, "a");
        if (i % 2 == 0) CHECK(next(stream) == "Stroke:a");
    }
}
