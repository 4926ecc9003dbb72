// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/decimal.hpp>
#include <belfry/util/utf8.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// A strict tokenizer of JSON (RFC 8259). Its functions take the place to read at and return the place behind
/// what they read, or null when the text is not JSON; `problem` then says why. Bytes that are not UTF-8 are
/// accepted in strings, so that a string that is not read does not make the rest unreadable; see
/// `invalid_text`.
namespace belfry::inline v0::detail {

/// A number's text, and its value if it is an integer.
struct JsonNumber {
    std::string_view text;
    /// The absolute value, when `plain` and not `overflow`.
    std::uint64_t magnitude = 0;
    bool negative = false;
    /// Whether it has neither fraction nor exponent.
    bool plain = true;
    /// Whether a plain number does not fit 64 bits.
    bool overflow = false;
};

#if defined(__SSE2__) && BELFRY_HAS_GNU_EXTENSIONS
#define BELFRY_HAS_JSON_VECTORS 1
using JsonBlock = signed char __attribute__((vector_size(16)));
#else
#define BELFRY_HAS_JSON_VECTORS 0
using JsonBlock = std::uint64_t;
#endif
inline constexpr std::size_t json_block_size = sizeof(JsonBlock);

/// Marks those of eight bytes that may not stand in a string as they are or that need a look: the quote, the
/// backslash, control characters and everything beyond ASCII.
[[nodiscard]] constexpr std::uint64_t special_of_eight(std::uint64_t eight) noexcept {
    return top_bits(mark_below(eight, 0x20) | mark_equal(eight, '"') | mark_equal(eight, '\\') | eight);
}
/// A bit (or, eight bytes at a time, the top bit of a byte) for each byte that may not stand in a string as
/// it is or that needs a look: the quote, the backslash, control characters and everything beyond ASCII. Only
/// the first one found is exact.
[[nodiscard]] inline std::uint64_t special_bytes(const JsonBlock& block) noexcept {
#if BELFRY_HAS_JSON_VECTORS
    // As signed numbers, bytes beyond ASCII are less than a space too.
    const JsonBlock found = (block < 0x20) | (block == '"') | (block == '\\');
    using Mask = char __attribute__((vector_size(16)));
    return static_cast<std::uint64_t>(__builtin_ia32_pmovmskb128(reinterpret_cast<const Mask&>(found)));
#else
    return special_of_eight(block);
#endif
}

/// The number of the first byte that `special_bytes` marked.
[[nodiscard]] inline std::size_t first_special(std::uint64_t marks) noexcept {
#if BELFRY_HAS_JSON_VECTORS
    return static_cast<std::size_t>(std::countr_zero(marks));
#else
    if constexpr (std::endian::native == std::endian::little)
        return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
    // A borrow runs towards the first byte here, so that the mark may be a false one: look at each byte.
    return 0;
#endif
}

[[nodiscard]] inline bool is_special(unsigned char c) noexcept {
    return c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
}

/// The first byte from `at` on that `is_special`, or `end`.
[[nodiscard]] inline const char* find_special(const char* at, const char* end) noexcept {
    while (static_cast<std::size_t>(end - at) >= json_block_size) {
        JsonBlock block;
        std::memcpy(&block, at, json_block_size);
        if (const std::uint64_t marks = special_bytes(block)) {
            at += first_special(marks);
            break;
        }
        at += json_block_size;
    }
    while (at != end && !is_special(static_cast<unsigned char>(*at))) ++at;
    return at;
}

class JsonReader {
  public:
    JsonReader(std::string_view text, std::size_t max_depth) noexcept
        : begin_(text.data()), end_(text.data() + text.size()), depth_left_(max_depth) {}

    [[nodiscard]] const char* begin() const noexcept { return begin_; }
    [[nodiscard]] const char* end() const noexcept { return end_; }
    /// The problem and its position; null without a problem.
    [[nodiscard]] const char* problem() const noexcept { return problem_; }
    [[nodiscard]] std::size_t problem_offset() const noexcept {
        return static_cast<std::size_t>(problem_at_ - begin_);
    }
    /// The text of the string, number or word that the problem is about; empty if it is about something else,
    /// or if that is long or not UTF-8.
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE std::string_view problem_text() const noexcept {
        constexpr std::ptrdiff_t longest = 64;
        const char first = at(problem_at_);
        const bool quoted = first == '"';
        if (!quoted && first != '-' && first != 't' && first != 'f' && !is_digit(problem_at_)) return {};
        const char* stop = problem_at_ + 1;
        for (; stop != end_ && stop - problem_at_ < longest; ++stop) {
            if (quoted ? *stop == '"' : *stop < '+' || *stop == ',' || *stop > 'z' || *stop == ']') break;
        }
        if (quoted && stop != end_) ++stop;
        const std::string_view text(problem_at_, static_cast<std::size_t>(stop - problem_at_));
        return stop - problem_at_ < longest && is_valid_utf8(text) ? text : std::string_view();
    }
    /// Whether a limit, and not the text, is the problem.
    [[nodiscard]] bool is_limit() const noexcept {
        return depth_left_ == 0 || problem_ == MemoryLimit::problem;
    }
    [[nodiscard]] std::size_t depth_left() const noexcept { return depth_left_; }
    void set_depth_left(std::size_t depth) noexcept { depth_left_ = depth; }

    BELFRY_COLD BELFRY_NOINLINE const char* fail(const char* at, const char* what) noexcept {
        problem_ = what;
        problem_at_ = at;
        return nullptr;
    }

    /// Like `fail`, but reports the end of the text if `at` is the end.
    BELFRY_COLD BELFRY_NOINLINE const char* fail_value(const char* at, const char* what) noexcept {
        return fail(at, at == end_ ? "the text ends too early" : what);
    }

    /// Skips white space.
    [[nodiscard]] const char* skip_space(const char* at) const noexcept {
        if (at != end_ && is_solid(*at)) [[likely]]
            return at;
        return skip_more_space(at);
    }
    /// The byte there; NUL, which no JSON text contains, at the end. `Terminated` says that NUL stands there,
    /// so that the end is not looked for.
    template <bool Terminated = false> [[nodiscard]] char at(const char* place) const noexcept {
        return Terminated || place != end_ ? *place : '\0';
    }

    /// Enters an object or array whose bracket is at `at`: the place of its first key or element, or of its
    /// closing bracket.
    [[nodiscard]] const char* enter(const char* at) noexcept {
        if (depth_left_ == 0) return fail(at, "nested too deeply");
        --depth_left_;
        return skip_space(at + 1);
    }
    /// Leaves an object or array whose closing bracket is at `at`.
    [[nodiscard]] const char* leave(const char* at) noexcept {
        ++depth_left_;
        return at + 1;
    }
    /// Behind an element: moves past a comma to the next element, or stays at `close`.
    template <bool Terminated = false> [[nodiscard]] const char* next(const char* at, char close) noexcept {
        if ((Terminated || end_ - at > 1) && at[0] == ',' && is_solid(at[1]) && at[1] != close) [[likely]]
            return at + 1;
        if (Terminated && at[0] == close) return at;
        return find_next(at, close);
    }
    /// Behind a key: moves past the colon to the value.
    template <bool Terminated = false> [[nodiscard]] const char* colon(const char* at) noexcept {
        if ((Terminated || end_ - at > 1) && at[0] == ':' && is_solid(at[1])) [[likely]]
            return at + 1;
        return find_colon(at);
    }

    /// Reads the string whose opening quote is at `at`. `text` is what stands between the quotes, `escaped`
    /// whether there are escapes in it; they have been checked.
    [[nodiscard]] const char* read_string(const char* at, std::string_view& text, bool& escaped) noexcept {
        const char* const first = at + 1;
        at = find_special(first, end_);
        escaped = false;
        if (this->at(at) != '"') {
            at = finish_string(at, escaped);
            if (at == nullptr) return nullptr;
        }
        text = std::string_view(first, static_cast<std::size_t>(at - first));
        return at + 1;
    }
    /// Reads a string. If it has escapes, `room` holds the decoded text and `text` points into it.
    [[nodiscard]] BELFRY_NOINLINE const char* read_text(const char* at, std::string_view& text,
                                                        std::string& room) {
        bool escaped = false;
        at = read_string(at, text, escaped);
        if (at != nullptr && escaped) {
            unescape(text, room);
            text = room;
        }
        return at;
    }
    /// The last place at or behind `first` where something stands in a string that is not text: a byte that
    /// is not UTF-8, or an escape for half of a surrogate pair. Null if there is none up to where was read.
    [[nodiscard]] const char* invalid_text(const char* first) const noexcept {
        return invalid_at_ >= first ? invalid_at_ : nullptr;
    }
    /// Replaces `out` by the text of a string that `read_string` accepted. U+FFFD stands for what is not
    /// text.
    BELFRY_COLD BELFRY_NOINLINE void unescape(std::string_view text, std::string& out) const {
        std::string repaired;
        if (invalid_text(text.data()) != nullptr) {
            append_repaired_utf8(repaired, text);
            text = repaired;
        }
        out.resize(text.size()); // an escape is never shorter than what it stands for
        char* to = out.data();
        const char* at = text.data();
        const char* const end = at + text.size();
        while (at != end) {
            const std::size_t left = static_cast<std::size_t>(end - at);
            const void* const found = std::memchr(at, '\\', left);
            const std::size_t plain =
                found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - at) : left;
            std::memcpy(to, at, plain);
            to += plain;
            at += plain;
            if (at == end) break;
            const char escape = at[1];
            at += 2;
            switch (escape) {
            case 'b': *to++ = '\b'; break;
            case 'f': *to++ = '\f'; break;
            case 'n': *to++ = '\n'; break;
            case 'r': *to++ = '\r'; break;
            case 't': *to++ = '\t'; break;
            case 'u': {
                std::uint32_t code = hex4(at);
                at += 4;
                if (is_surrogate(code)) {
                    if (is_pair(code, at, end)) {
                        code = 0x10000 + ((code - 0xd800) << 10) + (hex4(at + 2) - 0xdc00);
                        at += 6;
                    } else {
                        code = 0xfffd;
                    }
                }
                to = write_utf8(to, code);
                break;
            }
            default: *to++ = escape; break;
            }
        }
        out.resize(static_cast<std::size_t>(to - out.data()));
    }
    /// Appends a value that was read, with U+FFFD, or an escape for it, in place of what is not text.
    BELFRY_COLD BELFRY_NOINLINE static void append_repaired(std::string& out, std::string_view json) {
        std::size_t at = out.size();
        append_repaired_utf8(out, json);
        const char* const end = out.data() + out.size();
        for (; (at = out.find('\\', at)) != std::string::npos; at += 2) {
            char* const digits = out.data() + at + 2;
            if (digits[-1] != 'u' || !is_surrogate(hex4(digits))) continue;
            if (is_pair(hex4(digits), digits + 4, end))
                at += 6;
            else
                for (std::size_t i = 0; i < 4; ++i) digits[i] = "fffd"[i];
        }
    }

    /// Reads the number that begins at `at`.
    [[nodiscard]] const char* read_number(const char* at, JsonNumber& number) noexcept {
        const char* const first = at;
        number = {};
        if (this->at(at) == '-') {
            number.negative = true;
            ++at;
        }
        const char* const digits = at;
        while (is_digit(at)) number.magnitude = number.magnitude * 10 + digit(at++);
        const std::ptrdiff_t length = at - digits;
        if (length == 0) return fail_value(at, number.negative ? "expected a digit" : "expected a value");
        if (*digits == '0' && length > 1) return fail(digits, "a number must not begin with a zero");
        if (length > 19) number.overflow = !fits_64_bits(digits, length, number.magnitude);
        if (at != end_ && (*at == '.' || *at == 'e' || *at == 'E')) {
            number.plain = false;
            at = finish_number(at);
            if (at == nullptr) return nullptr;
        }
        number.text = std::string_view(first, static_cast<std::size_t>(at - first));
        return at;
    }

    /// Reads `true`, `false` or `null`.
    [[nodiscard]] const char* read_word(const char* at, std::string_view word) noexcept {
        if (static_cast<std::size_t>(end_ - at) < word.size() ||
            std::memcmp(at, word.data(), word.size()) != 0)
            return fail_value(at, "expected a value");
        return at + word.size();
    }
    template <bool Terminated = false> [[nodiscard]] bool is_null(const char* at) const noexcept {
        return (!Terminated || *at == 'n') && end_ - at >= 4 && std::memcmp(at, "null", 4) == 0;
    }

    /// Checks and skips one value of any kind.
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE const char* skip_value(const char* at) {
        std::string open; // the closing bracket of each object and array that is open
        std::string_view text;
        bool escaped = false;
        JsonNumber number;
        for (;;) {
            if (!open.empty() && open.back() == '}') {
                at = read_key(at, text, escaped);
                if (at == nullptr) return nullptr;
            }
            const char c = this->at(at);
            if (c == '{' || c == '[') {
                const char close = c == '{' ? '}' : ']';
                at = enter(at);
                if (at == nullptr) return nullptr;
                if (this->at(at) != close) {
                    append_char(open, close);
                    continue;
                }
                at = leave(at);
            } else {
                at = c == '"'   ? read_string(at, text, escaped)
                     : c == 't' ? read_word(at, "true")
                     : c == 'f' ? read_word(at, "false")
                     : c == 'n' ? read_word(at, "null")
                                : read_number(at, number);
                if (at == nullptr) return nullptr;
            }
            for (;;) {
                if (open.empty()) return at;
                at = next(at, open.back());
                if (at == nullptr) return nullptr;
                if (this->at(at) != open.back()) break;
                open.pop_back();
                at = leave(at);
            }
        }
    }
    /// Reads a key and the colon behind it, up to the value.
    [[nodiscard]] BELFRY_NOINLINE const char* read_key(const char* at, std::string_view& text,
                                                       bool& escaped) noexcept {
        if (this->at(at) != '"') return fail_value(at, "expected a key in quotes");
        at = read_string(at, text, escaped);
        return at != nullptr ? colon(at) : nullptr;
    }

    /// Skips the white space that may follow the text's one value; anything else there is a problem.
    [[nodiscard]] const char* finish(const char* at) noexcept {
        at = skip_space(at);
        return at == end_ ? at : fail(at, "expected the end of the text");
    }

  private:
    /// Whether it is neither white space nor a control character. Services send JSON without white space.
    [[nodiscard]] static bool is_solid(char c) noexcept { return static_cast<unsigned char>(c) > ' '; }
    [[nodiscard]] BELFRY_NOINLINE const char* find_next(const char* at, char close) noexcept {
        at = skip_space(at);
        const char c = this->at(at);
        if (c == close) return at;
        if (c != ',') return fail_next(at, close);
        at = skip_space(at + 1);
        return this->at(at) != close ? at : fail_next(at, '\0');
    }
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE const char* find_colon(const char* at) noexcept {
        at = skip_space(at);
        if (this->at(at) != ':') return fail_value(at, "expected a colon after the key");
        return skip_space(at + 1);
    }
    BELFRY_COLD BELFRY_NOINLINE const char* fail_next(const char* at, char close) noexcept {
        return fail_value(at, close == '}'   ? "expected a comma or a closing brace"
                              : close == ']' ? "expected a comma or a closing bracket"
                                             : "expected a value or key after the comma");
    }
    [[nodiscard]] BELFRY_NOINLINE const char* skip_more_space(const char* at) const noexcept {
        while (at != end_ && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
        return at;
    }
    [[nodiscard]] bool is_digit(const char* at) const noexcept {
        return at != end_ && *at >= '0' && *at <= '9';
    }
    [[nodiscard]] static std::uint64_t digit(const char* at) noexcept {
        return static_cast<std::uint64_t>(*at - '0');
    }
    /// Whether `length` decimal digits, whose value modulo 2^64 is `wrapped`, make a number below 2^64.
    [[nodiscard]] static bool fits_64_bits(const char* digits, std::ptrdiff_t length,
                                           std::uint64_t wrapped) noexcept {
        // Twenty digits below 2 * 10^19 are below 2^65, so that the value shows whether it has wrapped.
        return length == 20 && *digits == '1' && wrapped >= 10'000'000'000'000'000'000U;
    }
    [[nodiscard]] static char* write_utf8(char* to, std::uint32_t code) noexcept {
        const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
        if (code < 0x80) {
            put(code);
            return to;
        }
        if (code < 0x800) {
            put(0xc0 | code >> 6);
        } else {
            if (code < 0x10000) {
                put(0xe0 | code >> 12);
            } else {
                put(0xf0 | code >> 18);
                put(0x80 | (code >> 12 & 0x3f));
            }
            put(0x80 | (code >> 6 & 0x3f));
        }
        put(0x80 | (code & 0x3f));
        return to;
    }
    /// The value of four hexadecimal digits that have been checked.
    [[nodiscard]] static std::uint32_t hex4(const char* at) noexcept {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const auto c = static_cast<std::uint32_t>(static_cast<unsigned char>(at[i]));
            value = value << 4 | (c <= '9' ? c - '0' : (c | 0x20U) - 'a' + 10);
        }
        return value;
    }
    [[nodiscard]] static bool is_surrogate(std::uint32_t code) noexcept {
        return code >= 0xd800 && code <= 0xdfff;
    }
    /// Whether `code` is the first half of a surrogate pair whose second one is escaped at `at`.
    [[nodiscard]] static bool is_pair(std::uint32_t code, const char* at, const char* end) noexcept {
        if (code >= 0xdc00 || end - at < 6 || at[0] != '\\' || at[1] != 'u' || !is_hex4(at + 2, end))
            return false;
        const std::uint32_t second = hex4(at + 2);
        return second >= 0xdc00 && second <= 0xdfff;
    }
    [[nodiscard]] static bool is_hex4(const char* at, const char* end) noexcept {
        if (end - at < 4) return false;
        for (int i = 0; i < 4; ++i) {
            const char c = static_cast<char>(at[i] | 0x20);
            if (!((at[i] >= '0' && at[i] <= '9') || (c >= 'a' && c <= 'f'))) return false;
        }
        return true;
    }

    /// The rest of a string with something special at `at`; its closing quote.
    BELFRY_NOINLINE const char* finish_string(const char* at, bool& escaped) noexcept {
        for (;; at = find_special(at, end_)) {
            if (at == end_) return fail(at, "the text ends inside a string");
            const auto c = static_cast<unsigned char>(*at);
            if (c == '"') return at;
            if (c == '\\') {
                escaped = true;
                at = check_escape(at);
                if (at == nullptr) return nullptr;
            } else if (c < 0x20) {
                return fail(at, "unescaped control character in a string");
            } else {
                const char* stop = at + 1;
                while (stop != end_ && static_cast<unsigned char>(*stop) >= 0x80) ++stop;
                const std::string_view beyond_ascii(at, static_cast<std::size_t>(stop - at));
                const std::size_t valid = valid_utf8_prefix(beyond_ascii);
                if (valid != beyond_ascii.size()) {
                    invalid_at_ = at + valid;
                    escaped = true;
                }
                at = stop;
            }
        }
    }
    /// The place behind the escape at `at`.
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE const char* check_escape(const char* at) noexcept {
        switch (this->at(at + 1)) {
        case '"':
        case '\\':
        case '/':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't': return at + 2;
        case 'u': {
            if (!is_hex4(at + 2, end_)) return fail(at, "expected four hexadecimal digits");
            const std::uint32_t code = hex4(at + 2);
            if (!is_surrogate(code)) return at + 6;
            if (is_pair(code, at + 6, end_)) return at + 12;
            // The grammar allows it (RFC 8259 section 8.2).
            invalid_at_ = at;
            return at + 6;
        }
        default: return fail(at, "unknown escape");
        }
    }
    /// The fraction and exponent of a number.
    BELFRY_NOINLINE const char* finish_number(const char* at) noexcept {
        if (*at == '.') {
            if (!is_digit(++at)) return fail(at, "expected a digit after the decimal point");
            while (is_digit(at)) ++at;
        }
        if (at != end_ && (*at == 'e' || *at == 'E')) {
            ++at;
            if (at != end_ && (*at == '+' || *at == '-')) ++at;
            if (!is_digit(at)) return fail(at, "expected a digit in the exponent");
            while (is_digit(at)) ++at;
        }
        return at;
    }

    const char* begin_;
    const char* end_;
    std::size_t depth_left_;
    const char* problem_ = nullptr;
    const char* problem_at_ = nullptr;
    const char* invalid_at_ = nullptr;
};

/// Puts a decimal digit behind those of `value`; false when the result does not fit.
[[nodiscard]] constexpr bool append_digit(std::uint64_t& value, std::uint64_t digit) noexcept {
    if (value > ~std::uint64_t{0} / 10) return false;
    value = value * 10 + digit;
    return value >= digit;
}

/// The absolute value of a number with a fraction or an exponent, if it is whole and fits 64 bits.
[[nodiscard]] BELFRY_COLD inline bool whole_magnitude(const JsonNumber& number,
                                                      std::uint64_t& magnitude) noexcept {
    magnitude = 0;
    std::int64_t exponent = 0;
    std::int64_t fraction = 0; // how many digits of `magnitude` stand behind the point
    std::int64_t zeros = 0;    // zeros read that only count when another digit follows
    bool behind = false;
    std::size_t i = number.negative ? 1 : 0;
    for (; i < number.text.size() && number.text[i] != 'e' && number.text[i] != 'E'; ++i) {
        const char c = number.text[i];
        if (c == '.') {
            behind = true;
            continue;
        }
        if (behind) ++fraction;
        if (c == '0') {
            ++zeros;
            continue;
        }
        for (; zeros > 0 && magnitude != 0; --zeros)
            if (!append_digit(magnitude, 0)) return false;
        zeros = 0;
        if (!append_digit(magnitude, static_cast<std::uint64_t>(c - '0'))) return false;
    }
    const bool tiny = i + 1 < number.text.size() && number.text[i + 1] == '-';
    for (++i; i < number.text.size(); ++i)
        if (number.text[i] >= '0' && number.text[i] <= '9' && exponent < 100'000'000)
            exponent = exponent * 10 + (number.text[i] - '0');
    exponent = (tiny ? -exponent : exponent) - fraction + zeros;
    if (magnitude == 0) exponent = 0;
    for (; exponent > 0; --exponent)
        if (!append_digit(magnitude, 0)) return false;
    for (; exponent < 0; ++exponent) {
        if (magnitude % 10 != 0) return false;
        magnitude /= 10;
    }
    return true;
}

/// The value of a JSON number that is an integer, also if it is written with a fraction or an exponent; false
/// if it is not, or is out of range.
[[nodiscard]] inline bool json_integer(const JsonNumber& number, std::int64_t& value) noexcept {
    std::uint64_t magnitude = number.magnitude;
    if (number.plain ? number.overflow : !whole_magnitude(number, magnitude)) return false;
    constexpr std::uint64_t limit = std::uint64_t{1} << 63;
    if (magnitude > limit || (magnitude == limit && !number.negative)) return false;
    value = static_cast<std::int64_t>(number.negative ? 0 - magnitude : magnitude);
    return true;
}

} // namespace belfry::inline v0::detail
