// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/coroutine.hpp>
#include <belfry/async_credentials.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/default_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "unit/async/loop.hpp"
#include "unit/identity/scripted.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;
using voice::operations::GetSpeakerSearchTask;
using GetResult = Result<voice::GetSpeakerSearchTaskResponse>;
using test::ManualEnvironment;

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "vc", .speaker_search_task_id = "t"};

/// The answer of a container's server. Its credentials expire at that minute after 2026-01-01T00:00:00Z.
std::string keys(const std::string& id, int minute) {
    return R"({"AccessKeyId":")" + id +
           R"(","SecretAccessKey":"secret","Token":"token","Expiration":"2026-01-01T00:)" +
           (minute < 10 ? "0" : "") + std::to_string(minute) + R"(:00Z"})";
}

/// The access key of a request's signature.
std::string key_of(const HttpRequest& request) {
    const auto value = request.headers.find("Authorization");
    if (!value.has_value()) return "(none)";
    const std::size_t begin = value->find("Credential=") + 11;
    return std::string(value->substr(begin, value->find('/') - begin));
}

/// A client whose credentials come from a container's server. Both are reached by the same loop, in which the
/// requests wait for the test.
struct Fixture {
    ManualEnvironment environment{};
    test::FakeAsyncTransport transport{};
    test::FakeTimer timer{};
    test::MemorySettings settings{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/keys"}}, {}};
    ContainerCredentialsSource source{settings};
    std::optional<AsyncCredentials> credentials{std::in_place, source, transport, timer, environment};
    voice::Client client;
    AsyncCaller caller{client, transport, timer};
    std::vector<GetResult> results{};

    explicit Fixture(Interceptor* interceptor = nullptr)
        : client{{.region = "us-east-1",
                  .credentials = *credentials,
                  .environment = &environment,
                  .interceptor = interceptor},
                 AsyncOnly{}} {}

    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
    /// As when a loop ends before what it works for.
    ~Fixture() {
        transport.pending.clear();
        timer.pending.clear();
    }

    AsyncCall start(const CallOptions& options = {}) {
        return caller.start(GetSpeakerSearchTask{}, get, options,
                            [this](GetResult result) { results.push_back(std::move(result)); });
    }
    /// Answers the request of the fetch, and lets the calls that wait for it look.
    void give(const std::string& document, int status = 200, std::size_t index = 0) {
        transport.answer(status, document, {}, index);
        look();
    }
    void look() { timer.pass(Duration::milliseconds(50)); }
    /// The URL or, of the service's requests, the access key that signed each request that is pending.
    [[nodiscard]] std::vector<std::string> pending() const {
        std::vector<std::string> found;
        for (const auto& attempt : transport.pending)
            found.push_back(attempt.request->url.starts_with("http://localhost/") ? attempt.request->url
                                                                                  : key_of(*attempt.request));
        return found;
    }
};

using Texts = std::vector<std::string>;
const std::string server = "http://localhost/keys";

} // namespace

TEST_CASE("calls wait for one fetch of their credentials, and go on when it ends") {
    Fixture f;
    CHECK(f.pending().empty());
    for (int i = 0; i < 3; ++i) f.start();
    CHECK(f.pending() == Texts{server});
    // They look for it, after ever longer times.
    f.timer.pass(Duration::milliseconds(500));
    CHECK(f.timer.durations.size() < 50);
    CHECK(f.pending() == Texts{server});
    CHECK(f.results.empty());
    CHECK(f.credentials->credentials().error().code == "NotFetched");
    f.give(keys("A", 60 - 1));
    CHECK(f.pending() == Texts{"A", "A", "A"});
    CHECK(f.results.empty());
    while (!f.transport.pending.empty()) f.transport.answer(200, "{}");
    REQUIRE(f.results.size() == 3);
    for (const GetResult& result : f.results) CHECK(result);
    CHECK(f.environment.slept == 0);
    // A call that blocks gets what is kept.
    CHECK(f.credentials->credentials()->access_key_id == "A");
    CHECK(f.credentials->describe() == "the container");
}

TEST_CASE("calls that wait for a fetch share its error, and the next one begins another fetch") {
    Fixture f;
    for (int i = 0; i < 2; ++i) f.start();
    f.give("not you", 400);
    CHECK(f.pending().empty());
    REQUIRE(f.results.size() == 2);
    for (const GetResult& result : f.results) {
        CHECK(result.error().kind == ErrorKind::credentials);
        CHECK(result.error().message.find("not you") != std::string::npos);
    }
    f.start();
    CHECK(f.pending() == Texts{server});
    f.give(keys("A", 30));
    CHECK(f.pending() == Texts{"A"});
}

TEST_CASE("a source that asks again waits on the loop's timer") {
    Fixture f;
    f.start();
    f.transport.answer(503, "");
    CHECK(f.pending().empty());
    f.timer.pass(Duration::seconds(1));
    CHECK(f.pending() == Texts{server});
    f.transport.fail(TransportStatus::timed_out);
    f.timer.pass(Duration::seconds(1));
    f.give(keys("A", 30));
    CHECK(f.pending() == Texts{"A"});
    CHECK(f.environment.slept == 0);
}

TEST_CASE("credentials are renewed while calls go on with those that are valid") {
    Fixture f;
    f.start();
    f.give(keys("A", 20));
    f.transport.answer(200, "{}");
    f.environment.time.seconds += 15 * 60;
    f.start();
    f.start();
    // The first of them renews.
    CHECK(f.pending() == Texts{server, "A", "A"});
    f.give(keys("B", 40));
    f.start();
    CHECK(f.pending() == Texts{"A", "A", "B"});
    // A failure leaves what is valid, and is not repeated for a minute.
    f.environment.time.seconds += 20 * 60;
    f.start();
    REQUIRE(f.pending() == Texts{"A", "A", "B", server, "B"});
    f.transport.answer(400, "", {}, 3);
    f.start();
    CHECK(f.pending() == Texts{"A", "A", "B", "B", "B"});
    f.environment.time.seconds += 60;
    f.start();
    CHECK(f.pending() == Texts{"A", "A", "B", "B", "B", server, "B"});
    // Later they have expired, and calls wait.
    f.environment.time.seconds += 5 * 60;
    f.start();
    CHECK(f.pending().size() == 7);
    f.give(keys("C", 59), 200, 5);
    CHECK(f.pending().back() == "C");
}

TEST_CASE("calls get credentials that expire within seconds, if they have waited for them") {
    Fixture f;
    for (int i = 0; i < 2; ++i) f.start();
    f.environment.time.seconds = 1'767'225'600 + 55;
    f.give(keys("A", 1));
    CHECK(f.pending() == Texts{"A", "A"});
    f.start();
    CHECK(f.pending() == Texts{"A", "A", server});
}

TEST_CASE("a call that waits for credentials can be cancelled or discarded") {
    Fixture f;
    AsyncCall first = f.start();
    AsyncCall second = f.start();
    const auto witness = std::make_shared<int>();
    AsyncCall third = f.caller.start(GetSpeakerSearchTask{}, get,
                                     [witness](const GetResult&) { FAIL("the call was discarded"); });
    first.cancel();
    third.discard();
    // The callback runs on the loop.
    CHECK(f.results.empty());
    f.timer.turn();
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::cancelled);
    CHECK(f.results[0].metadata().attempts == 0);
    CHECK(witness.use_count() == 1);
    // The fetch is of use to others.
    CHECK(f.pending() == Texts{server});
    f.give(keys("A", 30));
    CHECK(f.pending() == Texts{"A"});
    f.transport.answer(200, "{}");
    CHECK(f.results.size() == 2);
    first.cancel();
    third.cancel();
    CHECK(f.results.size() == 2);
}

TEST_CASE("a call that waits for credentials can be cancelled by its token") {
    Fixture f;
    CancellationToken token;
    f.start({.cancellation = &token});
    token.cancel();
    CHECK(f.results.empty());
    f.look();
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::cancelled);
    CHECK(f.pending() == Texts{server});
}

TEST_CASE("a deadline ends a call that waits for credentials, with the error of the attempt before") {
    class Clock final : public Environment {
      public:
        Timestamp now() noexcept override { return {1'767'225'600, 0}; }
        Duration steady_time() noexcept override { return Duration::nanoseconds(timer->now); }
        void sleep(Duration) noexcept override {}
        bool random(unsigned char*, std::size_t) noexcept override { return false; }
        test::FakeTimer* timer = nullptr;
    };
    Clock clock;
    Fixture f;
    clock.timer = &f.timer;
    const voice::Client client{{.region = "us-east-1", .credentials = *f.credentials, .environment = &clock},
                               AsyncOnly{}};
    const AsyncCaller caller(client, f.transport, f.timer);
    const auto start = [&] {
        caller.start(GetSpeakerSearchTask{}, get, {.deadline = Duration::seconds(5)},
                     [&](GetResult result) { f.results.push_back(std::move(result)); });
    };
    start();
    f.timer.pass(Duration::milliseconds(4'999));
    CHECK(f.results.empty());
    f.timer.pass(Duration::milliseconds(1));
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().code == "DeadlineExceeded");
    f.give(keys("A", 1));
    // The same if a later attempt waits.
    start();
    REQUIRE(f.pending() == Texts{"A"});
    f.environment.time.seconds += 60;
    f.transport.answer(503, "");
    f.timer.pass(Duration::seconds(1));
    REQUIRE(f.pending() == Texts{server});
    f.timer.pass(Duration::seconds(5));
    REQUIRE(f.results.size() == 2);
    CHECK(f.results[1].error().http_status == 503);
    CHECK(f.results[1].error().attempts == 1);
}

TEST_CASE("each attempt asks for credentials, and an interceptor lets it pass once") {
    class Counter final : public Interceptor {
      public:
        Duration before_attempt(const AttemptInfo& attempt, HttpRequest&) override {
            numbers.push_back(attempt.number);
            return {};
        }
        void after_attempt(const AttemptInfo& attempt, int, const Headers&, const Error&) override {
            numbers.push_back(-attempt.number);
        }
        std::vector<int> numbers{};
    };
    Counter counter;
    Fixture f(&counter);
    f.start();
    CHECK(counter.numbers == std::vector<int>{1});
    f.give(keys("A", 1));
    CHECK(counter.numbers == std::vector<int>{1});
    f.environment.time.seconds += 60;
    f.transport.answer(503, "");
    f.timer.pass(Duration::seconds(1));
    CHECK(f.pending() == Texts{server});
    f.give(keys("B", 30));
    CHECK(f.pending() == Texts{"B"});
    f.transport.answer(200, "{}");
    CHECK(counter.numbers == std::vector<int>{1, -1, 2, -2});
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].metadata().attempts == 2);
}

TEST_CASE("a transport that answers within start does not recurse or lose a call") {
    Fixture f;
    f.transport.at_once = true;
    f.transport.immediate = {TransportStatus::ok, {200, {}, keys("A", 30)}};
    f.start();
    // A callback is not called from within start.
    CHECK(f.results.empty());
    f.look();
    CHECK(f.results.size() == 1);
    CHECK(f.transport.started == 2);
}

TEST_CASE("a source without requests makes calls wait for nothing") {
    Fixture f;
    test::MemorySettings settings{{{"AWS_ACCESS_KEY_ID", "AENV"}, {"AWS_SECRET_ACCESS_KEY", "secret"}}, {}};
    EnvironmentCredentialsSource source(settings);
    AsyncCredentials credentials(source, f.transport, f.timer, f.environment);
    const voice::Client client{
        {.region = "us-east-1", .credentials = credentials, .environment = &f.environment}, AsyncOnly{}};
    AsyncCaller(client, f.transport, f.timer).start(GetSpeakerSearchTask{}, get, [&](GetResult result) {
        f.results.push_back(std::move(result));
    });
    CHECK(f.pending() == Texts{"AENV"});
    f.transport.answer(200, "{}");
    CHECK(f.results.size() == 1);
    CHECK(credentials.describe() == "the environment");
}

TEST_CASE("the default chain is fetched on a loop") {
    Fixture f;
    DefaultCredentialsSource chain(*load_settings({.source = &f.settings}), {.environment = &f.environment});
    AsyncCredentials credentials(chain, f.transport, f.timer, f.environment);
    const voice::Client client{
        {.region = "us-east-1", .credentials = credentials, .environment = &f.environment}, AsyncOnly{}};
    AsyncCaller(client, f.transport, f.timer).start(GetSpeakerSearchTask{}, get, [&](GetResult result) {
        f.results.push_back(std::move(result));
    });
    CHECK(f.pending() == Texts{server});
    f.give(keys("A", 30));
    CHECK(f.pending() == Texts{"A"});
    CHECK(credentials.describe() == "the container");
    f.transport.answer(200, "{}");
}

TEST_CASE("a response without end does not fill the memory of a loop") {
    Fixture f;
    f.start();
    for (int i = 0; i < 3; ++i) {
        f.transport.answer(200, std::string(100'000, ' '));
        f.timer.pass(Duration::seconds(1));
    }
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().message.find("larger than 64 KiB") != std::string::npos);
}

TEST_CASE("a loop that is destroyed during a fetch frees the calls that wait") {
    const auto witness = std::make_shared<int>();
    Fixture f;
    f.caller.start(GetSpeakerSearchTask{}, get, [witness](const GetResult&) { FAIL("the loop has ended"); });
    CHECK(witness.use_count() == 2);
    f.timer.pending.clear();
    CHECK(witness.use_count() == 1);
    f.transport.pending.clear();
    // Another loop's turn.
    f.start();
    CHECK(f.pending() == Texts{server});
}

TEST_CASE("a call whose fetch is dropped by its loop ends with an error") {
    Fixture f;
    f.start();
    f.transport.pending.clear();
    f.look();
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().kind == ErrorKind::credentials);
    CHECK(f.results[0].error().code == "EventLoopEnded");
    f.transport.drops = true;
    f.start();
    f.look();
    REQUIRE(f.results.size() == 2);
    CHECK(f.results[1].error().code == "EventLoopEnded");
}

TEST_CASE("an error without a kind does not make a call wait without end") {
    class Broken final : public CredentialsProvider {
      public:
        Result<Credentials> credentials() noexcept override {
            return Error{.message = "the vault is sealed"};
        }
    };
    class BrokenSource final : public CredentialsSource {
      public:
        std::string_view name() const noexcept override { return "the test"; }
        detail::Owned<CredentialsFetch> fetch() override {
            return detail::Owned<CredentialsFetch>(
                new detail::FailedFetch(Error{.message = "the vault is sealed"}));
        }
    };
    Fixture f;
    Broken provider;
    BrokenSource source;
    AsyncCredentials fetched(source, f.transport, f.timer, f.environment);
    for (CredentialsProvider* const credentials :
         {static_cast<CredentialsProvider*>(&provider), static_cast<CredentialsProvider*>(&fetched)}) {
        const voice::Client client{
            {.region = "us-east-1", .credentials = *credentials, .environment = &f.environment}, AsyncOnly{}};
        AsyncCaller(client, f.transport, f.timer).start(GetSpeakerSearchTask{}, get, [&](GetResult result) {
            f.results.push_back(std::move(result));
        });
        f.look();
        REQUIRE(!f.results.empty());
        CHECK(f.results.back().error().kind == ErrorKind::credentials);
        CHECK(f.results.back().error().message == "the vault is sealed");
    }
    CHECK(f.results.size() == 2);
}

TEST_CASE("an attempt that needs two providers asks each of them once") {
    // The first one's credentials expire at once, and the second one fails.
    class Both final : public CredentialsProvider {
      public:
        Both(CredentialsProvider& one, CredentialsProvider& other) : one_(one), other_(other) {}
        Result<Credentials> credentials() noexcept override { return Error{}; }
        Result<Credentials> try_credentials(CredentialsWaiter& waiter) noexcept override {
            Result<Credentials> result = one_.try_credentials(waiter);
            return result ? other_.try_credentials(waiter) : result;
        }

      private:
        CredentialsProvider& one_;
        CredentialsProvider& other_;
    };
    Fixture f;
    test::MemorySettings settings{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/other"}}, {}};
    ContainerCredentialsSource source(settings);
    AsyncCredentials other(source, f.transport, f.timer, f.environment);
    Both both(*f.credentials, other);
    const voice::Client client{{.region = "us-east-1", .credentials = both, .environment = &f.environment},
                               AsyncOnly{}};
    AsyncCaller(client, f.transport, f.timer).start(GetSpeakerSearchTask{}, get, [&](GetResult result) {
        f.results.push_back(std::move(result));
    });
    CHECK(f.pending() == Texts{server});
    f.give(keys("A", 0));
    CHECK(f.pending() == Texts{"http://localhost/other"});
    f.give("no", 400);
    CHECK(f.pending().empty());
    REQUIRE(f.results.size() == 1);
    CHECK(f.results[0].error().message.find("no") != std::string::npos);
    CHECK(f.transport.started == 2);
}

TEST_CASE("credentials that are destroyed during a fetch cancel it") {
    Fixture f;
    f.start();
    f.give(keys("A", 20));
    f.transport.answer(200, "{}");
    f.environment.time.seconds += 15 * 60;
    f.start();
    f.transport.answer(200, "{}", {}, 1);
    REQUIRE(f.pending() == Texts{server});
    f.credentials.reset();
    CHECK(f.pending().empty());
    CHECK(f.transport.cancels == 1);
}

TEST_CASE("a coroutine that waits for credentials can be destroyed") {
    Fixture f;
    {
        AwaitableCall<GetSpeakerSearchTask> call(PendingCall<GetSpeakerSearchTask>(f.caller, get, {}));
        call.await_suspend(std::noop_coroutine());
        CHECK(f.pending() == Texts{server});
    }
    f.give(keys("A", 20));
    CHECK(f.pending().empty());
}

namespace {

/// A loop with threads, on each of which requests and waits end.
class ThreadedLoop final : public AsyncTransport, public AsyncTimer {
  public:
    explicit ThreadedLoop(std::function<HttpResponse(const HttpRequest&)> answer)
        : answer_(std::move(answer)) {
        for (int i = 0; i < 4; ++i) threads_.emplace_back([this] { work(); });
    }
    ThreadedLoop(const ThreadedLoop&) = delete;
    ThreadedLoop& operator=(const ThreadedLoop&) = delete;
    ~ThreadedLoop() override {
        {
            const std::lock_guard lock(mutex_);
            ends_ = true;
        }
        changed_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }
    void start(const HttpRequest& request, ResponseSink& sink,
               AttemptCompletion completion) noexcept override {
        post([this, &request, &sink, shared = std::make_shared<AttemptCompletion>(std::move(completion))] {
            const HttpResponse response = answer_(request);
            const bool taken = !sink.cancelled() && sink.on_head(response.status, response.headers) &&
                               sink.on_body(std::as_bytes(std::span(response.body)));
            (*shared)({taken ? TransportStatus::ok : TransportStatus::cancelled, {}});
        });
    }
    void cancel(const void*) noexcept override {}
    void start(Duration, TimerCompletion completion) noexcept override {
        post([shared = std::make_shared<TimerCompletion>(std::move(completion))] { (*shared)(); });
    }

  private:
    void post(std::function<void()> task) {
        {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        changed_.notify_one();
    }
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return ends_ || !tasks_.empty(); });
            if (tasks_.empty()) return;
            const std::function<void()> task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            lock.lock();
        }
    }

    std::function<HttpResponse(const HttpRequest&)> answer_;
    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::deque<std::function<void()>> tasks_{};
    bool ends_ = false;
    std::vector<std::thread> threads_{};
};

/// A clock that every question moves on, so that credentials expire all the time.
class RunningClock final : public Environment {
  public:
    Timestamp now() noexcept override { return {1'767'225'600 + ticks.fetch_add(1) / 5, 0}; }
    void sleep(Duration) noexcept override {}
    bool random(unsigned char*, std::size_t) noexcept override { return false; }
    std::atomic<std::int64_t> ticks{0};
};

} // namespace

TEST_CASE("calls of several threads share fetches that end on others, and each call ends once") {
    RunningClock clock;
    std::atomic<int> fetches{0};
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    test::MemorySettings settings{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server}}, {}};
    ContainerCredentialsSource source{settings};
    constexpr int count = 2'000;
    std::atomic<int> ended{0};
    std::atomic<int> failed{0};
    std::atomic<int> cancelled{0};
    {
        ThreadedLoop loop([&](const HttpRequest& request) -> HttpResponse {
            if (request.url != server) return {200, {}, "{}"};
            const int now_running = ++running;
            if (now_running > most) most = now_running;
            std::this_thread::yield();
            --running;
            if (++fetches % 5 == 0) return {400, {}, "not now"};
            const auto seconds = static_cast<int>(clock.ticks / 5 + 100);
            const std::string text = std::to_string(100 + seconds % 60).substr(1);
            return {200,
                    {},
                    R"({"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-01T00:)" +
                        std::to_string(100 + seconds / 60).substr(1) + ":" + text + R"(Z"})"};
        });
        AsyncCredentials credentials(source, loop, loop, clock);
        const voice::Client client{{.region = "us-east-1", .credentials = credentials, .environment = &clock},
                                   AsyncOnly{}};
        const AsyncCaller caller(client, loop, loop);
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&] {
                for (int i = 0; i < count / 4; ++i) {
                    AsyncCall call = caller.start(GetSpeakerSearchTask{}, get, [&](const GetResult& result) {
                        if (!result) ++(result.error().kind == ErrorKind::cancelled ? cancelled : failed);
                        ++ended;
                    });
                    if (i % 7 == 0) call.cancel();
                }
            });
        for (std::thread& thread : threads) thread.join();
        while (ended < count) std::this_thread::yield();
    }
    CHECK(ended == count);
    CHECK(most == 1);
    // How many depends on the threads.
    CHECK(fetches > 1);
    INFO("failed " << failed << ", cancelled " << cancelled << ", fetches " << fetches);
    CHECK(failed < count / 2);
}

TEST_CASE("credentials can be destroyed while their fetch ends on another thread") {
    RunningClock clock;
    test::MemorySettings settings{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server}}, {}};
    ContainerCredentialsSource source{settings};
    class Waiter final : public CredentialsWaiter {
      public:
        void on_fetch_ended() noexcept override { ++ended; }
        std::atomic<int> ended{0};
    };
    ThreadedLoop loop([&](const HttpRequest&) -> HttpResponse { return {400, {}, "no"}; });
    for (int i = 0; i < 500; ++i) {
        Waiter waiter;
        {
            AsyncCredentials credentials(source, loop, loop, clock);
            const Result<Credentials> result = credentials.try_credentials(waiter);
            REQUIRE(result.error().kind == ErrorKind::none);
            for (int spin = 0; spin < i; ++spin) std::this_thread::yield();
        }
        while (waiter.ended == 0) std::this_thread::yield();
        CHECK(waiter.ended == 1);
    }
}
