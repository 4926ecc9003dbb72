// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/timestamp.hpp>

#include <optional>

namespace belfry::inline v0 {

/// `RetryOptions::max_attempts` of most services.
inline constexpr int default_max_attempts = 3;
/// `RetryOptions::base_delay` of most services.
inline constexpr Duration default_base_delay = Duration::milliseconds(50);

/// How often and how soon a failed attempt is repeated.
struct RetryOptions {
    /// Attempts per call, the first one included; 1 turns retries off. 0 for the service's number, which is
    /// 3, and 4 for Amazon DynamoDB.
    int max_attempts = 0;
    /// The upper bound of the first wait after a transient failure. It doubles with each attempt. Absent for
    /// the service's, which is 50 ms, and 25 ms for Amazon DynamoDB.
    std::optional<Duration> base_delay{};
    /// The same after throttling.
    Duration throttling_base_delay = Duration::seconds(1);
    /// The longest wait, unless the service asks for up to `max_extra_delay` more.
    Duration max_delay = Duration::seconds(20);
    /// The longest time to wait beyond the computed wait when the service asks for a longer one.
    Duration max_extra_delay = Duration::seconds(5);
};

} // namespace belfry::inline v0
