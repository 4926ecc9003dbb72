// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "run.hpp"

namespace soak {

/// A way to disturb calls.
struct Mode {
    const char* name;
    const char* about;
    /// Seconds after which it hangs, for each 10,000 calls and for the rest.
    unsigned seconds_for_calls;
    unsigned seconds;
    /// Whether it tests libcurl's transports only.
    bool needs_curl;
    /// Whether all was right.
    bool (*run)(const Settings& settings);
};

/// Runs both ways, also if the first one fails; on threads only with a transport that has no loop.
inline bool both_ways(const Settings& settings, bool (*run)(const Settings& settings, Way way)) {
    const bool first = run(settings, Way::threads);
    if (settings.carrier != Carrier::curl) return first;
    return run(settings, Way::loop) && first;
}

// load.cpp
bool run_threads(const Settings& settings);
bool run_loop(const Settings& settings);
bool run_cuts(const Settings& settings);
bool run_stalls(const Settings& settings);
bool run_resets(const Settings& settings);
bool run_storms(const Settings& settings);
// time.cpp
bool run_clock(const Settings& settings);
bool run_expiry(const Settings& settings);
// descriptors.cpp
bool run_descriptors(const Settings& settings);
// allocations.cpp
/// Lets libcurl's allocations fail like those of C++. Must be called before libcurl is used.
void let_libcurl_fail();
bool run_allocations(const Settings& settings);

} // namespace soak
