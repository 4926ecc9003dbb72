// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/ascii.hpp>
#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Whether XML 1.0 allows the character (https://www.w3.org/TR/xml/#charsets), literally or as a reference.
[[nodiscard]] constexpr bool is_xml_char(std::uint32_t code_point) noexcept {
    return code_point == '\t' || code_point == '\n' || code_point == '\r' ||
           (code_point >= 0x20 && code_point <= 0xd7ff) || (code_point >= 0xe000 && code_point <= 0xfffd) ||
           (code_point >= 0x10000 && code_point <= 0x10ffff);
}

/// Whether a text that was repaired (`append_repaired_xml`) holds a character that XML 1.0 forbids, or one
/// that stands for something that is not a character.
[[nodiscard]] BELFRY_COLD constexpr bool has_forbidden_character(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 && !is_xml_char(byte)) return true;
        // U+FFFD, U+FFFE and U+FFFF.
        if (byte == 0xef && i + 2 < text.size() && text[i + 1] == '\xbf' &&
            static_cast<unsigned char>(text[i + 2]) >= 0xbd)
            return true;
    }
    return false;
}

[[nodiscard]] constexpr bool is_xml_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Reads what stands between the ampersand and the semicolon of a reference to a character; false if it is
/// another one. Numbers above 0x10FFFF become that number plus one.
[[nodiscard]] BELFRY_COLD constexpr bool parse_character_reference(std::string_view name,
                                                                   std::uint32_t& character) noexcept {
    if (name.size() < 2 || name[0] != '#') return false;
    const bool hexadecimal = name[1] == 'x';
    name.remove_prefix(hexadecimal ? 2 : 1);
    if (name.empty()) return false;
    character = 0;
    for (const char c : name) {
        const bool decimal_digit = c >= '0' && c <= '9';
        const char lower = static_cast<char>(c | 0x20);
        if (!decimal_digit && !(hexadecimal && lower >= 'a' && lower <= 'f')) return false;
        const auto digit = static_cast<std::uint32_t>(decimal_digit ? c - '0' : lower - 'a' + 10);
        character = character * (hexadecimal ? 16 : 10) + digit;
        if (character > 0x10ffff) character = 0x110000;
    }
    return true;
}

/// Appends a document that `XmlScanner` accepted so that a parser can read it: characters that XML 1.0
/// forbids stand there as they are, not as references; U+FFFD stands for NUL and for everything that is not a
/// character.
BELFRY_COLD BELFRY_NOINLINE inline void append_repaired_xml(std::string& out, std::string_view text) {
    std::string clean;
    append_repaired_utf8(clean, text);
    std::string_view rest = clean;
    const auto copy = [&](std::size_t count) {
        for (const char c : rest.substr(0, count))
            c != '\0' ? out.push_back(c) : static_cast<void>(out.append(replacement_character));
        rest.remove_prefix(count < rest.size() ? count : rest.size());
    };
    // In these an ampersand does not begin a reference.
    struct Verbatim {
        std::string_view begin;
        std::string_view end;
    };
    constexpr Verbatim verbatims[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    constexpr std::size_t longest = 64;
    while (!rest.empty()) {
        copy(rest.find_first_of("<&"));
        if (rest.empty()) return;
        std::size_t plain = 1;
        for (const Verbatim& verbatim : verbatims)
            if (rest.starts_with(verbatim.begin)) plain = rest.find(verbatim.end, verbatim.begin.size());
        std::uint32_t character = 0;
        // A search at each tag would be quadratic.
        const std::size_t end =
            rest.front() == '&' ? rest.substr(0, longest).find(';') : std::string_view::npos;
        if (end == std::string_view::npos || !parse_character_reference(rest.substr(1, end - 1), character) ||
            is_xml_char(character)) {
            copy(plain);
            continue;
        }
        rest.remove_prefix(end + 1);
        if (character == 0 || !append_utf8(out, character)) out.append(replacement_character);
    }
}

/// Checks a document before it is parsed for constructs that parsers accept but XML 1.0 or safety forbids:
/// other encodings than UTF-8, document type declarations (and with them entities of the document's own),
/// references to other entities than the five, text around the root element or a second one, and too many or
/// too deeply nested elements. It finds out, but does not refuse, if there are characters that XML does not
/// allow.
class XmlScanner {
  public:
    XmlScanner(std::string_view text, std::size_t max_depth, std::size_t max_nodes) noexcept
        : text_(text), max_depth_(max_depth), max_nodes_(max_nodes) {}

    /// False for a document that is refused; `problem` and `problem_offset` then say why and where.
    [[nodiscard]] bool scan() noexcept {
        if (text_.substr(0, 3) == "\xef\xbb\xbf") begin_ = 3;
        at_ = begin_;
        scan_characters();
        while (at_ < text_.size())
            if (!(text_[at_] == '<' ? scan_markup() : scan_text())) return false;
        if (depth_ != 0) return fail("the document ends inside an element");
        return root_seen_ || fail("there is no element");
    }
    /// Whether there is something in the document that is not UTF-8 or that XML 1.0 forbids.
    [[nodiscard]] bool has_invalid_text() const noexcept { return invalid_text_; }
    [[nodiscard]] const char* problem() const noexcept { return problem_; }
    [[nodiscard]] std::size_t problem_offset() const noexcept { return at_; }

  private:
    BELFRY_COLD BELFRY_NOINLINE bool fail(const char* what) noexcept {
        problem_ = what;
        return false;
    }
    [[nodiscard]] bool starts_with(std::string_view prefix) const noexcept {
        return text_.substr(at_, prefix.size()) == prefix;
    }
    bool count_node() noexcept { return nodes_++ < max_nodes_ || fail("the document has too many elements"); }

    void scan_characters() noexcept {
        invalid_text_ = !is_valid_utf8(text_);
        for (std::size_t i = 0; i < text_.size() && !invalid_text_;) {
            if (text_.size() - i >= 8 && is_printable_ascii(text_.data() + i)) {
                i += 8;
                continue;
            }
            const auto byte = static_cast<unsigned char>(text_[i]);
            invalid_text_ = byte < 0x20 ? !is_xml_space(text_[i])
                                        : byte == 0xef && text_[i + 1] == '\xbf' &&
                                              static_cast<unsigned char>(text_[i + 2]) >= 0xbe;
            ++i;
        }
    }
    /// Whether each of eight bytes is 0x20 to 0x7F.
    [[nodiscard]] static bool is_printable_ascii(const char* bytes) noexcept {
        const std::uint64_t eight = load_eight(bytes);
        return top_bits(eight | mark_below(eight, 0x20)) == 0;
    }

    bool scan_text() noexcept {
        if (depth_ == 0) {
            for (; at_ < text_.size() && text_[at_] != '<'; ++at_)
                if (!is_xml_space(text_[at_])) return fail("text outside of the root element");
            return true;
        }
        if (!count_node()) return false;
        // One loop, because most texts are shorter than a search for each of the characters is worth.
        for (;;) {
            while (text_.size() - at_ >= 8 && !has_special(text_.data() + at_)) at_ += 8;
            while (at_ < text_.size() && !is_special(text_[at_])) ++at_;
            if (at_ == text_.size() || text_[at_] == '<') return true;
            if (text_[at_] == '&') {
                if (!scan_reference('<')) return false;
                continue;
            }
            if (starts_with("]]>")) return fail("`]]>` outside a CDATA section");
            ++at_;
        }
    }
    /// Whether a character of a text needs a look: the end, a reference, or `]]>` may begin with it.
    [[nodiscard]] static bool is_special(char c) noexcept { return c == '<' || c == '&' || c == ']'; }
    /// Whether any of eight bytes is special. Bytes beyond ASCII may count as special.
    [[nodiscard]] static bool has_special(const char* bytes) noexcept {
        const std::uint64_t eight = load_eight(bytes);
        return top_bits(mark_equal(eight, '<') | mark_equal(eight, '&') | mark_equal(eight, ']')) != 0;
    }
    /// Moves behind a reference in a text that `end` ends.
    BELFRY_NOINLINE bool scan_reference(char end) noexcept {
        std::size_t stop = at_;
        while (stop < text_.size() && text_[stop] != ';' && text_[stop] != end) ++stop;
        if (stop == text_.size() || text_[stop] == end)
            return fail("an ampersand that does not begin a reference");
        if (!is_reference(text_.substr(at_ + 1, stop - at_ - 1)))
            return fail("a reference to an unknown character or entity");
        at_ = stop + 1;
        return true;
    }
    [[nodiscard]] bool is_reference(std::string_view name) noexcept {
        if (name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos") return true;
        std::uint32_t character = 0;
        if (!parse_character_reference(name, character)) return false;
        if (!is_xml_char(character)) invalid_text_ = true;
        return true;
    }

    /// Moves behind the next `terminator`, at least `skip` characters on.
    bool scan_past(std::size_t skip, std::string_view terminator, const char* problem) noexcept {
        const std::size_t end = text_.find(terminator, at_ + skip);
        if (end == std::string_view::npos) return fail(problem);
        at_ = end + terminator.size();
        return true;
    }
    bool scan_markup() noexcept {
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (next == '/') {
            if (depth_ == 0) return fail("an end tag without a start tag");
            --depth_;
            return scan_past(2, ">", "a tag has no end");
        }
        if (next == '?') return scan_instruction();
        if (next == '!') return scan_comment_or_cdata();
        return scan_start_tag();
    }
    bool scan_comment_or_cdata() noexcept {
        if (starts_with("<!--"))
            return scan_past(4, "--", "a comment has no end") &&
                   (starts_with(">") ? (++at_, true) : fail("two hyphens in a comment"));
        if (!starts_with("<![CDATA[")) return fail("document type declarations are refused");
        if (depth_ == 0) return fail("text outside of the root element");
        return count_node() && scan_past(9, "]]>", "a CDATA section has no end");
    }
    bool scan_instruction() noexcept {
        const std::size_t start = at_;
        if (!scan_past(2, "?>", "a processing instruction has no end")) return false;
        const std::string_view instruction = text_.substr(start, at_ - start);
        if (instruction.substr(2, 3) != "xml" || instruction.size() < 6 || !is_xml_space(instruction[5]))
            return true;
        if (start != begin_) return fail("an XML declaration after the start of the document");
        const std::size_t encoding = instruction.find("encoding");
        if (encoding == std::string_view::npos) return true;
        const std::size_t open = instruction.find_first_of("'\"", encoding);
        const std::size_t close =
            open == std::string_view::npos ? open : instruction.find(instruction[open], open + 1);
        if (close == std::string_view::npos) return fail("the XML declaration is malformed");
        const std::string_view name = instruction.substr(open + 1, close - open - 1);
        return is_ascii_compatible(name) || fail("the document declares an encoding other than UTF-8");
    }
    /// ASCII is a subset of UTF-8. The text itself has been checked.
    [[nodiscard]] static bool is_ascii_compatible(std::string_view name) noexcept {
        return equals_ignoring_case(name, "utf-8") || equals_ignoring_case(name, "utf8") ||
               equals_ignoring_case(name, "us-ascii") || equals_ignoring_case(name, "ascii");
    }
    bool scan_start_tag() noexcept {
        if (depth_ == 0 && root_seen_) return fail("a second root element");
        root_seen_ = true;
        if (depth_ == max_depth_) return fail("elements are nested too deeply");
        if (!count_node()) return false;
        for (;;) {
            // Most names are shorter than a call of `find_first_of` is worth.
            do {
                if (++at_ >= text_.size()) {
                    at_ = text_.size();
                    return fail("a tag has no end");
                }
            } while (text_[at_] != '>' && text_[at_] != '"' && text_[at_] != '\'');
            if (text_[at_] == '>') break;
            if (!count_node() || !scan_attribute_value(text_[at_])) return false;
        }
        if (text_[at_ - 1] != '/') ++depth_;
        ++at_;
        return true;
    }

    /// Moves from the quotation mark in front of a value to the one behind it.
    bool scan_attribute_value(char quote) noexcept {
        const std::size_t start = at_++;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '<') return fail("a tag begins in an attribute's value");
            if (text_[at_] != '&')
                ++at_;
            else if (!scan_reference(quote))
                return false;
        }
        if (at_ < text_.size()) return true;
        at_ = start;
        return fail("an attribute's value has no end");
    }

    std::string_view text_;
    std::size_t max_depth_;
    std::size_t max_nodes_;
    std::size_t begin_ = 0; // behind a byte order mark
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t nodes_ = 0;
    bool root_seen_ = false;
    bool invalid_text_ = false;
    const char* problem_ = "";
};

} // namespace belfry::inline v0::detail
