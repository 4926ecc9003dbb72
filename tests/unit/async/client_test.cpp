// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include "support/catch.hpp"
#include "unit/async/job.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;
using test::Job;
using GetResult = Result<voice::GetSpeakerSearchTaskResponse>;
using Page = Result<voice::ListVoiceConnectorsResponse>;
using Log = std::vector<std::string>;

struct Fixture {
    test::FakeEnvironment environment{};
    test::FakeAsyncTransport transport{};
    test::FakeTimer timer{};
    voice::Client client{
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &environment},
        AsyncOnly{}};
    voice::AsyncClient async = client.async(transport, timer);
    Log log{};

    void note(const GetResult& result) {
        const bool has_status = result && result->speaker_search_task.has_value();
        log.push_back(has_status
                          ? std::string(result->speaker_search_task->speaker_search_task_status->to_string())
                          : result.error().code + (result ? "no task" : ""));
    }
    void note(const Page* page) {
        log.push_back(page == nullptr ? "end"
                      : *page         ? page->operator->()->next_token.value_or("-")
                                      : page->error().code);
    }
    void answer_status(const char* status) {
        transport.answer(200, std::string(R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":")") + status +
                                  R"("}})");
    }
    void answer_page(const char* token) {
        transport.answer(200, token == nullptr ? "{}" : std::string(R"({"NextToken":")") + token + R"("})");
    }
};

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "vc", .speaker_search_task_id = "t"};
const voice::ListVoiceConnectorsRequest list{};

Job await_one(Fixture& f) { f.note(co_await f.async.get_speaker_search_task(get)); }
Job await_with_options(Fixture& f, const CancellationToken& token) {
    f.note(co_await f.async.get_speaker_search_task(get, {.cancellation = &token}));
}
Job await_wait(Fixture& f) { f.note(co_await f.async.poll_until_speaker_search_task_complete(get)); }
Job await_pages(Fixture& f) {
    auto pages = f.async.paginate_list_voice_connectors({});
    while (const Page* const page = co_await pages.next()) f.note(page);
    f.log.emplace_back("end");
    // Asking again is allowed.
    if (co_await pages.next() == nullptr) f.log.emplace_back("still");
}

} // namespace

static_assert(std::is_copy_constructible_v<voice::AsyncClient>);
static_assert(sizeof(voice::AsyncClient) == 3 * sizeof(void*));

TEST_CASE("the asynchronous client calls back, with options and without") {
    Fixture f;
    f.async.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"},
                                    [&](const GetResult& result) { f.note(result); });
    f.async.get_speaker_search_task(get, {.deadline = Duration::seconds(3)},
                                    [&](const GetResult& result) { f.note(result); });
    REQUIRE(f.transport.pending.size() == 2);
    CHECK(f.transport.pending[0].request->url ==
          "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/vc/speaker-search-tasks/t");
    CHECK(f.transport.pending[1].request->timeouts.total == Duration::seconds(3));
    f.answer_status("IN_QUEUE");
    f.answer_status("SUCCEEDED");
    CHECK(f.log == Log{"IN_QUEUE", "SUCCEEDED"});
}

TEST_CASE("a method's callback may be an object that can only be moved") {
    Fixture f;
    auto log = std::make_unique<Log>();
    const Log& seen = *log;
    AsyncCall call =
        f.async.get_speaker_search_task(get, [&f, kept = std::move(log)](const GetResult& result) {
            kept->push_back(result.error().code);
            f.log = *kept;
        });
    CHECK(seen.empty());
    call.cancel();
    CHECK(f.transport.pending.empty());
    REQUIRE(f.log.size() == 1);
    CHECK_FALSE(f.log[0].empty());
}

TEST_CASE("a method that is neither awaited nor started sends nothing") {
    Fixture f;
    static_cast<void>(f.async.get_speaker_search_task(get));
    static_cast<void>(f.async.paginate_list_voice_connectors(list));
    static_cast<void>(f.async.poll_until_speaker_search_task_complete(get));
    CHECK(f.transport.started == 0);
    CHECK(f.timer.durations.empty());
}

TEST_CASE("a coroutine awaits the methods of the asynchronous client") {
    Fixture f;
    const Job job = await_one(f);
    REQUIRE(f.transport.pending.size() == 1);
    f.answer_status("SUCCEEDED");
    CHECK(job.done());
    CHECK(f.log == Log{"SUCCEEDED"});

    CancellationToken token;
    token.cancel();
    const Job cancelled = await_with_options(f, token);
    f.timer.turn();
    CHECK(cancelled.done());
    CHECK(f.transport.started == 1);
}

TEST_CASE("pending work may be moved, and started later with a callback") {
    Fixture f;
    auto work = f.async.get_speaker_search_task(get);
    auto moved = std::move(work);
    CHECK(f.transport.started == 0);
    AsyncCall call = std::move(moved).start([&](const GetResult& result) { f.note(result); });
    f.answer_status("SUCCEEDED");
    CHECK(f.log == Log{"SUCCEEDED"});
}

TEST_CASE("a wait on an event loop polls between turns of its timer") {
    Fixture f;
    f.async.poll_until_speaker_search_task_complete(get, [&](const GetResult& result) { f.note(result); });
    f.answer_status("IN_QUEUE");
    CHECK(f.transport.pending.empty());
    REQUIRE(f.timer.durations.size() == 1);
    CHECK(f.timer.durations[0] == Duration::seconds(5));
    f.timer.pass(Duration::milliseconds(4999));
    CHECK(f.transport.pending.empty());
    f.timer.pass(Duration::milliseconds(1));
    // An attempt is repeated within its poll.
    f.transport.fail(TransportStatus::connection_reset);
    f.timer.pass(Duration::seconds(1));
    f.answer_status("IN_PROGRESS");
    f.timer.pass(Duration::seconds(5));
    f.answer_status("SUCCEEDED");
    CHECK(f.log == Log{"SUCCEEDED"});
    CHECK(f.transport.started == 4);
    CHECK(f.environment.slept.empty());
    REQUIRE(f.transport.requests.size() == 4);
    CHECK(f.transport.requests[0].url == f.transport.requests[3].url);
}

TEST_CASE("a wait on an event loop ends as one that blocks does") {
    Fixture f;
    SECTION("in a failure state") {
        GetResult seen = Error{};
        f.async.poll_until_speaker_search_task_complete(get,
                                                        [&](GetResult result) { seen = std::move(result); });
        f.answer_status("FAILED");
        CHECK(seen.error().kind == ErrorKind::waiter);
        CHECK(seen.error().code == "WaiterFailure");
    }
    SECTION("by an error that no acceptor matches") {
        f.async.poll_until_speaker_search_task_complete(get,
                                                        [&](const GetResult& result) { f.note(result); });
        f.transport.answer(404, "{}", {{"x-amzn-errortype", "NotFoundException"}});
        CHECK(f.log == Log{"NotFoundException"});
    }
    SECTION("at its deadline") {
        f.async.poll_until_speaker_search_task_complete(get, {.deadline = Duration::seconds(12)},
                                                        [&](const GetResult& result) { f.note(result); });
        for (int i = 0; i < 4; ++i) {
            REQUIRE(f.transport.pending.size() == 1);
            f.answer_status("IN_PROGRESS");
            f.timer.pass(Duration::seconds(5));
        }
        CHECK(f.log == Log{"WaiterTimeout"});
        CHECK(f.transport.started == 4);
        CHECK(f.timer.durations ==
              std::vector{Duration::seconds(5), Duration::seconds(5), Duration::seconds(2)});
    }
}

TEST_CASE("a wait on an event loop can be cancelled at each step") {
    Fixture f;
    AsyncCall call = f.async.poll_until_speaker_search_task_complete(
        get, [&](const GetResult& result) { f.log.push_back(std::to_string(int(result.error().kind))); });
    const Log cancelled{std::to_string(int(ErrorKind::cancelled))};
    SECTION("while the first poll is under way") {
        call.cancel();
        CHECK(f.log == cancelled);
    }
    SECTION("between two polls") {
        f.answer_status("IN_PROGRESS");
        call.cancel();
        f.timer.turn();
        CHECK(f.log == cancelled);
        CHECK(f.transport.started == 1);
        CHECK(f.timer.now == 0);
    }
    SECTION("while a later poll is under way") {
        f.answer_status("IN_PROGRESS");
        f.timer.pass(Duration::seconds(5));
        REQUIRE(f.transport.pending.size() == 1);
        call.cancel();
        CHECK(f.log == cancelled);
    }
    SECTION("between two attempts of a poll") {
        f.answer_status("IN_PROGRESS");
        f.timer.pass(Duration::seconds(5));
        f.transport.fail(TransportStatus::connection_reset);
        call.cancel();
        f.timer.turn();
        CHECK(f.log == cancelled);
    }
    SECTION("and discarded between two polls") {
        f.answer_status("IN_PROGRESS");
        call.discard();
        f.timer.turn();
        CHECK(f.log.empty());
    }
    SECTION("or abandoned by its timer") {
        f.timer.drops = true;
        f.answer_status("IN_PROGRESS");
        CHECK(f.log.empty());
    }
    CHECK(f.transport.pending.empty());
    CHECK(f.timer.pending.empty());
}

TEST_CASE("a coroutine awaits a wait") {
    Fixture f;
    {
        const Job job = await_wait(f);
        f.answer_status("IN_PROGRESS");
        f.timer.pass(Duration::seconds(5));
        f.answer_status("SUCCEEDED");
        CHECK(job.done());
    }
    {
        const Job job = await_wait(f);
        f.answer_status("IN_PROGRESS");
    }
    f.timer.turn();
    CHECK(f.timer.pending.empty());
    CHECK(f.log == Log{"SUCCEEDED"});
}

TEST_CASE("a callback gets all pages, and then null") {
    Fixture f;
    f.async.paginate_list_voice_connectors({}, [&](const Page* page) { f.note(page); });
    f.answer_page("a");
    CHECK(f.log == Log{"a"});
    // An attempt is repeated within its page.
    f.transport.fail(TransportStatus::connection_reset);
    f.timer.pass(Duration::seconds(1));
    f.answer_page("b");
    REQUIRE(f.transport.pending.size() == 1);
    CHECK(f.transport.pending[0].request->url.find("next-token=b") != std::string::npos);
    f.answer_page(nullptr);
    CHECK(f.log == Log{"a", "b", "-", "end"});
    CHECK(f.transport.pending.empty());
    CHECK(f.timer.durations.size() == 1);
}

TEST_CASE("pages on an event loop end at an error, at a repeated token, and when the callback has enough") {
    Fixture f;
    SECTION("an error") {
        f.async.paginate_list_voice_connectors(list, [&](const Page* page) { f.note(page); });
        f.answer_page("a");
        f.transport.answer(403, "{}", {{"x-amzn-errortype", "ForbiddenException"}});
        CHECK(f.log == Log{"a", "ForbiddenException", "end"});
    }
    SECTION("a repeated token") {
        f.async.paginate_list_voice_connectors(list, [&](const Page* page) { f.note(page); });
        f.answer_page("a");
        f.answer_page("a");
        CHECK(f.log == Log{"a", "a", "RepeatedToken", "end"});
    }
    SECTION("enough") {
        f.async.paginate_list_voice_connectors(list, CallOptions{}, [&](const Page* page) {
            f.note(page);
            return f.log.size() < 2;
        });
        f.answer_page("a");
        f.answer_page("b");
        CHECK(f.log == Log{"a", "b"});
    }
    SECTION("enough, at a repeated token") {
        f.async.paginate_list_voice_connectors(list, [&](const Page* page) {
            f.note(page);
            return f.log.size() < 3;
        });
        f.answer_page("a");
        f.answer_page("a");
        CHECK(f.log == Log{"a", "a", "RepeatedToken"});
    }
    CHECK(f.transport.pending.empty());
}

TEST_CASE("pages on an event loop can be cancelled and discarded, also by their callback") {
    Fixture f;
    AsyncCall call;
    const auto witness = std::make_shared<int>(0);
    bool discards = false;
    f.async.paginate_list_voice_connectors(list).start(call, [&, kept = witness](const Page* page) {
        f.note(page);
        if (*kept == 1 && discards) call.discard();
        if (*kept == 1 && !discards) call.cancel();
    });
    SECTION("while a page is fetched") {
        f.answer_page("a");
        call.cancel();
        REQUIRE(f.log.size() == 3);
        CHECK(f.log[2] == "end");
    }
    SECTION("within the callback") {
        *witness = 1;
        f.answer_page("a");
        f.timer.turn();
        REQUIRE(f.log.size() == 3);
        CHECK(f.log[2] == "end");
        CHECK(f.transport.started == 1);
    }
    SECTION("by discarding them while a page is fetched") {
        f.answer_page("a");
        call.discard();
        CHECK(f.log == Log{"a"});
    }
    SECTION("by discarding them within the callback") {
        *witness = 1;
        discards = true;
        f.answer_page("a");
        f.timer.turn();
        CHECK(f.log == Log{"a"});
    }
    CHECK(witness.use_count() == 1);
    CHECK(f.transport.pending.empty());
}

TEST_CASE("a coroutine awaits pages") {
    Fixture f;
    {
        const Job job = await_pages(f);
        f.answer_page("a");
        f.answer_page("a");
        CHECK(job.done());
        CHECK(f.log == Log{"a", "a", "RepeatedToken", "end", "still"});
    }
    f.log.clear();
    {
        const Job job = await_pages(f);
        f.answer_page("a");
        CHECK(f.transport.pending.size() == 1);
    }
    CHECK(f.transport.pending.empty());
    CHECK(f.log == Log{"a"});
}

TEST_CASE("a hundred thousand pages that come at once use constant stack") {
    Fixture f;
    f.transport.at_once = true;
    f.transport.keeps_requests = false;
    f.transport.immediate = {TransportStatus::ok, {200, {}, R"({"NextToken":"first"})"}};
    int number = 0;
    f.async.paginate_list_voice_connectors(list, [&](const Page* page) {
        f.transport.immediate = {TransportStatus::ok,
                                 {200, {}, R"({"NextToken":")" + std::to_string(++number) + R"("})"}};
        return page != nullptr && number < 100'000;
    });
    f.timer.turn();
    CHECK(number == 100'000);
}
