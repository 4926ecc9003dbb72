// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/timestamp.hpp>

#include <chrono>

namespace belfry::inline v0 {

/// The time point, truncated to the resolution of `system_clock`. Undefined for times out of its range, which
/// begins some 292 years from 1970 where it counts nanoseconds.
[[nodiscard]] constexpr std::chrono::system_clock::time_point to_time_point(Timestamp time) noexcept {
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(
            std::chrono::seconds(time.seconds) + std::chrono::nanoseconds(time.nanoseconds)));
}

/// The timestamp of a time point, before 1970 too.
[[nodiscard]] constexpr Timestamp to_timestamp(std::chrono::system_clock::time_point time) noexcept {
    const auto since = time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    return {static_cast<std::int64_t>(seconds.count()),
            static_cast<std::int32_t>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds).count())};
}

/// The duration as `std::chrono` has it.
[[nodiscard]] constexpr std::chrono::nanoseconds to_nanoseconds(Duration duration) noexcept {
    return std::chrono::nanoseconds(duration.count());
}

} // namespace belfry::inline v0
