// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/timestamp.hpp>

namespace belfry::inline v0 {

/// How often and how soon a failed attempt is repeated.
struct RetryOptions {
    /// Attempts per call, the first one included; 1 turns retries off.
    int max_attempts = 3;
    /// The longest possible first wait after a failure that is expected to pass by itself; doubles each time.
    Duration base_delay = Duration::milliseconds(50);
    /// The same when the service asked to slow down.
    Duration throttling_base_delay = Duration::seconds(1);
    /// The longest wait, unless the service asks for up to `max_extra_delay` more.
    Duration max_delay = Duration::seconds(20);
    /// How much longer than our own wait we are ready to wait when the service says how long.
    Duration max_extra_delay = Duration::seconds(5);
};

} // namespace belfry::inline v0
