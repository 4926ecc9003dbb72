// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstring>

namespace belfry::inline v0 {
namespace detail {

/// Enough for the fields of most requests and responses.
inline constexpr std::size_t first_headers_room = 1'000;

[[nodiscard]] inline char* copy_text(char* to, std::string_view text) noexcept {
    // An empty view may be null, which memcpy does not take.
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

} // namespace detail

struct Headers::Field {
    explicit Field(const char* at) noexcept {
        std::memcpy(sizes, at, sizeof sizes);
        name = at + sizeof sizes;
    }
    [[nodiscard]] Header header() const noexcept {
        return {{name, sizes[0]}, {name + sizes[0] + 1, sizes[1]}};
    }
    [[nodiscard]] const char* end() const noexcept { return name + sizes[0] + sizes[1] + 2; }
    [[nodiscard]] bool is_called(std::string_view other) const noexcept {
        return detail::equals_ignoring_case({name, sizes[0]}, other);
    }

    std::size_t sizes[2];
    const char* name;
};

BELFRY_INLINE Header Headers::Iterator::operator*() const noexcept { return Field(at_).header(); }

BELFRY_INLINE Headers::Iterator& Headers::Iterator::operator++() noexcept {
    at_ = Field(at_).end();
    return *this;
}

Headers::Headers(const Headers& other)
    : text_(other.size_ == 0 ? nullptr : new char[other.size_]), size_(other.size_), room_(other.size_) {
    if (size_ != 0) std::memcpy(text_, other.text_, size_);
}

void Headers::append(std::string_view name, std::string_view value) { append_joined(name, {value}); }

void Headers::append_joined(std::string_view name, std::initializer_list<std::string_view> texts) {
    std::size_t sizes[] = {name.size(), 0};
    for (const std::string_view text : texts) sizes[1] += text.size();
    const std::size_t size = sizeof sizes + sizes[0] + sizes[1] + 2;
    // Freed after the field is in its place, because the arguments may refer to it.
    const char* old = nullptr;
    if (size > room_ - size_) {
        const std::size_t least = size_ + detail::first_headers_room;
        const std::size_t room = size_ + (size > least ? size : least);
        char* const larger = new char[room];
        if (size_ != 0) std::memcpy(larger, text_, size_);
        old = text_;
        text_ = larger;
        room_ = room;
    }
    char* to = text_ + size_;
    std::memcpy(to, sizes, sizeof sizes);
    to = detail::copy_text(to + sizeof sizes, name);
    *to++ = '\0';
    for (const std::string_view text : texts) to = detail::copy_text(to, text);
    *to = '\0';
    size_ += size;
    delete[] old;
}

void Headers::set(std::string_view name, std::string_view value) {
    const char* const at = locate(name);
    if (at == nullptr) return append(name, value);
    // `value` may be a part of the old one.
    Headers changed;
    for (Iterator i = begin(); i != end(); ++i) {
        const auto [old_name, old_value] = *i;
        if (i.at_ == at) {
            changed.append(old_name, value);
        } else if (!detail::equals_ignoring_case(old_name, name)) {
            changed.append(old_name, old_value);
        }
    }
    swap(changed);
}

void Headers::remove(std::string_view name) noexcept {
    char* kept = text_;
    const char* const last = text_ + size_;
    for (const char* at = text_; at != last;) {
        const Field field(at);
        const auto size = static_cast<std::size_t>(field.end() - at);
        at += size;
        if (field.is_called(name)) continue;
        if (kept != at - size) std::memmove(kept, at - size, size);
        kept += size;
    }
    size_ = static_cast<std::size_t>(kept - text_);
}

BELFRY_INLINE std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    const char* const at = locate(name);
    return at == nullptr ? std::nullopt : std::optional(Field(at).header().value);
}

BELFRY_INLINE bool operator==(const Headers& a, const Headers& b) noexcept {
    return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.text_, b.text_, a.size_) == 0);
}

BELFRY_INLINE void Headers::replace_line_breaks() noexcept {
    for (const Header& header : *this) {
        std::string_view rest = header.value;
        for (std::size_t size;
             (size = detail::count_front(detail::CharacterSet::line, rest)) != rest.size();) {
            text_[rest.data() + size - text_] = ' ';
            rest.remove_prefix(size);
        }
    }
}

const char* Headers::locate(std::string_view name) const noexcept {
    const char* const last = text_ + size_;
    for (const char* at = text_; at != last;) {
        const Field field(at);
        if (field.is_called(name)) return at;
        at = field.end();
    }
    return nullptr;
}

} // namespace belfry::inline v0
