// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {

/// A date and time of day in UTC, of the proleptic Gregorian calendar.
struct CivilTime {
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
};

constexpr std::int64_t seconds_per_day = 86'400;
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the limits of formats with four-digit years.
constexpr std::int64_t earliest_civil_second = -62'135'596'800;
constexpr std::int64_t latest_civil_second = 253'402'300'799;

[[nodiscard]] constexpr bool is_leap_year(int year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

[[nodiscard]] constexpr int days_in_month(int year, int month) noexcept {
    if (month == 2) return is_leap_year(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Days from 1970-01-01 to a date of the years 1 to 9999.
[[nodiscard]] constexpr std::int64_t days_since_epoch(int year, int month, int day) noexcept {
    // A year that begins in March has its leap day last, so the months before it have fixed lengths.
    const int years = month > 2 ? year : year - 1;
    const int months = month > 2 ? month - 3 : month + 9;
    return std::int64_t{365} * years + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day -
           1 - 719'468;
}

/// The date and time of a second between `earliest_civil_second` and `latest_civil_second`.
[[nodiscard]] constexpr CivilTime civil_from_seconds(std::int64_t seconds) noexcept {
    // Counted from 0000-03-01, before every supported second, so that no division below has a negative
    // operand.
    const std::int64_t from_march = seconds + 719'468 * seconds_per_day;
    const int days = static_cast<int>(from_march / seconds_per_day);
    const int of_day = static_cast<int>(from_march % seconds_per_day);
    const int era = days / 146'097;
    const int of_era = days % 146'097;
    const int year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int months = (5 * of_year + 2) / 153;
    CivilTime civil;
    civil.day = of_year - (153 * months + 2) / 5 + 1;
    civil.month = months < 10 ? months + 3 : months - 9;
    civil.year = era * 400 + year_of_era + (civil.month <= 2 ? 1 : 0);
    civil.hour = of_day / 3'600;
    civil.minute = of_day / 60 % 60;
    civil.second = of_day % 60;
    return civil;
}

/// The second of `civil` at `offset` seconds east of UTC; false for a date or time that does not exist. A
/// leap second (only ever 23:59:60 UTC) counts as the first second of the next day, as in POSIX time.
[[nodiscard]] constexpr bool seconds_from_civil(const CivilTime& civil, int offset,
                                                std::int64_t& out) noexcept {
    if (civil.year < 1 || civil.year > 9'999 || civil.month < 1 || civil.month > 12 || civil.day < 1 ||
        civil.day > days_in_month(civil.year, civil.month) || civil.hour > 23 || civil.minute > 59 ||
        civil.second > 60)
        return false;
    const std::int64_t seconds = days_since_epoch(civil.year, civil.month, civil.day) * seconds_per_day +
                                 civil.hour * 3'600 + civil.minute * 60 + civil.second - offset;
    if (civil.second == 60 && seconds % seconds_per_day != 0) return false;
    if (seconds < earliest_civil_second || seconds > latest_civil_second) return false;
    out = seconds;
    return true;
}

/// Writes `value` in exactly `width` decimal digits and returns the end.
inline char* write_digits(char* to, int value, int width) noexcept {
    for (int i = width; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
    return to + width;
}

/// Reads a text from left to right. A step that does not match fails and does not move.
class TimeReader {
  public:
    explicit TimeReader(std::string_view text) noexcept : text_(text) {}
    [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
    bool accept(char c) noexcept {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool accept(std::string_view word) noexcept {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }
    bool digits(int count, int& out) noexcept {
        int value = 0;
        for (int i = 0; i < count; ++i) {
            const std::size_t at = at_ + static_cast<std::size_t>(i);
            if (at >= text_.size() || text_[at] < '0' || text_[at] > '9') return false;
            value = value * 10 + (text_[at] - '0');
        }
        at_ += static_cast<std::size_t>(count);
        out = value;
        return true;
    }
    /// An optional `.` and digits; those past the ninth are dropped.
    bool fraction(std::int32_t& nanoseconds) noexcept {
        nanoseconds = 0;
        if (!accept('.')) return true;
        std::int32_t unit = 100'000'000;
        int count = 0, digit = 0;
        for (; digits(1, digit); ++count, unit /= 10) nanoseconds += digit * unit;
        return count > 0;
    }
    bool hour_and_minute(CivilTime& civil) noexcept {
        return digits(2, civil.hour) && accept(':') && digits(2, civil.minute);
    }
    bool time_of_day(CivilTime& civil) noexcept {
        return hour_and_minute(civil) && accept(':') && digits(2, civil.second);
    }
    /// `T`, a time and a zone, or nothing for midnight in UTC. A space may stand for the `T`, and seconds and
    /// zone may be missing.
    bool rest_of_date_time(CivilTime& civil, std::int32_t& nanoseconds, int& east) noexcept {
        if (at_end()) return true;
        if (!(accept('T') || accept('t') || accept(' ')) || !hour_and_minute(civil)) return false;
        if (accept(':') && !(digits(2, civil.second) && fraction(nanoseconds))) return false;
        return accept('Z') || accept('z') || at_end() || offset(east);
    }
    /// `+hh:mm`, `+hhmm`, `+hh` or the same with `-`, in seconds east of UTC.
    bool offset(int& out) noexcept {
        const bool west = peek() == '-';
        int hours = 0, minutes = 0;
        if (!accept(west ? '-' : '+') || !digits(2, hours)) return false;
        const bool colon = accept(':');
        if ((!digits(2, minutes) && colon) || hours > 23 || minutes > 59) return false;
        out = (hours * 3'600 + minutes * 60) * (west ? -1 : 1);
        return true;
    }
    /// An offset, `GMT`, `UTC`, `UT`, `Z`, or a North American name (RFC 5322 section 4.3: `CST` is six hours
    /// west).
    bool zone(int& out) noexcept {
        // Each name is as far west as the one before or an hour further.
        int number = 0;
        if (name("EDTESTCDTCSTMDTMSTPDTPST", 8, number)) {
            out = -3'600 * (4 + number / 2);
            return true;
        }
        return accept("GMT") || accept("UTC") || accept("UT") || accept('Z') || offset(out);
    }
    /// One of `count` names of three letters, counted from 1.
    bool name(const char* names, int count, int& out) noexcept {
        for (int i = 0; i < count; ++i)
            if (accept(std::string_view(names + 3 * i, 3))) {
                out = i + 1;
                return true;
            }
        return false;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

inline constexpr const char* month_names = "JanFebMarAprMayJunJulAugSepOctNovDec";
inline constexpr const char* weekday_names = "SunMonTueWedThuFriSat";

[[nodiscard]] constexpr bool is_civil(Timestamp time) noexcept {
    return time.seconds >= earliest_civil_second && time.seconds <= latest_civil_second &&
           time.nanoseconds >= 0 && time.nanoseconds < 1'000'000'000;
}

[[nodiscard]] inline bool finish_time(const CivilTime& civil, int offset, std::int32_t nanoseconds,
                                      Timestamp& out) noexcept {
    std::int64_t seconds = 0;
    if (!seconds_from_civil(civil, offset, seconds)) return false;
    out = {seconds, nanoseconds};
    return true;
}

/// Writes the sixteen characters of `append_amz_date`.
[[nodiscard]] BELFRY_COLD inline bool write_amz_date(char* to, Timestamp time) noexcept {
    if (!is_civil(time)) return false;
    const CivilTime civil = civil_from_seconds(time.seconds);
    to = write_digits(to, civil.year * 10'000 + civil.month * 100 + civil.day, 8);
    *to++ = 'T';
    to = write_digits(to, civil.hour * 10'000 + civil.minute * 100 + civil.second, 6);
    *to = 'Z';
    return true;
}

} // namespace detail

/// Appends `2015-01-25T08:00:00Z` (RFC 3339 section 5.6), with six digits of fraction when it is not zero, or
/// nine when microseconds do not suffice; false, with nothing appended, outside the years 0001 to 9999.
inline bool append_date_time(std::string& out, Timestamp time) {
    if (!detail::is_civil(time)) return false;
    const detail::CivilTime civil = detail::civil_from_seconds(time.seconds);
    char text[40];
    char* end = detail::write_digits(text, civil.year, 4);
    *end++ = '-';
    end = detail::write_digits(end, civil.month, 2);
    *end++ = '-';
    end = detail::write_digits(end, civil.day, 2);
    *end++ = 'T';
    end = detail::write_digits(end, civil.hour, 2);
    *end++ = ':';
    end = detail::write_digits(end, civil.minute, 2);
    *end++ = ':';
    end = detail::write_digits(end, civil.second, 2);
    if (time.nanoseconds != 0) {
        *end++ = '.';
        end = time.nanoseconds % 1'000 == 0 ? detail::write_digits(end, time.nanoseconds / 1'000, 6)
                                            : detail::write_digits(end, time.nanoseconds, 9);
    }
    *end++ = 'Z';
    out.append(text, static_cast<std::size_t>(end - text));
    return true;
}

/// Appends `Tue, 29 Apr 2014 18:30:38 GMT` (RFC 9110 section 5.6.7), without the fraction;
/// false, with nothing appended, outside the years 0001 to 9999.
BELFRY_COLD inline bool append_http_date(std::string& out, Timestamp time) {
    if (!detail::is_civil(time)) return false;
    const detail::CivilTime civil = detail::civil_from_seconds(time.seconds);
    // 0000-03-01, where the days are counted from, was a Wednesday.
    const auto weekday =
        static_cast<std::size_t>((time.seconds / detail::seconds_per_day -
                                  (time.seconds % detail::seconds_per_day < 0 ? 1 : 0) + 719'468 + 3) %
                                 7);
    out.append(detail::weekday_names + 3 * weekday, 3);
    out += ", ";
    char text[32];
    char* end = detail::write_digits(text, civil.day, 2);
    *end++ = ' ';
    for (int i = 0; i < 3; ++i) *end++ = detail::month_names[3 * (civil.month - 1) + i];
    *end++ = ' ';
    end = detail::write_digits(end, civil.year, 4);
    *end++ = ' ';
    end = detail::write_digits(end, civil.hour, 2);
    *end++ = ':';
    end = detail::write_digits(end, civil.minute, 2);
    *end++ = ':';
    end = detail::write_digits(end, civil.second, 2);
    out.append(text, static_cast<std::size_t>(end - text));
    out += " GMT";
    return true;
}

/// Appends the seconds since 1970 as a JSON number (RFC 8259 section 6), with as many digits of fraction as
/// it takes and no exponent.
[[nodiscard]] inline bool append_epoch_seconds(std::string& out, Timestamp time) {
    if (time.nanoseconds < 0 || time.nanoseconds >= 1'000'000'000) return false;
    std::uint64_t whole = static_cast<std::uint64_t>(time.seconds);
    std::int32_t fraction = time.nanoseconds;
    if (time.seconds < 0) {
        out.push_back('-');
        whole = 0 - whole;
        if (fraction > 0) {
            --whole;
            fraction = 1'000'000'000 - fraction;
        }
    }
    char text[32];
    char* from = text + 20;
    char* end = from;
    do *--from = static_cast<char>('0' + whole % 10);
    while ((whole /= 10) != 0);
    if (fraction > 0) {
        *end++ = '.';
        end = detail::write_digits(end, fraction, 9);
        while (end[-1] == '0') --end;
    }
    out.append(from, static_cast<std::size_t>(end - from));
    return true;
}

/// Appends `20150830T123600Z`, the basic form that Signature Version 4 uses; false, with nothing appended,
/// outside the years 0001 to 9999. The first eight characters are the day.
inline bool append_amz_date(std::string& out, Timestamp time) {
    char text[16];
    if (!detail::write_amz_date(text, time)) return false;
    out.append(text, sizeof text);
    return true;
}

/// Reads RFC 3339 section 5.6: `2015-01-25T08:00:00Z`, with a fraction (digits past the ninth are dropped)
/// and an offset such as `+01:00`, `+0100` or `+01`. As services have been seen to send it, seconds, zone
/// (then it is UTC) or the whole time may be missing, and a space may stand for the `T`. False, with `out` as
/// it was, for anything else and for dates that do not exist.
[[nodiscard]] inline bool parse_date_time(std::string_view text, Timestamp& out) noexcept {
    detail::TimeReader reader(text);
    detail::CivilTime civil;
    std::int32_t nanoseconds = 0;
    int offset = 0;
    const bool read = reader.digits(4, civil.year) && reader.accept('-') && reader.digits(2, civil.month) &&
                      reader.accept('-') && reader.digits(2, civil.day) &&
                      reader.rest_of_date_time(civil, nanoseconds, offset);
    return read && reader.at_end() && detail::finish_time(civil, offset, nanoseconds, out);
}

/// Reads the three forms of RFC 9110 section 5.6.7 (`Tue, 29 Apr 2014 18:30:38 GMT`, RFC 850, asctime), the
/// seconds with or without a fraction. The zone may be another one, such as `+0200` or `CST`, in the last
/// form before the year. Years of two digits are 1969 to 2068. The name of the day is not checked against the
/// date. False, with `out` as it was, for anything else and for dates that do not exist.
[[nodiscard]] BELFRY_COLD inline bool parse_http_date(std::string_view text, Timestamp& out) noexcept {
    detail::TimeReader reader(text);
    detail::CivilTime civil;
    std::int32_t nanoseconds = 0;
    int weekday = 0;
    int east = 0;
    if (!reader.name(detail::weekday_names, 7, weekday)) return false;
    bool read = false;
    if (reader.accept(", ")) {
        read = (reader.digits(2, civil.day) || reader.digits(1, civil.day)) && reader.accept(' ') &&
               reader.name(detail::month_names, 12, civil.month) && reader.accept(' ') &&
               reader.digits(4, civil.year) && reader.accept(' ') && reader.time_of_day(civil) &&
               reader.fraction(nanoseconds) && reader.accept(' ') && reader.zone(east);
    } else if (reader.accept(' ')) {
        read = reader.name(detail::month_names, 12, civil.month) && reader.accept(' ') &&
               (reader.digits(2, civil.day) || (reader.accept(' ') && reader.digits(1, civil.day))) &&
               reader.accept(' ') && reader.time_of_day(civil) && reader.fraction(nanoseconds) &&
               reader.accept(' ') &&
               (reader.digits(4, civil.year) ||
                (reader.zone(east) && reader.accept(' ') && reader.digits(4, civil.year)));
    } else {
        constexpr std::string_view endings[] = {"day", "day", "sday", "nesday", "rsday", "day", "urday"};
        read = reader.accept(endings[weekday - 1]) && reader.accept(", ") && reader.digits(2, civil.day) &&
               reader.accept('-') && reader.name(detail::month_names, 12, civil.month) &&
               reader.accept('-') && reader.digits(2, civil.year) && reader.accept(' ') &&
               reader.time_of_day(civil) && reader.fraction(nanoseconds) && reader.accept(' ') &&
               reader.zone(east);
        civil.year += civil.year < 69 ? 2'000 : 1'900;
    }
    return read && reader.at_end() && detail::finish_time(civil, east, nanoseconds, out);
}

/// Reads seconds since 1970 as a JSON number (RFC 8259 section 6), fraction and exponent included, exactly;
/// rounded to the nearest nanosecond. False, with `out` as it was, for anything else
/// and for seconds that 64 bits do not hold.
[[nodiscard]] inline bool parse_epoch_seconds(std::string_view text, Timestamp& out) noexcept {
    const bool negative = !text.empty() && text[0] == '-';
    if (negative) text.remove_prefix(1);
    const auto digits_from = [text](std::size_t at) {
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
        return at;
    };
    const std::size_t whole_digits = digits_from(0);
    if (whole_digits == 0 || (text[0] == '0' && whole_digits > 1)) return false;
    std::size_t count = whole_digits;
    std::size_t at = whole_digits;
    if (at < text.size() && text[at] == '.') {
        at = digits_from(whole_digits + 1);
        count = at - 1;
        if (count == whole_digits) return false;
    }
    // `point` is the position of the decimal point among the `count` digits after applying the exponent.
    auto point = static_cast<std::int64_t>(whole_digits);
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool down = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        const std::size_t end = digits_from(at);
        if (end == at) return false;
        std::int64_t exponent = 0;
        for (; at < end; ++at)
            if (exponent < 1'000'000'000'000'000) exponent = exponent * 10 + (text[at] - '0');
        point += down ? -exponent : exponent;
    }
    if (at != text.size()) return false;

    const auto digit = [text, whole_digits, count](std::int64_t index) -> unsigned {
        if (index < 0 || index >= static_cast<std::int64_t>(count)) return 0;
        const auto i = static_cast<std::size_t>(index);
        return static_cast<unsigned>(text[i < whole_digits ? i : i + 1] - '0');
    };
    std::int64_t first = 0;
    while (first < static_cast<std::int64_t>(count) && digit(first) == 0) ++first;
    if (first == static_cast<std::int64_t>(count)) {
        out = {};
        return true;
    }
    if (point - first > 19) return false;
    std::uint64_t seconds = 0; // 19 digits fit
    for (; first < point; ++first) seconds = seconds * 10 + digit(first);
    std::uint32_t nanoseconds = 0;
    for (std::int64_t i = 0; i < 9; ++i) nanoseconds = nanoseconds * 10 + digit(point + i);
    if (digit(point + 9) >= 5) ++nanoseconds;
    if (nanoseconds == 1'000'000'000) {
        nanoseconds = 0;
        ++seconds;
    }
    if (negative && nanoseconds > 0) {
        nanoseconds = 1'000'000'000 - nanoseconds;
        ++seconds;
    }
    constexpr std::uint64_t limit = std::uint64_t{1} << 63;
    if (seconds > limit || (seconds == limit && !negative)) return false;
    out.seconds = static_cast<std::int64_t>(negative ? 0 - seconds : seconds);
    out.nanoseconds = static_cast<std::int32_t>(nanoseconds);
    return true;
}

namespace detail {
/// Reads a time in any of the three formats. Services confuse them, and no text is a time in two of them.
[[nodiscard]] BELFRY_COLD inline bool parse_time(std::string_view text, Timestamp& out) noexcept {
    return parse_date_time(text, out) || parse_http_date(text, out) || parse_epoch_seconds(text, out);
}
} // namespace detail

} // namespace belfry::inline v0
