// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_options.hpp>
#include <belfry/codec/xml_writer.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/schema/value_path.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The element that a document consists of.
struct XmlRoot {
    /// Empty for the shape's own.
    std::string_view name{};
    /// Null for the shape's own.
    const XmlNamespace* xml_namespace = nullptr;
};

namespace detail {

/// Encodes a shape as XML by walking its tables.
class XmlEncoder {
  public:
    XmlEncoder(std::string& out, const XmlOptions& options) noexcept
        : writer_(out), options_(options), depth_left_(options.max_depth) {}

    [[nodiscard]] bool write_structure(const Structure& shape, const XmlRoot& root, const void* object,
                                       std::string& what_and_where) {
        const XmlShape* const xml = shape.xml();
        const std::string_view name = !root.name.empty()                     ? root.name
                                      : xml != nullptr && !xml->name.empty() ? xml->name
                                                                             : shape.name;
        const XmlNamespace* const own = xml != nullptr ? xml->xml_namespace : nullptr;
        const Content content{name, root.xml_namespace != nullptr ? root.xml_namespace : own};
        const bool done =
            shape.union_access != nullptr
                ? union_type(content, shape, object)
                : structure(content, shape, object, options_.body_members_only, options_.idempotency_token);
        if (done) return true;
        what_and_where.clear();
        for (const std::string_view part :
             {shape.name, path_.text(), std::string_view(": "), std::string_view(problem_)})
            append_text(what_and_where, part);
        return false;
    }

  private:
    /// The element that a value is written as.
    struct Content {
        std::string_view name;
        const XmlNamespace* xml_namespace;
    };

    BELFRY_COLD BELFRY_NOINLINE bool fail(const char* what) noexcept {
        problem_ = what;
        return false;
    }
    bool not_xml() { return fail("the text is not UTF-8, or holds a character that XML 1.0 does not allow"); }
    bool open(const Content& element) {
        writer_.open(element.name);
        return writer_.declare(element.xml_namespace) || not_xml();
    }
    [[nodiscard]] static std::string_view name_or(std::string_view name, std::string_view other) noexcept {
        return name.empty() ? other : name;
    }

    bool value(const Content& element, const Type& type, const XmlElements* names, const void* value) {
        switch (type.kind) {
        case Kind::structure: return structure(element, *type.structure, value, false, {});
        case Kind::union_type: return union_type(element, *type.structure, value);
        case Kind::list:
        case Kind::map: return wrapped(element, type, names, value);
        default: return simple_text(type, value) && text_element(element, text_);
        }
    }
    bool text_element(const Content& element, std::string_view text) {
        if (!open(element)) return false;
        if (!writer_.text(text)) return not_xml();
        writer_.close(element.name);
        return true;
    }
    /// Puts a simple value into `text_`.
    bool simple_text(const Type& type, const void* value) {
        text_.clear();
        if (append_simple_text(text_, type, value, options_.default_timestamp_format)) return true;
        return fail(type.kind == Kind::timestamp
                        ? "the year is not one of 1 to 9999, or the nanoseconds are not 0 to 999,999,999"
                        : "XML cannot carry a document");
    }
    /// An element of a list or a map's value, which unlike a member cannot be left out.
    bool element(const Content& content, const Type& type, const XmlElements* names, const void* slot) {
        const XmlElements* const below = names != nullptr ? names->elements : nullptr;
        if (const void* const there = slot_value(type, slot)) return value(content, type, below, there);
        // A list or map that was never set is written as an empty element.
        if (type.present != nullptr && type.get == nullptr) return value(content, type, below, slot);
        return fail("XML cannot represent null");
    }

    bool wrapped(const Content& content, const Type& type, const XmlElements* names, const void* container) {
        if (!open(content)) return false;
        const bool is_map = type.kind == Kind::map;
        const Content item{is_map             ? std::string_view("entry")
                           : names != nullptr ? name_or(names->name, "member")
                                              : std::string_view("member"),
                           !is_map && names != nullptr ? names->xml_namespace : nullptr};
        if (!(is_map ? entries(item, type, names, container) : items(item, type, names, container)))
            return false;
        writer_.close(content.name);
        return true;
    }
    bool flattened(Content content, const Type& type, const XmlElements* names, const void* container) {
        if (type.kind == Kind::map) return entries(content, type, names, container);
        if (names != nullptr && names->xml_namespace != nullptr) content.xml_namespace = names->xml_namespace;
        return items(content, type, names, container);
    }
    bool items(const Content& content, const Type& type, const XmlElements* names, const void* container) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const Elements elements = type.elements(container);
        const char* slot = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, slot += elements.stride)
            if (!element(content, *type.element, names, slot)) return path_.inside_element(i);
        ++depth_left_;
        return true;
    }
    bool entries(const Content& content, const Type& type, const XmlElements* names, const void* container) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        static constexpr XmlElements unnamed{};
        const XmlElements& own = names != nullptr ? *names : unnamed;
        const Content key{name_or(own.key_name, "key"), own.key_namespace};
        const Content item{name_or(own.name, "value"), own.xml_namespace};
        const Elements elements = type.elements(container);
        const char* entry = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, entry += elements.stride) {
            const auto& text = *static_cast<const std::string*>(static_cast<const void*>(entry));
            if (!open(content)) return false;
            if (!text_element(key, text)) return path_.inside_entry("a key");
            if (!element(item, *type.element, names, entry + elements.value_offset))
                return path_.inside_entry(text);
            writer_.close(content.name);
        }
        ++depth_left_;
        return true;
    }

    bool member(const Structure& shape, std::size_t i, const void* there) {
        const XmlMember* const xml = shape.xml_member(i);
        const Type& type = *shape.members[i].type;
        const Content content{shape.members[i].wire_name(), xml != nullptr ? xml->xml_namespace : nullptr};
        const XmlElements* const names = xml != nullptr ? xml->elements : nullptr;
        const bool done = xml != nullptr && xml->flattened && type.element != nullptr
                              ? flattened(content, type, names, there)
                              : value(content, type, names, there);
        return done || path_.inside_member(shape.member_name(i));
    }
    bool structure(const Content& content, const Structure& shape, const void* object, bool body_only,
                   std::string_view token) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        if (!open(content)) return false;
        // Attributes come first, in the start tag.
        for (const bool attributes : {true, false}) {
            if (attributes && shape.xml_member(0) == nullptr) continue;
            for (std::size_t i = 0; i < shape.count; ++i) {
                const Member& described = shape.members[i];
                const XmlMember* const xml = shape.xml_member(i);
                if ((xml != nullptr && xml->attribute) != attributes) continue;
                if (body_only && described.location != Location::body) continue;
                const void* const there = slot_value(*described.type, described.slot(object));
                if (there == nullptr) {
                    if (token.empty() || !described.has(MemberFlags::idempotency_token)) continue;
                    if (!text_element({described.wire_name(), nullptr}, token)) return false;
                } else if (attributes) {
                    if (!attribute(shape, i, there)) return false;
                } else if (!member(shape, i, there)) {
                    return false;
                }
            }
        }
        writer_.close(content.name);
        ++depth_left_;
        return true;
    }
    bool attribute(const Structure& shape, std::size_t i, const void* there) {
        const Member& described = shape.members[i];
        return (simple_text(*described.type, there) &&
                (writer_.attribute(described.wire_name(), text_) || not_xml())) ||
               path_.inside_member(shape.member_name(i));
    }
    bool union_type(const Content& content, const Structure& shape, const void* object) {
        if (depth_left_ == 0) return fail("nested too deeply");
        const int which = shape.union_access->which(object);
        if (which < 0) return fail("the union holds no member");
        if (which >= shape.count) return fail("the union holds a member that the model does not list");
        --depth_left_;
        const auto i = static_cast<std::size_t>(which);
        const Type& type = *shape.members[i].type;
        const void* const slot = shape.union_access->get(object);
        const void* there = slot_value(type, slot);
        if (there == nullptr && type.present != nullptr && type.get == nullptr) there = slot;
        if (there == nullptr) return fail("the union holds no member");
        if (!open(content) || !member(shape, i, there)) return false;
        writer_.close(content.name);
        ++depth_left_;
        return true;
    }

    XmlWriter writer_;
    const XmlOptions& options_;
    std::size_t depth_left_;
    std::string text_{};
    const char* problem_ = "";
    ValuePath path_{};
};

} // namespace detail

/// Appends a structure or union as an XML document without a declaration, in UTF-8
/// (https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings); members that are absent are left out.
/// False when XML cannot carry a value (a text that is not UTF-8 or holds a control character, a document, a
/// null element, a date past the year 9999, an empty union); `what_and_where` then says which,
/// and the appended text is incomplete.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline bool encode_xml(const Structure& shape, const XmlRoot& root,
                                                                 const void* in, std::string& out,
                                                                 const XmlOptions& options,
                                                                 std::string& what_and_where) {
    return detail::XmlEncoder(out, options).write_structure(shape, root, in, what_and_where);
}

} // namespace belfry::inline v0
