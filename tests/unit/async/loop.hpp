// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_transport.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// An event loop controlled by a test: a transport whose attempts wait until the test answers them, and a
/// timer on a clock that only the test advances.
namespace test {

class FakeAsyncTransport final : public belfry::AsyncTransport {
  public:
    struct Answer {
        belfry::TransportStatus status = belfry::TransportStatus::ok;
        belfry::HttpResponse response{};
    };
    struct Attempt {
        const belfry::HttpRequest* request;
        belfry::ResponseSink* sink;
        belfry::AttemptCompletion completion;
    };

    void start(const belfry::HttpRequest& request, belfry::ResponseSink& sink,
               belfry::AttemptCompletion completion) noexcept override {
        ++started;
        if (keeps_requests) requests.push_back(request);
        if (drops) return;
        Attempt attempt{&request, &sink, std::move(completion)};
        if (at_once) return play(std::move(attempt), immediate);
        pending.push_back(std::move(attempt));
    }
    void cancel(const void* id) noexcept override {
        ++cancels;
        const auto found = std::find_if(pending.begin(), pending.end(),
                                        [&](const Attempt& a) { return a.completion.id() == id; });
        if (found == pending.end()) return;
        belfry::AttemptCompletion completion = std::move(found->completion);
        pending.erase(found);
        completion({belfry::TransportStatus::cancelled, {}});
    }

    /// Answers the attempt that waits at `index`.
    void answer(int status, std::string body, belfry::Headers headers = {}, std::size_t index = 0) {
        play(take(index), {belfry::TransportStatus::ok, {status, std::move(headers), std::move(body)}});
    }
    void fail(belfry::TransportStatus status, std::size_t index = 0) { play(take(index), {status, {}}); }

    std::vector<Attempt> pending{};
    std::vector<belfry::HttpRequest> requests{};
    /// Answers with `immediate` before `start` returns.
    bool at_once = false;
    Answer immediate{};
    /// Destroys the completion before `start` returns.
    bool drops = false;
    bool keeps_requests = true;
    int started = 0;
    int cancels = 0;

  private:
    Attempt take(std::size_t index) {
        const auto place = pending.begin() + static_cast<std::ptrdiff_t>(index);
        Attempt attempt = std::move(*place);
        pending.erase(place);
        return attempt;
    }
    static void play(Attempt attempt, Answer answer) {
        if (answer.status == belfry::TransportStatus::ok) {
            const std::string& body = answer.response.body;
            // In two pieces, as from a network.
            const std::size_t half = body.size() / 2;
            if (attempt.sink->cancelled() ||
                !attempt.sink->on_head(answer.response.status, std::move(answer.response.headers)) ||
                !attempt.sink->on_body(std::as_bytes(std::span(body.data(), half))) ||
                !attempt.sink->on_body(std::as_bytes(std::span(body.data() + half, body.size() - half))))
                answer.status = belfry::TransportStatus::cancelled;
        }
        attempt.completion({answer.status, {}});
    }
};

class FakeTimer final : public belfry::AsyncTimer {
  public:
    void start(belfry::Duration duration, belfry::TimerCompletion completion) noexcept override {
        durations.push_back(duration);
        if (drops) return;
        if (at_once) return completion();
        pending.push_back({now + duration.count(), std::move(completion)});
    }
    void cancel(const void* id) noexcept override {
        for (Wait& wait : pending)
            if (wait.completion.id() == id) wait.at = now;
    }

    /// Advances the clock and runs everything that becomes due.
    void pass(belfry::Duration duration) {
        const std::int64_t end = now + duration.count();
        for (;;) {
            const auto first = std::min_element(pending.begin(), pending.end(),
                                                [](const Wait& a, const Wait& b) { return a.at < b.at; });
            if (first == pending.end() || first->at > end) break;
            now = std::max(now, first->at);
            belfry::TimerCompletion completion = std::move(first->completion);
            pending.erase(first);
            completion();
        }
        now = end;
    }
    /// One iteration of the loop.
    void turn() { pass({}); }

    struct Wait {
        std::int64_t at;
        belfry::TimerCompletion completion;
    };
    std::vector<Wait> pending{};
    std::vector<belfry::Duration> durations{};
    std::int64_t now = 0;
    /// Breaks the rule that a timer never completes before `start` returns.
    bool at_once = false;
    bool drops = false;
};

} // namespace test
