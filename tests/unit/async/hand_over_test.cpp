// SPDX-License-Identifier: Apache-2.0
// Explores every order in which two threads can execute the operations of a hand-over. A schedule is replayed
// from its beginning with real threads, of which one at a time may take its next step.
#include <belfry/async/hand_over.hpp>

#include "support/catch.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace {

using belfry::detail::HandOver;
using belfry::detail::TaskPhase;

/// Lets the threads of a program take their steps in a given order, and notes which choices there were.
class Schedule {
  public:
    /// Runs `bodies` on a thread each; `order` picks among those that can go on, then the first one.
    void run(std::vector<std::function<void()>> bodies, const std::vector<std::size_t>& order) {
        waiting_.assign(bodies.size(), false);
        finished_.assign(bodies.size(), false);
        turn_ = none;
        current = this;
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < bodies.size(); ++i)
            threads.emplace_back([this, i, body = std::move(bodies[i])] {
                self = i;
                step();
                body();
                const std::lock_guard lock(mutex_);
                finished_[i] = true;
                turn_ = none;
                changed_.notify_all();
            });
        for (;;) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return turn_ == none && all_stopped(); });
            std::vector<std::size_t> ready;
            for (std::size_t i = 0; i < waiting_.size(); ++i)
                if (waiting_[i]) ready.push_back(i);
            if (ready.empty()) break;
            const std::size_t pick = choices.size() < order.size() ? order[choices.size()] : 0;
            choices.push_back({pick, ready.size()});
            waiting_[ready[pick]] = false;
            turn_ = ready[pick];
            changed_.notify_all();
        }
        for (std::thread& thread : threads) thread.join();
    }
    /// Called by a thread before its next step.
    void step() {
        std::unique_lock lock(mutex_);
        waiting_[self] = true;
        if (turn_ == self) turn_ = none;
        changed_.notify_all();
        changed_.wait(lock, [this] { return turn_ == self; });
    }

    struct Choice {
        std::size_t pick;
        std::size_t count;
    };
    std::vector<Choice> choices{};
    static inline Schedule* current = nullptr;
    static inline thread_local std::size_t self = 0;

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    bool all_stopped() const {
        for (std::size_t i = 0; i < waiting_.size(); ++i)
            if (!waiting_[i] && !finished_[i]) return false;
        return true;
    }
    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::vector<bool> waiting_{};
    std::vector<bool> finished_{};
    std::size_t turn_ = none;
};

/// An atomic each of whose operations is a step of the schedule.
class SteppedAtomic {
  public:
    SteppedAtomic(TaskPhase phase) : value_(phase) {} // NOLINT(google-explicit-constructor): as std::atomic
    void store(TaskPhase phase, std::memory_order) {
        Schedule::current->step();
        value_.store(phase);
    }
    TaskPhase exchange(TaskPhase phase, std::memory_order) {
        Schedule::current->step();
        return value_.exchange(phase);
    }
    bool compare_exchange_strong(TaskPhase& expected, TaskPhase phase, std::memory_order) {
        Schedule::current->step();
        return value_.compare_exchange_strong(expected, phase);
    }

  private:
    std::atomic<TaskPhase> value_;
};

/// Runs a program in every order; `make` gives the bodies and a check for the end. Returns how many orders.
template <class Make> int explore(const Make& make) {
    std::vector<std::size_t> order;
    for (int count = 1;; ++count) {
        Schedule schedule;
        auto [bodies, check] = make(schedule);
        schedule.run(std::move(bodies), order);
        check();
        // The next order: the last choice that had another one left takes it.
        while (!schedule.choices.empty() && schedule.choices.back().pick + 1 == schedule.choices.back().count)
            schedule.choices.pop_back();
        if (schedule.choices.empty()) return count;
        order.clear();
        for (const Schedule::Choice& choice : schedule.choices) order.push_back(choice.pick);
        ++order.back();
    }
}

} // namespace

TEST_CASE("one of two threads continues after a task, whichever order they run in") {
    for (const TaskPhase outcome : {TaskPhase::completed, TaskPhase::abandoned}) {
        int by_starter = 0;
        int by_completion = 0;
        const int orders = explore([&](Schedule&) {
            auto task = std::make_shared<HandOver<SteppedAtomic>>();
            auto continued = std::make_shared<std::array<bool, 2>>();
            std::vector<std::function<void()>> bodies{
                [=] { (*continued)[0] = task->started() != TaskPhase::pending; },
                [=] { (*continued)[1] = task->ended(outcome); }};
            return std::pair(std::move(bodies), [&, continued] {
                CHECK((*continued)[0] != (*continued)[1]);
                by_starter += (*continued)[0] ? 1 : 0;
                by_completion += (*continued)[1] ? 1 : 0;
            });
        });
        CHECK(orders >= 2);
        // Both happen, so that the orders were really explored.
        CHECK(by_starter > 0);
        CHECK(by_completion > 0);
    }
}
