// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

BELFRY_COLD inline void append_number(std::string& out, std::size_t number) {
    append_integer_text(out, static_cast<std::int64_t>(number));
}

/// The place of a problem in a shape. It is built from the inside out, and only if there is a problem.
class ValuePath {
  public:
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    void clear() noexcept { text_.clear(); }
    /// Prepends a member's name to the path. Returns false, so that callers can `return` it.
    BELFRY_COLD BELFRY_NOINLINE bool inside_member(std::string_view name) {
        std::string whole;
        append_char(whole, '.');
        append_text(whole, name);
        append_text(whole, text_);
        move_text(text_, whole);
        return false;
    }
    /// Prepends a map key to the path. Returns false, so that callers can `return` it.
    BELFRY_COLD BELFRY_NOINLINE bool inside_entry(std::string_view key) {
        std::string whole;
        append_char(whole, '[');
        append_text(whole, key);
        append_char(whole, ']');
        append_text(whole, text_);
        move_text(text_, whole);
        return false;
    }
    /// Prepends a list index to the path. Returns false, so that callers can `return` it.
    BELFRY_COLD BELFRY_NOINLINE bool inside_element(std::size_t i) {
        std::string number;
        append_number(number, i);
        return inside_entry(number);
    }

  private:
    std::string text_;
};

} // namespace belfry::inline v0::detail
