// SPDX-License-Identifier: Apache-2.0
// Streams of events in both directions over HTTP/2 on an event loop, with a server that checks every
// signature.
#include <belfry/async_scope.hpp>
#include <belfry/golden_tower/async.hpp>
#include <belfry/golden_tower/converse.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/transport/async_nghttp2.hpp>
#include <belfry/transport/poll_loop.hpp>
#if defined(BELFRY_TEST_HAS_BEAST)
#include <belfry/transport/asio_loop.hpp>

#include <boost/asio/io_context.hpp>
#endif

#include "servers/server_test.hpp"
#include "unit/async/job.hpp"
#include "unit/async/loop.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <deque>
#include <dirent.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tower = belfry::golden_tower;
using belfry::Error;
using belfry::ErrorKind;
using tower::Strokes;
using namespace std::chrono_literals;

namespace {

using Stream = belfry::AsyncEventStream<tower::operations::Converse>;
using Opened = belfry::Result<Stream>;
using Received = belfry::Result<std::optional<tower::Events>>;
using Clock = std::chrono::steady_clock;

struct Fixture {
    /// Opens a stream.
    Stream open(const char* bell) {
        std::optional<Opened> opened;
        async.converse(duplex, {.bell = bell}, {.timeouts = timeouts},
                       [&](Opened got) { opened.emplace(std::move(got)); });
        loop.run_until([&] { return opened.has_value(); });
        belfry_servers::require_value(*opened);
        return std::move(**opened);
    }
    std::optional<Error> send(Stream& stream, const Strokes& event) {
        std::optional<std::optional<Error>> sent;
        stream.send(event, [&](std::optional<Error> error) { sent.emplace(std::move(error)); });
        loop.run_until([&] { return sent.has_value(); });
        return *sent;
    }
    std::optional<Error> close(Stream& stream) {
        std::optional<std::optional<Error>> sent;
        stream.close([&](std::optional<Error> error) { sent.emplace(std::move(error)); });
        loop.run_until([&] { return sent.has_value(); });
        return *sent;
    }
    Received receive(Stream& stream) {
        std::optional<Received> got;
        stream.receive([&](Received event) { got.emplace(std::move(event)); });
        loop.run_until([&] { return got.has_value(); });
        return *got;
    }
    /// The text of the next event; empty at the end.
    std::string next(Stream& stream) {
        const Received got = receive(stream);
        belfry_servers::require_value(got);
        return *got ? (*got)->as_verse()->text.value_or("") : "";
    }
    Error failure(Stream& stream) {
        for (;;) {
            const Received got = receive(stream);
            if (!got) return got.error();
            REQUIRE(got->has_value());
        }
    }
    /// Lets the loop run for that time.
    void pass(std::chrono::milliseconds time) {
        for (const auto end = Clock::now() + time; Clock::now() < end;)
            loop.run_once(belfry::Duration::milliseconds(5));
    }

    test::FakeAsyncTransport unused{};
    belfry::PollLoop loop{};
    belfry::AsyncNghttp2Transport duplex{loop, {.ca_file = belfry_servers::ca_file()}};
    tower::Client client{belfry_servers::config(), belfry::AsyncOnly{}};
    tower::AsyncClient async{client.async(unused, loop)};
    belfry::Timeouts timeouts{.connect = belfry::Duration::seconds(30),
                              .idle = belfry::Duration::seconds(20)};
};

Strokes stroke(std::string note) { return Strokes::from_stroke({.note = std::move(note)}); }

/// Sends a number of strokes as fast as the transport takes them, while it receives their echoes.
class Talk {
  public:
    Talk(int strokes, std::string note) : strokes_(strokes), note_(std::move(note)) {}
    void start(Stream stream) {
        stream_ = std::move(stream);
        send();
        receive();
    }
    [[nodiscard]] bool is_done() const { return is_done_; }
    void cancel() { stream_.cancel(); }

    int heard = 0;
    std::string last{};
    Error error{};
    bool is_done_ = false;

  private:
    void send() {
        const auto go_on = [this](const std::optional<Error>& failed) {
            if (!failed && sent_ <= strokes_) send();
        };
        if (sent_++ < strokes_)
            stream_.send(stroke(note_), go_on);
        else
            stream_.close([](const std::optional<Error>&) {});
    }
    void receive() {
        stream_.receive([this](const Received& got) {
            if (!got || !*got) {
                error = got.error();
                is_done_ = true;
                return;
            }
            ++heard;
            last = (*got)->as_verse()->text.value_or("");
            receive();
        });
    }

    Stream stream_{};
    int strokes_;
    std::string note_;
    int sent_ = 0;
};

std::size_t open_descriptors() {
    std::size_t count = 0;
    DIR* const folder = ::opendir("/proc/self/fd");
    REQUIRE(folder != nullptr);
    while (::readdir(folder) != nullptr) ++count;
    ::closedir(folder);
    return count;
}
/// Pages of memory that the program has.
long resident_pages() {
    FILE* const file = std::fopen("/proc/self/statm", "r");
    REQUIRE(file != nullptr);
    long size = 0;
    long resident = 0;
    REQUIRE(std::fscanf(file, "%ld %ld", &size, &resident) == 2);
    std::fclose(file);
    return resident;
}

} // namespace

TEST_CASE("a coroutine sends and receives, and both sides end the stream") {
    Fixture f;
    std::vector<std::string> heard;
    const auto talk = [&]() -> test::Job {
        const tower::ConverseRequest input{.bell = "echo"};
        auto opened = co_await f.async.converse(f.duplex, input, {.timeouts = f.timeouts});
        if (!opened) {
            heard.push_back(opened.error().message);
            co_return;
        }
        Stream& stream = *opened;
        const auto* const output = co_await stream.output();
        heard.push_back((*output)->session.value_or("-"));
        for (int i = 0; i < 20; ++i) {
            const Strokes event = stroke("n" + std::to_string(i));
            if (const auto error = co_await stream.send(event)) heard.push_back(error->message);
            const auto got = co_await stream.receive();
            heard.push_back(got && *got ? *(*got)->as_verse()->text : got.error().message);
        }
        if (const auto error = co_await stream.close()) heard.push_back(error->message);
        for (int i = 0; i < 3; ++i) {
            const auto got = co_await stream.receive();
            heard.push_back(!got ? got.error().message : *got ? *(*got)->as_verse()->text : "end");
        }
    };
    const test::Job job = talk();
    f.loop.run_until([&] { return job.done(); });
    REQUIRE(heard.size() == 24);
    CHECK(heard.front() == "echo");
    CHECK(heard[20] == "Stroke:n19");
    CHECK(heard[21] == "bye");
    CHECK(heard[23] == "end");
}

TEST_CASE("events travel in both directions at the same time") {
    Fixture f;
    constexpr int count = 500;
    Talk talk(count, std::string(1'000, 'a'));
    talk.start(f.open("echo"));
    f.loop.run_until([&] { return talk.is_done(); });
    INFO(talk.error.message);
    CHECK(talk.error.kind == ErrorKind::none);
    CHECK(talk.heard == count + 1);
    CHECK(talk.last == "bye");
}

TEST_CASE("many streams are in flight on one thread, and some are cancelled") {
    const std::size_t before = open_descriptors();
    {
        Fixture f;
        constexpr std::size_t count = 200;
        constexpr int strokes = 10;
        std::deque<Talk> talks;
        belfry::AsyncScope scope;
        std::size_t failed = 0;
        std::string fault;
        for (std::size_t i = 0; i < count; ++i) {
            Talk& talk = talks.emplace_back(strokes, std::string(500, 'b'));
            const tower::ConverseRequest input{.bell = "echo"};
            scope.spawn(f.async.converse(f.duplex, input, {.timeouts = f.timeouts}), [&, i](Opened opened) {
                if (!opened) {
                    fault = opened.error().message;
                    talk.is_done_ = true;
                    ++failed;
                    return;
                }
                talk.start(std::move(*opened));
                if (i % 10 == 0) talk.cancel();
            });
        }
        f.loop.run_until([&] {
            return std::all_of(talks.begin(), talks.end(), [](const Talk& talk) { return talk.is_done(); });
        });
        INFO(fault);
        CHECK(failed == 0);
        CHECK(scope.size() == 0);
        for (std::size_t i = 0; i < count; ++i) {
            INFO(i << ": " << talks[i].error.message);
            CHECK(talks[i].error.kind == (i % 10 == 0 ? ErrorKind::cancelled : ErrorKind::none));
            if (i % 10 != 0) CHECK(talks[i].heard == strokes + 1);
        }
        talks.clear();
        f.pass(50ms);
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("a service may answer after the last event, on a loop") {
    Fixture f;
    Stream stream = f.open("late");
    CHECK_FALSE(f.send(stream, stroke("a")));
    CHECK_FALSE(f.send(stream, stroke("b")));
    CHECK_FALSE(f.close(stream));
    std::string all;
    for (std::string text = f.next(stream); !text.empty(); text = f.next(stream)) all += text + " ";
    CHECK(all == "Stroke:a Stroke:b bye ");
}

TEST_CASE("a service may refuse, or end, before the client does, on a loop") {
    Fixture f;
    for (const bool sends : {false, true}) {
        Stream stream = f.open("refuse");
        if (sends)
            for (int i = 0; i < 5; ++i) static_cast<void>(f.send(stream, Strokes::from_rest({})));
        const Received got = f.receive(stream);
        REQUIRE_FALSE(got);
        CHECK(got.error().http_status == 403);
        CHECK(got.error().message == "not you");
        CHECK(got.error().as<tower::Cracked>());
        CHECK_FALSE(f.close(stream));
    }
    Stream stream = f.open("first");
    CHECK(f.next(stream) == "one");
    CHECK(f.next(stream) == "two");
    CHECK(f.next(stream).empty());
    CHECK_FALSE(f.close(stream));
}

TEST_CASE("faults of a service end a stream on a loop with an error") {
    Fixture f;
    const struct {
        const char* bell;
        ErrorKind kind;
        const char* text;
    } cases[] = {{"exception", ErrorKind::service, "of old age"},
                 {"error", ErrorKind::service, "too much wind"},
                 {"reset", ErrorKind::transport, ""},
                 {"drop", ErrorKind::transport, ""},
                 {"broken", ErrorKind::response, ""}};
    for (const auto& one : cases) {
        Stream stream = f.open(one.bell);
        CHECK_FALSE(f.send(stream, stroke("a")));
        const Error error = f.failure(stream);
        INFO(one.bell << ": " << error.code << ", " << error.message);
        CHECK(error.kind == one.kind);
        CHECK(error.message.find(one.text) != std::string::npos);
        if (one.kind == ErrorKind::transport) CHECK(f.send(stream, Strokes::from_rest({})));
    }
}

TEST_CASE("time limits and cancelling end a stream on a loop") {
    Fixture f;
    f.timeouts.idle = belfry::Duration::milliseconds(300);
    Stream silent = f.open("silent");
    CHECK(f.failure(silent).kind == ErrorKind::timeout);

    f.timeouts.idle = belfry::Duration::seconds(20);
    Stream stream = f.open("silent");
    std::optional<Error> got;
    const auto begin = Clock::now();
    stream.receive([&](const Received& event) { got = event.error(); });
    f.pass(100ms);
    CHECK_FALSE(got);
    stream.cancel();
    f.loop.run_until([&] { return got.has_value(); });
    CHECK(got->kind == ErrorKind::cancelled);
    CHECK(Clock::now() - begin < 5s);
    CHECK(f.send(stream, Strokes::from_rest({}))->kind == ErrorKind::cancelled);

    // No server answers there.
    f.timeouts.connect = belfry::Duration::milliseconds(200);
    tower::Client nobody{{.region = "us-east-1",
                          .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                          .retry = {.max_attempts = 1}},
                         belfry::AsyncOnly{}};
    const struct {
        const char* endpoint;
        const char* code;
    } cases[] = {{"http://127.0.0.1:1", "ConnectFailed"}, {"http://name.invalid", "ResolveFailed"}};
    for (const auto& one : cases) {
        std::string code;
        nobody.async(f.unused, f.loop)
            .converse(f.duplex, {.bell = "x"}, {.endpoint = one.endpoint},
                      [&](const Opened& opened) { code = opened.error().code; });
        f.loop.run_until([&] { return !code.empty(); });
        CHECK(code == one.code);
    }
}

TEST_CASE("a service that does not read makes the client wait, with little memory") {
    Fixture f;
    f.timeouts.idle = belfry::Duration::milliseconds(500);
    Stream stream = f.open("stall");
    const Strokes event = stroke(std::string(16'000, 'x'));
    std::optional<Error> error;
    int sent = 0;
    std::function<void()> send = [&] {
        stream.send(event, [&](std::optional<Error> failed) {
            if (failed) {
                error = std::move(failed);
                return;
            }
            ++sent;
            send();
        });
    };
    send();
    f.loop.run_until([&] { return error.has_value(); });
    CHECK(error->kind == ErrorKind::timeout);
    // The window of HTTP/2 has 64 kB.
    CHECK(sent < 10);
}

TEST_CASE("a client that does not read makes the service wait, with little memory") {
    Fixture f;
    std::vector<Stream> streams;
    for (int i = 0; i < 20; ++i) streams.push_back(f.open("flood"));
    const long before = resident_pages();
    f.pass(500ms);
    const long grown = (resident_pages() - before) * ::sysconf(_SC_PAGESIZE);
    // Each of them would send 8 MB.
    CHECK(grown < 20L * 1'024 * 1'024);
    std::size_t bytes = 0;
    for (std::string text = f.next(streams[0]); !text.empty(); text = f.next(streams[0]))
        bytes += text.size();
    CHECK(bytes > std::size_t{7} << 20);
}

TEST_CASE("a stream and its transport may be destroyed at any time on a loop") {
    Fixture f;
    for (int i = 0; i < 5; ++i) {
        Stream stream = f.open("echo");
        if (i % 2 == 0) {
            stream.send(stroke("a"), [](const std::optional<Error>&) { FAIL_CHECK("called"); });
            stream.receive([](const Received&) { FAIL_CHECK("called"); });
        } else {
            CHECK_FALSE(f.send(stream, stroke("a")));
            CHECK(f.next(stream) == "Stroke:a");
        }
    }
    f.pass(20ms);
    Stream outlives;
    bool called = false;
    {
        belfry::AsyncNghttp2Transport brief(f.loop, {.ca_file = belfry_servers::ca_file()});
        bool opened = false;
        f.async.converse(brief, {.bell = "echo"}, [&](Opened got) {
            outlives = std::move(*got);
            opened = true;
        });
        f.loop.run_until([&] { return opened; });
        outlives.receive([&](const Received&) { called = true; });
        // The lookup of a name goes on when the transport has gone.
        f.async.converse(brief, {.bell = "echo"}, {.endpoint = "http://name.invalid"},
                         [&](const Opened&) { called = true; });
        f.loop.run_once({});
    }
    outlives.send(stroke("a"), [&](const std::optional<Error>&) { called = true; });
    f.pass(20ms);
    CHECK_FALSE(called);
}

#if defined(BELFRY_TEST_HAS_BEAST)
TEST_CASE("an io_context drives streams in both directions") {
    boost::asio::io_context context;
    belfry::AsioLoop loop(context);
    belfry::AsyncNghttp2Transport duplex(loop, {.ca_file = belfry_servers::ca_file()});
    test::FakeAsyncTransport unused;
    tower::Client client{belfry_servers::config(), belfry::AsyncOnly{}};
    constexpr std::size_t count = 20;
    std::deque<Talk> talks;
    for (std::size_t i = 0; i < count; ++i) {
        Talk& talk = talks.emplace_back(50, std::string(2'000, 'c'));
        client.async(unused, loop).converse(duplex, {.bell = "echo"}, [&talk](Opened opened) {
            belfry_servers::require_value(opened);
            talk.start(std::move(*opened));
        });
    }
    while (!std::all_of(talks.begin(), talks.end(), [](const Talk& talk) { return talk.is_done(); }))
        context.run_one();
    for (const Talk& talk : talks) CHECK(talk.heard == 51);
    talks.clear();
    while (context.poll_one() != 0) {
    }
}
#endif
