// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <chrono>
#include <cstdint>

namespace belfry::inline v0::detail {

/// Nanoseconds of the system's steady clock, which only differences give a meaning.
[[nodiscard]] inline std::int64_t steady_nanoseconds() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

} // namespace belfry::inline v0::detail
