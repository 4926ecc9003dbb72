// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/environment.hpp>

#include "support/catch.hpp"

namespace {

using namespace belfry;

/// Returns two given bytes, or fails.
class TwoBytes final : public Environment {
  public:
    Timestamp now() noexcept override { return {}; }
    void sleep(Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        REQUIRE(count == 2);
        bytes[0] = static_cast<unsigned char>(value % 256);
        bytes[1] = static_cast<unsigned char>(value / 256);
        return has_randomness;
    }
    int value = 0;
    bool has_randomness = true;
};

} // namespace

TEST_CASE("a random fraction covers the range from 0 to 1 in equal steps, both ends included") {
    TwoBytes environment;
    CHECK(detail::random_fraction(environment) == 0);
    double last = -1;
    int equal_steps = 0;
    for (; environment.value < 65'536; ++environment.value) {
        // In memory, because some processors' registers hold more digits than a double.
        const volatile double fraction = detail::random_fraction(environment);
        const volatile double expected = environment.value / 65'535.0;
        if (fraction > last && fraction == expected) ++equal_steps;
        last = fraction;
    }
    CHECK(equal_steps == 65'536);
    CHECK(last == 1);
}

TEST_CASE("a random fraction without randomness is 1, whatever bytes the environment leaves behind") {
    TwoBytes environment;
    environment.has_randomness = false;
    for (const int value : {0, 1, 256, 40'000, 65'535}) {
        environment.value = value;
        CHECK(detail::random_fraction(environment) == 1);
    }
}

TEST_CASE("the operating system's random fractions differ and stay within 0 and 1") {
    double least = 1;
    double most = 0;
    for (int i = 0; i < 200; ++i) {
        const double fraction = detail::random_fraction(detail::system_environment);
        if (fraction < least) least = fraction;
        if (fraction > most) most = fraction;
    }
    // The probability that 200 fractions miss one half is 2^-199.
    CHECK(least >= 0);
    CHECK(least < 0.5);
    CHECK(most > 0.5);
    CHECK(most <= 1);
}
