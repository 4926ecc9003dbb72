// SPDX-License-Identifier: Apache-2.0
#include "conformance/cbor_body.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace belfry_conformance {
namespace {

using nlohmann::json;

/// NaN is not equal to itself; its text is.
void name_numbers_that_are_none(json& value) {
    if (value.is_number_float() && std::isnan(value.get<double>())) value = "NaN";
    if (value.is_structured())
        for (json& inner : value) name_numbers_that_are_none(inner);
}

/// Copies the item at `at` without its tags, of which nlohmann/json knows only some, and advances `at` past
/// it.
void copy_untagged(std::string_view from, std::size_t& at, std::string& to) {
    const std::size_t start = at;
    const auto first = static_cast<unsigned char>(at < from.size() ? from[at] : 0);
    const unsigned major = first >> 5;
    const unsigned info = first & 31;
    ++at;
    std::uint64_t argument = info;
    if (info >= 24 && info <= 27) {
        argument = 0;
        for (unsigned i = 0; i < (1U << (info - 24)) && at < from.size(); ++i)
            argument = argument * 256 + static_cast<unsigned char>(from[at++]);
    }
    if (major == 6) return copy_untagged(from, at, to);
    to += from.substr(start, at - start);
    if (info == 31) {
        while (major != 7 && at < from.size() && from[at] != '\xff') copy_untagged(from, at, to);
        if (major != 7 && at < from.size()) to += from[at++];
    } else if (major == 2 || major == 3) {
        to += from.substr(std::min(at, from.size()), argument);
        at += argument;
    } else if (major == 4 || major == 5) {
        for (std::uint64_t i = 0; i < argument * (major - 3) && at < from.size(); ++i)
            copy_untagged(from, at, to);
    }
}

} // namespace

std::string read_base64(std::string_view text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) continue;
        bits = (bits << 6) | static_cast<unsigned>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 0xff);
    }
    return bytes;
}

json read_cbor(std::string_view bytes) {
    std::string untagged;
    std::size_t at = 0;
    copy_untagged(bytes, at, untagged);
    if (at < bytes.size()) untagged += bytes.substr(at);
    json value = json::from_cbor(untagged, true, false);
    name_numbers_that_are_none(value);
    return value;
}

} // namespace belfry_conformance
