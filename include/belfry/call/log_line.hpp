// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/timestamp.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace belfry::inline v0::detail {

/// A line of a log in its own array, so that making it cannot fail. A text that is too long ends in
/// `...`.
class LogLine {
  public:
    static constexpr std::size_t limit = 1024;

    [[nodiscard]] std::string_view text() const noexcept { return {text_, size_}; }

    /// Appends the text as it is.
    void add(std::string_view text) noexcept {
        if (cut_) return;
        const std::size_t room = limit - mark.size() - size_;
        cut_ = text.size() > room;
        if (cut_) {
            text = text.substr(0, room);
            // A character is written whole or not at all.
            text = text.substr(0, valid_utf8_prefix(text));
        }
        std::memcpy(text_ + size_, text.data(), text.size());
        size_ += text.size();
        if (!cut_) return;
        std::memcpy(text_ + size_, mark.data(), mark.size());
        size_ += mark.size();
    }
    /// Appends ` key=value`. A value with other characters than visible ASCII stands in quotes, and cannot
    /// end the line, nor the quotes.
    void add(std::string_view key, std::string_view value) noexcept {
        begin(key);
        if (is_plain(value)) return add(value);
        add("\"");
        // A longer one does not fit anyway.
        write_log_text(value.substr(0, limit), [this](std::string_view piece) { add(piece); });
        add("\"");
    }
    void add(std::string_view key, std::int64_t value) noexcept {
        begin(key);
        add_number(value);
    }
    /// In milliseconds with three decimals.
    void add(std::string_view key, Duration value) noexcept {
        begin(key);
        std::int64_t micros = value.count() / 1000;
        if (micros < 0) micros = 0;
        add_number(micros / 1000);
        char text[4] = {'.'};
        write_digits(text + 1, static_cast<int>(micros % 1000), 3);
        add({text, sizeof text});
    }

  private:
    static constexpr std::string_view mark = "...";

    void begin(std::string_view key) noexcept {
        add(" ");
        add(key);
        add("=");
    }
    void add_number(std::int64_t value) noexcept {
        char text[24];
        add({text, static_cast<std::size_t>(write_integer(text, value) - text)});
    }
    static bool is_plain(std::string_view value) noexcept {
        for (const char c : value)
            if (c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '=') return false;
        return !value.empty();
    }

    char text_[limit];
    std::size_t size_ = 0;
    bool cut_ = false;
};

} // namespace belfry::inline v0::detail
