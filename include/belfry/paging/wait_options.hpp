// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/util/timestamp.hpp>

namespace belfry::inline v0 {

template <class O> class Paginator;
struct PaginatorRule;
struct WaiterRule;

/// How long and how often a waiter polls. For zero, the waiter's own value applies.
struct WaitOptions {
    /// The wait fails after this long. The last poll begins then at the latest and may take another second.
    /// Without a deadline the model's number of polls applies, or else 10 minutes.
    Duration deadline{};
    /// The delay after the first poll, and the shortest after any other.
    Duration min_delay{};
    /// The longest delay between two polls.
    Duration max_delay{};
    /// The options of each call. A call ends with the wait's deadline or with its own, whichever is earlier.
    /// A cancellation also ends the delays between the calls.
    CallOptions call{};
};

} // namespace belfry::inline v0
