// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor_reader.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// CBOR as JSON text, for values of which only the sender knows the type: documents, numbers of any size, and
/// members of unions that the model does not list.
namespace belfry::inline v0::detail {

BELFRY_COLD inline void append_json_string(std::string& out, std::string_view text) {
    append_char(out, '"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            append_char(out, '\\');
            append_char(out, c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            append_text(out, "\\u00");
            constexpr std::string_view digits = "0123456789abcdef";
            append_char(out, digits[static_cast<unsigned char>(c) >> 4]);
            append_char(out, digits[static_cast<unsigned char>(c) & 15]);
        } else {
            append_char(out, c);
        }
    }
    append_char(out, '"');
}

/// Appends the decimal digits of a number that is given by its bytes, the highest first, plus `more`.
BELFRY_COLD inline void append_big_number(std::string& out, std::string_view bytes, unsigned more) {
    // Nine decimal digits a place, the lowest first.
    std::vector<std::uint32_t> places(1, 0);
    const auto add = [&places](std::uint64_t factor, std::uint64_t carry) {
        for (std::uint32_t& place : places) {
            carry += place * factor;
            place = static_cast<std::uint32_t>(carry % 1'000'000'000);
            carry /= 1'000'000'000;
        }
        if (carry != 0) places.push_back(static_cast<std::uint32_t>(carry));
    };
    for (const char byte : bytes) add(256, static_cast<unsigned char>(byte));
    add(1, more);
    char text[16];
    for (std::size_t i = places.size(); i-- > 0;) {
        const auto end = std::to_chars(text, text + sizeof text, places[i]).ptr;
        const std::string_view digits(text, static_cast<std::size_t>(end - text));
        if (i + 1 != places.size()) out.append(9 - digits.size(), '0');
        append_text(out, digits);
    }
}

/// Writes items as JSON: byte strings in base64, big numbers and decimal fractions (RFC 8949 sections 3.4.3
/// and 3.4.4) with all their digits, NaN and the infinities in quotes.
class CborToJson {
  public:
    explicit CborToJson(CborReader& reader) noexcept : reader_(reader) {}

    /// Appends the item at `at`.
    [[nodiscard]] BELFRY_COLD const char* append(const char* at, std::string& out) {
        const char* const start = at;
        CborHead item;
        std::uint64_t tag = 0;
        at = reader_.tagged_head(at, item, tag);
        if (at == nullptr) return nullptr;
        switch (item.major) {
        case CborMajor::positive:
        case CborMajor::negative: append_integer(item, out); return at;
        case CborMajor::bytes: return bytes(start, at, item, tag, out);
        case CborMajor::text: {
            std::string_view text;
            at = reader_.string(at, item, text, room_);
            if (at != nullptr) append_json_string(out, text);
            return at;
        }
        case CborMajor::array:
            return tag == decimal_fraction ? fraction(start, at, item, out) : array(start, at, item, out);
        case CborMajor::map: return map(start, at, item, out);
        default: return simple(start, at, item, out);
        }
    }

  private:
    static constexpr std::uint64_t positive_bignum = 2;
    static constexpr std::uint64_t negative_bignum = 3;
    static constexpr std::uint64_t decimal_fraction = 4;
    /// Limited, because converting digits to another base takes quadratic time.
    static constexpr std::size_t largest_bignum = 1'024;

    static void append_integer(const CborHead& item, std::string& out) {
        char text[24];
        if (item.major == CborMajor::negative) append_char(out, '-');
        if (item.major == CborMajor::negative && item.argument == ~std::uint64_t{0})
            return append_text(out, "18446744073709551616");
        const std::uint64_t value = item.argument + (item.major == CborMajor::negative ? 1 : 0);
        const auto end = std::to_chars(text, text + sizeof text, value).ptr;
        append_text(out, {text, static_cast<std::size_t>(end - text)});
    }
    const char* bytes(const char* start, const char* at, const CborHead& item, std::uint64_t tag,
                      std::string& out) {
        std::string_view value;
        at = reader_.string(at, item, value, room_);
        if (at == nullptr) return nullptr;
        if (tag != positive_bignum && tag != negative_bignum) {
            append_char(out, '"');
            append_base64(out, value);
            append_char(out, '"');
            return at;
        }
        if (value.size() > largest_bignum) return reader_.fail(start, "the number is too large");
        if (tag == negative_bignum) append_char(out, '-');
        append_big_number(out, value, tag == negative_bignum ? 1 : 0);
        return at;
    }
    /// A decimal fraction: the power of ten, and the digits.
    const char* fraction(const char* start, const char* at, const CborHead& item, std::string& out) {
        CborHead power;
        if (item.is_indefinite() || item.argument != 2)
            return reader_.fail(start, "a decimal fraction has two parts");
        at = reader_.head(at, power);
        if (at == nullptr) return nullptr;
        if (power.major != CborMajor::positive && power.major != CborMajor::negative)
            return reader_.fail(start, "a decimal fraction's power is an integer");
        CborHead digits;
        std::uint64_t tag = 0;
        const char* const behind = reader_.tagged_head(at, digits, tag);
        if (behind == nullptr) return nullptr;
        const bool whole =
            digits.major == CborMajor::positive || digits.major == CborMajor::negative ||
            (digits.major == CborMajor::bytes && (tag == positive_bignum || tag == negative_bignum));
        if (!whole) return reader_.fail(at, "a decimal fraction's digits are an integer");
        at = append(at, out);
        if (at == nullptr) return nullptr;
        append_char(out, 'e');
        append_integer(power, out);
        return at;
    }
    const char* array(const char* start, const char* at, const CborHead& item, std::string& out) {
        if (!reader_.enter(start)) return nullptr;
        append_char(out, '[');
        for (std::uint64_t i = 0; reader_.more(at, item, i); ++i) {
            if (i != 0) append_char(out, ',');
            at = append(at, out);
            if (at == nullptr) return nullptr;
        }
        append_char(out, ']');
        reader_.leave();
        return at;
    }
    const char* map(const char* start, const char* at, const CborHead& item, std::string& out) {
        if (!reader_.enter(start)) return nullptr;
        append_char(out, '{');
        for (std::uint64_t i = 0; reader_.more(at, item, i); ++i) {
            if (i != 0) append_char(out, ',');
            CborHead key;
            const char* const key_at = at;
            at = reader_.head(at, key);
            if (at == nullptr) return nullptr;
            if (key.major != CborMajor::text) return reader_.fail(key_at, "a map's key is not text");
            at = append(key_at, out);
            if (at == nullptr) return nullptr;
            append_char(out, ':');
            at = append(at, out);
            if (at == nullptr) return nullptr;
        }
        append_char(out, '}');
        reader_.leave();
        return at;
    }
    const char* simple(const char* start, const char* at, const CborHead& item, std::string& out) {
        double number = 0;
        if (CborReader::floating(item, number)) {
            const bool finite = number - number == 0;
            if (!finite) append_char(out, '"');
            append_float_text(out, number, item.info == 26);
            if (!finite) append_char(out, '"');
            return at;
        }
        switch (item.info) {
        case 20: append_text(out, "false"); return at;
        case 21: append_text(out, "true"); return at;
        case 22:
        case 23: append_text(out, "null"); return at;
        case 31: return reader_.fail(start, "a break outside of an indefinite-length item");
        default: return reader_.fail(start, "the simple value is not assigned");
        }
    }

    CborReader& reader_;
    std::string room_;
};

} // namespace belfry::inline v0::detail
