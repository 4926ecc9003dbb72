// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/environment.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace test {

/// A clock in nanoseconds that sleeping and attempts advance. Its time of day can be set; its steady time
/// cannot. Random bytes are all ones, so that waits have their full length.
class MovingClock final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override {
        const std::int64_t at = steady + set_by;
        return {1'767'323'045 + at / 1'000'000'000, static_cast<std::int32_t>(at % 1'000'000'000)};
    }
    belfry::Duration steady_time() noexcept override { return belfry::Duration::nanoseconds(steady); }
    void sleep(belfry::Duration duration) noexcept override {
        slept.push_back(duration);
        steady += duration.count();
    }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        std::memset(bytes, 0xff, count);
        return true;
    }
    void pass(belfry::Duration duration) { steady += duration.count(); }
    /// The nanoseconds of all sleeps.
    [[nodiscard]] std::int64_t slept_in_all() const {
        std::int64_t all = 0;
        for (const belfry::Duration each : slept) all += each.count();
        return all;
    }
    std::int64_t steady = 0;
    std::int64_t set_by = 0;
    std::vector<belfry::Duration> slept{};
};

} // namespace test
