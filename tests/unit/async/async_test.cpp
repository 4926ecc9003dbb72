// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/async.hpp>
#include <belfry/call/state.hpp>
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;
using voice::operations::GetSpeakerSearchTask;
using GetResult = Result<voice::GetSpeakerSearchTaskResponse>;

struct Fixture {
    test::FakeEnvironment environment{};
    std::optional<test::FakeAsyncTransport> transport{std::in_place};
    std::optional<test::FakeTimer> timer{std::in_place};
    voice::Client client;
    AsyncCaller caller{client, *transport, *timer};
    std::vector<GetResult> results{};

    explicit Fixture(int max_attempts = 3, std::size_t max_response_bytes = 1000)
        : client{{.region = "us-east-1",
                  .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
                  .retry = {.max_attempts = max_attempts},
                  .max_response_bytes = max_response_bytes,
                  .environment = &environment},
                 AsyncOnly{}} {}

    AsyncCall get(const CallOptions& options = {}, const char* id = "t") {
        return caller.start(GetSpeakerSearchTask{},
                            {.voice_connector_id = "vc", .speaker_search_task_id = id}, options,
                            [this](GetResult result) { results.push_back(std::move(result)); });
    }
};

/// An object with the lifetime of the callback that holds it.
using Witness = std::shared_ptr<int>;

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "vc", .speaker_search_task_id = "t"};

} // namespace

TEST_CASE("an asynchronous call sends one signed request and passes the output to its callback") {
    Fixture f;
    f.get();
    REQUIRE(f.transport->pending.size() == 1);
    CHECK(f.results.empty());
    const HttpRequest& request = *f.transport->pending[0].request;
    CHECK(request.method == "GET");
    CHECK(request.url ==
          "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/vc/speaker-search-tasks/t");
    CHECK(request.headers.contains("Authorization"));
    f.transport->answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"IN_QUEUE"}})",
                        {{"x-amzn-RequestId", "r-1"}});
    REQUIRE(f.results.size() == 1);
    REQUIRE(f.results[0]);
    CHECK(f.results[0]->speaker_search_task->speaker_search_task_status ==
          voice::SpeakerSearchTaskStatus::IN_QUEUE);
    CHECK(f.results[0].metadata().request_id == "r-1");
    CHECK(f.results[0].metadata().attempts == 1);
    CHECK(f.timer->durations.empty());
    CHECK(f.environment.slept.empty());
}

TEST_CASE("an asynchronous call waits on the timer between attempts and does not sleep") {
    Fixture f;
    f.caller.start(voice::operations::StartSpeakerSearchTask{},
                   {.voice_connector_id = "vc", .transaction_id = "t", .voice_profile_domain_id = "d"},
                   [&](Result<voice::StartSpeakerSearchTaskResponse> result) {
                       REQUIRE(result);
                       CHECK(result.metadata().attempts == 3);
                       f.results.push_back(Error{});
                   });
    f.transport->answer(429, R"({"Message":"slow down"})",
                        {{"x-amzn-errortype", "ThrottledClientException"}});
    CHECK(f.transport->pending.empty());
    REQUIRE(f.timer->durations.size() == 1);
    const Duration first = f.timer->durations[0];
    CHECK(first.count_milliseconds() >= 990); // a jitter of 0xffff/0x10000 of a second
    f.timer->pass(Duration::nanoseconds(first.count() - 1));
    CHECK(f.transport->pending.empty());
    f.timer->pass(Duration::nanoseconds(1));
    f.transport->fail(TransportStatus::connection_reset);
    f.timer->pass(Duration::seconds(20));
    f.transport->answer(201, "{}");
    CHECK(f.results.size() == 1);
    REQUIRE(f.transport->requests.size() == 3);
    // The idempotency token stays.
    CHECK(f.transport->requests[0].body == f.transport->requests[2].body);
    CHECK(f.environment.slept.empty());
}

TEST_CASE("an asynchronous call asks once more for a success that cannot be read") {
    Fixture f;
    f.get();
    f.transport->answer(200, R"({"SpeakerSearchTask":)");
    CHECK(f.results.empty());
    f.timer->pass(Duration::seconds(1));
    f.transport->answer(200, "{}");
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0]);
    CHECK(f.results[0].metadata().attempts == 2);
}

TEST_CASE("an asynchronous call can be cancelled or discarded before it asks once more") {
    Fixture f;
    AsyncCall call = f.get();
    f.transport->answer(200, R"({"SpeakerSearchTask":)");
    call.cancel();
    f.timer->pass(Duration::seconds(1));
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::cancelled);
    AsyncCall other = f.get();
    f.transport->answer(200, R"({"SpeakerSearchTask":)");
    other.discard();
    f.timer->pass(Duration::seconds(1));
    CHECK(f.results.size() == 1);
    CHECK(f.transport->pending.empty());
}

TEST_CASE("an asynchronous call gives a modelled error with its members") {
    Fixture f;
    f.get();
    f.transport->answer(404, R"({"Code":"NotFound","Message":"no such task"})",
                        {{"x-amzn-errortype", "NotFoundException"}});
    REQUIRE(f.results.size() == 1);
    REQUIRE_FALSE(f.results[0]);
    CHECK(f.results[0].error().code == "NotFoundException");
    CHECK(f.results[0].error().as<voice::NotFoundException>()->message == "no such task");
}

TEST_CASE("a call that fails before it sends calls back from the loop, not from within start") {
    Fixture f;
    f.caller.start(GetSpeakerSearchTask{}, voice::GetSpeakerSearchTaskRequest(),
                   [&](GetResult result) { f.results.push_back(std::move(result)); });
    CHECK(f.results.empty());
    f.timer->turn();
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::validation);
    CHECK(f.transport->started == 0);
}

TEST_CASE("the input, the options and the handle may be destroyed after start") {
    Fixture f;
    {
        auto input = std::make_unique<voice::GetSpeakerSearchTaskRequest>(get);
        auto timeouts = std::make_unique<Timeouts>(Timeouts{.total = Duration::seconds(7)});
        f.caller.start(GetSpeakerSearchTask{}, *input, {.timeouts = *timeouts},
                       [&](GetResult result) { f.results.push_back(std::move(result)); });
    }
    f.transport->fail(TransportStatus::connection_reset);
    f.timer->pass(Duration::seconds(20));
    REQUIRE(f.transport->pending.size() == 1);
    CHECK(f.transport->pending[0].request->timeouts.total == Duration::seconds(7));
    f.transport->answer(200, "{}");
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0]);
}

TEST_CASE("a call can be cancelled while it sends") {
    Fixture f;
    AsyncCall call = f.get();
    call.cancel();
    CHECK(f.transport->pending.empty());
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::cancelled);
    CHECK(f.transport->started == 1);
    call.cancel(); // too late, but harmless
    CHECK(f.results.size() == 1);
}

TEST_CASE("a call can be cancelled while it waits") {
    Fixture f;
    AsyncCall call = f.get();
    f.transport->fail(TransportStatus::connection_reset);
    REQUIRE(f.timer->pending.size() == 1);
    call.cancel();
    f.timer->turn();
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::cancelled);
    CHECK(f.results[0].error().attempts == 1);
    CHECK(f.timer->now == 0);
}

TEST_CASE("a cancelled call does not wait for an attempt that fails otherwise") {
    Fixture f;
    CancellationToken token;
    f.get({.cancellation = &token});
    token.cancel();
    f.transport->fail(TransportStatus::connection_reset);
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::cancelled);
    CHECK(f.timer->durations.empty());
}

TEST_CASE("a cancellation token ends a running asynchronous call and prevents another") {
    Fixture f;
    CancellationToken token;
    f.get({.cancellation = &token});
    CHECK_FALSE(f.transport->pending[0].sink->cancelled());
    token.cancel();
    CHECK(f.transport->pending[0].sink->cancelled());
    f.transport->answer(200, "{}");
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::cancelled);

    f.get({.cancellation = &token});
    f.timer->turn();
    REQUIRE(f.results.size() == 2);
    CHECK(f.results[1].error().kind == ErrorKind::cancelled);
    CHECK(f.transport->started == 1);
}

TEST_CASE("a response that is too large for an asynchronous call is an error") {
    Fixture f(3, 50);
    f.get();
    f.transport->answer(200, std::string(51, ' '));
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::response);
    CHECK(f.results[0].error().code == "ResponseTooLarge");
}

TEST_CASE("an asynchronous transport that does not set a status is a transport error") {
    Fixture f(1);
    f.get();
    f.transport->answer(0, "{}");
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::transport);
    CHECK(f.results[0].error().message.find("status") != std::string::npos);
}

TEST_CASE("several asynchronous calls run at once and end in any order") {
    Fixture f;
    std::vector<std::string> order;
    for (const char* const id : {"a", "b", "c"})
        f.caller.start(GetSpeakerSearchTask{}, {.voice_connector_id = "vc", .speaker_search_task_id = id},
                       [&order, id](const GetResult& result) {
                           REQUIRE(result);
                           order.push_back(id + *result->speaker_search_task->speaker_search_task_id);
                       });
    REQUIRE(f.transport->pending.size() == 3);
    f.transport->answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"3"}})", {}, 2);
    f.transport->fail(TransportStatus::connection_reset, 0);
    f.transport->answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"2"}})");
    f.timer->pass(Duration::seconds(20));
    f.transport->answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"1"}})");
    CHECK(order == std::vector<std::string>{"c3", "b2", "a1"});
}

namespace {

/// Makes a call, from its callback the next, and so on; records the greatest stack depth.
struct Chain {
    Fixture& f;
    int left;
    std::uintptr_t lowest = UINTPTR_MAX;
    std::uintptr_t highest = 0;
    bool failed = false;

    void next() {
        const char here = 0;
        const auto address = reinterpret_cast<std::uintptr_t>(&here);
        lowest = std::min(lowest, address);
        highest = std::max(highest, address);
        if (left-- == 0) return;
        f.caller.start(GetSpeakerSearchTask{}, get, [this](const GetResult& result) {
            failed = failed || !result;
            next();
        });
    }
};

} // namespace

TEST_CASE("a hundred thousand calls that complete immediately, each started by the previous one, use "
          "constant stack") {
    Fixture f;
    f.transport->at_once = true;
    f.transport->keeps_requests = false;
    f.transport->immediate = {TransportStatus::ok, {200, {}, "{}"}};
    Chain chain{f, 100'000};
    chain.next();
    f.timer->turn();
    CHECK(f.transport->started == 100'000);
    CHECK(chain.left == -1);
    CHECK_FALSE(chain.failed);
    CHECK(chain.highest - chain.lowest < 16 * 1024);
}

TEST_CASE("a hundred thousand retries that fail immediately use constant stack") {
    Fixture f(100'000);
    f.client.core().state().retry_tokens = RetryTokenBucket(100'000'000);
    f.transport->at_once = true;
    f.transport->keeps_requests = false;
    f.transport->immediate = {TransportStatus::connection_reset, {}};
    f.timer->at_once = true;
    // With a frame of a kilobyte for each, they would overflow any stack.
    f.get();
    CHECK(f.transport->started == 100'000);
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().attempts == 100'000);
}

TEST_CASE("destroying the loop frees its calls without calling back") {
    Fixture f;
    const Witness witness = std::make_shared<int>(0);
    const auto callback = [witness, &f](GetResult result) { f.results.push_back(std::move(result)); };
    AsyncCall held = f.caller.start(GetSpeakerSearchTask{}, get, callback);
    f.caller.start(GetSpeakerSearchTask{}, get, callback);
    f.caller.start(GetSpeakerSearchTask{}, get, callback);
    f.caller.start(GetSpeakerSearchTask{}, voice::GetSpeakerSearchTaskRequest(), callback);
    f.transport->fail(TransportStatus::connection_reset);
    CHECK(f.transport->pending.size() == 2);
    CHECK(f.timer->pending.size() == 2);
    CHECK(witness.use_count() == 6);
    f.timer.reset();
    CHECK(witness.use_count() == 4);
    f.transport.reset();
    CHECK(witness.use_count() == 2);
    CHECK(f.results.empty());
    held.cancel(); // there is no work left to cancel
}

TEST_CASE("a transport or a timer that destroys a completion ends the call with an error") {
    Fixture f;
    const Witness witness = std::make_shared<int>(0);
    const auto callback = [witness, &f](GetResult result) { f.results.push_back(std::move(result)); };
    f.transport->drops = true;
    f.caller.start(GetSpeakerSearchTask{}, get, callback);
    CHECK(witness.use_count() == 2);
    f.transport->drops = false;
    f.timer->drops = true;
    f.caller.start(GetSpeakerSearchTask{}, get, callback);
    f.transport->fail(TransportStatus::connection_reset);
    CHECK(witness.use_count() == 2);
    CHECK(f.results.empty());
}

TEST_CASE("an asynchronous call keeps its retry options") {
    Fixture f;
    {
        const auto options = std::make_unique<RetryOptions>(
            RetryOptions{.max_attempts = 2, .base_delay = Duration::seconds(15)});
        f.get({.retry = options.get()});
    }
    f.transport->fail(TransportStatus::connection_reset);
    REQUIRE(f.timer->durations.size() == 1);
    CHECK(f.timer->durations[0].count_milliseconds() >= 14'990);
    f.timer->pass(Duration::seconds(15));
    f.transport->fail(TransportStatus::connection_reset);
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().attempts == 2);
}

TEST_CASE("a discarded call does not call back") {
    Fixture f;
    const Witness witness = std::make_shared<int>(0);
    const auto callback = [witness, &f](GetResult result) { f.results.push_back(std::move(result)); };
    AsyncCall sending = f.caller.start(GetSpeakerSearchTask{}, get, callback);
    sending.discard();
    CHECK(witness.use_count() == 2);
    AsyncCall waiting = f.caller.start(GetSpeakerSearchTask{}, get, callback);
    f.transport->fail(TransportStatus::connection_reset);
    waiting.discard();
    f.timer->turn();
    CHECK(witness.use_count() == 2);
    CHECK(f.results.empty());
}

TEST_CASE("a callback may free everything that the call refers to") {
    auto f = std::make_unique<Fixture>();
    std::optional<GetResult> kept;
    auto transport = std::make_unique<test::FakeAsyncTransport>();
    const AsyncCaller caller(f->client.core(), *transport, *f->timer);
    caller.start(GetSpeakerSearchTask{}, get, [&](GetResult result) {
        kept.emplace(std::move(result));
        f.reset();
    });
    transport->answer(404, R"({"Message":"m"})", {{"x-amzn-errortype", "NotFoundException"}});
    REQUIRE(kept);
    CHECK(kept->error().as<voice::NotFoundException>()->message == "m");
}

TEST_CASE("a callback that runs within cancel may free the handle and the loop") {
    Fixture f;
    auto call = std::make_unique<AsyncCall>();
    ErrorKind kind = ErrorKind::none;
    *call = f.caller.start(GetSpeakerSearchTask{}, get, [&](const GetResult& result) {
        kind = result.error().kind;
        call.reset();
        f.timer.reset();
    });
    call->cancel();
    CHECK(kind == ErrorKind::cancelled);
    CHECK_FALSE(call);
}

TEST_CASE("a move-only callback is called once") {
    Fixture f;
    int called = 0;
    f.caller.start(GetSpeakerSearchTask{}, get,
                   [&called, unique = std::make_unique<int>(41)](const GetResult&) mutable {
                       called = ++*unique;
                       unique.reset();
                   });
    f.transport->answer(200, "{}");
    CHECK(called == 42);
}

TEST_CASE("a blocking call on a client with only an asynchronous transport is an error") {
    Fixture f(1);
    const auto result = f.client.get_speaker_search_task(get);
    REQUIRE_FALSE(result);
    CHECK(result.error().message.find("AsyncOnly") != std::string::npos);
}

namespace {

/// Completes each piece of work on one of its threads.
class ThreadedLoop final : public AsyncTransport, public AsyncTimer {
  public:
    ~ThreadedLoop() override {
        for (;;) {
            std::vector<std::thread> finished;
            {
                const std::lock_guard lock(mutex_);
                finished.swap(threads_);
            }
            if (finished.empty()) return;
            for (std::thread& thread : finished) thread.join();
        }
    }
    void start(const HttpRequest&, ResponseSink& sink, AttemptCompletion completion) noexcept override {
        run([&sink, moved = std::move(completion), fails = fails_next()]() mutable {
            if (fails) return moved({TransportStatus::connection_reset, {}});
            if (sink.cancelled() || !sink.on_head(200, {})) return moved({TransportStatus::cancelled, {}});
            sink.on_body(std::as_bytes(std::span("{}", 2)));
            moved({});
        });
    }
    void start(Duration, TimerCompletion completion) noexcept override {
        run([moved = std::move(completion)]() mutable { moved(); });
    }
    void cancel(const void*) noexcept override {}

  private:
    [[nodiscard]] bool fails_next() {
        const int attempt = ++attempts_;
        return attempt <= 300 && attempt % 3 == 0;
    }
    template <class F> void run(F f) {
        const std::lock_guard lock(mutex_);
        threads_.emplace_back(std::move(f));
    }
    std::mutex mutex_;
    std::vector<std::thread> threads_;
    std::atomic<int> attempts_{0};
};

} // namespace

TEST_CASE("a call calls back once if completion and cancelling race") {
    Fixture f(1000); // more than fail
    f.client.core().state().retry_tokens = RetryTokenBucket(1'000'000);
    std::atomic<int> succeeded{0};
    std::atomic<int> cancelled{0};
    std::vector<Error> others;
    std::mutex mutex;
    {
        ThreadedLoop loop;
        const AsyncCaller caller(f.client, loop, loop);
        for (int i = 0; i < 200; ++i) {
            AsyncCall call = caller.start(GetSpeakerSearchTask{}, get, [&](const GetResult& result) {
                if (result) {
                    ++succeeded;
                } else if (result.error().kind == ErrorKind::cancelled) {
                    ++cancelled;
                } else {
                    const std::lock_guard lock(mutex);
                    others.push_back(result.error());
                }
            });
            if (i % 4 == 0) call.cancel();
        }
    }
    for (const Error& error : others)
        FAIL_CHECK(error.code << ": " << error.message << " " << error.attempts);
    CHECK(succeeded + cancelled == 200);
    CHECK(succeeded >= 150);
}

namespace {

/// Completes at once, on a thread that waits for nothing else.
class EagerTimer final : public AsyncTimer {
  public:
    ~EagerTimer() override {
        stopped_ = true;
        thread_.join();
    }
    void start(Duration, TimerCompletion completion) noexcept override {
        next_.emplace(std::move(completion));
        armed_.store(true, std::memory_order_release);
    }
    [[nodiscard]] std::thread::id thread() const noexcept { return thread_.get_id(); }

  private:
    void loop() {
        while (!stopped_) {
            if (!armed_.exchange(false, std::memory_order_acq_rel)) continue;
            TimerCompletion completion = std::move(*next_);
            next_.reset();
            completion();
        }
    }
    std::optional<TimerCompletion> next_{};
    std::atomic<bool> armed_{false};
    std::atomic<bool> stopped_{false};
    std::thread thread_{[this] { loop(); }};
};

} // namespace

TEST_CASE("a callback runs on the timer's thread even if the timer is faster than start") {
    Fixture f;
    EagerTimer timer;
    const AsyncCaller caller(f.client, *f.transport, timer);
    int elsewhere = 0;
    std::atomic<int> called{0};
    for (int i = 0; i < 5'000; ++i) {
        caller.start(GetSpeakerSearchTask{}, voice::GetSpeakerSearchTaskRequest(), [&](const GetResult&) {
            if (std::this_thread::get_id() != timer.thread()) ++elsewhere;
            ++called;
        });
        while (called.load() != i + 1) std::this_thread::yield();
    }
    CHECK(elsewhere == 0);
}

TEST_CASE("a deadline limits the attempts of an asynchronous call and the waits between them") {
    Fixture f;
    f.get({.deadline = Duration::seconds(10)});
    REQUIRE(f.transport->pending.size() == 1);
    CHECK(f.transport->pending[0].request->timeouts.total == Duration::seconds(10));
    f.environment.time.seconds += 6;
    f.transport->fail(TransportStatus::connection_reset);
    f.timer->pass(Duration::seconds(1));
    REQUIRE(f.transport->pending.size() == 1);
    CHECK(f.transport->pending[0].request->timeouts.total == Duration::seconds(4));
    f.environment.time.seconds += 4;
    f.transport->fail(TransportStatus::timed_out);
    CHECK(f.timer->pending.empty());
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::timeout);
    CHECK(f.results[0].error().attempts == 2);
}

TEST_CASE("an asynchronous call with one attempt is not retried") {
    Fixture f;
    f.get({.max_attempts = 1});
    f.transport->fail(TransportStatus::timed_out);
    f.timer->turn();
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().attempts == 1);
    CHECK(f.transport->started == 1);
}
