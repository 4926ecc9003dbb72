// SPDX-License-Identifier: Apache-2.0
#include "conformance/xml_body.hpp"

#if BELFRY_TEST_HAS_XML
#include <algorithm>
#include <list>
#include <pugixml.hpp>
#include <vector>

namespace belfry_conformance {
namespace {

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

std::string element_text(const pugi::xml_node& element, const std::set<std::string>& keys) {
    std::string out = element.name();
    std::vector<std::string> attributes;
    for (const pugi::xml_attribute& attribute : element.attributes()) {
        attributes.emplace_back(attribute.name());
        attributes.back() += '=';
        append_quoted(attributes.back(), attribute.value());
    }
    std::sort(attributes.begin(), attributes.end());
    for (const std::string& attribute : attributes) out += " " + attribute;
    struct Child {
        std::string name;
        bool is_entry;
        std::string text;
    };
    std::list<Child> children; // clang 19 calls libstdc++ 12's std::stable_sort deprecated
    std::string text;
    for (const pugi::xml_node& child : element.children()) {
        if (child.type() != pugi::node_element) {
            text += child.value();
            continue;
        }
        const bool is_entry = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
            return !child.child(key.c_str()).empty();
        });
        children.push_back({child.name(), is_entry, element_text(child, keys)});
    }
    children.sort([](const Child& a, const Child& b) {
        if (a.name != b.name) return a.name < b.name;
        return a.is_entry && b.is_entry && a.text < b.text;
    });
    out += '(';
    if (children.empty() || text.find_first_not_of(" \t\r\n") != std::string::npos) append_quoted(out, text);
    for (const Child& child : children) out += child.text;
    return out + ")\n";
}

} // namespace

std::string canonical_xml(std::string_view document, const std::set<std::string>& keys) {
    pugi::xml_document parsed;
    if (!parsed.load_buffer(document.data(), document.size(), pugi::parse_default | pugi::parse_ws_pcdata,
                            pugi::encoding_utf8))
        return "not XML";
    return element_text(parsed.document_element(), keys);
}

} // namespace belfry_conformance
#else
namespace belfry_conformance {
std::string canonical_xml(std::string_view, const std::set<std::string>&) { return "no pugixml"; }
} // namespace belfry_conformance
#endif
