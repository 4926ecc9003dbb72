// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// Appends two lower-case hexadecimal digits for each of the `size` bytes at `bytes`.
inline void append_hex(std::string& out, const unsigned char* bytes, std::size_t size) {
    const char* const digits = "0123456789abcdef";
    const std::size_t before = out.size();
    out.resize(before + 2 * size);
    char* to = out.data() + before;
    for (std::size_t i = 0; i < size; ++i) {
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
}

/// Appends two lower-case hexadecimal digits for each byte of `bytes`.
inline void append_hex(std::string& out, std::string_view bytes) {
    append_hex(out, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

} // namespace belfry::inline v0
