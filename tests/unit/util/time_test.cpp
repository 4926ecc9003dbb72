// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/time.hpp>

#include "support/catch.hpp"

#include <cstdio>
#include <ctime>
#include <locale.h>
#include <random>
#include <string>
#include <string_view>

using belfry::Timestamp;

namespace {
const std::int64_t earliest = -62'135'596'800, latest = 253'402'300'799;

template <class Append> std::string written(Append append, Timestamp time) {
    std::string out;
    append(out, time);
    return out;
}
std::string date_time(Timestamp time) { return written(belfry::append_date_time, time); }
std::string http_date(Timestamp time) { return written(belfry::append_http_date, time); }
std::string epoch(Timestamp time) { return written(belfry::append_epoch_seconds, time); }
std::string amz_date(Timestamp time) { return written(belfry::append_amz_date, time); }

Timestamp read_date_time(std::string_view text) {
    Timestamp time{-77, 7};
    INFO(text);
    CHECK(belfry::parse_date_time(text, time));
    return time;
}
Timestamp read_http_date(std::string_view text) {
    Timestamp time{-77, 7};
    INFO(text);
    CHECK(belfry::parse_http_date(text, time));
    return time;
}
Timestamp read_epoch(std::string_view text) {
    Timestamp time{-77, 7};
    INFO(text);
    CHECK(belfry::parse_epoch_seconds(text, time));
    return time;
}

/// Expected values are from the C library's calendar.
std::string from_c_library(std::int64_t seconds, const char* format) {
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[64];
    text[std::strftime(text, sizeof text, format, &parts)] = '\0';
    return text;
}
/// `%Y` has no leading zeros in glibc.
std::string padded_year(std::int64_t seconds) {
    std::string year = from_c_library(seconds, "%Y");
    return std::string(4 - year.size(), '0') + year;
}

void check_against_c_library(std::int64_t seconds) {
    const Timestamp time{seconds, 0};
    const std::string year = padded_year(seconds);
    const std::string expected_date_time = year + from_c_library(seconds, "-%m-%dT%H:%M:%SZ");
    const std::string expected_http_date =
        from_c_library(seconds, "%a, %d %b ") + year + from_c_library(seconds, " %H:%M:%S GMT");
    const std::string expected_amz_date = year + from_c_library(seconds, "%m%dT%H%M%SZ");
    Timestamp from_date_time, from_http_date;
    if (date_time(time) != expected_date_time || http_date(time) != expected_http_date ||
        amz_date(time) != expected_amz_date || !belfry::parse_date_time(expected_date_time, from_date_time) ||
        from_date_time != time || !belfry::parse_http_date(expected_http_date, from_http_date) ||
        from_http_date != time || epoch(time) != std::to_string(seconds)) {
        CAPTURE(seconds, expected_date_time, date_time(time), expected_http_date, http_date(time),
                amz_date(time));
        FAIL("the calendars disagree");
    }
}
} // namespace

TEST_CASE("calendar dates agree with the C library from year 1 to 9999") {
    // With a prime step, all hours, weekdays and leap rules occur.
    for (std::int64_t seconds = earliest; seconds <= latest; seconds += 7'654'321)
        check_against_c_library(seconds);
    for (std::int64_t day = -200; day <= 25'000; ++day) {
        check_against_c_library(day * 86'400);
        check_against_c_library(day * 86'400 - 1);
    }
    check_against_c_library(earliest);
    check_against_c_library(latest);
}

TEST_CASE("dates outside the years 0001 to 9999 are not written") {
    for (const Timestamp time :
         {Timestamp{earliest - 1, 0}, Timestamp{latest + 1, 0}, Timestamp{INT64_MIN, 0},
          Timestamp{INT64_MAX, 999'999'999}, Timestamp{0, -1}, Timestamp{0, 1'000'000'000}}) {
        std::string out = "kept";
        CHECK_FALSE(belfry::append_date_time(out, time));
        CHECK_FALSE(belfry::append_http_date(out, time));
        CHECK_FALSE(belfry::append_amz_date(out, time));
        CHECK(out == "kept");
    }
}

TEST_CASE("a date-time has a fraction only if it is not zero") {
    CHECK(date_time({1'422'172'800, 0}) == "2015-01-25T08:00:00Z");
    CHECK(date_time({1'422'172'800, 500'000'000}) == "2015-01-25T08:00:00.500000Z");
    CHECK(date_time({1'422'172'800, 1'000}) == "2015-01-25T08:00:00.000001Z");
    CHECK(date_time({1'422'172'800, 1}) == "2015-01-25T08:00:00.000000001Z");
    CHECK(date_time({-1, 999'000'000}) == "1969-12-31T23:59:59.999000Z");
    CHECK(http_date({1'398'796'238, 999'999'999}) == "Tue, 29 Apr 2014 18:30:38 GMT");
    CHECK(amz_date({1'440'938'160, 999'999'999}) == "20150830T123600Z");
}

TEST_CASE("a date-time is read with fraction and offset") {
    CHECK(read_date_time("2015-01-25T08:00:00Z") == Timestamp{1'422'172'800, 0});
    CHECK(read_date_time("2015-01-25t08:00:00z") == Timestamp{1'422'172'800, 0});
    CHECK(read_date_time("2015-01-25T08:00:00") == Timestamp{1'422'172'800, 0});
    CHECK(read_date_time("2015-01-25T08:00:00.5") == Timestamp{1'422'172'800, 500'000'000});
    CHECK(read_date_time("2015-01-25T08:00:00.123Z") == Timestamp{1'422'172'800, 123'000'000});
    CHECK(read_date_time("2015-01-25T08:00:00.123456789Z") == Timestamp{1'422'172'800, 123'456'789});
    CHECK(read_date_time("2015-01-25T08:00:00.1234567899Z") == Timestamp{1'422'172'800, 123'456'789});
    CHECK(read_date_time("2015-01-25T09:30:00.25+01:30") == Timestamp{1'422'172'800, 250'000'000});
    CHECK(read_date_time("2015-01-25T00:00:00-0800") == Timestamp{1'422'172'800, 0});
    CHECK(read_date_time("2000-02-29T00:00:00Z") == Timestamp{951'782'400, 0});
    CHECK(read_date_time("0001-01-01T00:00:00Z") == Timestamp{earliest, 0});
    CHECK(read_date_time("9999-12-31T23:59:59.999999999Z") == Timestamp{latest, 999'999'999});
    // From the list of leap seconds: the one at the end of 2016 came before 1483228800.
    CHECK(read_date_time("2016-12-31T23:59:60Z") == Timestamp{1'483'228'800, 0});
    CHECK(read_date_time("2017-01-01T00:59:60+01:00") == Timestamp{1'483'228'800, 0});
}

TEST_CASE(
    "a text that is not a date-time, or an impossible date, is refused and leaves the target unchanged") {
    for (const char* bad : {"",
                            "Z",
                            "2015",
                            "2015-01-25T",
                            "2015-01-25 ",
                            "2015-01-25Z",
                            "2015-01-25T08Z",
                            "2015-01-25T08:Z",
                            "2015-01-25T08:00:",
                            "2015-01-25T08:00.5Z",
                            "2015-01-25T08:00:00+01:",
                            "2015-01-25T08:00:00+01:0",
                            "2015-01-25T08:00:00+",
                            "2015-01-25  08:00:00Z",
                            "2015-01-25T08:00:00.Z",
                            "2015-01-25T08:00:00ZZ",
                            "2015-01-25T08:00:00Z ",
                            " 2015-01-25T08:00:00Z",
                            "2015-02-30T00:00:00Z",
                            "2015-02-29T00:00:00Z",
                            "1900-02-29T00:00:00Z",
                            "2015-04-31T00:00:00Z",
                            "2015-13-01T00:00:00Z",
                            "2015-00-01T00:00:00Z",
                            "2015-01-00T00:00:00Z",
                            "2015-01-01T24:00:00Z",
                            "2015-01-01T00:60:00Z",
                            "2015-01-01T00:00:61Z",
                            "2015-01-01T00:00:60Z",
                            "0000-01-01T00:00:00Z",
                            "0001-01-01T00:00:00+00:01",
                            "9999-12-31T23:59:59-00:01",
                            "9999-12-31T23:59:60Z",
                            "15-01-25T08:00:00Z",
                            "+2015-01-25T08:00:00Z",
                            "2015-1-25T08:00:00Z",
                            "2015-01-25T08:00:00+24:00",
                            "2015-01-25T08:00:00+01:60",
                            "2015-01-25T08:00:00+1:00",
                            "2015-01-25T08:00:00,5Z",
                            "20150125T080000Z",
                            "2015-01-25T08:00:00\xc2\xa0Z"}) {
        INFO(bad);
        Timestamp time{5, 5};
        CHECK_FALSE(belfry::parse_date_time(bad, time));
        CHECK(time == Timestamp{5, 5});
    }
    Timestamp time{5, 5};
    CHECK_FALSE(belfry::parse_date_time(std::string_view("2015-01-25T08:00:00\0Z", 21), time));
    CHECK_FALSE(belfry::parse_date_time(std::string_view("2015-01-25T08:00:00\0", 20), time));
}

TEST_CASE("the date-times that services send beside those of RFC 3339 are read") {
    CHECK(read_date_time("2022-10-25T06:09Z") == Timestamp{1'666'678'140, 0});
    CHECK(read_date_time("2022-10-25T06:09") == Timestamp{1'666'678'140, 0});
    CHECK(read_date_time("2022-10-25T08:09+02:00") == Timestamp{1'666'678'140, 0});
    CHECK(read_date_time("2015-01-25") == Timestamp{1'422'144'000, 0});
    CHECK(read_date_time("2015-01-25 08:00:00Z") == Timestamp{1'422'172'800, 0});
    CHECK(read_date_time("2015-01-25 08:00:00.5") == Timestamp{1'422'172'800, 500'000'000});
    CHECK(read_date_time("2015-01-25T09:00:00+01") == Timestamp{1'422'172'800, 0});
    CHECK(read_date_time("2015-01-25 00:00:00-08") == Timestamp{1'422'172'800, 0});
}

TEST_CASE("an HTTP date may have any zone of RFC 5322") {
    constexpr std::int64_t noon = 1'398'772'800;
    CHECK(read_http_date("Mon Aug 04 00:25:20 UTC 2025") == Timestamp{1'754'267'120, 0});
    CHECK(read_http_date("Tue Apr 29 14:00:00 +0200 2014").seconds == noon);
    CHECK(read_http_date("Tue, 29 Apr 2014 12:00:00 +00:00").seconds == noon);
    CHECK(read_http_date("Tue, 29 Apr 2014 14:00:00 +0200").seconds == noon);
    CHECK(read_http_date("Tue, 29 Apr 2014 10:30:00 -01:30").seconds == noon);
    CHECK(read_http_date("Tue, 29 Apr 2014 06:00:00 CST").seconds == noon);
    CHECK(read_http_date("Tue, 29 Apr 2014 05:00:00 PDT").seconds == noon);
    CHECK(read_http_date("Tuesday, 29-Apr-14 08:00:00 EDT").seconds == noon);
    for (const char* const zone : {"GMT", "UTC", "UT", "Z", "+0000", "-0000"})
        CHECK(read_http_date(std::string("Tue, 29 Apr 2014 12:00:00 ") + zone).seconds == noon);
}

TEST_CASE(
    "the name of the day, the seconds and the kind of zone may differ, as RFC 5322 and services have it") {
    // Python's email.utils.parsedate_to_datetime.
    CHECK(read_http_date("25 Oct 2022 06:09:10 GMT") == Timestamp{1'666'678'150, 0});
    CHECK(read_http_date("Tue, 25 Oct 2022 06:09 GMT") == Timestamp{1'666'678'140, 0});
    CHECK(read_http_date("25 Oct 2022 06:09 +0200") == Timestamp{1'666'670'940, 0});
    CHECK(read_http_date("5 Oct 2022 06:09:10 CST") == Timestamp{1'664'971'750, 0});
    CHECK(read_http_date("Tue, 25 Oct 2022 06:09 EDT") == Timestamp{1'666'692'540, 0});
    CHECK(read_http_date("Tue Oct 25 06:09 2022") == Timestamp{1'666'678'140, 0});
    for (const char* const zone : {"CST", " CST", "-0600", " -0600", "-06:00", " -06"})
        CHECK(read_date_time(std::string("2022-10-05T06:09:10") + zone) == Timestamp{1'664'971'750, 0});
    CHECK(read_date_time("2022-10-25 06:09:10 UTC") == Timestamp{1'666'678'150, 0});
    Timestamp time;
    for (const char* const text : {"2022-10-25T06:09:10  UTC", "2022-10-25T06:09:10 ",
                                   "2022-10-25T06:09: UTC", "2022-10-25T06:09:10 XYZ"})
        CHECK_FALSE(belfry::parse_date_time(text, time));
    for (const char* const text : {"25 Oct 2022", "25 Oct 2022 06 GMT", "Oct 25 06:09:10 2022",
                                   "Tue, 25 Oct 2022 06:09: GMT", "25 Oct 2022 06:09:10"})
        CHECK_FALSE(belfry::parse_http_date(text, time));
}

TEST_CASE("a time is read in whichever format it comes") {
    for (const char* const text : {"2014-04-29T12:00:00Z", "Tue, 29 Apr 2014 12:00:00 GMT",
                                   "Tue Apr 29 12:00:00 2014", "1398772800", "1.3987728e9"}) {
        INFO(text);
        Timestamp time;
        CHECK(belfry::detail::parse_time(text, time));
        CHECK(time == Timestamp{1'398'772'800, 0});
    }
    Timestamp time;
    CHECK_FALSE(belfry::detail::parse_time("yesterday", time));
}

TEST_CASE("the forms of time that services and other languages write are read") {
    const struct {
        const char* text;
        Timestamp time;
    } cases[] = {
        // Java's `Date.toString`, with the day as C's asctime pads it, or not at all.
        {"Mon Aug  4 00:25:20 UTC 2025", {1'754'267'120, 0}},
        {"Mon Aug 4 00:25:20 UTC 2025", {1'754'267'120, 0}},
        {"Mon Aug 4 00:25:20 2025", {1'754'267'120, 0}},
        {"Mon Aug 04 00:25:20 2025", {1'754'267'120, 0}},
        // Go's `Time.String`.
        {"2022-10-25 06:09:01 +0000 UTC", {1'666'678'141, 0}},
        {"2022-10-25 06:09:01.25 +0000 UTC", {1'666'678'141, 250'000'000}},
        {"2022-10-25 08:09:01.000000001 +0200 CEST", {1'666'678'141, 1}},
        {"2022-10-25 01:09:01 -0500 EST", {1'666'678'141, 0}},
        // ISO 8601's basic form, as Signature Version 4 has it.
        {"20221025T060901Z", {1'666'678'141, 0}},
        {"20221025T060901", {1'666'678'141, 0}},
        {"20221025T060901.5Z", {1'666'678'141, 500'000'000}},
        {"20221025T080901+0200", {1'666'678'141, 0}},
        {"20221025T0609Z", {1'666'678'140, 0}},
        // The date of Netscape's cookies.
        {"Tue, 29-Apr-2014 18:30:38 GMT", {1'398'796'238, 0}},
        {"Tuesday, 29-Apr-2014 18:30:38 GMT", {1'398'796'238, 0}},
        {"Tue, 29-Apr-14 18:30:38 GMT", {1'398'796'238, 0}},
        {"Tue, 9-Dec-2014 18:30:38 GMT", {1'418'149'838, 0}},
        {"Tuesday, 29 Apr 2014 18:30:38 GMT", {1'398'796'238, 0}},
        // White space around any of them.
        {" 2014-04-29T18:30:38Z", {1'398'796'238, 0}},
        {"2014-04-29T18:30:38Z\r\n", {1'398'796'238, 0}},
        {"\t 2014-04-29 \n", {1'398'729'600, 0}},
        {" Tue, 29 Apr 2014 18:30:38 GMT ", {1'398'796'238, 0}},
        {" 1398796238 ", {1'398'796'238, 0}},
        // Digits alone are seconds since 1970, as for botocore.
        {"20221025", {20'221'025, 0}},
    };
    for (const auto& one : cases) {
        INFO(one.text);
        Timestamp time;
        CHECK(belfry::detail::parse_time(one.text, time));
        CHECK(time == one.time);
    }
    for (const char* const bad : {"",
                                  " ",
                                  "2022-10-25 06:09:01 +0000 utc",
                                  "2022-10-25 06:09:01 +0000  UTC",
                                  "2022-10-25 06:09:01 +0000 UTC ago",
                                  "2022-10-25 06:09:01 +0000 UTC UTC",
                                  "20221025T0609015Z",
                                  "20221325T060901Z",
                                  "20220230T060901Z",
                                  "20221025T06",
                                  "20221025060901Z",
                                  "2022-10-25T060901Z",
                                  "20221025T06:09:01Z",
                                  "Mon Aug 04 00:25:20 UTC",
                                  "Mon Aug 044 00:25:20 UTC 2025",
                                  "Mon Aug   4 00:25:20 2025",
                                  "Tue, 29-Apr 2014 18:30:38 GMT",
                                  "Tue, 29-04-2014 18:30:38 GMT",
                                  "1398796238 s",
                                  "20 22",
                                  "2014-04-29T18:30:38Z\xc2\xa0"}) {
        INFO(bad);
        Timestamp time{5, 5};
        CHECK_FALSE(belfry::detail::parse_time(bad, time));
        CHECK(time == Timestamp{5, 5});
    }
}

TEST_CASE("the three forms of an HTTP date in RFC 9110 are read") {
    CHECK(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == Timestamp{784'111'777, 0});
    CHECK(read_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == Timestamp{784'111'777, 0});
    CHECK(read_http_date("Sun Nov  6 08:49:37 1994") == Timestamp{784'111'777, 0});
    CHECK(read_http_date("Wed Nov 16 08:49:37 1994") == Timestamp{784'975'777, 0});
    CHECK(read_http_date("Tue, 29 Apr 2014 18:30:38.123 GMT") == Timestamp{1'398'796'238, 123'000'000});
    CHECK(read_http_date("Sun, 6 Nov 1994 08:49:37 GMT") == Timestamp{784'111'777, 0});
    CHECK(read_http_date("Sun, 06 Nov 1994 08:49:37 -0000") == Timestamp{784'111'777, 0});
    for (const char* day : {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"})
        CHECK(read_http_date(std::string(day) + ", 01-Jan-70 00:00:00 GMT") == Timestamp{0, 0});
    CHECK(read_http_date("Monday, 01-Jan-68 00:00:00 GMT").seconds == 3'092'601'600);
}

TEST_CASE("a text that is not an HTTP date is refused") {
    for (const char* bad :
         {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 2015 08:49:37 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT",
          "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT ", "Sunda, 06-Nov-94 08:49:37 GMT",
          "Monnesday, 06-Nov-94 08:49:37 GMT", "Sun Nov 06 08:49:37 94", "Sun, 06 Nov 1994 8:49:37 GMT",
          "784111777", "1994-11-06T08:49:37Z"}) {
        INFO(bad);
        Timestamp time{5, 5};
        CHECK_FALSE(belfry::parse_http_date(bad, time));
        CHECK(time == Timestamp{5, 5});
    }
}

TEST_CASE("epoch seconds are written with the digits they need") {
    CHECK(epoch({0, 0}) == "0");
    CHECK(epoch({1'422'172'800, 0}) == "1422172800");
    CHECK(epoch({1'422'172'800, 120'000'000}) == "1422172800.12");
    CHECK(epoch({0, 1}) == "0.000000001");
    CHECK(epoch({-1, 999'999'999}) == "-0.000000001");
    CHECK(epoch({-2, 500'000'000}) == "-1.5");
    CHECK(epoch({-1, 0}) == "-1");
    CHECK(epoch({INT64_MIN, 0}) == "-9223372036854775808");
    CHECK(epoch({INT64_MAX, 999'999'999}) == "9223372036854775807.999999999");
}

TEST_CASE("epoch seconds are read exactly") {
    CHECK(read_epoch("0") == Timestamp{0, 0});
    CHECK(read_epoch("-0") == Timestamp{0, 0});
    CHECK(read_epoch("0.0") == Timestamp{0, 0});
    CHECK(read_epoch("1422172800") == Timestamp{1'422'172'800, 0});
    CHECK(read_epoch("1422172800.123456789") == Timestamp{1'422'172'800, 123'456'789});
    CHECK(read_epoch("1.4221728E9") == Timestamp{1'422'172'800, 0});
    CHECK(read_epoch("1.422172800123e+9") == Timestamp{1'422'172'800, 123'000'000});
    CHECK(read_epoch("1422172800123e-3") == Timestamp{1'422'172'800, 123'000'000});
    CHECK(read_epoch("5e-1") == Timestamp{0, 500'000'000});
    CHECK(read_epoch("-1.5") == Timestamp{-2, 500'000'000});
    CHECK(read_epoch("-0.000000001") == Timestamp{-1, 999'999'999});
    CHECK(read_epoch("0.0000000004999") == Timestamp{0, 0});
    CHECK(read_epoch("0.0000000005") == Timestamp{0, 1});
    CHECK(read_epoch("0.9999999999") == Timestamp{1, 0});
    CHECK(read_epoch("-0.9999999999") == Timestamp{-1, 0});
    CHECK(read_epoch("9223372036854775807.999999999") == Timestamp{INT64_MAX, 999'999'999});
    CHECK(read_epoch("-9223372036854775808") == Timestamp{INT64_MIN, 0});
    CHECK(read_epoch("0e99999999999999999999") == Timestamp{0, 0});
    CHECK(read_epoch("1e-99999999999999999999") == Timestamp{0, 0});
    CHECK(read_epoch("0.000000000000000000000000000001e30") == Timestamp{1, 0});
    CHECK(read_epoch(std::string("1") + std::string(400, '0') + "e-400") == Timestamp{1, 0});
}

TEST_CASE("a text that is not a JSON number, or beyond 64 bits, is refused as epoch seconds") {
    for (const char* bad : {"",
                            "-",
                            "+1",
                            "01",
                            "-01",
                            ".5",
                            "1.",
                            "1.e3",
                            "1e",
                            "1e+",
                            "--1",
                            "1 ",
                            " 1",
                            "0x10",
                            "NaN",
                            "Infinity",
                            "1_000",
                            "1,5",
                            "1e3.5",
                            "9223372036854775808",
                            "9223372036854775807.9999999999",
                            "-9223372036854775808.1",
                            "1e19",
                            "1e99999999999999999999",
                            "18446744073709551616"}) {
        INFO(bad);
        Timestamp time{5, 5};
        CHECK_FALSE(belfry::parse_epoch_seconds(bad, time));
        CHECK(time == Timestamp{5, 5});
    }
}

TEST_CASE("random times are read back equal from each format that can represent them") {
    std::mt19937_64 random(3);
    for (int round = 0; round < 50'000; ++round) {
        const Timestamp time{static_cast<std::int64_t>(random() % 315'537'897'600) + earliest,
                             static_cast<std::int32_t>(random() % (round % 3 == 0 ? 1 : 1'000'000'000))};
        Timestamp from_date_time, from_epoch;
        REQUIRE(belfry::parse_date_time(date_time(time), from_date_time));
        REQUIRE(from_date_time == time);
        REQUIRE(belfry::parse_epoch_seconds(epoch(time), from_epoch));
        REQUIRE(from_epoch == time);
    }
}
