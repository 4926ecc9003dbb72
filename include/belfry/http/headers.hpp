// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// One HTTP field line.
struct Header {
    std::string name;
    std::string value;
    friend bool operator==(const Header&, const Header&) = default;
};

/// HTTP fields in the order they are sent or came in. Names compare without regard to case (RFC 9110 section
/// 5.1) and may repeat.
class Headers {
  public:
    Headers() = default;
    Headers(std::initializer_list<Header> headers) : headers_(headers) {}

    /// Adds a field and keeps those of the same name.
    BELFRY_NOINLINE void append(std::string_view name, std::string_view value) {
        // Before the field is there: without memory for it, nothing changes.
        std::string name_text;
        std::string value_text;
        detail::append_text(name_text, name);
        detail::append_text(value_text, value);
        Header& header = headers_.emplace_back();
        detail::move_text(header.name, name_text);
        detail::move_text(header.value, value_text);
    }
    /// Replaces the first field of that name, drops its repetitions, or adds the field.
    BELFRY_NOINLINE void set(std::string_view name, std::string_view value) {
        std::size_t i = 0;
        while (i < headers_.size() && !detail::equals_ignoring_case(headers_[i].name, name)) ++i;
        if (i == headers_.size()) return append(name, value);
        // `value` may be a part of the old one.
        std::string text;
        detail::append_text(text, value);
        detail::move_text(headers_[i].value, text);
        drop(name, i + 1);
    }
    /// Drops every field of that name.
    void remove(std::string_view name) { drop(name, 0); }
    /// The value of the first field of that name, or null.
    [[nodiscard]] const std::string* find(std::string_view name) const noexcept {
        for (const Header& header : headers_)
            if (detail::equals_ignoring_case(header.name, name)) return &header.value;
        return nullptr;
    }
    [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }

    [[nodiscard]] std::size_t size() const noexcept { return headers_.size(); }
    [[nodiscard]] bool empty() const noexcept { return headers_.empty(); }
    void clear() noexcept { headers_.clear(); }
    void reserve(std::size_t count) { headers_.reserve(count); }
    [[nodiscard]] auto begin() const noexcept { return headers_.begin(); }
    [[nodiscard]] auto end() const noexcept { return headers_.end(); }
    [[nodiscard]] auto begin() noexcept { return headers_.begin(); }
    [[nodiscard]] auto end() noexcept { return headers_.end(); }
    friend bool operator==(const Headers&, const Headers&) = default;

  private:
    /// Drops the fields of that name among those from `first` on.
    BELFRY_NOINLINE void drop(std::string_view name, std::size_t first) noexcept {
        std::size_t kept = first;
        for (std::size_t i = first; i < headers_.size(); ++i)
            if (!detail::equals_ignoring_case(headers_[i].name, name)) {
                if (i != kept) {
                    detail::move_text(headers_[kept].name, headers_[i].name);
                    detail::move_text(headers_[kept].value, headers_[i].value);
                }
                ++kept;
            }
        // resize() would also instantiate the construction of new fields.
        while (headers_.size() > kept) headers_.pop_back();
    }
    std::vector<Header> headers_;
};

} // namespace belfry::inline v0
