// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/allocation_faults.hpp"
#include "support/catch.hpp"

#include <new>

namespace test {

/// How a run ended.
enum class RunOutcome { success, error, exception };

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
