// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json_reader.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/float_text.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Appends JSON (RFC 8259) to a string. The caller keeps to the grammar, but need not count commas: every
/// element is followed by one, and closing a bracket takes the last one back.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out), at_(out.data() + out.size()), end_(at_) {}

    /// Gives the text to the string; nothing can be written after that.
    void finish() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }

    /// A character of the grammar.
    void put(char c) {
        need(1);
        *at_++ = c;
    }
    void close(char bracket) {
        need(1);
        if (at_[-1] == ',') --at_;
        *at_++ = bracket;
    }
    /// A text that is JSON already.
    BELFRY_NOINLINE void raw(std::string_view json) {
        need(json.size());
        std::memcpy(at_, json.data(), json.size());
        at_ += json.size();
    }
    /// A key that needs no escapes, and its colon.
    void key(std::string_view name) {
        need(name.size() + 3);
        *at_++ = '"';
        copy(at_, name.data(), name.size());
        at_ += name.size();
        *at_++ = '"';
        *at_++ = ':';
    }
    /// A string; false when `text` is not UTF-8.
    [[nodiscard]] BELFRY_NOINLINE bool string(std::string_view text) {
        need(text.size() + 2);
        *at_++ = '"';
        const char* const from = text.data();
        const std::size_t size = text.size();
        if (const std::size_t plain = copy_plain(at_, from, size); plain != size) {
            if (!finish_string(from + plain, from + size, plain)) return false;
        } else {
            at_ += size;
        }
        *at_++ = '"';
        return true;
    }
    BELFRY_NOINLINE void integer(std::int64_t number) {
        need(24);
        at_ = write_integer(at_, number);
    }
    /// The shortest number that reads back as the same `T`. NaN and the infinities become strings.
    template <class T> BELFRY_NOINLINE void floating(T number) {
        need(40);
        if (number != number)
            raw("\"NaN\"");
        else if (number - number != 0)
            raw(number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        else
            at_ = write_float(at_, end_, number);
    }

    /// Grows the buffer if fewer than `size` bytes are free.
    void need(std::size_t size) {
        if (static_cast<std::size_t>(end_ - at_) < size) [[unlikely]]
            grow(size);
    }

  private:
    BELFRY_COLD BELFRY_NOINLINE void grow(std::size_t size) {
        const auto used = static_cast<std::size_t>(at_ - out_.data());
        const std::size_t least = used + size + 256;
        out_.resize(least > used * 2 ? least : used * 2);
        at_ = out_.data() + used;
        end_ = out_.data() + out_.size();
    }

    /// Copies a few bytes inline, since a `memcpy` of unknown length is a function call.
    static void copy(char* to, const char* from, std::size_t size) noexcept {
        if (size > 32) {
            std::memcpy(to, from, size);
        } else if (size >= 8) {
            std::size_t i = 0;
            for (; i + 8 < size; i += 8) std::memcpy(to + i, from + i, 8);
            std::memcpy(to + size - 8, from + size - 8, 8);
        } else {
            for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
        }
    }
    /// Copies up to the first byte that `is_special`, or a little past it; returns how many bytes came before
    /// it.
    [[nodiscard]] static std::size_t copy_plain(char* to, const char* from, std::size_t size) noexcept {
        if (size >= json_block_size) {
            std::size_t i = 0;
            for (;;) {
                // The last block overlaps the one before.
                if (i + json_block_size > size) i = size - json_block_size;
                JsonBlock block;
                std::memcpy(&block, from + i, json_block_size);
                std::memcpy(to + i, &block, json_block_size);
                if (special_bytes(block) != 0) break;
                i += json_block_size;
                if (i == size) return size;
            }
            while (!is_special(static_cast<unsigned char>(from[i]))) ++i;
            return i;
        }
        if (json_block_size > 8 && size >= 8) {
            std::uint64_t head;
            std::uint64_t tail;
            std::memcpy(&head, from, 8);
            std::memcpy(&tail, from + size - 8, 8);
            std::memcpy(to, &head, 8);
            std::memcpy(to + size - 8, &tail, 8);
            if (special_of_eight(head) == 0 && special_of_eight(tail) == 0) return size;
        }
        std::size_t i = 0;
        for (; i < size && !is_special(static_cast<unsigned char>(from[i])); ++i) to[i] = from[i];
        return i;
    }
    /// The rest of a string whose first `written` bytes are at `at_`, and which goes on with a special byte.
    BELFRY_NOINLINE bool finish_string(const char* from, const char* end, std::size_t written) {
        at_ += written;
        while (from != end) {
            const auto c = static_cast<unsigned char>(*from);
            if (c >= 0x80) {
                const char* stop = from + 1;
                while (stop != end && static_cast<unsigned char>(*stop) >= 0x80) ++stop;
                const std::string_view beyond_ascii(from, static_cast<std::size_t>(stop - from));
                if (!is_valid_utf8(beyond_ascii)) return false;
                raw(beyond_ascii);
                from = stop;
            } else {
                need(6);
                escape(c);
                ++from;
            }
            const auto left = static_cast<std::size_t>(end - from);
            need(left + 1);
            const std::size_t plain = copy_plain(at_, from, left);
            at_ += plain;
            from += plain;
        }
        return true;
    }
    void escape(unsigned char c) noexcept {
        *at_++ = '\\';
        switch (c) {
        case '"': *at_++ = '"'; return;
        case '\\': *at_++ = '\\'; return;
        case '\b': *at_++ = 'b'; return;
        case '\f': *at_++ = 'f'; return;
        case '\n': *at_++ = 'n'; return;
        case '\r': *at_++ = 'r'; return;
        case '\t': *at_++ = 't'; return;
        default: break;
        }
        const char* const digits = "0123456789abcdef";
        *at_++ = 'u';
        *at_++ = '0';
        *at_++ = '0';
        *at_++ = digits[c >> 4];
        *at_++ = digits[c & 15];
    }

    std::string& out_;
    char* at_;
    char* end_;
};

} // namespace belfry::inline v0::detail
