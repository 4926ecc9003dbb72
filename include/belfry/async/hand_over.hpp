// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <atomic>
#include <cstdint>

namespace belfry::inline v0::detail {

/// The progress of a background task.
// A word: RISC-V changes no byte at once, so that g++ 12 would call libatomic.
enum class TaskPhase : std::uint32_t { starting, pending, completed, abandoned };

/// Decides which of two functions continues a call: the one that starts a background task, or the one that
/// completes it, possibly on another thread and before the first one returns. The one that reports last, by
/// `started` or by `ended`, continues, so that a task that completes immediately does not recurse. `Atomic`
/// is a parameter for the test that explores every order of the operations.
template <class Atomic = std::atomic<TaskPhase>> class HandOver {
  public:
    /// Call before the task is started.
    void begin() noexcept { phase_.store(TaskPhase::starting, std::memory_order_relaxed); }
    /// Call after the task was started. For `pending`, the completion continues, maybe already; for any other
    /// phase, which is the task's outcome, the caller does.
    [[nodiscard]] TaskPhase started() noexcept {
        TaskPhase phase = TaskPhase::starting;
        return phase_.compare_exchange_strong(phase, TaskPhase::pending, std::memory_order_acq_rel)
                   ? TaskPhase::pending
                   : phase;
    }
    /// Call when the task has ended. Whether the caller continues.
    [[nodiscard]] bool ended(TaskPhase outcome) noexcept {
        return phase_.exchange(outcome, std::memory_order_acq_rel) != TaskPhase::starting;
    }

  private:
    Atomic phase_{TaskPhase::starting};
};

} // namespace belfry::inline v0::detail
