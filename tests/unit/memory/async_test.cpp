// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/coroutine.hpp>
#include <belfry/async_credentials.hpp>
#include <belfry/async_scope.hpp>
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>
#include <belfry/identity/container.hpp>

#include "support/memory_settings.hpp"
#include "unit/memory/drivers.hpp"

#include <coroutine>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

using namespace belfry; // NOLINT
namespace voice = belfry::chime_sdk_voice;
using test::RunOutcome;
using voice::operations::GetSpeakerSearchTask;

namespace {

/// Ends each attempt in the loop's next turn.
class PlayedLoop final : public AsyncTransport, public AsyncTimer {
  public:
    void start(const HttpRequest& request, ResponseSink& sink,
               AttemptCompletion completion) noexcept override {
        attempt_.emplace(Attempt{&request, &sink, std::move(completion)});
    }
    void cancel(const void*) noexcept override {}
    void start(Duration, TimerCompletion completion) noexcept override {
        timer_.emplace(std::move(completion));
    }
    /// Runs until nothing is left to do.
    void run() noexcept {
        while (attempt_ || timer_) {
            if (attempt_) {
                Attempt attempt = std::move(*attempt_);
                attempt_.reset();
                attempt.completion(test::play(replies[next_ < replies.size() - 1 ? next_++ : next_],
                                              *attempt.request, *attempt.sink));
            } else {
                TimerCompletion completion = std::move(*timer_);
                timer_.reset();
                completion();
            }
        }
        next_ = 0;
    }
    std::vector<test::Played> replies{};

  private:
    struct Attempt {
        const HttpRequest* request;
        ResponseSink* sink;
        AttemptCompletion completion;
    };
    std::optional<Attempt> attempt_{};
    std::optional<TimerCompletion> timer_{};
    std::size_t next_ = 0;
};

struct Fixture {
    test::QuietEnvironment environment{};
    PlayedLoop loop{};
    voice::Client client{{.region = "us-east-1", .credentials = test::long_keys, .environment = &environment},
                         AsyncOnly{}};
    AsyncCaller caller{client, loop, loop};
    const voice::GetSpeakerSearchTaskRequest input{
        .voice_connector_id = "an id that is too long to fit into the string itself",
        .speaker_search_task_id = "another id that does not fit into the string"};
};

const test::Played good{
    {200,
     {{"x-amzn-RequestId", "f3b1c0de-0000-4000-8000-000000000000"}},
     R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"2f9e3b6a-0000-4000-8000-000000000000"}})"}};
const test::Played keys{
    {200,
     {},
     R"({"AccessKeyId":"AKIDEXAMPLEAKIDEXAMPLE","SecretAccessKey":"a secret that is too long for a string",)"
     R"("Token":"and-a-token-that-is-too-long","Expiration":"2026-01-02T09:04:05Z"})"}};
const test::Played busy{{503, {}, R"({"message":"a message that is too long for a string's own buffer"})"}};
const test::Played missing{{404,
                            {{"x-amzn-ErrorType", "NotFoundException"},
                             {"x-amzn-RequestId", "f3b1c0de-0000-4000-8000-000000000000"}},
                            R"({"Message":"a message that is too long for a string's own buffer"})"}};
const test::Played cut{
    {200, {}, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"2f9e3b6a-0000-4000-8000-000)"}};

/// A coroutine that starts at once and is owned by this object.
class Job {
  public:
    struct promise_type {
        Job get_return_object() { return Job(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() noexcept { outcome = RunOutcome::exception; }
        RunOutcome outcome = RunOutcome::error;
    };
    explicit Job(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Job(Job&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Job& operator=(Job&&) = delete;
    ~Job() {
        if (handle_) handle_.destroy();
    }
    [[nodiscard]] RunOutcome outcome() const { return handle_.promise().outcome; }

  private:
    std::coroutine_handle<promise_type> handle_;
};

Job call(const AsyncCaller& caller, const voice::GetSpeakerSearchTaskRequest& input, RunOutcome& outcome) {
    const auto result = co_await async_call(caller, GetSpeakerSearchTask{}, input);
    outcome = result ? RunOutcome::success : RunOutcome::error;
}

} // namespace

TEST_CASE("an asynchronous call without memory calls back once, or start throws") {
    Fixture f;
    f.loop.replies = {busy, cut, good};
    long without_memory = 0;
    test::survives_without_memory(
        f.client.core(),
        [&] {
            int calls = 0;
            RunOutcome outcome = RunOutcome::error;
            try {
                AsyncCall handle = f.caller.start(GetSpeakerSearchTask{}, f.input,
                                                  [&](Result<voice::GetSpeakerSearchTaskResponse>&& result) {
                                                      ++calls;
                                                      outcome =
                                                          result ? RunOutcome::success : RunOutcome::error;
                                                      if (result.error().kind == ErrorKind::memory)
                                                          ++without_memory;
                                                  });
            } catch (const std::bad_alloc&) {
                f.loop.run();
                if (calls != 0) std::terminate();
                throw;
            }
            f.loop.run();
            if (calls != 1) std::terminate();
            return outcome;
        },
        20, 28);
    CHECK(without_memory > 40);
}

TEST_CASE("an asynchronous call and the fetch of its credentials survive without memory") {
    Fixture f;
    test::MemorySettings settings{
        {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/a-path-that-is-too-long-for-a-string"}},
        {}};
    ContainerCredentialsSource source(settings);
    for (const auto which : {test::FailedAllocations::one, test::FailedAllocations::rest}) {
        const long failures = test::fail_each_allocation(
            which,
            [&] {
                f.loop.replies = {keys, good};
                AsyncCredentials credentials(source, f.loop, f.loop, f.environment);
                const voice::Client client{
                    {.region = "us-east-1", .credentials = credentials, .environment = &f.environment},
                    AsyncOnly{}};
                const AsyncCaller caller(client, f.loop, f.loop);
                RunOutcome outcome = RunOutcome::exception;
                caller.start(GetSpeakerSearchTask{}, f.input, [&](auto&& result) {
                    outcome = result ? RunOutcome::success : RunOutcome::error;
                });
                f.loop.run();
                return outcome;
            },
            // Without a call, an exception of `start` would look like a lost callback.
            [](RunOutcome) {});
        CHECK(failures > 40);
    }
}

TEST_CASE("the error of an asynchronous call is told without memory") {
    Fixture f;
    f.loop.replies = {missing};
    test::survives_without_memory(
        f.client.core(),
        [&] {
            RunOutcome outcome = RunOutcome::error;
            f.caller.start(GetSpeakerSearchTask{}, f.input, [&](auto&& result) {
                if (result.error().code == "NotFoundException") outcome = RunOutcome::success;
            });
            f.loop.run();
            return outcome;
        },
        10);
}

TEST_CASE("a callback that cannot be copied for lack of memory frees the call") {
    Fixture f;
    f.loop.replies = {good};
    const std::string kept = "a text that is too long for a string's own buffer";
    test::survives_without_memory(
        f.client.core(),
        [&] {
            RunOutcome outcome = RunOutcome::error;
            const auto callback = [&outcome, kept](auto&& result) {
                if (result && !kept.empty()) outcome = RunOutcome::success;
            };
            f.caller.start(GetSpeakerSearchTask{}, f.input, callback);
            f.loop.run();
            return outcome;
        },
        10);
}

TEST_CASE("a coroutine without memory gets an exception or an error") {
    Fixture f;
    f.loop.replies = {busy, good};
    test::survives_without_memory(
        f.client.core(),
        [&] {
            RunOutcome outcome = RunOutcome::error;
            const Job job = call(f.caller, f.input, outcome);
            f.loop.run();
            return job.outcome() == RunOutcome::exception ? RunOutcome::exception : outcome;
        },
        10, 14);
}

TEST_CASE("a wait on an event loop without memory calls back once, or start throws") {
    Fixture f;
    f.loop.replies = {{{200, {}, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"IN_PROGRESS"}})"}},
                      {{200,
                        {},
                        R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"FAILED",)"
                        R"("StatusMessage":"a message that is too long for a string's own buffer"}})"}}};
    const voice::AsyncClient async = f.client.async(f.loop, f.loop);
    long without_memory = 0;
    test::survives_without_memory(
        f.client.core(),
        [&] {
            int calls = 0;
            RunOutcome outcome = RunOutcome::error;
            const auto callback = [&](const Result<voice::GetSpeakerSearchTaskResponse>& result) {
                ++calls;
                if (result.error().kind == ErrorKind::waiter) outcome = RunOutcome::success;
                if (result.error().kind == ErrorKind::memory) ++without_memory;
            };
            try {
                async.poll_until_speaker_search_task_complete(f.input, callback);
            } catch (const std::bad_alloc&) {
                f.loop.run();
                if (calls != 0) std::terminate();
                throw;
            }
            f.loop.run();
            if (calls != 1) std::terminate();
            return outcome;
        },
        20, 60);
    CHECK(without_memory > 20);
}

TEST_CASE("pages on an event loop without memory end once, or start throws") {
    Fixture f;
    f.loop.replies = {
        {{200, {}, R"({"NextToken":"a token that is too long to fit into the string itself"})"}},
        {{200, {}, R"({"NextToken":"another token that does not fit into the string"})"}},
        {{200, {}, "{}"}}};
    const voice::AsyncClient async = f.client.async(f.loop, f.loop);
    long without_memory = 0;
    test::survives_without_memory(
        f.client.core(),
        [&] {
            int good_pages = 0;
            int ends = 0;
            AsyncScope scope;
            const auto callback = [&](const Result<voice::ListVoiceConnectorsResponse>* page) {
                if (page == nullptr)
                    ++ends;
                else if (*page)
                    ++good_pages;
                else if (page->error().kind == ErrorKind::memory)
                    ++without_memory;
            };
            try {
                scope.spawn(async.paginate_list_voice_connectors({}), callback);
            } catch (const std::bad_alloc&) {
                f.loop.run();
                if (ends != 0 || scope.size() != 0) std::terminate();
                throw;
            }
            f.loop.run();
            if (ends != 1 || scope.size() != 0) std::terminate();
            return good_pages == 3 ? RunOutcome::success : RunOutcome::error;
        },
        15, 60);
    CHECK(without_memory > 20);
}
