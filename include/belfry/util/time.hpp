// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
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
BELFRY_NOINLINE inline char* write_digits(char* to, int value, int width) noexcept {
    for (int i = width; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
    return to + width;
}

inline constexpr const char* month_names = "JanFebMarAprMayJunJulAugSepOctNovDec";
inline constexpr const char* weekday_names = "SunMonTueWedThuFriSat";

/// Reads a time by a pattern, from left to right. A letter of the pattern stands for a field: `Y` and `y` the
/// year in four and two digits, `M` and `N` the month in digits and by its name, `D` and `d` the day in two
/// digits and in one or two, `e` the same after one more space, `t` and `u` the time of day with and without
/// colons, `z` the zone, `W` the weekday, `w` the weekday unless it is missing. `T` is a `T` or a space, `_`
/// a space or nothing, and a text may end at `[`. Others stand for themselves.
class TimeReader {
  public:
    explicit TimeReader(std::string_view text) noexcept : at_(text.data()), end_(text.data() + text.size()) {}

    bool matches(const char* pattern) noexcept {
        for (; *pattern != '\0'; ++pattern) {
            if (*pattern == '[' && at_end()) return true;
            if (*pattern != '[' && !field(*pattern)) return false;
        }
        return at_end();
    }
    /// After a match; false for a date or time that does not exist.
    bool finish(Timestamp& out) const noexcept {
        std::int64_t seconds = 0;
        if (!seconds_from_civil(civil_, east_, seconds)) return false;
        out = {seconds, nanoseconds_};
        return true;
    }

  private:
    [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
        return ahead < left() ? at_[ahead] : '\0';
    }
    bool accept(char c) noexcept {
        if (at_end() || *at_ != c) return false;
        ++at_;
        return true;
    }
    BELFRY_COLD bool accept(std::string_view word) noexcept {
        if (std::string_view(at_, left()).substr(0, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }
    bool field(char kind) noexcept {
        switch (kind) {
        case 'Y': return year();
        case 'y':
            if (!two_digits(civil_.year)) return false;
            civil_.year += civil_.year < 69 ? 2'000 : 1'900;
            return true;
        case 'M': return two_digits(civil_.month);
        case 'N': return name(month_names, 12, civil_.month);
        case 'D': return two_digits(civil_.day);
        case 'e': accept(' '); [[fallthrough]];
        case 'd': return two_digits(civil_.day) || digit(civil_.day);
        case 'T': return accept('T') || accept('t') || accept(' ');
        case '_': accept(' '); return true;
        case 't':
        case 'u': return time_of_day(kind == 't');
        case 'z': return zone();
        case 'W':
        case 'w': return weekday(kind == 'w');
        default: return accept(kind);
        }
    }
    /// The value of a digit; 10 or more if it is something else.
    [[nodiscard]] static unsigned digit_value(char c) noexcept {
        return static_cast<unsigned char>(c) - unsigned{'0'};
    }
    bool digit(int& out) noexcept {
        const unsigned only = digit_value(peek());
        if (only > 9) return false;
        ++at_;
        out = static_cast<int>(only);
        return true;
    }
    /// Fails without a move if there are less.
    bool two_digits(int& out) noexcept {
        if (left() < 2) return false;
        const unsigned tens = digit_value(at_[0]);
        const unsigned ones = digit_value(at_[1]);
        if (tens > 9 || ones > 9) return false;
        at_ += 2;
        out = static_cast<int>(tens * 10 + ones);
        return true;
    }
    bool year() noexcept {
        int century = 0;
        if (!two_digits(century) || !two_digits(civil_.year)) return false;
        civil_.year += century * 100;
        return true;
    }
    /// One of `count` names of three letters, counted from 1.
    BELFRY_COLD bool name(const char* names, int count, int& out) noexcept {
        if (left() < 3) return false;
        const char* const found = at_;
        for (out = 1; out <= count; ++out, names += 3)
            if (found[0] == names[0] && found[1] == names[1] && found[2] == names[2]) {
                at_ += 3;
                return true;
            }
        return false;
    }
    /// Hour, minute and, unless they are missing (RFC 5322 section 3.3), seconds with or without a fraction,
    /// whose digits past the ninth are dropped.
    bool time_of_day(bool colons) noexcept {
        if (!two_digits(civil_.hour) || (colons && !accept(':')) || !two_digits(civil_.minute)) return false;
        if (colons && !accept(':')) return true;
        if (!two_digits(civil_.second)) return !colons;
        if (!accept('.')) return true;
        std::int32_t unit = 100'000'000;
        int tenths = 0;
        if (!digit(tenths)) return false;
        do nanoseconds_ += tenths * unit;
        while (unit /= 10, digit(tenths));
        return true;
    }
    /// The name of a day, whole or its first three letters, and what is behind it. It is not checked against
    /// the date.
    BELFRY_COLD bool weekday(bool optional) noexcept {
        int day = 0;
        if (!name(weekday_names, 7, day)) return optional;
        constexpr std::string_view endings[] = {"day", "day", "sday", "nesday", "rsday", "day", "urday"};
        accept(endings[day - 1]);
        accept(',');
        return accept(' ');
    }
    /// `GMT`, `UTC`, `UT`, `Z`, a North American name (RFC 5322 section 4.3: `CST` is six hours west), or an
    /// offset: `+hh:mm`, `+hhmm`, `+hh` or the same with `-`. Go's `Time.String` writes the zone's
    /// abbreviation behind it.
    BELFRY_COLD bool zone() noexcept {
        if (accept('Z') || accept("GMT") || accept("UTC") || accept("UT") || accept('z')) return true;
        // Each name is as far west as the one before or an hour further.
        int number = 0;
        if (name("EDTESTCDTCSTMDTMSTPDTPST", 8, number)) {
            east_ = -3'600 * (4 + number / 2);
            return true;
        }
        const bool west = peek() == '-';
        int hours = 0, minutes = 0;
        if (!accept(west ? '-' : '+') || !two_digits(hours)) return false;
        const bool colon = accept(':');
        if ((!two_digits(minutes) && colon) || hours > 23 || minutes > 59) return false;
        east_ = (hours * 3'600 + minutes * 60) * (west ? -1 : 1);
        if (peek() == ' ' && is_capital(peek(1))) do
                ++at_;
            while (is_capital(peek()));
        return true;
    }
    [[nodiscard]] static constexpr bool is_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }

    const char* at_;
    const char* end_;
    CivilTime civil_{};
    std::int32_t nanoseconds_ = 0;
    int east_ = 0;
};

/// Reads a time by the first of `patterns` that it matches; each ends with NUL, and an empty one ends them.
[[nodiscard]] inline bool parse_by_patterns(std::string_view text, const char* patterns,
                                            Timestamp& out) noexcept {
    for (; *patterns != '\0'; ++patterns) {
        TimeReader reader(text);
        if (reader.matches(patterns) && reader.finish(out)) return true;
        while (*patterns != '\0') ++patterns;
    }
    return false;
}

[[nodiscard]] constexpr bool is_civil(Timestamp time) noexcept {
    return time.seconds >= earliest_civil_second && time.seconds <= latest_civil_second &&
           time.nanoseconds >= 0 && time.nanoseconds < 1'000'000'000;
}

/// Writes `2015-01-25T08:00:00`. Returns the end.
inline char* write_civil(char* to, const CivilTime& civil) noexcept {
    to = write_digits(to, civil.year, 4);
    *to++ = '-';
    to = write_digits(to, civil.month, 2);
    *to++ = '-';
    to = write_digits(to, civil.day, 2);
    *to++ = 'T';
    to = write_digits(to, civil.hour, 2);
    *to++ = ':';
    to = write_digits(to, civil.minute, 2);
    *to++ = ':';
    return write_digits(to, civil.second, 2);
}

/// Writes the sixteen characters of `append_amz_date`.
[[nodiscard]] BELFRY_COLD inline bool write_amz_date(char* to, Timestamp time) noexcept {
    if (!is_civil(time)) return false;
    const CivilTime civil = civil_from_seconds(time.seconds);
    const int pairs[] = {civil.year / 100, civil.year % 100, civil.month, civil.day,
                         civil.hour,       civil.minute,     civil.second};
    for (const int& pair : pairs) {
        if (&pair == pairs + 4) *to++ = 'T';
        const auto digits = static_cast<unsigned>(pair);
        *to++ = static_cast<char>('0' + digits / 10);
        *to++ = static_cast<char>('0' + digits % 10);
    }
    *to = 'Z';
    return true;
}

} // namespace detail

/// Appends `2015-01-25T08:00:00Z` (RFC 3339 section 5.6), with six digits of fraction when it is not zero, or
/// nine when microseconds do not suffice; false, with nothing appended, outside the years 0001 to 9999.
inline bool append_date_time(std::string& out, Timestamp time) {
    if (!detail::is_civil(time)) return false;
    char text[40];
    char* end = detail::write_civil(text, detail::civil_from_seconds(time.seconds));
    if (time.nanoseconds != 0) {
        *end++ = '.';
        end = time.nanoseconds % 1'000 == 0 ? detail::write_digits(end, time.nanoseconds / 1'000, 6)
                                            : detail::write_digits(end, time.nanoseconds, 9);
    }
    *end++ = 'Z';
    detail::append_text(out, {text, static_cast<std::size_t>(end - text)});
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
    detail::append_text(out, {detail::weekday_names + 3 * weekday, 3});
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
    detail::append_text(out, {text, static_cast<std::size_t>(end - text)});
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
        detail::append_char(out, '-');
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
    detail::append_text(out, {from, static_cast<std::size_t>(end - from)});
    return true;
}

/// Appends `20150830T123600Z`, the basic form that Signature Version 4 uses; false, with nothing appended,
/// outside the years 0001 to 9999. The first eight characters are the day.
inline bool append_amz_date(std::string& out, Timestamp time) {
    char text[16];
    if (!detail::write_amz_date(text, time)) return false;
    detail::append_text(out, {text, sizeof text});
    return true;
}

/// Reads RFC 3339 section 5.6: `2015-01-25T08:00:00Z`, with a fraction (digits past the ninth are dropped)
/// and an offset such as `+01:00`, `+0100` or `+01`. As services have been seen to send it, seconds, zone
/// (then it is UTC) or the whole time may be missing, a space may stand for the `T`, and the name of the zone
/// may follow its offset, as Go's `Time.String` writes it. False, with `out` as it was, for anything else and
/// for dates that do not exist.
[[nodiscard]] inline bool parse_date_time(std::string_view text, Timestamp& out) noexcept {
    return detail::parse_by_patterns(text, "Y-M-D[Tt[_z\0", out);
}

/// Reads the three forms of RFC 9110 section 5.6.7 (`Tue, 29 Apr 2014 18:30:38 GMT`, RFC 850, asctime), the
/// first two without the name of the day, too (RFC 5322 section 3.3); the seconds with or without a fraction,
/// or none. The second may have a year of four digits, as cookies do, and the third a day of one digit
/// without the second space. The zone may be another one, such as `+0200` or `CST`, in the last form before
/// the year. Years of two digits are 1969 to 2068. The name of the day is not checked against the date.
/// False, with `out` as it was, for anything else and for dates that do not exist.
[[nodiscard]] BELFRY_COLD inline bool parse_http_date(std::string_view text, Timestamp& out) noexcept {
    return detail::parse_by_patterns(text, "wd N Y t z\0wd-N-y t z\0wd-N-Y t z\0WN e t Y\0WN e t z Y\0", out);
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
/// Reads a time in any of the three formats, or in the basic form of ISO 8601, `20150830T123600Z`, with white
/// space around it or none. Services confuse the formats, and no text is a time in two of them: digits alone
/// are seconds, so that `20221025` is not a date, as in botocore.
[[nodiscard]] BELFRY_COLD inline bool parse_time(std::string_view text, Timestamp& out) noexcept {
    constexpr auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return parse_date_time(text, out) || parse_by_patterns(text, "YMDTu[_z\0", out) ||
           parse_http_date(text, out) || parse_epoch_seconds(text, out);
}
} // namespace detail

} // namespace belfry::inline v0
