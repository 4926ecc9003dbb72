// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/poll_loop.hpp>

#include "support/catch.hpp"
#include "unit/transport/loop_recorder.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using std::chrono::steady_clock;
using test::Recorder;
using test::Waiting;

struct SocketPair {
    SocketPair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0); }
    ~SocketPair() {
        for (const int end : ends)
            if (end >= 0) ::close(end);
    }
    SocketPair(const SocketPair&) = delete;
    SocketPair& operator=(const SocketPair&) = delete;
    void write() const { REQUIRE(::write(ends[1], "x", 1) == 1); }
    int ends[2] = {-1, -1};
};

} // namespace

TEST_CASE("waits end in the order of their times, also those that another thread starts") {
    PollLoop loop;
    std::string log;
    Waiting a(log, 'a'), b(log, 'b'), c(log, 'c');
    const auto begin = steady_clock::now();
    loop.start(Duration::milliseconds(500), TimerCompletion(a));
    loop.start(Duration::milliseconds(20), TimerCompletion(b));
    std::thread other([&] { loop.start(Duration::milliseconds(50), TimerCompletion(c)); });
    loop.run_until([&] { return log.size() == 3; });
    other.join();
    CHECK(log == "bca");
    CHECK(steady_clock::now() - begin >= std::chrono::milliseconds(500));
}

TEST_CASE("a wait of no time ends in the loop, and a cancelled one ends at once") {
    PollLoop loop;
    std::string log;
    Waiting a(log, 'a'), b(log, 'b');
    loop.start(Duration{}, TimerCompletion(a));
    CHECK(log.empty());
    loop.run_once();
    CHECK(log == "a");
    TimerCompletion late(b);
    const void* const id = late.id();
    loop.start(Duration::seconds(3600), std::move(late));
    loop.cancel(&log);
    loop.run_once(Duration::milliseconds(10));
    CHECK(log == "a");
    std::thread other([&] { loop.cancel(id); });
    loop.run_until([&] { return log.size() == 2; });
    other.join();
    CHECK(log == "ab");
}

TEST_CASE("a loop that ends abandons the waits in it") {
    std::string log;
    Waiting a(log, 'a');
    {
        PollLoop loop;
        loop.start(Duration::seconds(1), TimerCompletion(a));
    }
    CHECK(log == "-");
}

TEST_CASE("a handler hears of its sockets while it watches them") {
    PollLoop loop;
    Recorder one(loop), two(loop);
    SocketPair pair;
    const int socket = pair.ends[0];
    REQUIRE(loop.watch(one, socket, socket_readable));
    loop.run_once(Duration{});
    CHECK(one.log.empty());
    pair.write();
    loop.run_once();
    loop.run_once();
    CHECK(one.log == "rr");
    CHECK(one.last == socket);
    REQUIRE(loop.watch(one, socket, socket_writable));
    loop.run_once();
    CHECK(one.log == "rrw");
    REQUIRE(loop.watch(one, socket, 0));
    REQUIRE(loop.watch(one, socket, 0));
    loop.run_once(Duration{});
    CHECK(one.log == "rrw");
    // The end of a peer is an event whatever is watched for.
    REQUIRE(loop.watch(two, socket, socket_readable));
    ::close(std::exchange(pair.ends[1], -1));
    loop.run_once();
    CHECK(two.log == "r");
    CHECK(one.log == "rrw");
    static_cast<void>(loop.watch(two, socket, 0));
}

TEST_CASE("a handler has one timer, and wakes come together") {
    PollLoop loop;
    Recorder one(loop);
    loop.set_timer(one, Duration::seconds(3600));
    loop.set_timer(one, Duration::milliseconds(5));
    loop.run_once();
    CHECK(one.log == "t");
    loop.set_timer(one, Duration{});
    loop.set_timer(one, std::nullopt);
    loop.wake(one);
    loop.wake(one);
    CHECK(one.log == "t");
    loop.run_once();
    loop.run_once(Duration{});
    CHECK(one.log == "tk");
    std::thread other([&] { loop.wake(one); });
    loop.run_until([&] { return one.log == "tkk"; });
    other.join();
    {
        Recorder two(loop);
        loop.wake(two);
        loop.set_timer(two, Duration{});
    }
    loop.run_once(Duration{});
    CHECK(one.log == "tkk");
}

TEST_CASE("stop ends run once, before it or on another thread") {
    PollLoop loop;
    loop.stop();
    loop.run();
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        loop.stop();
    });
    loop.run();
    other.join();
}

TEST_CASE("a stop that run has not taken does not keep the loop busy") {
    PollLoop loop;
    loop.run_once(Duration{});
    loop.stop();
    loop.run_once();
    int turns = 0;
    const auto begin = steady_clock::now();
    for (; steady_clock::now() - begin < std::chrono::milliseconds(60); ++turns)
        loop.run_once(Duration::milliseconds(20));
    CHECK(turns <= 4);
    loop.run();
}

TEST_CASE("waits without end never end") {
    PollLoop loop;
    Recorder one(loop);
    std::string log;
    Waiting a(log, 'a');
    TimerCompletion completion(a);
    const void* const id = completion.id();
    loop.start(Duration::nanoseconds(INT64_MAX), std::move(completion));
    loop.set_timer(one, Duration::nanoseconds(INT64_MAX));
    loop.run_once(Duration{});
    loop.run_once(Duration::milliseconds(5));
    CHECK(log.empty());
    CHECK(one.log.empty());
    loop.cancel(id);
    loop.run_once(Duration::nanoseconds(INT64_MAX));
    CHECK(log == "a");
}

TEST_CASE("two handlers that watch one socket both hear of it") {
    PollLoop loop;
    Recorder one(loop), two(loop);
    SocketPair pair;
    REQUIRE(loop.watch(one, pair.ends[0], socket_readable));
    REQUIRE(loop.watch(two, pair.ends[0], socket_writable));
    pair.write();
    loop.run_once();
    CHECK(one.log == "r");
    CHECK(two.log == "w");
}
