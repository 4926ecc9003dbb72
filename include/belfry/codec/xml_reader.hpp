// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<pugixml.hpp>)
#error "pugixml is missing: install libpugixml-dev (apt), pugixml-devel (dnf), pugixml-dev (apk) or pugixml"
#endif

#include <belfry/codec/xml_options.hpp>
#include <belfry/codec/xml_scanner.hpp>
#include <belfry/schema/value_path.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <pugixml.hpp>
#include <string>
#include <string_view>

/// XML documents, parsed by pugixml (https://pugixml.org, 1.9 or newer), which only programs with an XML
/// service need: link `belfry::xml` in CMake, or `-lpugixml`; or define `PUGIXML_HEADER_ONLY` for the whole
/// program, with pugixml's source in the include path.
namespace belfry::inline v0 {

static_assert(sizeof(pugi::char_t) == 1, "Belfry needs pugixml without PUGIXML_WCHAR_MODE");

/// A name without its prefix, which services choose freely.
[[nodiscard]] constexpr std::string_view xml_local_name(std::string_view name) noexcept {
    const std::size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// An attribute of an element, or none.
class XmlAttribute {
  public:
    XmlAttribute() noexcept = default;
    explicit XmlAttribute(pugi::xml_attribute attribute) noexcept : attribute_(attribute) {}

    [[nodiscard]] explicit operator bool() const noexcept { return !attribute_.empty(); }
    /// With its prefix.
    [[nodiscard]] std::string_view name() const noexcept { return attribute_.name(); }
    [[nodiscard]] std::string_view value() const noexcept { return attribute_.value(); }
    [[nodiscard]] XmlAttribute next() const noexcept { return XmlAttribute(attribute_.next_attribute()); }

  private:
    pugi::xml_attribute attribute_;
};

/// An element of an `XmlDocument`, or none; what it returns lives as long as the document.
class XmlElement {
  public:
    XmlElement() noexcept = default;
    explicit XmlElement(pugi::xml_node node) noexcept : node_(node) {}

    [[nodiscard]] explicit operator bool() const noexcept { return !node_.empty(); }
    /// With its prefix.
    [[nodiscard]] std::string_view name() const noexcept { return node_.name(); }
    [[nodiscard]] std::string_view local_name() const noexcept { return xml_local_name(name()); }
    [[nodiscard]] XmlAttribute first_attribute() const noexcept {
        return XmlAttribute(node_.first_attribute());
    }
    /// The first element in this one.
    [[nodiscard]] XmlElement first_child() const noexcept { return element_from(node_.first_child()); }
    /// The element behind this one.
    [[nodiscard]] XmlElement next() const noexcept { return element_from(node_.next_sibling()); }
    /// The element around this one; none around the root.
    [[nodiscard]] XmlElement parent() const noexcept {
        const pugi::xml_node parent = node_.parent();
        return parent.type() == pugi::node_element ? XmlElement(parent) : XmlElement();
    }
    [[nodiscard]] bool is(const XmlElement& other) const noexcept { return node_ == other.node_; }
    /// The first element in this one with that name, whatever its prefix.
    [[nodiscard]] XmlElement child(std::string_view local_name) const noexcept {
        XmlElement found = first_child();
        while (found && found.local_name() != local_name) found = found.next();
        return found;
    }
    /// The text directly in this element. `room` holds it if it consists of several pieces.
    [[nodiscard]] std::string_view text(std::string& room) const {
        pugi::xml_node piece = node_.first_child();
        if (piece.empty()) return node_.value();
        if (*node_.value() == '\0' && piece.next_sibling().empty())
            return piece.type() == pugi::node_element ? std::string_view() : piece.value();
        room = node_.value();
        for (; !piece.empty(); piece = piece.next_sibling())
            if (piece.type() != pugi::node_element) detail::append_text(room, piece.value());
        return room;
    }
    /// The element's offset in the document, in bytes.
    [[nodiscard]] std::size_t offset() const noexcept {
        const std::ptrdiff_t offset = node_.offset_debug();
        return offset < 0 ? 0 : static_cast<std::size_t>(offset);
    }

  private:
    [[nodiscard]] static XmlElement element_from(pugi::xml_node node) noexcept {
        while (!node.empty() && node.type() != pugi::node_element) node = node.next_sibling();
        return XmlElement(node);
    }
    pugi::xml_node node_;
};

/// A parsed document (https://www.w3.org/TR/xml/). It refuses documents with a document type declaration, in
/// another encoding than UTF-8, or not well-formed, but accepts characters that XML 1.0 forbids, so that
/// those which are not read do not hide the rest. The options `reading.max_depth` and `max_nodes` apply.
class XmlDocument {
  public:
    /// Parses a document; false when it is refused, and `what` then says why.
    [[nodiscard]] BELFRY_COLD bool parse(std::string_view text, const XmlOptions& options,
                                         std::string& what) {
        detail::XmlScanner scanner(text, options.reading.max_depth, options.max_nodes);
        if (!scanner.scan()) return fail(scanner.problem(), scanner.problem_offset(), what);
        std::string repaired;
        has_invalid_text_ = scanner.has_invalid_text();
        if (has_invalid_text_) {
            detail::append_repaired_xml(repaired, text);
            text = repaired;
        }
        // White space counts as text, and pugixml makes no node of a single piece.
        const unsigned flags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                               pugi::parse_wconv_attribute | pugi::parse_ws_pcdata | pugi::parse_embed_pcdata;
        const pugi::xml_parse_result result =
            document_.load_buffer(text.data(), text.size(), flags, pugi::encoding_utf8);
        if (result) return true;
        return fail(result.description(), static_cast<std::size_t>(result.offset), what);
    }
    /// Whether the texts of members are to be checked (`XmlOptions::check_text`), because something in the
    /// document is not UTF-8 or forbidden by XML 1.0. Texts have it in the form that `InvalidText::repair`
    /// describes.
    [[nodiscard]] bool checks_text(const DecodeOptions& options) const noexcept {
        return has_invalid_text_ && options.invalid_text != InvalidText::repair;
    }
    [[nodiscard]] XmlElement root() const noexcept { return XmlElement(document_.document_element()); }

  private:
    BELFRY_COLD BELFRY_NOINLINE static bool fail(const char* problem, std::size_t offset, std::string& what) {
        what = problem;
        detail::append_text(what, " at byte ");
        detail::append_number(what, offset);
        return false;
    }
    pugi::xml_document document_;
    bool has_invalid_text_ = false;
};

} // namespace belfry::inline v0
