// SPDX-License-Identifier: Apache-2.0
// Limits the attempts that adaptive_retry_botocore.py showed to botocore's limiter, and compares.
#include <belfry/adaptive_retry.hpp>

#include "support/catch.hpp"

#if defined(BELFRY_TEST_ADAPTIVE_RETRY_BOTOCORE)
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>

TEST_CASE("attempts are limited as by botocore's adaptive mode") {
    std::ifstream file(BELFRY_TEST_ADAPTIVE_RETRY_BOTOCORE);
    const nlohmann::json cases = nlohmann::json::parse(file);
    CHECK(cases.size() >= 60);
    std::size_t waits = 0;
    for (const nlohmann::json& test : cases) {
        belfry::AdaptiveRateLimiter limiter;
        double time = test.at("start");
        const auto now = [&] {
            return belfry::Duration::nanoseconds(static_cast<std::int64_t>(std::llround(time * 1e9)));
        };
        REQUIRE(limiter.acquire(now()) == belfry::Duration());
        for (const nlohmann::json& step : test.at("steps")) {
            INFO(step.dump());
            time += step.at("passed").get<double>();
            if (step.contains("wait")) {
                const double expected = step.at("wait");
                const double wait = static_cast<double>(limiter.acquire(now()).count()) / 1e9;
                CHECK(std::abs(wait - expected) < 1e-5);
                waits += expected > 0 ? 1U : 0U;
            } else {
                limiter.on_attempt(step.at("throttled"), now());
                const double expected = step.at("rate");
                CHECK(std::abs(limiter.rate() - expected) < 1e-6 * expected);
                CHECK(limiter.enabled() == step.at("enabled"));
            }
        }
    }
    CHECK(waits > 1000);
}
#endif
