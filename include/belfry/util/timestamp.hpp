// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <compare>
#include <cstdint>

namespace belfry::inline v0 {

/// A point in time: whole seconds since 1970-01-01T00:00:00Z and the nanoseconds (0 to 999,999,999) after
/// them. Convert to and from `std::chrono::system_clock` with `belfry/chrono.hpp`.
struct Timestamp {
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;

    friend constexpr bool operator==(const Timestamp&, const Timestamp&) = default;
    friend constexpr auto operator<=>(const Timestamp& a, const Timestamp& b) = default;
};

/// A length of time in nanoseconds. Any `std::chrono::duration` converts to it, without this header having
/// to include `<chrono>`.
class Duration {
  public:
    constexpr Duration() noexcept = default;
    /// Accepts `std::chrono::duration<Rep, Period>`; a value beyond 292 years becomes 292 years.
    template <class D>
        requires requires(D d) {
            d.count();
            D::period::num;
            D::period::den;
        }
    constexpr Duration(const D& d) noexcept // NOLINT(google-explicit-constructor): 30s reads as a deadline
        : nanoseconds_(scale(static_cast<long double>(d.count()) * static_cast<long double>(D::period::num) *
                             1e9L / static_cast<long double>(D::period::den))) {}

    [[nodiscard]] static constexpr Duration nanoseconds(std::int64_t n) noexcept { return Duration(n, 0); }
    [[nodiscard]] static constexpr Duration milliseconds(std::int64_t n) noexcept {
        return Duration(scale(static_cast<long double>(n) * 1e6L), 0);
    }
    [[nodiscard]] static constexpr Duration seconds(std::int64_t n) noexcept {
        return Duration(scale(static_cast<long double>(n) * 1e9L), 0);
    }

    /// The whole length in nanoseconds.
    [[nodiscard]] constexpr std::int64_t count() const noexcept { return nanoseconds_; }
    /// The whole length in milliseconds, rounded towards zero.
    [[nodiscard]] constexpr std::int64_t count_milliseconds() const noexcept {
        return nanoseconds_ / 1'000'000;
    }

    friend constexpr bool operator==(const Duration&, const Duration&) = default;
    friend constexpr auto operator<=>(const Duration&, const Duration&) = default;

  private:
    constexpr Duration(std::int64_t n, int) noexcept : nanoseconds_(n) {}
    static constexpr std::int64_t scale(long double n) noexcept {
        constexpr std::int64_t limit = 0x7fffffffffffffff;
        if (n >= static_cast<long double>(limit)) return limit;
        if (n <= -static_cast<long double>(limit)) return -limit;
        return static_cast<std::int64_t>(n);
    }
    std::int64_t nanoseconds_ = 0;
};

} // namespace belfry::inline v0
