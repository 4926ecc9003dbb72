// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/util/timestamp.hpp>

namespace belfry::inline v0 {

template <class O> class Paginator;

/// How long and how often a waiter polls. Zero leaves a value to the waiter.
struct WaitOptions {
    /// Gives up after this long. A waiter that has neither this nor a number of attempts of its own takes 10
    /// minutes.
    Duration deadline{};
    /// The wait after the first poll, and the shortest after any other.
    Duration min_delay{};
    /// The longest wait between two polls.
    Duration max_delay{};
    /// For each of the calls; a cancellation also ends the waits between them.
    CallOptions call{};
};

} // namespace belfry::inline v0
