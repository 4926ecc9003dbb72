// SPDX-License-Identifier: Apache-2.0
#if defined(BELFRY_TEST_HAS_BEAST)
#include <belfry/transport/asio_timer.hpp>

#include "support/catch.hpp"
#include "unit/transport/loop_recorder.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using test::Waiting;

} // namespace

TEST_CASE("the waits of an AsioTimer end in their order, after which the context has nothing to do") {
    boost::asio::io_context context;
    AsioTimer timer(context);
    std::string log;
    Waiting a(log, 'a'), b(log, 'b'), c(log, 'c');
    timer.start(Duration::milliseconds(40), TimerCompletion(a));
    timer.start(Duration::milliseconds(10), TimerCompletion(b));
    timer.start(Duration::milliseconds(-1), TimerCompletion(c));
    CHECK(log.empty());
    context.run();
    CHECK(log == "cba");
}

TEST_CASE("a wait of an AsioTimer that another thread cancels ends at once") {
    boost::asio::io_context context;
    AsioTimer timer(context);
    std::string log;
    Waiting a(log, 'a');
    TimerCompletion completion(a);
    const void* const id = completion.id();
    timer.start(Duration::seconds(3600), std::move(completion));
    context.poll();
    CHECK(log.empty());
    std::thread([&] {
        timer.cancel(id);
        timer.cancel(&log); // of no wait
    }).join();
    context.run();
    CHECK(log == "a");
}

TEST_CASE("the waits of an AsioTimer that ends are abandoned with its context") {
    std::string log;
    Waiting a(log, 'a'), b(log, 'b');
    {
        boost::asio::io_context context;
        {
            AsioTimer timer(context);
            timer.start(Duration::seconds(3600), TimerCompletion(a));
            context.poll();
            timer.start(Duration{}, TimerCompletion(b));
        }
        context.run();
    }
    CHECK(log == "--");
}

TEST_CASE("the waits of an AsioTimer on a strand end one after another on several threads") {
    boost::asio::io_context context;
    AsioTimer timer(boost::asio::any_io_executor(boost::asio::make_strand(context)));
    std::string log; // no two waits write to it at the same time
    std::vector<Waiting> waits;
    for (int i = 0; i < 500; ++i) waits.emplace_back(log, 'x');
    for (std::size_t i = 0; i < waits.size(); ++i)
        timer.start(Duration::milliseconds(static_cast<std::int64_t>(i % 7)), TimerCompletion(waits[i]));
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { context.run(); });
    for (std::thread& thread : threads) thread.join();
    CHECK(log == std::string(500, 'x'));
}
#endif
