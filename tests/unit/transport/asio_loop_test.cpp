// SPDX-License-Identifier: Apache-2.0
#if defined(BELFRY_TEST_HAS_BEAST)
#include <belfry/transport/asio_loop.hpp>

#include "support/catch.hpp"
#include "unit/transport/loop_recorder.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace {

using namespace belfry;
using test::Recorder;
using test::Waiting;

/// Handles what is due, and returns when nothing has been for a while.
void run(boost::asio::io_context& context) {
    context.restart();
    while (context.run_one_for(std::chrono::milliseconds(50)) > 0) {
    }
}

} // namespace

TEST_CASE("waits on an io_context end in their order, and a cancelled one ends at once") {
    boost::asio::io_context context;
    AsioLoop loop(context);
    std::string log;
    Waiting a(log, 'a'), b(log, 'b'), c(log, 'c');
    TimerCompletion late(a);
    const void* const id = late.id();
    loop.start(Duration::seconds(3600), std::move(late));
    loop.start(Duration::milliseconds(20), TimerCompletion(b));
    loop.start(Duration{}, TimerCompletion(c));
    CHECK(log.empty());
    run(context);
    CHECK(log == "cb");
    std::thread([&] { loop.cancel(id); }).join();
    run(context);
    CHECK(log == "cba");
}

TEST_CASE("waits in an io_context that ends are abandoned") {
    std::string log;
    Waiting a(log, 'a'), b(log, 'b');
    {
        boost::asio::io_context context;
        AsioLoop loop(context);
        loop.start(Duration::seconds(3600), TimerCompletion(a));
        run(context);
        loop.start(Duration::seconds(3600), TimerCompletion(b));
    }
    CHECK(log == "--");
}

TEST_CASE("a handler on an io_context hears of its sockets as often as they are ready") {
    boost::asio::io_context context;
    AsioLoop loop(context);
    Recorder one(loop);
    int ends[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    REQUIRE(loop.watch(one, ends[0], socket_readable));
    run(context);
    CHECK(one.log.empty());
    REQUIRE(::write(ends[1], "x", 1) == 1);
    // The byte is not read, so the socket stays ready.
    context.restart();
    for (int i = 0; i < 3; ++i) CHECK(context.run_one_for(std::chrono::seconds(5)) == 1);
    CHECK(one.log == "rrr");
    one.once = true;
    run(context);
    CHECK(one.log == "rrrr");
    REQUIRE(loop.watch(one, ends[0], socket_readable | socket_writable));
    REQUIRE(loop.watch(one, ends[0], 0));
    run(context);
    CHECK(one.log == "rrrr");
    // The loop has not closed it.
    CHECK(::write(ends[0], "y", 1) == 1);
    for (const int end : ends) ::close(end);
}

TEST_CASE("a handler on an io_context has one timer, and none of its calls come after its end") {
    boost::asio::io_context context;
    AsioLoop loop(context);
    Recorder one(loop);
    loop.set_timer(one, Duration::seconds(3600));
    loop.set_timer(one, Duration{});
    CHECK(one.log.empty());
    run(context);
    CHECK(one.log == "t");
    loop.set_timer(one, Duration{});
    loop.set_timer(one, std::nullopt);
    std::thread([&] { loop.wake(one); }).join();
    run(context);
    CHECK(one.log == "tk");
    int ends[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    {
        Recorder two(loop);
        loop.set_timer(two, Duration{});
        loop.wake(two);
        REQUIRE(loop.watch(two, ends[0], socket_writable));
    }
    run(context);
    CHECK(one.log == "tk");
    for (const int end : ends) ::close(end);
}
#endif
