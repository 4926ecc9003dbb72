// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/util/timestamp.hpp>

namespace belfry::inline v0::detail {

/// Sleeps, but not much longer than until the token is cancelled.
BELFRY_COLD inline void sleep_unless_cancelled(Environment& environment, Duration duration,
                                               const CancellationToken* token) {
    constexpr Duration slice = Duration::milliseconds(200);
    while (token != nullptr && duration > slice) {
        if (token->is_cancelled()) return;
        environment.sleep(slice);
        duration = Duration::nanoseconds(duration.count() - slice.count());
    }
    environment.sleep(duration);
}

} // namespace belfry::inline v0::detail
