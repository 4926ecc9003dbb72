// SPDX-License-Identifier: Apache-2.0
#if defined(BELFRY_TEST_HAS_BEAST)
#include <boost/asio/detail/config.hpp>
#if !defined(BOOST_ASIO_HAS_CO_AWAIT)
#include "support/catch.hpp"

TEST_CASE("calls are operations of Boost.Asio") {
    WARN("left out: this Boost.Asio has no coroutines with this compiler");
}
#else
#include <belfry/asio.hpp>
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#if BELFRY_ASIO_HAS_CANCELLATION
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#endif

namespace {

using namespace belfry;
namespace asio = boost::asio;
namespace voice = belfry::chime_sdk_voice;
using GetResult = Result<voice::GetSpeakerSearchTaskResponse>;
using Log = std::vector<std::string>;

struct Fixture {
    test::FakeEnvironment environment{};
    std::optional<test::FakeAsyncTransport> transport{std::in_place};
    test::FakeTimer timer{};
    voice::Client client{
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &environment},
        AsyncOnly{}};
    voice::AsyncClient async = client.async(*transport, timer);
    asio::io_context context{};
    Log log{};

    void note(const GetResult& result) {
        log.push_back(result                                        ? "good"
                      : result.error().kind == ErrorKind::cancelled ? "cancelled"
                                                                    : result.error().code);
    }
};

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "vc", .speaker_search_task_id = "t"};

asio::awaitable<void> run(Fixture& f) {
    f.note(co_await initiate(f.async.get_speaker_search_task(get), asio::use_awaitable));
    f.note(co_await initiate(f.async.poll_until_speaker_search_task_complete(get), asio::use_awaitable));
    f.log.emplace_back("end");
}
asio::awaitable<void> run_pages(Fixture& f) {
    auto pages = f.async.paginate_list_voice_connectors({});
    while (auto* const page = co_await initiate(pages.next(), asio::use_awaitable))
        f.log.push_back(*page ? "page" : page->error().code);
    f.log.emplace_back("end");
}

} // namespace

TEST_CASE("a coroutine of Asio awaits calls and waits") {
    Fixture f;
    asio::co_spawn(f.context, run(f), asio::detached);
    f.context.poll();
    REQUIRE(f.transport->pending.size() == 1);
    // The call is work of the context, which does not end meanwhile.
    CHECK_FALSE(f.context.stopped());
    f.transport->answer(404, "{}", {{"x-amzn-errortype", "NotFoundException"}});
    // The coroutine resumes on its executor.
    CHECK(f.log.empty());
    f.context.poll();
    CHECK(f.log == Log{"NotFoundException"});
    REQUIRE(f.transport->pending.size() == 1);
    f.transport->answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"IN_QUEUE"}})");
    f.timer.pass(Duration::seconds(5));
    REQUIRE(f.transport->pending.size() == 1);
    f.transport->answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"SUCCEEDED"}})");
    f.context.poll();
    CHECK(f.log == Log{"NotFoundException", "good", "end"});
    CHECK(f.context.stopped());
}

TEST_CASE("a coroutine of Asio awaits pages") {
    Fixture f;
    asio::co_spawn(f.context, run_pages(f), asio::detached);
    f.context.poll();
    SECTION("to their end") {
        f.transport->answer(200, R"({"NextToken":"a"})");
        f.context.poll();
        f.transport->answer(200, "{}");
        f.context.poll();
        CHECK(f.log == Log{"page", "page"});
        f.timer.turn();
        f.context.poll();
        CHECK(f.log == Log{"page", "page", "end"});
    }
    SECTION("until a token is repeated") {
        for (int i = 0; i < 2; ++i) {
            f.transport->answer(200, R"({"NextToken":"a"})");
            f.context.poll();
        }
        for (int i = 0; i < 2; ++i) {
            f.timer.turn();
            f.context.poll();
        }
        CHECK(f.log == Log{"page", "page", "RepeatedToken", "end"});
    }
    SECTION("until the timer drops them") {
        f.timer.drops = true;
        f.transport->answer(200, "{}");
        f.context.poll();
        CHECK(f.log == Log{"page"});
    }
    CHECK(f.context.stopped());
}

TEST_CASE("a future and a handler of Asio get the result of a call") {
    Fixture f;
    std::future<GetResult> future = initiate(f.async.get_speaker_search_task(get), asio::use_future);
    initiate(f.async.get_speaker_search_task(get),
             asio::bind_executor(f.context.get_executor(), [&](const GetResult& result) { f.note(result); }));
    f.transport->answer(200, "{}");
    f.transport->answer(200, "{}");
    CHECK(future.get());
    CHECK(f.log.empty());
    f.context.poll();
    CHECK(f.log == Log{"good"});
}

TEST_CASE("a call that its loop drops destroys the coroutine of Asio that waits") {
    Fixture f;
    std::exception_ptr thrown;
    asio::co_spawn(f.context, run(f), [&](std::exception_ptr exception) { thrown = std::move(exception); });
    f.context.poll();
    REQUIRE(f.transport->pending.size() == 1);
    f.transport.reset();
    f.context.poll();
    CHECK(f.log.empty());
    CHECK(f.context.stopped());
}

#if BELFRY_ASIO_HAS_CANCELLATION
TEST_CASE("a cancellation signal of Asio cancels a call") {
    Fixture f;
    asio::cancellation_signal signal;
    initiate(f.async.get_speaker_search_task(get),
             asio::bind_cancellation_slot(
                 signal.slot(), asio::bind_executor(f.context.get_executor(),
                                                    [&](const GetResult& result) { f.note(result); })));
    REQUIRE(f.transport->pending.size() == 1);
    signal.emit(asio::cancellation_type::terminal);
    CHECK(f.transport->pending.empty());
    f.context.poll();
    CHECK(f.log == Log{"cancelled"});
    // Too late, and harmless.
    signal.emit(asio::cancellation_type::total);
}
#endif
#endif
#endif
