// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_scanner.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Appends XML 1.0 to a string (https://www.w3.org/TR/xml/). The caller closes what it opens, in order, and
/// gives names that are names.
class XmlWriter {
  public:
    explicit XmlWriter(std::string& out) noexcept : out_(out) {}

    /// Begins an element; attributes may follow, then text and elements.
    void open(std::string_view name) {
        finish_tag();
        append_char(out_, '<');
        append_text(out_, name);
        in_tag_ = true;
    }
    /// Ends the element that was begun last.
    void close(std::string_view name) {
        if (in_tag_) {
            append_text(out_, "/>");
            in_tag_ = false;
            return;
        }
        append_text(out_, "</");
        append_text(out_, name);
        append_char(out_, '>');
    }
    /// Declares a namespace (https://www.w3.org/TR/xml-names/); null for none. False as with `attribute`.
    [[nodiscard]] bool declare(const XmlNamespace* xml_namespace) {
        if (xml_namespace == nullptr || xml_namespace->uri.empty()) return true;
        std::string name("xmlns");
        if (!xml_namespace->prefix.empty()) {
            append_char(name, ':');
            append_text(name, xml_namespace->prefix);
        }
        return attribute(name, xml_namespace->uri);
    }
    /// An attribute of the element that was just begun; false when XML cannot carry the value.
    [[nodiscard]] bool attribute(std::string_view name, std::string_view value) {
        append_char(out_, ' ');
        append_text(out_, name);
        append_text(out_, "=\"");
        const bool written = escaped(value, true);
        append_char(out_, '"');
        return written;
    }
    /// Text; false when it is not UTF-8 or holds a character that XML does not allow.
    [[nodiscard]] bool text(std::string_view value) {
        if (value.empty()) return true;
        finish_tag();
        return escaped(value, false);
    }

  private:
    void finish_tag() {
        if (in_tag_) append_char(out_, '>');
        in_tag_ = false;
    }
    /// Also escapes the line ends that a parser would normalise
    /// (https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html), and in attributes the tab.
    [[nodiscard]] BELFRY_NOINLINE bool escaped(std::string_view text, bool in_attribute) {
        if (!is_valid_utf8(text)) return false;
        std::size_t plain = 0; // where what can be copied begins
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto c = static_cast<unsigned char>(text[i]);
            if (c > '>' && c < 0x80) continue;
            std::size_t length = 1;
            std::string_view escape;
            switch (c) {
            case '&': escape = "&amp;"; break;
            case '<': escape = "&lt;"; break;
            case '>': escape = "&gt;"; break;
            case '"': escape = "&quot;"; break;
            case '\'': escape = "&apos;"; break;
            case '\n': escape = "&#xA;"; break;
            case '\r': escape = "&#xD;"; break;
            case '\t':
                if (!in_attribute) continue;
                escape = "&#x9;";
                break;
            case 0xc2:
                if (text[i + 1] != '\x85') continue;
                escape = "&#x85;";
                length = 2;
                break;
            case 0xe2:
                if (text.substr(i, 3) != "\xe2\x80\xa8") continue;
                escape = "&#x2028;";
                length = 3;
                break;
            case 0xef:
                if (text[i + 1] == '\xbf' && static_cast<unsigned char>(text[i + 2]) >= 0xbe) return false;
                continue;
            default:
                if (c < 0x20) return false;
                continue;
            }
            append_text(out_, text.substr(plain, i - plain));
            append_text(out_, escape);
            plain = i + length;
            i = plain - 1;
        }
        append_text(out_, text.substr(plain));
        return true;
    }

    std::string& out_;
    bool in_tag_ = false;
};

} // namespace belfry::inline v0::detail
