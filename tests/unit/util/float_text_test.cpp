// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/decimal.hpp>
#include <belfry/util/float_text.hpp>
#include <belfry/util/float_text_portable.hpp>

#include "support/catch.hpp"

#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {
using belfry::detail::FloatStyle;

template <class T> std::string written(T value, FloatStyle style) {
    char text[512];
    return {text, belfry::detail::write_float(text, text + sizeof text, value, style)};
}

template <class T> std::string portable(T value, FloatStyle style) {
    char text[512];
    return {text, belfry::detail::write_float_portable(text, text + sizeof text, value,
                                                       style != FloatStyle::scientific,
                                                       style != FloatStyle::fixed)};
}

/// Powers of two and ten, their neighbours, the limits, and random bits.
template <class T, class Bits> std::vector<T> samples() {
    using Limits = std::numeric_limits<T>;
    std::vector<T> values{T{0}, T{1}, (Limits::max)(), (Limits::min)(), Limits::denorm_min()};
    const auto add = [&values](T value) {
        for (const T near : {std::nextafter(value, T{0}), value, std::nextafter(value, (Limits::max)())})
            values.push_back(near);
    };
    for (int exponent = Limits::min_exponent - Limits::digits; exponent < Limits::max_exponent; ++exponent)
        add(std::ldexp(T{1}, exponent));
    for (int exponent = Limits::min_exponent10; exponent <= Limits::max_exponent10; ++exponent)
        add(static_cast<T>(std::pow(10.0, exponent)));
    std::mt19937_64 random(20220803);
    for (int i = 0; i < 20'000; ++i) {
        const auto bits = static_cast<Bits>(random());
        T value;
        std::memcpy(&value, &bits, sizeof value);
        if (value - value == 0) values.push_back(value);
        values.push_back(static_cast<T>(static_cast<double>(bits % 10'000'000) / 1000));
    }
    return values;
}

template <class T, class Bits> void check_that_twins_agree() {
    const std::vector<T> values = samples<T, Bits>();
    CHECK(values.size() > 30'000);
    for (const T value : values)
        for (const T signed_value : {value, -value})
            for (const FloatStyle style : {FloatStyle::shortest, FloatStyle::fixed, FloatStyle::scientific}) {
                const std::string text = portable(signed_value, style);
                if (text == written(signed_value, style)) continue;
                INFO("style " << static_cast<int>(style));
                CHECK(text == written(signed_value, style));
            }
}
} // namespace

TEST_CASE("numbers are written in the shortest way that reads back as the same number") {
    CHECK(written(0.1, FloatStyle::shortest) == "0.1");
    CHECK(written(0.1F, FloatStyle::shortest) == "0.1");
    CHECK(written(-0.0, FloatStyle::shortest) == "-0");
    CHECK(written(1e22, FloatStyle::shortest) == "1e+22");
    CHECK(written(100000.0, FloatStyle::shortest) == "1e+05");
    CHECK(written(123456.0, FloatStyle::shortest) == "123456");
    CHECK(written(0.0001, FloatStyle::shortest) == "1e-04");
    CHECK(written(0.00012, FloatStyle::shortest) == "0.00012");
    CHECK(written(5e-324, FloatStyle::shortest) == "5e-324");
    CHECK(written(1.7976931348623157e308, FloatStyle::scientific) == "1.7976931348623157e+308");
    CHECK(written(123456789012345680000.0, FloatStyle::fixed) == "123456789012345683968");
    // 2 to -44: the nearest text with 16 digits denotes another number.
    CHECK(written(std::ldexp(1.0, -44), FloatStyle::shortest) == "5.684341886080802e-14");
}

TEST_CASE("the C library's twin writes doubles as std::to_chars does") {
    check_that_twins_agree<double, std::uint64_t>();
}

TEST_CASE("the C library's twin writes floats as std::to_chars does") {
    check_that_twins_agree<float, std::uint32_t>();
}

TEST_CASE("the C library's twin writes infinities") {
    CHECK(portable(std::numeric_limits<double>::infinity(), FloatStyle::shortest) == "inf");
    CHECK(portable(-std::numeric_limits<float>::infinity(), FloatStyle::shortest) == "-inf");
    CHECK(portable(std::numeric_limits<double>::quiet_NaN(), FloatStyle::shortest) == "nan");
}

TEST_CASE("the C library's twin writes nothing beyond the end of its buffer") {
    char text[8] = "#######";
    CHECK(belfry::detail::write_float_portable(text, text + 4, 0.123456, true, true) == text + 4);
    CHECK(std::string(text) == "0.12###");
}

TEST_CASE("numbers are written and read with a point whatever the locale") {
    const std::string before = std::setlocale(LC_NUMERIC, nullptr);
    const bool has_comma = std::setlocale(LC_NUMERIC, "de_DE.UTF-8") != nullptr;
    CHECK(portable(1234.5, FloatStyle::shortest) == "1234.5");
    CHECK(portable(1.25e-7, FloatStyle::scientific) == "1.25e-07");
    double value = 0;
    CHECK(belfry::detail::parse_decimal("1234.5", value));
    CHECK(value == 1234.5);
    std::setlocale(LC_NUMERIC, before.c_str());
    if (!has_comma) WARN("the locale de_DE.UTF-8 is not installed: only the C locale was tested");
}
