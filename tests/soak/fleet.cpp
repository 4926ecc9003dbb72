// SPDX-License-Identifier: Apache-2.0
#include "fleet.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace soak {

using Clock = std::chrono::steady_clock;

namespace {
/// Lets threads wait for each other. The sanitizers know what a mutex does, and not each of them a
/// std::barrier.
class Barrier {
  public:
    explicit Barrier(std::uint32_t threads) noexcept : threads_(threads) {}
    /// The last thread calls `work` before all go on.
    template <class Work> void wait(const Work& work) {
        std::unique_lock lock(mutex_);
        const std::uint64_t turn = turn_;
        if (++waiting_ == threads_) {
            work();
            waiting_ = 0;
            ++turn_;
            return all_.notify_all();
        }
        all_.wait(lock, [&] { return turn_ != turn; });
    }

  private:
    std::uint32_t threads_;
    std::mutex mutex_{};
    std::condition_variable all_{};
    std::uint32_t waiting_ = 0;
    std::uint64_t turn_ = 0;
};
} // namespace

Fleet::Fleet(Run& run, belfry::ClientConfig config, belfry::CredentialsSource* source)
    : run_(run), transport_(make_transport(run.settings().carrier)),
      async_transport_(loop_,
                       {.proxy_from_environment = false, .max_idle_connections = run.settings().in_flight}) {
    if (source != nullptr) {
        belfry::Environment& environment =
            config.environment != nullptr ? *config.environment : belfry::detail::system_environment;
        if (run.way() == Way::threads)
            config.credentials = cached_.emplace(*source, *transport_, environment);
        else
            config.credentials = async_cached_.emplace(*source, async_transport_, loop_, environment);
    }
    if (run.way() == Way::threads)
        client_.emplace(std::move(config), *transport_);
    else
        client_.emplace(std::move(config), belfry::AsyncOnly{});
}

void Fleet::make_calls(std::uint32_t first, std::uint32_t last, belfry::CallOptions options,
                       const Judge& judge) {
    options.deadline = Run::deadline;
    if (run_.way() == Way::threads)
        call_on_threads(first, last, options, judge);
    else
        call_on_loop(first, last, options, judge);
}

void Fleet::call_on_threads(std::uint32_t first, std::uint32_t last, const belfry::CallOptions& options,
                            const Judge& judge) {
    Barrier barrier(run_.settings().threads);
    std::atomic<std::uint32_t> next{first};
    const auto make = [&](std::uint32_t end) {
        for (std::uint32_t number = 0; (number = next++) < end;) {
            const Clock::time_point begun = Clock::now();
            const Outcome outcome = call(*client_, number, options);
            run_.take(number, outcome, Clock::now() - begun, judge);
        }
    };
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < run_.settings().threads; ++i)
        threads.emplace_back([&] {
            for (std::uint32_t end = first; end != last;) {
                end = end_of_slice(end, last);
                make(end);
                // Memory is compared while no call is being made: calls have buffers.
                barrier.wait([&] {
                    run_.sample_memory();
                    next = end;
                });
            }
        });
    for (std::thread& thread : threads) thread.join();
}

void Fleet::call_on_loop(std::uint32_t first, std::uint32_t last, const belfry::CallOptions& options,
                         const Judge& judge) {
    const belfry::AsyncCaller caller(*client_, async_transport_, loop_);
    std::uint32_t next = first;
    std::uint32_t in_flight = 0;
    while (next != last) {
        const std::uint32_t end = end_of_slice(next, last);
        loop_.run_until([&] {
            for (; in_flight < run_.settings().in_flight && next < end; ++next) {
                ++in_flight;
                const auto ended = [&, number = next, begun = Clock::now()](const Outcome& outcome) {
                    --in_flight;
                    run_.take(number, outcome, Clock::now() - begun, judge);
                };
                start(caller, next, options, ended);
            }
            return in_flight == 0;
        });
        run_.sample_memory();
    }
}

std::uint32_t Fleet::end_of_slice(std::uint32_t begin, std::uint32_t last) const noexcept {
    return run_.slice() == 0 ? last : std::min(begin + run_.slice(), last);
}

} // namespace soak
