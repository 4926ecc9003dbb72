// SPDX-License-Identifier: Apache-2.0
// Two searches at once on one thread, each followed by a coroutine. The event loop is minimal, a list of
// attempts and a list of timers; async_beast.cpp uses Boost.Asio instead.
//
// Prints:
//   both searches run
//   ann: IN_PROGRESS
//   bob: IN_PROGRESS
//   ann: SUCCEEDED
//   bob: SUCCEEDED
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/coroutine.hpp>

#include <coroutine>
#include <cstdio>
#include <deque>
#include <exception>
#include <span>
#include <string>
#include <utility>

namespace voice = belfry::chime_sdk_voice;

namespace {

/// Queues requests until the loop reaches them, and answers from memory.
class LoopTransport final : public belfry::AsyncTransport {
  public:
    void start(const belfry::HttpRequest& request, belfry::ResponseSink& sink,
               belfry::AttemptCompletion completion) noexcept override {
        attempts_.push_back({&request, &sink, std::move(completion)});
    }
    /// Completes the oldest attempt; false when there is none.
    bool run_one() {
        if (attempts_.empty()) return false;
        Attempt attempt = std::move(attempts_.front());
        attempts_.pop_front();
        const std::string body = ++answers_ <= 2
                                     ? R"({"SpeakerSearchTask": {"SpeakerSearchTaskStatus": "IN_PROGRESS"}})"
                                     : R"({"SpeakerSearchTask": {"SpeakerSearchTaskStatus": "SUCCEEDED"}})";
        const bool taken =
            attempt.sink->on_head(200, {}) && attempt.sink->on_body(std::as_bytes(std::span(body)));
        attempt.completion({taken ? belfry::TransportStatus::ok : belfry::TransportStatus::cancelled, {}});
        return true;
    }

  private:
    struct Attempt {
        const belfry::HttpRequest* request;
        belfry::ResponseSink* sink;
        belfry::AttemptCompletion completion;
    };
    std::deque<Attempt> attempts_{};
    int answers_ = 0;
};

/// Ends waits in the order in which they began; a real loop has a clock.
class LoopTimer final : public belfry::AsyncTimer {
  public:
    void start(belfry::Duration, belfry::TimerCompletion completion) noexcept override {
        waits_.push_back(std::move(completion));
    }
    bool run_one() {
        if (waits_.empty()) return false;
        belfry::TimerCompletion completion = std::move(waits_.front());
        waits_.pop_front();
        completion();
        return true;
    }

  private:
    std::deque<belfry::TimerCompletion> waits_{};
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

Job follow(const belfry::AsyncCaller& caller, std::string name) {
    const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                   .speaker_search_task_id = name};
    for (;;) {
        const auto result =
            co_await belfry::async_call(caller, voice::operations::GetSpeakerSearchTask{}, input);
        if (!result) {
            std::printf("%s: %s\n", name.c_str(), result.error().message.c_str());
            co_return;
        }
        const auto& task = result->speaker_search_task;
        if (!task || !task->speaker_search_task_status) {
            std::printf("%s: the response has no status\n", name.c_str());
            co_return;
        }
        std::printf("%s: %s\n", name.c_str(),
                    std::string(task->speaker_search_task_status->to_string()).c_str());
        if (*task->speaker_search_task_status != voice::SpeakerSearchTaskStatus::IN_PROGRESS) co_return;
    }
}

} // namespace

int main() {
    LoopTransport transport;
    LoopTimer timer;
    const voice::Client client(
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}},
        belfry::AsyncOnly{});
    const belfry::AsyncCaller caller(client, transport, timer);

    follow(caller, "ann");
    follow(caller, "bob");
    std::puts("both searches run");
    while (transport.run_one() || timer.run_one()) {
    }
}
