// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/decimal.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/utf8.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

/// The text forms of simple values in labels, query parameters and headers (Smithy HTTP binding traits), and
/// in XML.
namespace belfry::inline v0::detail {

/// False for a year that the format cannot write.
[[nodiscard]] BELFRY_COLD inline bool append_timestamp_text(std::string& out, Timestamp value,
                                                            TimestampFormat format) {
    if (format == TimestampFormat::http_date) return append_http_date(out, value);
    if (format != TimestampFormat::epoch_seconds) return append_date_time(out, value);
    return append_epoch_seconds(out, value);
}

/// Appends a simple value (`value` as `slot_value` gives it). A kind without a text form, or a time that the
/// format cannot write, appends nothing and returns false.
BELFRY_COLD inline bool append_simple_text(std::string& out, const Type& type, const void* value,
                                           TimestampFormat default_format) {
    switch (type.kind) {
    case Kind::boolean: append_text(out, *static_cast<const bool*>(value) ? "true" : "false"); return true;
    case Kind::int8: append_integer_text(out, *static_cast<const std::int8_t*>(value)); return true;
    case Kind::int16: append_integer_text(out, *static_cast<const std::int16_t*>(value)); return true;
    case Kind::int32: append_integer_text(out, *static_cast<const std::int32_t*>(value)); return true;
    case Kind::int64: append_integer_text(out, *static_cast<const std::int64_t*>(value)); return true;
    case Kind::float32: append_float_text(out, double{*static_cast<const float*>(value)}, true); return true;
    case Kind::float64: append_float_text(out, *static_cast<const double*>(value), false); return true;
    case Kind::string: append_text(out, *static_cast<const std::string*>(value)); return true;
    case Kind::enumeration:
        append_text(out, static_cast<const OpenEnumBase*>(value)->text(*type.values));
        return true;
    case Kind::timestamp:
        return append_timestamp_text(out, *static_cast<const Timestamp*>(value),
                                     type.timestamp_format == TimestampFormat::unset ? default_format
                                                                                     : type.timestamp_format);
    case Kind::blob: append_base64(out, static_cast<const Blob*>(value)->view()); return true;
    default: return false;
    }
}

/// The text of a simple value, as `append_simple_text` writes it: the value itself if it is a string, or else
/// in `buffer`.
[[nodiscard]] BELFRY_COLD inline bool find_simple_text(std::string_view& text, std::string& buffer,
                                                       const Type& type, const void* value,
                                                       TimestampFormat default_format) {
    if (type.kind == Kind::string) {
        text = *static_cast<const std::string*>(value);
        return true;
    }
    buffer.clear();
    const bool good = append_simple_text(buffer, type, value, default_format);
    text = buffer;
    return good;
}

/// Reads a decimal integer of 64 bits.
[[nodiscard]] BELFRY_COLD inline bool parse_integer_text(std::string_view text,
                                                         std::int64_t& value) noexcept {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
    if (text.empty()) return false;
    const std::uint64_t limit =
        static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)()) + (negative ? 1 : 0);
    std::uint64_t magnitude = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (magnitude > limit / 10 || magnitude * 10 > limit - digit) return false;
        magnitude = magnitude * 10 + digit;
    }
    value = static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
    return true;
}

template <class T> bool parse_float_text(std::string_view text, void* value) {
    T& parsed = *static_cast<T*>(value);
    if (text == "NaN") {
        parsed = std::numeric_limits<T>::quiet_NaN();
    } else if (text == "Infinity" || text == "-Infinity") {
        parsed =
            text.front() == '-' ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
    } else {
        if (!text.empty() && text.front() == '+') text.remove_prefix(1);
        return is_decimal(text) && parse_decimal(text, parsed);
    }
    return true;
}

/// Reads a simple value's text into its slot; false if the text is not such a value.
BELFRY_COLD inline bool parse_simple_text(std::string_view text, const Type& type, void* slot) {
    switch (type.kind) {
    case Kind::boolean:
        if (!equals_ignoring_case(text, "true") && !equals_ignoring_case(text, "false")) return false;
        *static_cast<bool*>(slot_emplace(type, slot)) = text.size() == 4;
        return true;
    case Kind::int8:
    case Kind::int16:
    case Kind::int32:
    case Kind::int64: {
        std::int64_t value = 0;
        return parse_integer_text(text, value) && put_integer(type, slot, value);
    }
    case Kind::float32: return parse_float_text<float>(text, slot_emplace(type, slot));
    case Kind::float64: return parse_float_text<double>(text, slot_emplace(type, slot));
    case Kind::string: assign_text(*static_cast<std::string*>(slot_emplace(type, slot)), text); return true;
    case Kind::enumeration:
        static_cast<OpenEnumBase*>(slot_emplace(type, slot))->assign(text, *type.values);
        return true;
    case Kind::timestamp: return parse_time(text, *static_cast<Timestamp*>(slot_emplace(type, slot)));
    case Kind::blob: return decode_base64(text, static_cast<Blob*>(slot_emplace(type, slot))->bytes());
    default: return false;
    }
}

/// Replaces each piece of a text that is not UTF-8 by U+FFFD; false if that is an error.
[[nodiscard]] BELFRY_COLD inline bool repair_text(std::string_view& text, std::string& room,
                                                  InvalidText invalid) {
    if (is_valid_utf8(text)) return true;
    if (invalid == InvalidText::reject) return false;
    append_repaired_utf8(room, text);
    text = room;
    return true;
}

/// Reads a simple value's text, as a response has it outside of a document, into its slot; false if the text
/// is not such a value.
[[nodiscard]] BELFRY_COLD inline bool parse_received_text(std::string_view text, const Type& type, void* slot,
                                                          InvalidText invalid) {
    std::string room;
    const bool any_text = type.kind == Kind::string || type.kind == Kind::enumeration;
    return (!any_text || repair_text(text, room, invalid)) && parse_simple_text(text, type, slot);
}

} // namespace belfry::inline v0::detail
