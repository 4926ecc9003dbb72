// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/catch.hpp"

#include <new>

/// Lets allocations fail on purpose. A program that includes this is linked with `failing_allocations.cpp`,
/// whose allocation functions replace the standard library's. They call malloc and free, so that the
/// sanitizers still see each block.
namespace test {

/// Which allocations of a run fail.
enum class FailedAllocations {
    one,  ///< One of them: afterwards there is memory again.
    rest, ///< One of them and all later ones: there is no memory for describing the error either.
};

/// How a run ended.
enum class RunOutcome { success, error, exception };

/// The allocations of the calling thread.
struct AllocationCounts {
    long made = 0;
    long live = 0;
};
[[nodiscard]] AllocationCounts allocation_counts() noexcept;

/// While it lives, allocations of the calling thread fail: the one with number `first`, counted from 1, and
/// those that `which` says.
class FailingAllocations {
  public:
    FailingAllocations(long first, FailedAllocations which) noexcept;
    FailingAllocations(const FailingAllocations&) = delete;
    FailingAllocations& operator=(const FailingAllocations&) = delete;
    ~FailingAllocations();
    /// Whether an allocation has failed.
    [[nodiscard]] bool any() const noexcept;
};

/// Calls `run()` until no allocation fails any more: in the n-th run the n-th allocation does. `run` returns
/// a `RunOutcome` or throws `std::bad_alloc`, and makes no assertions. It must give back all that it
/// allocates. After each run, `then(outcome)` can make assertions and allocate. Returns how many runs failed.
template <class Run, class Then>
long fail_each_allocation(FailedAllocations which, const Run& run, const Then& then) {
    // This makes everything that a program makes only once.
    REQUIRE(run() == RunOutcome::success);
    for (long n = 1;; ++n) {
        INFO("allocation " << n << (which == FailedAllocations::one ? "" : " and all later ones"));
        RunOutcome outcome = RunOutcome::exception;
        bool failed = false;
        const long before = allocation_counts().live;
        {
            const FailingAllocations failing(n, which);
            try {
                outcome = run();
            } catch (const std::bad_alloc&) {
                outcome = RunOutcome::exception;
            }
            failed = failing.any();
        }
        CHECK(allocation_counts().live == before);
        then(outcome);
        if (!failed) {
            CHECK(outcome == RunOutcome::success);
            return n - 1;
        }
        // A run without an end would have other faults than those that are looked for.
        REQUIRE(n < 100'000);
    }
}

} // namespace test
