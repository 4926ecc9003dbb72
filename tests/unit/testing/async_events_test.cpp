// SPDX-License-Identifier: Apache-2.0
// Fakes of operations that send events, called on an event loop.
#if !defined(_WIN32)
#include <belfry/async_scope.hpp>
#include <belfry/golden_tower/async.hpp>
#include <belfry/golden_tower/converse.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/golden_tower/fake.hpp>
#include <belfry/testing/async_duplex_fake.hpp>
#include <belfry/transport/poll_loop.hpp>

#include "support/catch.hpp"
#include "unit/async/job.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tower = belfry::golden_tower;
namespace testing = belfry::testing;
using tower::Events;
using tower::Strokes;

namespace {

using Stream = belfry::AsyncEventStream<tower::operations::Converse>;
using Opened = belfry::Result<Stream>;
using Received = belfry::Result<std::optional<Events>>;
using Conversation = testing::ServiceStream<tower::operations::Converse>;

const belfry::Credentials key{"AKIDEXAMPLE", "secret"};

struct Setup {
    explicit Setup(belfry::Credentials credentials = key)
        : fake({.credentials = key, .environment = &clock}),
          client({.region = "us-east-1", .credentials = std::move(credentials), .environment = &environment},
                 belfry::AsyncOnly{}),
          async(client.async(unused, loop)) {}

    test::FakeEnvironment environment{};
    test::FakeEnvironment clock{};
    tower::Fake fake;
    belfry::PollLoop loop{};
    test::FakeAsyncTransport unused{};
    testing::AsyncDuplexFake duplex{fake, loop};
    tower::Client client;
    tower::AsyncClient async;
};

Events verse(std::string_view text) {
    tower::Verse made;
    made.text = std::string(text);
    return Events::from_verse(std::move(made));
}
Strokes stroke(std::string_view note) { return Strokes::from_stroke({.note = std::string(note)}); }

/// Answers each stroke with its note.
std::optional<belfry::Error> echo(const tower::ConverseRequest& input, Conversation& stream) {
    stream.respond({.session = *input.bell});
    for (;;) {
        const auto event = stream.receive();
        if (!event) return event.error();
        if (!*event) return std::nullopt;
        if ((*event)->as_stroke() != nullptr) stream.send(verse(*(*event)->as_stroke()->note + "!"));
    }
}

} // namespace

TEST_CASE("a coroutine and a handler answer each other, and each event's signature is verified") {
    Setup setup;
    auto& rule = setup.fake.on_converse(echo);
    std::vector<std::string> heard;
    const auto talk = [&]() -> test::Job {
        const tower::ConverseRequest input{.bell = "great one"};
        auto opened = co_await setup.async.converse(setup.duplex, input);
        if (!opened) {
            heard.push_back(opened.error().message);
            co_return;
        }
        auto& stream = *opened;
        const auto* const output = co_await stream.output();
        heard.push_back((*output)->session.value_or("-"));
        for (const char* const note : {"do", "re", "mi"}) {
            const Strokes event = stroke(note);
            if (auto error = co_await stream.send(event)) heard.push_back(error->message);
            const auto got = co_await stream.receive();
            heard.push_back(got && *got ? *(*got)->as_verse()->text : got.error().message);
        }
        if (auto error = co_await stream.close()) heard.push_back(error->message);
        const auto end = co_await stream.receive();
        heard.emplace_back(end && !*end ? "end" : end.error().message);
    };
    const test::Job job = talk();
    setup.loop.run_until([&] { return job.done(); });
    CHECK(heard == std::vector<std::string>{"great one", "do!", "re!", "mi!", "end"});
    REQUIRE(rule.received().size() == 3);
    CHECK(rule.received()[1].as_stroke()->note == "re");
}

TEST_CASE("many streams of a fake run on one thread") {
    Setup setup;
    setup.fake.on_converse(echo);
    constexpr int count = 40;
    constexpr int notes = 10;
    struct Talk {
        explicit Talk(int& done) : finished(done) {}
        void next() {
            if (sent == notes) {
                stream.close([](const std::optional<belfry::Error>&) {});
            } else {
                stream.send(stroke("n" + std::to_string(sent++)), [](const std::optional<belfry::Error>&) {});
            }
            stream.receive([this](const Received& got) {
                if (!got || !*got) {
                    error = got.error().message;
                    ++finished;
                    return;
                }
                ++heard;
                next();
            });
        }
        Stream stream{};
        int sent = 0;
        int heard = 0;
        std::string error{};
        int& finished;
    };
    int finished = 0;
    std::vector<std::unique_ptr<Talk>> talks;
    for (int i = 0; i < count; ++i) {
        talks.push_back(std::make_unique<Talk>(finished));
        Talk& talk = *talks.back();
        setup.async.converse(setup.duplex, {.bell = "b" + std::to_string(i)}, [&talk](Opened got) {
            if (!got) {
                talk.error = got.error().message;
                ++talk.finished;
                return;
            }
            talk.stream = std::move(*got);
            talk.next();
        });
    }
    setup.loop.run_until([&] { return finished == count; });
    for (const auto& talk : talks) {
        CHECK(talk->error.empty());
        CHECK(talk->heard == notes);
    }
}

TEST_CASE("a stream of another key is refused on a loop") {
    Setup setup({"AKIDEXAMPLE", "other"});
    setup.fake.on_converse([](const tower::ConverseRequest&, Conversation&) { FAIL_CHECK("called"); });
    std::string code;
    std::optional<Stream> stream;
    setup.async.converse(setup.duplex, {.bell = "b"}, [&](Opened got) {
        stream.emplace(std::move(*got));
        stream->receive([&](const Received& event) { code = event.error().code; });
    });
    setup.loop.run_until([&] { return !code.empty(); });
    CHECK(code == "InvalidSignatureException");
}

TEST_CASE("a handler that fails ends the stream of a loop with its error") {
    Setup setup;
    setup.fake.on_converse([](const tower::ConverseRequest&, Conversation& stream) {
        stream.respond({.session = "s-1"});
        stream.send(verse("one"));
        return testing::service_error(tower::Cracked{.message = "in two"});
    });
    std::vector<std::string> heard;
    std::optional<Stream> stream;
    std::function<void(Received)> hear = [&](const Received& got) {
        if (!got) return heard.push_back(got.error().code);
        heard.push_back(*(*got)->as_verse()->text);
        stream->receive(std::ref(hear));
    };
    setup.async.converse(setup.duplex, {.bell = "b"}, [&](Opened got) {
        stream.emplace(std::move(*got));
        stream->receive(std::ref(hear));
    });
    setup.loop.run_until([&] { return heard.size() == 2; });
    CHECK(heard == std::vector<std::string>{"one", "Bell.Cracked"});
}

TEST_CASE("cancelling and destroying a stream on a loop end its handler") {
    for (const bool destroys : {false, true}) {
        Setup setup;
        std::atomic<bool> ended{false};
        setup.fake.on_converse([&](const tower::ConverseRequest&, Conversation& stream) {
            stream.respond({.session = "s-1"});
            for (auto event = stream.receive(); event && *event;) event = stream.receive();
            ended = true;
        });
        std::optional<Stream> stream;
        belfry::ErrorKind kind = belfry::ErrorKind::none;
        setup.async.converse(setup.duplex, {.bell = "b"}, [&](Opened got) {
            stream.emplace(std::move(*got));
            stream->receive([&](const Received& event) { kind = event.error().kind; });
            stream->send(stroke("do"), [&](const std::optional<belfry::Error>&) {
                if (destroys)
                    stream.reset();
                else
                    stream->cancel();
            });
        });
        // The handler does not wake the loop.
        while (!ended.load() || (!destroys && kind == belfry::ErrorKind::none))
            setup.loop.run_once(belfry::Duration::milliseconds(5));
        CHECK(kind == (destroys ? belfry::ErrorKind::none : belfry::ErrorKind::cancelled));
    }
}

TEST_CASE("a handler that does not answer meets the idle limit of a stream on a loop") {
    Setup setup;
    setup.fake.on_converse([&](const tower::ConverseRequest&, Conversation& stream) {
        for (auto event = stream.receive(); event && *event;) event = stream.receive();
    });
    std::optional<Stream> stream;
    std::string message;
    belfry::CallOptions options;
    options.timeouts.idle = belfry::Duration::milliseconds(30);
    setup.async.converse(setup.duplex, {.bell = "b"}, options, [&](Opened got) {
        stream.emplace(std::move(*got));
        stream->receive([&](const Received& event) { message = event.error().message; });
    });
    setup.loop.run_until([&] { return !message.empty(); });
    CHECK(message == "the handler of the fake has not answered");
}
#endif
