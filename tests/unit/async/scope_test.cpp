// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/scope.hpp>
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>

#include "support/catch.hpp"
#include "unit/async/job.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
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
    std::optional<test::FakeAsyncTransport> transport{std::in_place};
    test::FakeTimer timer{};
    voice::Client client{
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &environment},
        AsyncOnly{}};
    voice::AsyncClient async = client.async(*transport, timer);
    std::optional<AsyncScope> scope{std::in_place};
    Log log{};

    void note(const GetResult& result) {
        log.push_back(result                                        ? "good"
                      : result.error().kind == ErrorKind::cancelled ? "cancelled"
                                                                    : result.error().code);
    }
    void spawn() {
        scope->spawn(async.get_speaker_search_task(get), [this](const GetResult& result) { note(result); });
    }
    inline static const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "vc",
                                                               .speaker_search_task_id = "t"};
};

Job join(Fixture& f) {
    co_await f.scope->join();
    f.log.emplace_back("joined");
}
/// Joins, and then destroys the scope.
Job join_and_destroy(Fixture& f) {
    co_await f.scope->join();
    f.scope.reset();
    f.log.emplace_back("destroyed");
}

} // namespace

TEST_CASE("a scope waits until the last of its calls has called back") {
    Fixture f;
    f.spawn();
    f.spawn();
    CHECK(f.scope->size() == 2);
    const Job job = join(f);
    f.scope->join([&] { f.log.emplace_back("joined by a callback"); });
    f.transport->answer(200, "{}", {}, 1);
    CHECK(f.log == Log{"good"});
    f.transport->answer(200, "{}");
    REQUIRE(f.log.size() == 4);
    CHECK(f.log[1] == "good");
    CHECK(f.log[2] != f.log[3]);
    CHECK(job.done());
    CHECK(f.scope->size() == 0);
}

TEST_CASE("a scope without calls does not wait, and can be used again") {
    Fixture f;
    CHECK(join(f).done());
    f.scope->join([&] { f.log.emplace_back("at once"); });
    CHECK(f.log == Log{"joined", "at once"});
    f.spawn();
    const Job job = join(f);
    CHECK_FALSE(job.done());
    f.transport->answer(200, "{}");
    CHECK(job.done());
}

TEST_CASE("a scope cancels the calls that run, at each of their steps") {
    Fixture f;
    f.spawn();
    f.spawn();
    f.transport->fail(TransportStatus::connection_reset);
    REQUIRE(f.timer.pending.size() == 1);
    f.scope->spawn(f.async.poll_until_speaker_search_task_complete(Fixture::get),
                   [&](const GetResult& result) { f.note(result); });
    f.transport->answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"IN_QUEUE"}})", {}, 1);
    f.scope->spawn(f.async.paginate_list_voice_connectors({}), [&](const Page* page) {
        f.log.push_back(page == nullptr ? "end" : *page ? "page" : "no page");
    });
    f.transport->answer(200, R"({"NextToken":"a"})", {}, 1);
    CHECK(f.log == Log{"page"});
    CHECK(f.scope->size() == 4);
    const Job job = join(f);
    f.scope->cancel_all();
    f.timer.turn();
    CHECK(job.done());
    CHECK(f.log == Log{"page", "cancelled", "no page", "end", "cancelled", "cancelled", "joined"});
    CHECK(f.transport->pending.empty());
    CHECK(f.timer.pending.empty());
}

TEST_CASE("callbacks may start more calls in their scope, also while it is cancelled") {
    Fixture f;
    f.scope->spawn(f.async.get_speaker_search_task(Fixture::get), [&](const GetResult& result) {
        f.note(result);
        f.spawn();
    });
    const Job job = join(f);
    f.scope->cancel_all();
    CHECK(f.log == Log{"cancelled"});
    CHECK_FALSE(job.done());
    REQUIRE(f.transport->pending.size() == 1);
    f.transport->answer(200, "{}");
    CHECK(f.log == Log{"cancelled", "good", "joined"});
}

TEST_CASE("a scope that is destroyed destroys its callbacks and calls none of them") {
    Fixture f;
    const auto witness = std::make_shared<int>(0);
    for (int i = 0; i < 3; ++i)
        f.scope->spawn(f.async.get_speaker_search_task(Fixture::get),
                       [kept = witness](const GetResult&) { ++*kept; });
    f.transport->fail(TransportStatus::connection_reset);
    CHECK(witness.use_count() == 4);
    f.scope.reset();
    CHECK(witness.use_count() == 1);
    f.timer.turn();
    CHECK(f.transport->pending.empty());
    CHECK(f.timer.pending.empty());
    CHECK(*witness == 0);
}

TEST_CASE("a scope may be destroyed by its callbacks, and by the coroutine that joins it") {
    Fixture f;
    SECTION("by a callback, while another call runs") {
        f.spawn();
        f.scope->spawn(f.async.get_speaker_search_task(Fixture::get), [&](const GetResult& result) {
            f.scope.reset();
            f.note(result);
        });
        f.transport->answer(200, "{}", {}, 1);
        CHECK(f.log == Log{"good"});
        CHECK(f.transport->pending.empty());
    }
    SECTION("by a callback of pages") {
        f.scope->spawn(f.async.paginate_list_voice_connectors({}), [&](const Page*) {
            f.log.emplace_back("page");
            f.scope.reset();
        });
        f.transport->answer(200, R"({"NextToken":"a"})");
        f.timer.turn();
        CHECK(f.log == Log{"page"});
        CHECK(f.transport->pending.empty());
    }
    SECTION("by a callback, within cancel_all") {
        f.scope->spawn(f.async.get_speaker_search_task(Fixture::get), [&](const GetResult& result) {
            f.scope.reset();
            f.note(result);
        });
        f.spawn();
        f.scope->cancel_all();
        CHECK(f.log == Log{"cancelled"});
        CHECK(f.transport->pending.empty());
    }
    SECTION("by the coroutine") {
        f.spawn();
        const Job job = join_and_destroy(f);
        f.transport->answer(200, "{}");
        CHECK(job.done());
        CHECK(f.log == Log{"good", "destroyed"});
    }
}

TEST_CASE("a coroutine that is destroyed no longer waits for a scope") {
    Fixture f;
    f.spawn();
    {
        const Job job = join(f);
    }
    f.transport->answer(200, "{}");
    CHECK(f.log == Log{"good"});
}

TEST_CASE("calls that the loop drops leave their scope") {
    Fixture f;
    const auto witness = std::make_shared<int>(0);
    f.scope->spawn(f.async.get_speaker_search_task(Fixture::get),
                   [kept = witness](const GetResult&) { ++*kept; });
    const Job job = join(f);
    f.transport.reset();
    CHECK(job.done());
    CHECK(witness.use_count() == 1);
    CHECK(*witness == 0);
}

namespace {

/// Ends each attempt and each wait on another thread.
class ThreadLoop final : public AsyncTransport, public AsyncTimer {
  public:
    void cancel(const void*) noexcept override {}
    void start(Duration, TimerCompletion completion) noexcept override {
        const std::lock_guard lock(mutex_);
        threads_.emplace_back([done = std::move(completion)]() mutable { done(); });
    }
    void start(const HttpRequest&, ResponseSink& sink, AttemptCompletion completion) noexcept override {
        const std::lock_guard lock(mutex_);
        threads_.emplace_back([&sink, done = std::move(completion)]() mutable {
            const bool taken = !sink.cancelled() && sink.on_head(200, {}) && sink.on_body({});
            done({taken ? TransportStatus::ok : TransportStatus::cancelled, {}});
        });
    }
    ~ThreadLoop() override {
        for (;;) {
            std::vector<std::thread> threads;
            {
                const std::lock_guard lock(mutex_);
                threads.swap(threads_);
            }
            if (threads.empty()) return;
            for (std::thread& thread : threads) thread.join();
        }
    }

  private:
    std::mutex mutex_{};
    std::vector<std::thread> threads_{};
};

} // namespace

TEST_CASE("a scope is used by several threads") {
    Fixture f;
    std::atomic<int> ended{0};
    std::atomic<bool> joined{false};
    constexpr int calls = 200;
    {
        ThreadLoop loop;
        const voice::AsyncClient async = f.client.async(loop, loop);
        std::thread canceller([&] {
            while (ended < calls / 2) f.scope->cancel_all();
        });
        for (int i = 0; i < calls; ++i)
            f.scope->spawn(async.get_speaker_search_task(Fixture::get), [&](const GetResult&) { ++ended; });
        canceller.join();
        f.scope->join([&] { joined = true; });
    }
    CHECK(ended == calls);
    CHECK(joined);
    CHECK(f.scope->size() == 0);
}
