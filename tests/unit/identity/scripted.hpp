// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/http/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

/// Gives prepared answers, one after the other, and keeps the requests.
class ScriptedTransport final : public belfry::Transport {
  public:
    using Answer = std::pair<belfry::TransportResult, belfry::HttpResponse>;

    ScriptedTransport& respond(int status, std::string body) {
        answers_.push_back({{}, {status, {}, std::move(body)}});
        return *this;
    }
    /// To the answer that was added last.
    ScriptedTransport& add_header(std::string_view name, std::string_view value) {
        answers_.back().second.headers.append(name, value);
        return *this;
    }
    ScriptedTransport& fail(belfry::TransportStatus status, std::string message = {}) {
        answers_.push_back({{status, std::move(message)}, {}});
        return *this;
    }
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        requests.push_back(request);
        if (next_ == answers_.size()) return {belfry::TransportStatus::failed, "the script has ended"};
        const Answer& answer = answers_[next_++];
        if (answer.first.status != belfry::TransportStatus::ok) return answer.first;
        return belfry::detail::hand_over(answer.second, sink);
    }
    /// Method and path of each request.
    [[nodiscard]] std::vector<std::string> paths() const {
        std::vector<std::string> result;
        for (const belfry::HttpRequest& request : requests)
            result.push_back(request.method + ' ' + request.url);
        return result;
    }
    [[nodiscard]] bool is_done() const { return next_ == answers_.size(); }

    std::vector<belfry::HttpRequest> requests;

  private:
    std::vector<Answer> answers_;
    std::size_t next_ = 0;
};

/// A clock that is set by hand, and moved by each sleep.
class ManualEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return time; }
    void sleep(belfry::Duration duration) noexcept override {
        slept += duration.count();
        time.seconds += duration.count() / 1'000'000'000;
    }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 0xff;
        return true;
    }
    // 2026-01-01T00:00:00Z
    belfry::Timestamp time{1'767'225'600, 0};
    std::int64_t slept = 0;
};

} // namespace test
