// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/schema.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/utf8.hpp>

#include <string>
#include <string_view>

/// Simple values as services accept them. Clients read more than that: see `schema/simple_text.hpp`.
namespace belfry::inline v0::testing::detail {

/// Whether a text has the form of a pattern: `9` stands for a digit, `a` for a letter, `*` for an optional
/// fraction of a second, and others for themselves.
[[nodiscard]] inline bool has_form(std::string_view text, std::string_view pattern) noexcept {
    for (const char p : pattern) {
        if (p == '*') {
            if (text.empty() || text.front() != '.') continue;
            text.remove_prefix(1);
            const std::string_view rest = text;
            while (!text.empty() && belfry::detail::is_digit(text.front())) text.remove_prefix(1);
            if (text.size() == rest.size()) return false;
            continue;
        }
        if (text.empty()) return false;
        const char c = text.front();
        if (p == '9' ? !belfry::detail::is_digit(c) : p == 'a' ? !belfry::detail::is_letter(c) : c != p)
            return false;
        text.remove_prefix(1);
    }
    return text.empty();
}

/// Whether a text is a time in one format (https://smithy.io/2.0/spec/protocol-traits.html#timestampformat).
[[nodiscard]] inline bool is_time_in_format(std::string_view text, TimestampFormat format) noexcept {
    Timestamp time;
    switch (format) {
    case TimestampFormat::http_date:
        return has_form(text, "aaa, 99 aaa 9999 99:99:99* GMT") && belfry::parse_http_date(text, time);
    case TimestampFormat::epoch_seconds: return belfry::parse_epoch_seconds(text, time);
    default: return has_form(text, "9999-99-99T99:99:99*Z") && belfry::parse_date_time(text, time);
    }
}

/// Whether a text is a value of a simple type. `format` is that of times whose format the model leaves open.
[[nodiscard]] inline bool is_strict_text(std::string_view text, const Type& type, TimestampFormat format) {
    switch (type.kind) {
    case Kind::boolean: return text == "true" || text == "false";
    case Kind::int8:
    case Kind::int16:
    case Kind::int32:
    case Kind::int64: return !text.starts_with('+');
    case Kind::timestamp:
        return is_time_in_format(text, type.timestamp_format != TimestampFormat::unset ? type.timestamp_format
                                                                                       : format);
    case Kind::string:
    case Kind::enumeration: return is_valid_utf8(text);
    default: return true;
    }
}

/// Reads a simple value as a service does; false if it is not of the type.
[[nodiscard]] inline bool parse_strict_text(std::string_view text, const Type& type, TimestampFormat format,
                                            void* slot) {
    return is_strict_text(text, type, format) && belfry::detail::parse_simple_text(text, type, slot);
}

} // namespace belfry::inline v0::testing::detail
