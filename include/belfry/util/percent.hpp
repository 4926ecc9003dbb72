// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {
template <class Text> BELFRY_NOINLINE void percent_encode(Text& out, std::string_view in, bool keep_slash) {
    const char* const digits = "0123456789ABCDEF";
    const CharacterSet plain = keep_slash ? CharacterSet::path : CharacterSet::unreserved;
    for (;;) {
        const std::size_t size = count_front(plain, in);
        append_text(out, in.substr(0, size));
        if (size == in.size()) return;
        const unsigned byte = static_cast<unsigned char>(in[size]);
        const char triplet[] = {'%', digits[byte >> 4], digits[byte & 15]};
        append_text(out, {triplet, sizeof triplet});
        in.remove_prefix(size + 1);
    }
}

/// The value of a hexadecimal digit in either case, or -1.
[[nodiscard]] constexpr int hex_digit_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}
} // namespace detail

/// Appends `in` with every byte percent-encoded that is not unreserved (RFC 3986 sections 2.1 and 2.3).
inline void append_percent_encoded(std::string& out, std::string_view in) {
    detail::percent_encode(out, in, false);
}

/// Like `append_percent_encoded`, but keeps `/`: for paths and for greedy URI labels.
inline void append_percent_encoded_path(std::string& out, std::string_view in) {
    detail::percent_encode(out, in, true);
}

/// Appends `in` with its `%XX` triplets decoded; false, with `out` as it was, when a `%` does not begin one.
[[nodiscard]] inline bool append_percent_decoded(std::string& out, std::string_view in) {
    const std::size_t before = out.size();
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (in[i] != '%') {
            out.push_back(in[i]);
            continue;
        }
        const int high = i + 2 < in.size() ? detail::hex_digit_value(in[i + 1]) : -1;
        const int low = i + 2 < in.size() ? detail::hex_digit_value(in[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out.resize(before);
            return false;
        }
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return true;
}

} // namespace belfry::inline v0
