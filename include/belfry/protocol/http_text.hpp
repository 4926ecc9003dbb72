// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/schema.hpp>
#include <belfry/core/slot.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/decimal.hpp>
#include <belfry/util/time.hpp>

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

/// The text forms of simple values in labels, query parameters and headers (Smithy HTTP binding traits).
namespace belfry::inline v0::detail {

/// The shortest text that reads back as the same number, with `.0` behind whole numbers, as botocore writes
/// it.
template <class T> void append_float_text(std::string& out, T value) {
    if (value != value) {
        out += "NaN";
        return;
    }
    if (value > std::numeric_limits<T>::max() || value < std::numeric_limits<T>::lowest()) {
        out += value > 0 ? "Infinity" : "-Infinity";
        return;
    }
    char text[64];
    const T magnitude = value < 0 ? -value : value;
    const bool fixed =
        magnitude == 0 || (magnitude >= static_cast<T>(1e-4) && magnitude < static_cast<T>(1e16));
    const auto end = std::to_chars(text, text + sizeof text, value,
                                   fixed ? std::chars_format::fixed : std::chars_format::scientific)
                         .ptr;
    const std::string_view digits(text, static_cast<std::size_t>(end - text));
    out += digits;
    if (fixed && digits.find('.') == std::string_view::npos) out += ".0";
}

template <class Integer> void append_integer_text(std::string& out, Integer value) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, static_cast<std::size_t>(end - text));
}

/// False for a year that the format cannot write.
[[nodiscard]] inline bool append_timestamp_text(std::string& out, Timestamp value, TimestampFormat format) {
    if (format == TimestampFormat::http_date) return append_http_date(out, value);
    if (format != TimestampFormat::epoch_seconds) return append_date_time(out, value);
    append_epoch_seconds(out, value);
    return true;
}

/// Appends a simple value (`value` as `slot_value` gives it); false for a kind that has no text form.
inline bool append_simple_text(std::string& out, const Type& type, const void* value,
                               TimestampFormat default_format) {
    switch (type.kind) {
    case Kind::boolean: out += *static_cast<const bool*>(value) ? "true" : "false"; return true;
    case Kind::int8: append_integer_text(out, int{*static_cast<const std::int8_t*>(value)}); return true;
    case Kind::int16: append_integer_text(out, *static_cast<const std::int16_t*>(value)); return true;
    case Kind::int32: append_integer_text(out, *static_cast<const std::int32_t*>(value)); return true;
    case Kind::int64: append_integer_text(out, *static_cast<const std::int64_t*>(value)); return true;
    case Kind::float32: append_float_text(out, *static_cast<const float*>(value)); return true;
    case Kind::float64: append_float_text(out, *static_cast<const double*>(value)); return true;
    case Kind::string: out += *static_cast<const std::string*>(value); return true;
    case Kind::enumeration: out += static_cast<const OpenEnumBase*>(value)->text(*type.values); return true;
    case Kind::timestamp:
        return append_timestamp_text(out, *static_cast<const Timestamp*>(value),
                                     type.timestamp_format == TimestampFormat::unset ? default_format
                                                                                     : type.timestamp_format);
    case Kind::blob: append_base64(out, static_cast<const Blob*>(value)->view()); return true;
    default: return false;
    }
}

template <class Integer> bool parse_integer_text(std::string_view text, void* value) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    Integer parsed{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return false;
    *static_cast<Integer*>(value) = parsed;
    return true;
}

template <class T> bool parse_float_text(std::string_view text, void* value) {
    T parsed{};
    if (text == "NaN") {
        parsed = std::numeric_limits<T>::quiet_NaN();
    } else if (text == "Infinity") {
        parsed = std::numeric_limits<T>::infinity();
    } else if (text == "-Infinity") {
        parsed = -std::numeric_limits<T>::infinity();
    } else {
        if (!text.empty() && text.front() == '+') text.remove_prefix(1);
        if (!is_decimal(text) || !parse_decimal(text, parsed)) return false;
    }
    *static_cast<T*>(value) = parsed;
    return true;
}

[[nodiscard]] inline bool parse_timestamp_text(std::string_view text, TimestampFormat format,
                                               Timestamp& value) {
    switch (format) {
    case TimestampFormat::http_date: return parse_http_date(text, value) || parse_date_time(text, value);
    case TimestampFormat::epoch_seconds: return parse_epoch_seconds(text, value);
    default: return parse_date_time(text, value) || parse_http_date(text, value);
    }
}

/// Reads a simple value's text into its slot; false when the text is no such value.
inline bool parse_simple_text(std::string_view text, const Type& type, TimestampFormat default_format,
                              void* slot) {
    switch (type.kind) {
    case Kind::boolean:
        if (!equals_ignoring_case(text, "true") && !equals_ignoring_case(text, "false")) return false;
        *static_cast<bool*>(slot_emplace(type, slot)) = equals_ignoring_case(text, "true");
        return true;
    case Kind::int8: return parse_integer_text<std::int8_t>(text, slot_emplace(type, slot));
    case Kind::int16: return parse_integer_text<std::int16_t>(text, slot_emplace(type, slot));
    case Kind::int32: return parse_integer_text<std::int32_t>(text, slot_emplace(type, slot));
    case Kind::int64: return parse_integer_text<std::int64_t>(text, slot_emplace(type, slot));
    case Kind::float32: return parse_float_text<float>(text, slot_emplace(type, slot));
    case Kind::float64: return parse_float_text<double>(text, slot_emplace(type, slot));
    case Kind::string: *static_cast<std::string*>(slot_emplace(type, slot)) = text; return true;
    case Kind::enumeration:
        static_cast<OpenEnumBase*>(slot_emplace(type, slot))->assign(text, *type.values);
        return true;
    case Kind::timestamp:
        return parse_timestamp_text(
            text, type.timestamp_format == TimestampFormat::unset ? default_format : type.timestamp_format,
            *static_cast<Timestamp*>(slot_emplace(type, slot)));
    case Kind::blob: return decode_base64(text, static_cast<Blob*>(slot_emplace(type, slot))->bytes());
    default: return false;
    }
}

} // namespace belfry::inline v0::detail
