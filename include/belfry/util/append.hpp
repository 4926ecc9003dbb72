// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

// Compilers put the whole of `std::string::append` into every caller. Where a text is put together from many
// pieces, these calls keep the code small.
namespace belfry::inline v0::detail {

BELFRY_NOINLINE inline void append_text(std::string& out, std::string_view text) {
    out.append(text.data(), text.size());
}

/// Appends `size` NULs and returns where they are.
[[nodiscard]] BELFRY_NOINLINE inline char* extend_text(std::string& out, std::size_t size) {
    const std::size_t before = out.size();
    out.resize(before + size);
    return out.data() + before;
}

/// Replaces a text by one that is not a part of it.
BELFRY_NOINLINE inline void assign_text(std::string& out, std::string_view text) {
    out.clear();
    append_text(out, text);
}

/// Moves a text, which may be left with any text.
BELFRY_NOINLINE inline void move_text(std::string& to, std::string& from) noexcept { to = std::move(from); }

/// Puts a text that is not a part of `out` in front of it.
BELFRY_NOINLINE inline void prepend_text(std::string& out, std::string_view text) {
    const std::size_t size = out.size();
    char* const end = extend_text(out, text.size());
    char* const begin = end - size;
    std::memmove(begin + text.size(), begin, size);
    if (!text.empty()) std::memcpy(begin, text.data(), text.size());
}

BELFRY_NOINLINE inline void append_char(std::string& out, char c) { append_text(out, {&c, 1}); }

/// Writes `text` with its ASCII capitals in lower case.
BELFRY_NOINLINE inline void write_lower(char* to, std::string_view text) noexcept {
    for (char c : text) {
        if (static_cast<unsigned char>(c - 'A') <= 'Z' - 'A') c = static_cast<char>(c | 0x20);
        *to++ = c;
    }
}

/// Appends `text` with its ASCII capitals in lower case.
template <class Text> void append_lower(Text& out, std::string_view text) {
    write_lower(extend_text(out, text.size()), text);
}

} // namespace belfry::inline v0::detail
