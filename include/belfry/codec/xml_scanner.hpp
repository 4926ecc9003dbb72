// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::inline v0::detail {

/// Whether XML 1.0 allows the character (https://www.w3.org/TR/xml/#charsets), literally or as a reference.
[[nodiscard]] constexpr bool is_xml_char(std::uint32_t code_point) noexcept {
    return code_point == '\t' || code_point == '\n' || code_point == '\r' ||
           (code_point >= 0x20 && code_point <= 0xd7ff) || (code_point >= 0xe000 && code_point <= 0xfffd) ||
           (code_point >= 0x10000 && code_point <= 0x10ffff);
}

[[nodiscard]] constexpr bool is_xml_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Checks a document before it is parsed for constructs that parsers accept but XML 1.0 or safety forbids:
/// other encodings than UTF-8, characters that XML does not allow, document type declarations (and with
/// them entities of the document's own), references to other entities than the five, text around the root
/// element or a second one, and too many or too deeply nested elements.
class XmlScanner {
  public:
    XmlScanner(std::string_view text, std::size_t max_depth, std::size_t max_nodes) noexcept
        : text_(text), max_depth_(max_depth), max_nodes_(max_nodes) {}

    /// False for a document that is refused; `problem` and `problem_offset` then say why and where.
    [[nodiscard]] bool scan() noexcept {
        if (text_.substr(0, 3) == "\xef\xbb\xbf") begin_ = 3;
        at_ = begin_;
        if (!scan_characters()) return false;
        while (at_ < text_.size())
            if (!(text_[at_] == '<' ? scan_markup() : scan_text())) return false;
        if (depth_ != 0) return fail("the document ends inside an element");
        return root_seen_ || fail("there is no element");
    }
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

    bool scan_characters() noexcept {
        const std::size_t valid = valid_utf8_prefix(text_);
        if (valid != text_.size()) {
            at_ = valid;
            return fail("the document is not UTF-8");
        }
        for (std::size_t i = 0; i < text_.size(); ++i) {
            const auto byte = static_cast<unsigned char>(text_[i]);
            const bool bad = byte < 0x20 ? !is_xml_space(text_[i])
                                         : byte == 0xef && text_[i + 1] == '\xbf' &&
                                               static_cast<unsigned char>(text_[i + 2]) >= 0xbe;
            if (!bad) continue;
            at_ = i;
            return fail("XML 1.0 does not allow this character");
        }
        return true;
    }

    bool scan_text() noexcept {
        const std::size_t end = text_.find('<', at_);
        const std::size_t stop = end == std::string_view::npos ? text_.size() : end;
        if (depth_ == 0) {
            for (; at_ < stop; ++at_)
                if (!is_xml_space(text_[at_])) return fail("text outside of the root element");
            return true;
        }
        const std::size_t bracket = text_.substr(0, stop).find("]]>", at_);
        if (bracket != std::string_view::npos) {
            at_ = bracket;
            return fail("`]]>` outside a CDATA section");
        }
        return count_node() && scan_references(stop);
    }
    /// Moves to `stop`, over text or an attribute's value.
    bool scan_references(std::size_t stop) noexcept {
        for (;;) {
            const std::size_t next = text_.substr(0, stop).find('&', at_);
            if (next == std::string_view::npos) break;
            at_ = next;
            const std::size_t end = text_.substr(0, stop).find(';', at_);
            if (end == std::string_view::npos) return fail("an ampersand that does not begin a reference");
            if (!is_reference(text_.substr(at_ + 1, end - at_ - 1)))
                return fail("a reference to an unknown character or entity");
            at_ = end + 1;
        }
        at_ = stop;
        return true;
    }
    [[nodiscard]] static bool is_reference(std::string_view name) noexcept {
        if (name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos") return true;
        if (name.size() < 2 || name[0] != '#') return false;
        const bool hexadecimal = name[1] == 'x';
        name.remove_prefix(hexadecimal ? 2 : 1);
        if (name.empty()) return false;
        std::uint32_t value = 0;
        for (const char c : name) {
            const bool decimal_digit = c >= '0' && c <= '9';
            const char lower = static_cast<char>(c | 0x20);
            if (!decimal_digit && !(hexadecimal && lower >= 'a' && lower <= 'f')) return false;
            const auto digit = static_cast<std::uint32_t>(decimal_digit ? c - '0' : lower - 'a' + 10);
            value = value * (hexadecimal ? 16 : 10) + digit;
            if (value > 0x10ffff) return false;
        }
        return is_xml_char(value);
    }

    /// Moves behind the next `terminator`, at least `skip` characters on.
    bool scan_past(std::size_t skip, std::string_view terminator, const char* problem) noexcept {
        const std::size_t end = text_.find(terminator, at_ + skip);
        if (end == std::string_view::npos) return fail(problem);
        at_ = end + terminator.size();
        return true;
    }
    bool scan_markup() noexcept {
        if (starts_with("<!--"))
            return scan_past(4, "--", "a comment has no end") &&
                   (starts_with(">") ? (++at_, true) : fail("two hyphens in a comment"));
        if (starts_with("<?")) return scan_instruction();
        if (starts_with("<![CDATA[")) {
            if (depth_ == 0) return fail("text outside of the root element");
            return count_node() && scan_past(9, "]]>", "a CDATA section has no end");
        }
        if (starts_with("<!")) return fail("document type declarations are refused");
        if (starts_with("</")) {
            if (depth_ == 0) return fail("an end tag without a start tag");
            --depth_;
            return scan_past(2, ">", "a tag has no end");
        }
        return scan_start_tag();
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
            at_ = text_.find_first_of("\"'>", at_ + 1);
            if (at_ == std::string_view::npos) {
                at_ = text_.size();
                return fail("a tag has no end");
            }
            if (text_[at_] == '>') break;
            const std::size_t close = text_.find(text_[at_], at_ + 1);
            if (close == std::string_view::npos) return fail("an attribute's value has no end");
            const std::size_t tag = text_.substr(0, close).find('<', at_);
            if (tag != std::string_view::npos) {
                at_ = tag;
                return fail("a tag begins in an attribute's value");
            }
            if (!count_node() || !scan_references(close)) return false;
        }
        if (text_[at_ - 1] != '/') ++depth_;
        ++at_;
        return true;
    }

    std::string_view text_;
    std::size_t max_depth_;
    std::size_t max_nodes_;
    std::size_t begin_ = 0; // behind a byte order mark
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t nodes_ = 0;
    bool root_seen_ = false;
    const char* problem_ = "";
};

} // namespace belfry::inline v0::detail
