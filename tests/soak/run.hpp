// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "calls.hpp"
#include "memory.hpp"
#include "plan.hpp"
#include "server.hpp"
#include "shared.hpp"
#include "transports.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace soak {

/// How the calls are made.
enum class Way : std::uint8_t {
    threads, ///< Threads that share one client and one transport.
    loop,    ///< One thread with an event loop, on which many calls are in flight.
};
[[nodiscard]] constexpr const char* text_of(Way way) noexcept {
    return way == Way::threads ? "threads" : "loop";
}

/// The options of the command line.
struct Settings {
    std::uint32_t calls = 100'000;
    std::uint64_t seed = 1;
    std::uint32_t threads = 8;
    std::uint32_t in_flight = 64;
    Carrier carrier = Carrier::curl;
    /// Fewer places and faults, for a short run.
    bool quick = false;
    /// Prints how far each run is, for a program that shows it.
    bool tells_progress = false;
    /// Gets a line of JSON for each run; null for none.
    std::FILE* report = nullptr;
};

/// Judges the outcome of a call: a text that says what is wrong, or an empty one.
using Judge = std::function<std::string(std::uint32_t number, const Outcome& outcome)>;

/// Calls of one scene, and what was wrong with them.
class Run {
  public:
    /// How long a call may take, and how much later than that it may end.
    static constexpr belfry::Duration deadline = belfry::Duration::seconds(20);
    static constexpr std::int64_t grace_milliseconds = 2000;

    /// `name` is what people see. Starts the server, so there may not be other threads.
    Run(const Settings& settings, std::string name, Scene scene, Way way, std::uint32_t calls);

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] Scene scene() const noexcept { return scene_; }
    [[nodiscard]] Way way() const noexcept { return way_; }
    [[nodiscard]] std::uint32_t calls() const noexcept { return shared_.calls(); }
    [[nodiscard]] Counts& counts() const noexcept { return shared_.counts(); }
    [[nodiscard]] const Trace& trace(std::uint32_t number) const noexcept { return shared_.trace(number); }
    [[nodiscard]] std::string endpoint() const { return server_.endpoint(); }
    /// How many calls have ended.
    [[nodiscard]] std::uint32_t done() const noexcept { return done_; }
    /// How often the client says that it has sent the call.
    [[nodiscard]] int attempts(std::uint32_t number) const noexcept { return attempts_[number]; }
    /// How many calls are made between two looks at the memory, for which all have to end; 0 for no looks.
    [[nodiscard]] std::uint32_t slice() const noexcept { return slice_; }
    void look_at_memory() { slice_ = std::max<std::uint32_t>(calls() / MemoryCurve::samples, 200); }
    [[nodiscard]] std::int64_t slowest_milliseconds() const noexcept { return slowest_; }
    [[nodiscard]] Expected expected(std::uint32_t number) const noexcept {
        return expected_of(scene_, settings_.seed, number);
    }

    /// Judges a call that has ended. Any thread may call it.
    void take(std::uint32_t number, const Outcome& outcome, std::chrono::steady_clock::duration time,
              const Judge& judge);
    /// Judges by the plan.
    [[nodiscard]] std::string judge(std::uint32_t number, const Outcome& outcome) const;
    [[nodiscard]] Judge by_plan() const {
        return [this](std::uint32_t number, const Outcome& outcome) { return judge(number, outcome); };
    }

    /// Adds to the curve. No call may be in flight.
    void sample_memory() {
        if (slice_ != 0) curve_.sample(done_);
    }
    /// Only so many calls were made, all of them before that number.
    void end_at(std::uint32_t number, std::uint32_t made) noexcept {
        end_ = number;
        made_ = made;
    }
    /// So many attempts are known not to have reached the server.
    void expect_lost(std::uint64_t attempts) noexcept { lost_ += attempts; }
    /// Notes what is wrong unless the text is empty. Any thread may call it.
    void note(std::string problem);
    void require(bool truth, const std::string& problem) {
        if (!truth) note(problem);
    }
    /// Compares both sides' counts with each other, and with the plan if `by_plan`; then prints. Returns
    /// whether all was right.
    [[nodiscard]] bool finish(bool by_plan);

    /// Called with each call that has ended, after it was judged.
    std::function<void(std::uint32_t done)> on_done{};

  private:
    void compare_counts(bool by_plan);
    void report() const;

    Settings settings_;
    std::string name_;
    Scene scene_;
    Way way_;
    Shared shared_;
    Server server_;
    std::vector<std::uint8_t> attempts_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::atomic<std::uint32_t> done_{};
    std::atomic<std::uint32_t> failed_{};
    std::atomic<std::int64_t> slowest_{};
    std::uint32_t slice_ = 0;
    std::uint64_t lost_ = 0;
    std::uint32_t end_;
    std::uint32_t made_;
    MemoryCurve curve_{};
    std::mutex mutex_{};
    /// The members below belong to the mutex.
    std::uint64_t problems_ = 0;
    std::vector<std::string> texts_{};
};

/// The error's kind, code and message.
[[nodiscard]] std::string text_of(const belfry::Error& error);
/// The text for an error that does not say enough, or not what is expected; empty if it does.
[[nodiscard]] std::string problem_of(const belfry::Error& error, const ExpectedError& expected);

} // namespace soak
