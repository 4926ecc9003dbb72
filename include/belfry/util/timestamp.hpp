// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <compare>
#include <cstdint>
#include <type_traits>

namespace belfry::inline v0 {

/// A point in time: whole seconds since 1970-01-01T00:00:00Z and the nanoseconds (0 to 999,999,999) after
/// them. Convert to and from `std::chrono::system_clock` with `belfry/chrono.hpp`.
struct Timestamp {
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;

    constexpr Timestamp() noexcept = default;
    explicit constexpr Timestamp(std::int64_t since_1970) noexcept : seconds(since_1970) {}
    constexpr Timestamp(std::int64_t since_1970, std::int32_t then) noexcept
        : seconds(since_1970), nanoseconds(then) {}
    /// Accepts `std::chrono::sys_time` of any precision, rounded down to nanoseconds.
    template <class T>
        requires requires(const T& time) {
            T::clock::to_time_t(typename T::clock::time_point{});
            time.time_since_epoch().count();
            T::period::num;
        }
    constexpr Timestamp(const T& time) noexcept // NOLINT: `system_clock::now()` reads as a time
    {
        const auto count = time.time_since_epoch().count();
        constexpr std::int64_t num = T::period::num;
        constexpr std::int64_t den = T::period::den;
        constexpr std::int64_t billion = 1'000'000'000;
        if constexpr (std::is_integral_v<typename T::rep>) {
            const std::int64_t whole = floor_of(static_cast<std::int64_t>(count), den);
            const std::int64_t rest = (static_cast<std::int64_t>(count) - whole * den) * num;
            const std::int64_t part = rest % den;
            seconds = whole * num + rest / den;
            if constexpr (den > billion)
                nanoseconds = static_cast<std::int32_t>(part / (den / billion));
            else
                nanoseconds = static_cast<std::int32_t>(part * billion / den);
        } else {
            const long double exact = static_cast<long double>(count) * static_cast<long double>(num) /
                                      static_cast<long double>(den);
            seconds = static_cast<std::int64_t>(exact);
            if (static_cast<long double>(seconds) > exact) --seconds;
            nanoseconds = static_cast<std::int32_t>((exact - static_cast<long double>(seconds)) * 1e9L);
        }
    }

    friend constexpr bool operator==(const Timestamp&, const Timestamp&) = default;
    friend constexpr auto operator<=>(const Timestamp& a, const Timestamp& b) = default;

  private:
    static constexpr std::int64_t floor_of(std::int64_t count, std::int64_t unit) noexcept {
        return count / unit - (count % unit < 0 ? 1 : 0);
    }
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
