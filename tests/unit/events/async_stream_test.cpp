// SPDX-License-Identifier: Apache-2.0
#include <belfry/async_scope.hpp>
#include <belfry/golden_tower/announce.hpp>
#include <belfry/golden_tower/async.hpp>
#include <belfry/golden_tower/converse.hpp>
#include <belfry/golden_tower/listen.hpp>

#include "unit/async/job.hpp"
#include "unit/async/loop.hpp"
#include "unit/events/async_duplex.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <support/catch.hpp>
#include <utility>
#include <vector>

using namespace belfry; // NOLINT
using test::cracked;
using test::verse;
namespace tower = belfry::golden_tower;
using tower::Events;
using tower::Strokes;

namespace {

using Converse = tower::operations::Converse;
using Stream = AsyncEventStream<Converse>;
using Opened = Result<Stream>;
using Received = Result<std::optional<Events>>;
using Sent = std::optional<Error>;

struct Fixture {
    explicit Fixture(Credentials credentials = {"AKIDEXAMPLE", "secret"})
        : client({.region = "us-east-1", .credentials = std::move(credentials), .environment = &environment},
                 AsyncOnly{}),
          async(client.async(unused, timer)) {}

    /// Opens a stream, and runs until nothing happens.
    void open() {
        async.converse(duplex, {.bell = "great one"}, [this](Opened got) { opened.emplace(std::move(got)); });
        run();
    }
    void run() {
        do timer.turn();
        while (duplex.turn());
    }
    Stream& stream() {
        REQUIRE(opened.has_value());
        INFO(opened->error().message);
        REQUIRE(opened->has_value());
        return **opened;
    }
    /// The outcome of one operation.
    Sent send(const Strokes& event) {
        std::optional<Sent> got;
        stream().send(event, [&](Sent sent) { got.emplace(std::move(sent)); });
        CHECK_FALSE(got.has_value());
        run();
        REQUIRE(got.has_value());
        return *got;
    }
    Sent close() {
        std::optional<Sent> got;
        stream().close([&](Sent sent) { got.emplace(std::move(sent)); });
        CHECK_FALSE(got.has_value());
        run();
        REQUIRE(got.has_value());
        return *got;
    }
    Received receive() {
        std::optional<Received> got;
        stream().receive([&](Received received) { got.emplace(std::move(received)); });
        CHECK_FALSE(got.has_value());
        run();
        REQUIRE(got.has_value());
        return *got;
    }
    /// The text of the next event, or the code of the error.
    std::string hear() {
        const Received got = receive();
        if (!got) return got.error().code;
        return *got ? (*got)->as_verse()->text.value() : "end";
    }

    test::FakeEnvironment environment{};
    test::Peer peer{};
    test::FakeAsyncTransport unused{};
    test::FakeTimer timer{};
    test::FakeAsyncDuplex duplex{peer};
    tower::Client client;
    tower::AsyncClient async;
    std::optional<Opened> opened{};
};

Strokes stroke(std::string_view note) { return Strokes::from_stroke({.note = std::string(note)}); }

} // namespace

TEST_CASE("a stream on a loop sends what one that blocks sends") {
    Fixture f;
    f.environment.stands_still = true;
    f.peer.pieces = {verse("one").substr(0, 9), verse("one").substr(9) + verse("two")};
    f.open();
    CHECK_FALSE(f.send(stroke("do")));
    CHECK(f.hear() == "one");
    CHECK_FALSE(f.send(Strokes::from_rest({})));
    CHECK_FALSE(f.close());
    CHECK_FALSE(f.close());
    CHECK(f.hear() == "two");
    for (int i = 0; i < 3; ++i) CHECK(f.hear() == "end");
    CHECK(f.send(Strokes::from_rest({}))->code == "StreamClosed");
    bool told = false;
    f.stream().output([&](Result<tower::ConverseResponse>* output) {
        told = true;
        REQUIRE(*output);
        CHECK((*output)->session == "s-1");
        CHECK(output->metadata().request_id == "r-1");
    });
    f.run();
    CHECK(told);
    CHECK(f.peer.closed == 1);

    Fixture judge;
    judge.environment.stands_still = true;
    test::FakeDuplex duplex{judge.peer};
    auto stream = judge.client.converse(duplex, {.bell = "great one"});
    REQUIRE(stream);
    CHECK_FALSE(stream->send(stroke("do")));
    CHECK_FALSE(stream->send(Strokes::from_rest({})));
    CHECK_FALSE(stream->close());
    CHECK(f.peer.written == judge.peer.written);
    REQUIRE(f.peer.requests.size() == 1);
    for (const char* const name : {"Authorization", "X-Amz-Content-Sha256", "Content-Type"})
        CHECK(f.peer.requests[0].headers.find(name) == judge.peer.requests[0].headers.find(name));
    CHECK(f.peer.requests[0].body.empty());
}

TEST_CASE("a coroutine opens a stream, sends and receives") {
    Fixture f;
    f.peer.pieces = {verse("one"), verse("two")};
    std::vector<std::string> heard;
    const auto talk = [&]() -> test::Job {
        const tower::ConverseRequest input{.bell = "b"};
        auto opened = co_await f.async.converse(f.duplex, input);
        if (!opened) co_return;
        auto& stream = *opened;
        const Strokes event = stroke("do");
        if (const auto error = co_await stream.send(event)) co_return;
        const auto* const output = co_await stream.output();
        heard.push_back((*output)->session.value_or("-"));
        for (;;) {
            const auto got = co_await stream.receive();
            if (!got || !*got) break;
            heard.push_back(*(*got)->as_verse()->text);
        }
        if (!co_await stream.close()) heard.emplace_back("closed");
    };
    const test::Job job = talk();
    f.run();
    CHECK(job.done());
    CHECK(heard == std::vector<std::string>{"s-1", "one", "two", "closed"});
    CHECK(f.peer.written.size() == 2);
    CHECK(f.peer.destroyed == 1);
}

TEST_CASE("a callback that receives again takes all events without recursion") {
    Fixture f;
    constexpr int count = 20'000;
    std::string all;
    for (int i = 0; i < count; ++i) all += verse("again");
    f.peer.pieces = {all};
    f.open();
    int heard = 0;
    int depth = 0;
    int deepest = 0;
    std::function<void(Received)> hear = [&](Received got) {
        deepest = std::max(deepest, ++depth);
        if (got && *got) {
            ++heard;
            f.stream().receive(std::ref(hear));
        }
        --depth;
    };
    f.stream().receive(std::ref(hear));
    f.run();
    CHECK(heard == count);
    CHECK(deepest == 1);
}

TEST_CASE("a send waits until the transport can take more, and others wait for it") {
    Fixture f;
    f.duplex.holds_writes = true;
    f.open();
    std::vector<std::string> ended;
    const auto note = [&](std::string name) {
        return [&ended, name](const Sent& error) { ended.push_back(error ? error->code : name); };
    };
    f.stream().send(stroke("do"), note("do"));
    f.stream().send(Strokes(), note("bad"));
    f.stream().send(stroke("re"), note("re"));
    f.stream().close(note("close"));
    f.stream().send(stroke("mi"), note("mi"));
    f.run();
    CHECK(ended.empty());
    CHECK(f.peer.written.size() == 1);
    f.duplex.take_writes();
    f.run();
    REQUIRE(ended.size() == 5);
    CHECK(ended[0] == "do");
    CHECK(std::count(ended.begin(), ended.end(), "StreamClosed") == 1);
    CHECK(std::count(ended.begin(), ended.end(), "re") == 1);
    CHECK(std::count(ended.begin(), ended.end(), "close") == 1);
    // Two events and the signed end.
    CHECK(f.peer.written.size() == 3);
    CHECK(f.peer.closed == 1);
}

TEST_CASE("bytes are read from the transport only for an operation") {
    Fixture f;
    f.peer.pieces = {verse("one"), verse("two")};
    f.open();
    f.run();
    CHECK(f.peer.pieces[0] == verse("one"));
    f.duplex.holds_reads = true;
    std::vector<std::string> heard;
    f.stream().receive([&](Received got) { heard.push_back(*(*got)->as_verse()->text); });
    f.run();
    CHECK(f.duplex.reads());
    Received second(Error{});
    f.stream().receive([&](Received got) { second = std::move(got); });
    f.run();
    CHECK(second.error().code == "OperationRuns");
    f.duplex.give_reads();
    f.run();
    CHECK(heard == std::vector<std::string>{"one"});
    CHECK(f.peer.pieces[1] == verse("two"));
}

TEST_CASE("events can be sent before the response begins") {
    Fixture f;
    f.duplex.holds_reads = true;
    f.peer.pieces = {verse("late")};
    f.open();
    std::vector<std::string> order;
    f.stream().receive([&](Received got) { order.push_back(*(*got)->as_verse()->text); });
    f.stream().output(
        [&](Result<tower::ConverseResponse>* output) { order.push_back((*output)->session.value_or("-")); });
    CHECK_FALSE(f.send(stroke("do")));
    CHECK_FALSE(f.close());
    CHECK(order.empty());
    f.duplex.give_reads();
    f.run();
    CHECK(order == std::vector<std::string>{"s-1", "late"});
}

TEST_CASE("opening a stream on a loop is repeated as other calls are") {
    Fixture f;
    f.peer.opens = {TransportStatus::connect_failed, TransportStatus::connection_reset, TransportStatus::ok};
    f.open();
    CHECK_FALSE(f.opened.has_value());
    for (int i = 0; i < 4; ++i) {
        f.timer.pass(Duration::seconds(30));
        f.run();
    }
    REQUIRE(f.stream());
    CHECK(f.peer.requests.size() == 3);
    int attempts = 0;
    f.stream().output(
        [&](Result<tower::ConverseResponse>* output) { attempts = output->metadata().attempts; });
    f.run();
    CHECK(attempts == 3);

    Fixture g;
    g.peer.opens.assign(3, TransportStatus::connect_failed);
    g.open();
    for (int i = 0; i < 4; ++i) {
        g.timer.pass(Duration::seconds(30));
        g.run();
    }
    REQUIRE(g.opened);
    CHECK(g.opened->error().kind == ErrorKind::transport);
    CHECK(g.opened->error().attempts == 3);
}

TEST_CASE("a call that cannot begin gives its error to the callback of the opening") {
    Fixture f;
    f.async.converse(f.duplex, {.bell = ""}, [&](Opened got) { f.opened.emplace(std::move(got)); });
    CHECK_FALSE(f.opened.has_value());
    f.run();
    REQUIRE(f.opened);
    CHECK(f.opened->error().kind == ErrorKind::validation);
    CHECK(f.peer.requests.empty());

    Fixture g;
    g.duplex.lacks_stream = true;
    g.open();
    REQUIRE(g.opened);
    CHECK(g.opened->error().message == "the transport reported success without a stream");
}

TEST_CASE("an error response reaches output and events, and is not retried") {
    for (const int status : {403, 503}) {
        Fixture f;
        f.peer.status = status;
        f.peer.headers = {{"x-amzn-errortype", "Cracked"}, {"x-amzn-RequestId", "r-2"}};
        f.peer.pieces = {R"({"message":)", R"("early"})"};
        f.peer.takes = 0;
        f.open();
        const Sent sent = f.send(Strokes::from_rest({}));
        REQUIRE(sent);
        CHECK(sent->code == "ConnectionReset");
        for (int i = 0; i < 2; ++i) {
            const Received got = f.receive();
            REQUIRE_FALSE(got);
            CHECK(got.error().kind == ErrorKind::service);
            CHECK(got.error().http_status == status);
            CHECK(got.error().message == "early");
            CHECK(got.error().request_id == "r-2");
            CHECK(got.error().as<tower::Cracked>());
        }
        CHECK_FALSE(f.close());
        CHECK(f.peer.requests.size() == 1);
    }
}

TEST_CASE("an exception, a broken message and a cut in a stream on a loop are errors") {
    Fixture f;
    f.peer.pieces = {verse("one") + cracked("here") + verse("two")};
    f.open();
    CHECK(f.hear() == "one");
    for (int i = 0; i < 2; ++i) {
        const Received got = f.receive();
        REQUIRE_FALSE(got);
        CHECK(got.error().kind == ErrorKind::service);
        CHECK(got.error().message == "here");
        CHECK(got.error().request_id == "r-1");
        CHECK(got.error().as<tower::Cracked>());
    }
    CHECK_FALSE(f.send(stroke("do")));

    Fixture cut;
    cut.peer.pieces = {verse("one") + verse("two").substr(0, 25)};
    cut.open();
    CHECK(cut.hear() == "one");
    CHECK(cut.hear() == "TruncatedResponse");
    Fixture reset;
    reset.peer.pieces = {verse("one")};
    reset.peer.end = TransportStatus::connection_reset;
    reset.open();
    CHECK(reset.hear() == "one");
    CHECK(reset.hear() == "ConnectionReset");
    Fixture slow;
    slow.peer.head = TransportStatus::timed_out;
    slow.open();
    CHECK(slow.hear() == "TimedOut");
    CHECK(slow.peer.requests.size() == 1);
}

TEST_CASE("an event that cannot be sent on a loop leaves the stream open") {
    Fixture f;
    f.open();
    const Sent sent = f.send(Strokes());
    REQUIRE(sent);
    CHECK(sent->kind == ErrorKind::validation);
    CHECK(f.peer.written.empty());
    CHECK_FALSE(f.send(stroke("do")));
}

TEST_CASE("cancelling ends what runs with an error") {
    Fixture f;
    f.duplex.holds_reads = f.duplex.holds_writes = true;
    f.open();
    Sent sent;
    std::optional<Received> received;
    const tower::ConverseResponse* none = nullptr;
    ErrorKind output_error = ErrorKind::none;
    f.stream().send(stroke("do"), [&](Sent got) { sent = std::move(got); });
    f.stream().receive([&](Received got) { received.emplace(std::move(got)); });
    f.stream().output([&](Result<tower::ConverseResponse>* output) { output_error = output->error().kind; });
    f.run();
    CHECK_FALSE(received.has_value());
    f.stream().cancel();
    f.run();
    REQUIRE(sent);
    CHECK(sent->kind == ErrorKind::cancelled);
    REQUIRE(received);
    CHECK(received->error().kind == ErrorKind::cancelled);
    CHECK(output_error == ErrorKind::cancelled);
    CHECK(none == nullptr);
    CHECK(f.send(stroke("re"))->kind == ErrorKind::cancelled);
    CHECK(f.hear() == "Cancelled");

    // An operation cancels its stream, unless it has ended.
    Fixture g;
    g.peer.pieces = {verse("one"), verse("two")};
    g.open();
    AsyncCall ended = g.stream().send(stroke("do"), [](const Sent&) {});
    g.run();
    ended.cancel();
    CHECK(g.hear() == "one");
    g.duplex.holds_reads = true;
    std::string code;
    AsyncCall call = g.stream().receive([&](const Received& got) { code = got.error().code; });
    g.run();
    call.cancel();
    g.run();
    CHECK(code == "Cancelled");
    CHECK(g.peer.cancelled > 0);
}

TEST_CASE("an opening can be cancelled") {
    Fixture f;
    f.duplex.opens_never = true;
    AsyncCall call =
        f.async.converse(f.duplex, {.bell = "b"}, [&](Opened got) { f.opened.emplace(std::move(got)); });
    f.run();
    CHECK_FALSE(f.opened);
    call.cancel();
    f.run();
    REQUIRE(f.opened);
    CHECK(f.opened->error().kind == ErrorKind::cancelled);
    CHECK(f.duplex.cancels > 0);
}

TEST_CASE("destroying a stream breaks it off and calls nothing") {
    Fixture f;
    f.duplex.holds_reads = f.duplex.holds_writes = true;
    f.open();
    const auto alive = std::make_shared<int>(0);
    const auto count = [alive](const auto&) { ++*alive; };
    f.stream().send(stroke("do"), count);
    f.stream().receive(count);
    f.stream().output(count);
    f.run();
    CHECK(alive.use_count() == 5);
    f.opened.reset();
    CHECK(f.peer.cancelled > 0);
    f.run();
    CHECK(*alive == 0);
    // `count` and `alive` are what is left.
    CHECK(alive.use_count() == 2);
    CHECK(f.peer.destroyed == 1);
}

TEST_CASE("a callback may destroy its stream") {
    Fixture f;
    f.peer.pieces = {verse("one")};
    f.open();
    bool called = false;
    f.stream().receive([&](const Received&) {
        f.opened.reset();
        called = true;
    });
    f.run();
    CHECK(called);
    CHECK(f.peer.destroyed == 1);

    // Also the callback of the opening, by not keeping it.
    Fixture g;
    g.async.converse(g.duplex, {.bell = "b"}, [&](const Opened& got) { called = !got.has_value(); });
    g.run();
    CHECK_FALSE(called);
    CHECK(g.peer.destroyed == 1);
}

TEST_CASE("destroying a coroutine that waits on a stream resumes nothing") {
    Fixture f;
    f.duplex.holds_reads = true;
    bool resumed = false;
    const auto listen = [&](Stream& stream) -> test::Job {
        static_cast<void>(co_await stream.receive());
        resumed = true;
    };
    f.open();
    {
        const test::Job job = listen(f.stream());
        f.run();
    }
    f.run();
    CHECK_FALSE(resumed);
    CHECK(f.peer.cancelled > 0);
    Fixture g;
    g.duplex.opens_never = true;
    const auto open = [&]() -> test::Job {
        const tower::ConverseRequest input{.bell = "b"};
        static_cast<void>(co_await g.async.converse(g.duplex, input));
        resumed = true;
    };
    {
        const test::Job job = open();
        g.run();
    }
    g.run();
    CHECK_FALSE(resumed);
}

TEST_CASE("a scope waits for the operations of a stream, and cancels them") {
    Fixture f;
    f.duplex.holds_reads = true;
    AsyncScope scope;
    std::optional<Received> received;
    const tower::ConverseRequest input{.bell = "b"};
    scope.spawn(f.async.converse(f.duplex, input), [&](Opened got) {
        f.opened.emplace(std::move(got));
        scope.spawn(f.stream().receive(), [&](Received event) { received.emplace(std::move(event)); });
    });
    f.run();
    CHECK(scope.size() == 1);
    bool joined = false;
    scope.join([&] { joined = true; });
    CHECK_FALSE(joined);
    scope.cancel_all();
    f.run();
    CHECK(joined);
    REQUIRE(received);
    CHECK(received->error().kind == ErrorKind::cancelled);

    // A scope that is destroyed calls nothing.
    Fixture g;
    g.duplex.holds_reads = true;
    g.open();
    bool called = false;
    {
        AsyncScope brief;
        brief.spawn(g.stream().receive(), [&](const Received&) { called = true; });
        g.run();
    }
    g.run();
    CHECK_FALSE(called);
}

TEST_CASE("a loop that ends drops the operations of its streams") {
    const auto alive = std::make_shared<int>(0);
    const auto count = [alive](const auto&) { ++*alive; };
    {
        Fixture f;
        f.duplex.holds_reads = f.duplex.holds_writes = true;
        f.open();
        f.stream().send(stroke("do"), count);
        f.stream().receive(count);
        f.stream().output(count);
        f.run();
        f.stream().send(stroke("re"), count);
        f.duplex.drop();
        CHECK(alive.use_count() == 2);
        // No operation can end any more.
        f.stream().receive(count);
        f.stream().output(count);
        f.run();
        CHECK(alive.use_count() == 2);
    }
    {
        Fixture f;
        f.duplex.opens_never = true;
        f.async.converse(f.duplex, {.bell = "b"}, [alive](const Opened&) { ++*alive; });
        f.run();
        f.duplex.drop();
    }
    CHECK(*alive == 0);
    CHECK(alive.use_count() == 2);
}

TEST_CASE("a client that was made for streams refuses other calls") {
    Fixture f;
    StreamsOnly none;
    std::string message;
    f.client.async(none, f.timer).announce(f.duplex, {}, [&](const auto& got) {
        message = got ? "opened" : got.error().message;
    });
    f.run();
    CHECK(message == "opened");
    f.client.async(none, f.timer)
        .listen(
            {}, [](const Events&) { return true; }, CallOptions{.max_attempts = 1},
            [&](const auto& got) { message = got.error().message; });
    f.run();
    CHECK(message == "the client was made with StreamsOnly");
}

TEST_CASE("a stream that was not opened says so") {
    Stream none;
    CHECK_FALSE(none);
    int told = 0;
    none.send(stroke("do"), [&](const Sent& error) { told += error->code == "NotOpen" ? 1 : 0; });
    none.close([&](const Sent& error) { told += error->code == "NotOpen" ? 1 : 0; });
    none.receive([&](const Received& got) { told += got.error().code == "NotOpen" ? 1 : 0; });
    none.output([&](const Result<tower::ConverseResponse>* output) { told += output == nullptr ? 1 : 0; });
    none.cancel();
    CHECK(told == 4);
}

TEST_CASE("an operation that only sends events returns its output at the end, on a loop") {
    Fixture f;
    f.peer.headers = {{"Content-Type", "application/json"}};
    f.peer.pieces = {R"({"Heard":)", R"("all"})"};
    std::optional<Result<AsyncEventStream<tower::operations::Announce>>> opened;
    f.async.announce(f.duplex, {}, [&](auto got) { opened.emplace(std::move(got)); });
    f.run();
    REQUIRE(opened);
    REQUIRE(*opened);
    int sent = 0;
    (*opened)->send(stroke("do"), [&](const Sent& error) { sent += error ? 100 : 1; });
    f.run();
    (*opened)->close([&](const Sent& error) { sent += error ? 100 : 1; });
    f.run();
    CHECK(sent == 2);
    std::string heard;
    (*opened)->output([&](auto* output) { heard = (*output)->heard.value_or("-"); });
    f.run();
    CHECK(heard == "all");
}
