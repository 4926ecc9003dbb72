// SPDX-License-Identifier: Apache-2.0
// A client on an event loop: two callbacks, and a coroutine that waits for a task and lists voice connectors,
// all on one thread. A scope owns the calls with callbacks. The transport answers from memory; async_curl.cpp
// has a real one, and asio_awaitable.cpp the coroutines of Boost.Asio.
//
// Prints:
//   callback: task 1 is SUCCEEDED
//   callback: task 2 is SUCCEEDED
//   the scope is empty
//   coroutine: task 3 has ended: SUCCEEDED
//   coroutine: 2 voice connectors
//   coroutine: 1 voice connectors
#include <belfry/async_scope.hpp>
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>

#include <coroutine>
#include <cstdio>
#include <deque>
#include <exception>
#include <span>
#include <string>
#include <utility>

namespace voice = belfry::chime_sdk_voice;

namespace {

/// The smallest event loop: a queue of what is to be called. Its waits take no time.
class Loop final : public belfry::AsyncTransport, public belfry::AsyncTimer {
  public:
    void start(const belfry::HttpRequest& request, belfry::ResponseSink& sink,
               belfry::AttemptCompletion completion) noexcept override {
        attempts_.push_back({&request, &sink, std::move(completion)});
    }
    void start(belfry::Duration, belfry::TimerCompletion completion) noexcept override {
        waits_.push_back(std::move(completion));
    }
    void cancel(const void*) noexcept override {}

    /// Ends one wait or one attempt; false if there is none.
    bool run_one() {
        if (!waits_.empty()) {
            belfry::TimerCompletion completion = std::move(waits_.front());
            waits_.pop_front();
            completion();
            return true;
        }
        if (attempts_.empty()) return false;
        Attempt attempt = std::move(attempts_.front());
        attempts_.pop_front();
        const std::string body = answer(attempt.request->url);
        const bool taken =
            attempt.sink->on_head(200, {}) && attempt.sink->on_body(std::as_bytes(std::span(body)));
        attempt.completion({taken ? belfry::TransportStatus::ok : belfry::TransportStatus::cancelled, {}});
        return true;
    }

  private:
    std::string answer(const std::string& url) {
        if (url.ends_with("/voice-connectors")) return R"({"VoiceConnectors": [{}, {}], "NextToken": "2"})";
        if (url.ends_with("next-token=2")) return R"({"VoiceConnectors": [{}]})";
        // Task 3 runs when it is asked for the first time.
        const bool runs = url.ends_with("/3") && !std::exchange(task_3_asked_, true);
        return std::string(R"({"SpeakerSearchTask": {"SpeakerSearchTaskStatus": ")") +
               (runs ? "IN_PROGRESS" : "SUCCEEDED") + "\"}}";
    }
    struct Attempt {
        const belfry::HttpRequest* request;
        belfry::ResponseSink* sink;
        belfry::AttemptCompletion completion;
    };
    std::deque<Attempt> attempts_{};
    std::deque<belfry::TimerCompletion> waits_{};
    bool task_3_asked_ = false;
};

/// A coroutine that starts at once and destroys itself at its end. `co_await` works in any other kind of
/// coroutine, too.
struct Job {
    struct promise_type {
        Job get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { std::terminate(); }
    };
};

const voice::GetSpeakerSearchTaskRequest task_3{.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                .speaker_search_task_id = "3"};

Job follow(voice::AsyncClient client, belfry::AsyncScope& scope) {
    co_await scope.join();
    std::puts("the scope is empty");
    const auto ended = co_await client.poll_until_speaker_search_task_complete(task_3);
    if (!ended) {
        std::printf("coroutine: %s\n", ended.error().message.c_str());
        co_return;
    }
    std::printf("coroutine: task 3 has ended: %s\n",
                std::string(ended->speaker_search_task->speaker_search_task_status->to_string()).c_str());
    auto pages = client.paginate_list_voice_connectors({});
    while (auto* const page = co_await pages.next()) {
        if (!*page) {
            std::printf("coroutine: %s\n", page->error().message.c_str());
            co_return;
        }
        std::printf("coroutine: %zu voice connectors\n", (*page)->voice_connectors.size());
    }
}

} // namespace

int main() {
    const voice::Client client(
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}},
        belfry::AsyncOnly{});
    Loop loop;
    const voice::AsyncClient async = client.async(loop, loop);

    belfry::AsyncScope scope;
    for (const char* const task : {"1", "2"}) {
        const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                       .speaker_search_task_id = task};
        scope.spawn(async.get_speaker_search_task(input), [task](const auto& result) {
            if (!result) {
                std::printf("callback: %s\n", result.error().message.c_str());
                return;
            }
            std::printf(
                "callback: task %s is %s\n", task,
                std::string(result->speaker_search_task->speaker_search_task_status->to_string()).c_str());
        });
    }
    follow(async, scope);
    while (loop.run_one()) {
    }
}
