// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {
/// Writes two lower-case hexadecimal digits for each of the `size` bytes at `bytes`. Returns their end.
BELFRY_NOINLINE inline char* write_hex(char* to, const unsigned char* bytes, std::size_t size) noexcept {
    const char* const digits = "0123456789abcdef";
    for (const unsigned char* const end = bytes + size; bytes != end; ++bytes, to += 2) {
        to[0] = digits[*bytes >> 4];
        to[1] = digits[*bytes & 15];
    }
    return to;
}
} // namespace detail

/// Appends two lower-case hexadecimal digits for each of the `size` bytes at `bytes`.
inline void append_hex(std::string& out, const unsigned char* bytes, std::size_t size) {
    static_cast<void>(detail::write_hex(detail::extend_text(out, 2 * size), bytes, size));
}

/// Appends two lower-case hexadecimal digits for each byte of `bytes`.
inline void append_hex(std::string& out, std::string_view bytes) {
    append_hex(out, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

} // namespace belfry::inline v0
