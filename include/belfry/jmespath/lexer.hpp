// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/value.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace belfry::inline v0::detail {

/// What a node of a path does with the current value.
enum class PathStep : std::uint8_t {
    current,          ///< the value itself
    field,            ///< the member called `text`
    chain,            ///< `right` of `left`
    index,            ///< element `value.integer`, from the end when negative
    project_list,     ///< `right` of each element of `left`, without nulls
    project_filtered, ///< the same for the elements for which `third` is true
    project_values,   ///< the same for the members of the object `left`
    flatten,          ///< `left` with the elements of its lists in their place
    equal,
    unequal,
    less,
    less_equal,
    greater,
    greater_equal,
    either, ///< `left` if it is true, else `right`
    both,   ///< `left` if it is false, else `right`
    negate, ///< whether `left` is false
    literal,
    make_list,   ///< a list of the values of `left` and its siblings
    make_object, ///< the same as an object; each child's `text` is the name of its `left`
    call,        ///< the function `function` of `left` and its siblings
};

/// The tokens of a path; `filter` is `[?` and `flatten` is `[]`.
enum class PathToken : std::uint8_t {
    end,
    name,
    quoted_name,
    literal,
    number,
    dot,
    star,
    comma,
    colon,
    at,
    open_paren,
    close_paren,
    open_bracket,
    close_bracket,
    open_brace,
    close_brace,
    filter,
    flatten,
    pipe,
    either,
    both,
    negate,
    comparison,
};

/// Cuts a JMESPath expression into tokens, one at a time.
class PathLexer {
  public:
    using Token = PathToken;

    explicit PathLexer(std::string_view expression) noexcept : text_(expression) {}

    /// The current token.
    Token token = Token::end;
    /// Of a comparison.
    PathStep comparison = PathStep::equal;
    /// Of names, and of literals that are strings.
    std::string text{};
    /// Of numbers and literals.
    PathValue value{};
    const char* problem = nullptr;

    void fail(const char* why) noexcept {
        if (problem == nullptr) problem = why;
        token = Token::end;
    }
    /// Whether `]` comes after the current token.
    [[nodiscard]] bool closes_bracket() noexcept {
        skip_blanks();
        return peek() == ']';
    }
    /// Goes to the next token; at the end, and after a problem, that is `end`.
    void advance() {
        if (problem != nullptr) return;
        skip_blanks();
        if (at_ >= text_.size()) {
            token = Token::end;
            return;
        }
        const char c = text_[at_++];
        switch (c) {
        case '.': token = Token::dot; return;
        case '*': token = Token::star; return;
        case ',': token = Token::comma; return;
        case ':': token = Token::colon; return;
        case '@': token = Token::at; return;
        case '(': token = Token::open_paren; return;
        case ')': token = Token::close_paren; return;
        case ']': token = Token::close_bracket; return;
        case '{': token = Token::open_brace; return;
        case '}': token = Token::close_brace; return;
        case '[':
            token = accept('?') ? Token::filter : accept(']') ? Token::flatten : Token::open_bracket;
            return;
        case '|': token = accept('|') ? Token::either : Token::pipe; return;
        case '&':
            if (accept('&'))
                token = Token::both;
            else
                fail("expression references are not supported");
            return;
        case '!':
            token = Token::negate;
            if (accept('=')) compare(PathStep::unequal);
            return;
        case '<': compare(accept('=') ? PathStep::less_equal : PathStep::less); return;
        case '>': compare(accept('=') ? PathStep::greater_equal : PathStep::greater); return;
        case '=':
            if (accept('='))
                compare(PathStep::equal);
            else
                fail("a single `=` is no operator");
            return;
        case '\'': raw_string(); return;
        case '"':
            token = Token::quoted_name;
            text.clear();
            if (!json_string(text_, at_, text)) fail("a quoted name cannot be read");
            return;
        case '`': literal(); return;
        default: break;
        }
        --at_;
        if (c == '-' || is_digit(c))
            number();
        else if (is_letter(c))
            name();
        else
            fail("a character has no meaning here");
    }

  private:
    [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool accept(char c) noexcept {
        if (peek() != c || at_ >= text_.size()) return false;
        ++at_;
        return true;
    }
    void skip_blanks() noexcept {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
    }
    void compare(PathStep step) noexcept {
        token = Token::comparison;
        comparison = step;
    }

    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    static bool is_letter(char c) noexcept {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
    void name() {
        const std::size_t begin = at_;
        while (is_letter(peek()) || is_digit(peek())) ++at_;
        token = Token::name;
        text = text_.substr(begin, at_ - begin);
    }
    void number() {
        std::int64_t integer = 0;
        const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), integer);
        if (error != std::errc()) {
            fail("a number cannot be read");
            return;
        }
        at_ = static_cast<std::size_t>(end - text_.data());
        token = Token::number;
        value = PathValue::of(integer);
    }
    void raw_string() {
        token = Token::literal;
        text.clear();
        for (;;) {
            if (at_ >= text_.size()) {
                fail("a string is not closed");
                return;
            }
            const char c = text_[at_++];
            if (c == '\'') break;
            if (c == '\\' && accept('\''))
                text += '\'';
            else
                text += c;
        }
        value = PathValue::of(std::string_view());
    }
    /// A JSON scalar between backquotes; unquoted text counts as a string, as it did in the first JMESPath.
    void literal() {
        std::string json;
        for (;;) {
            if (at_ >= text_.size()) {
                fail("a literal is not closed");
                return;
            }
            const char c = text_[at_++];
            if (c == '`') break;
            if (c == '\\' && accept('`'))
                json += '`';
            else
                json += c;
        }
        token = Token::literal;
        text.clear();
        std::string_view scalar = json;
        while (!scalar.empty() && scalar.front() == ' ') scalar.remove_prefix(1);
        while (!scalar.empty() && scalar.back() == ' ') scalar.remove_suffix(1);
        if (scalar == "null") {
            value = {};
        } else if (scalar == "true" || scalar == "false") {
            value = PathValue::of(scalar == "true");
        } else if (scalar.starts_with('"')) {
            std::size_t at = 1;
            value = PathValue::of(std::string_view());
            if (!json_string(scalar, at, text) || at != scalar.size()) fail("a literal cannot be read");
        } else if (scalar.starts_with('[') || scalar.starts_with('{')) {
            fail("literal lists and objects are not supported");
        } else if (!literal_number(scalar)) {
            value = PathValue::of(std::string_view());
            text = scalar;
        }
    }
    bool literal_number(std::string_view scalar) noexcept {
        std::int64_t integer = 0;
        const char* const last = scalar.data() + scalar.size();
        if (const auto [end, error] = std::from_chars(scalar.data(), last, integer);
            error == std::errc() && end == last) {
            value = PathValue::of(integer);
            return true;
        }
        double real = 0;
        if (scalar.empty() || (scalar[0] != '-' && !is_digit(scalar[0])) || !read_real(scalar, real))
            return false;
        value = PathValue::of(real);
        return true;
    }
    static bool read_real(std::string_view digits, double& out) noexcept;
    static bool json_string(std::string_view json, std::size_t& at, std::string& out);

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Reads a decimal number that fills the text. `std::from_chars` for `double` is missing in libc++ 19.
inline bool PathLexer::read_real(std::string_view digits, double& out) noexcept {
    const bool negative = digits.front() == '-';
    if (negative) digits.remove_prefix(1);
    double mantissa = 0;
    double scale = 1;
    bool fraction = false;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (digits[i] == '.' && !fraction && i != 0 && i + 1 < digits.size()) {
            fraction = true;
        } else if (is_digit(digits[i])) {
            mantissa = mantissa * 10 + (digits[i] - '0');
            if (fraction) scale *= 10;
        } else {
            return false;
        }
    }
    // Both are exact up to 15 digits, so that the quotient is the nearest number.
    out = (negative ? -mantissa : mantissa) / scale;
    return !digits.empty();
}

/// Reads a JSON string whose opening quote stands before `at`, and moves `at` past the closing one.
inline bool PathLexer::json_string(std::string_view json, std::size_t& at, std::string& out) {
    while (at < json.size()) {
        char c = json[at++];
        if (c == '"') return true;
        if (static_cast<unsigned char>(c) < 0x20) return false;
        if (c == '\\') {
            if (at >= json.size()) return false;
            c = json[at++];
            switch (c) {
            case '"':
            case '\\':
            case '/': break;
            case 'b': c = '\b'; break;
            case 'f': c = '\f'; break;
            case 'n': c = '\n'; break;
            case 'r': c = '\r'; break;
            case 't': c = '\t'; break;
            // Names and strings of a model that need `\u` do not exist; say so instead of guessing.
            default: return false;
            }
        }
        out += c;
    }
    return false;
}

} // namespace belfry::inline v0::detail
