// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/decode_fault.hpp>
#include <belfry/codec/json_writer.hpp>
#include <belfry/codec/xml_options.hpp>
#include <belfry/codec/xml_reader.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail {

/// Decodes an XML element into a shape by walking the shape's tables.
class XmlDecoder {
  public:
    explicit XmlDecoder(const XmlOptions& options) noexcept
        : options_(options), memory_(options.reading, options.document_size) {}

    [[nodiscard]] bool read_structure(XmlElement element, const Structure& shape, void* object,
                                      std::string& what_and_where) {
        return (shape.union_access != nullptr
                    ? union_type(element, shape, object)
                    : structure(element, shape, object, options_.body_members_only)) ||
               report(shape.name, what_and_where);
    }
    [[nodiscard]] bool read_value(XmlElement element, const Type& type, const XmlMember* xml, void* slot,
                                  std::string& what_and_where) {
        const XmlElements* const names = xml != nullptr ? xml->elements : nullptr;
        return value(element, type, names, slot) ||
               report(type.structure != nullptr ? type.structure->name : element.local_name(),
                      what_and_where);
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    BELFRY_COLD BELFRY_NOINLINE bool report(std::string_view root, std::string& what_and_where) const {
        fault_.report(what_and_where, root, problem_, problem_offset_,
                      options_.hide_text ? std::string_view() : std::string_view(problem_text_));
        return false;
    }
    /// The same for a value, whose text is told unless it is long or a secret.
    BELFRY_COLD BELFRY_NOINLINE bool fail(XmlElement element, std::string_view text, const char* what) {
        constexpr std::size_t longest = 64;
        if (text.size() <= longest) problem_text_ = text;
        return fail(element, what);
    }
    /// The path to an element, with the number of those that repeat.
    [[nodiscard]] BELFRY_COLD static std::string path_to(XmlElement element) {
        std::string path;
        for (XmlElement parent = element.parent(); parent; element = parent, parent = element.parent()) {
            std::size_t count = 0;
            std::size_t index = 0;
            for (XmlElement other = parent.first_child(); other; other = other.next()) {
                if (other.is(element)) index = count;
                if (other.local_name() == element.local_name()) ++count;
            }
            std::string step(element.local_name());
            if (count > 1) {
                append_char(step, '[');
                append_number(step, index);
                append_char(step, ']');
            }
            if (!path.empty()) append_char(step, '.');
            append_text(step, path);
            path.swap(step);
        }
        return path;
    }
    /// After a member's value could not be read: makes the member absent if that is asked for.
    BELFRY_COLD BELFRY_NOINLINE bool skip_unreadable(XmlElement element, const Structure& shape,
                                                     std::size_t i, void* object) {
        const Member& member = shape.members[i];
        MemberSkipper* const skipper =
            fault_.skipper(options_.reading, member, problem_ == MemoryLimit::problem);
        if (skipper == nullptr) return false;
        std::string path;
        if (skipper->wants_path()) path = path_to(element);
        if (is_attribute(shape, i) && !path.empty()) {
            append_char(path, '.');
            append_text(path, shape.member_name(i));
        }
        // Without the text: a structure around this one may be a secret.
        std::string reason;
        append_problem(reason, nullptr, problem_, problem_offset_);
        skipper->skip(*member.type, member.slot(object), {.path = path, .reason = reason});
        fault_.reset();
        problem_text_.clear();
        return true;
    }
    BELFRY_COLD BELFRY_NOINLINE bool fail(XmlElement element, const char* what) noexcept {
        problem_ = what;
        problem_offset_ = element.offset();
        return false;
    }

    /// Whether a value, or an element of it, may take memory.
    [[nodiscard]] bool take_memory(XmlElement element, const Type& type) {
        return memory_.take(type.heap_words) || fail(element, MemoryLimit::problem);
    }
    [[nodiscard]] bool value(XmlElement element, const Type& type, const XmlElements* names, void* slot) {
        if (type.structure != nullptr && !take_memory(element, type)) return false;
        switch (type.kind) {
        case Kind::structure: return structure(element, *type.structure, slot_emplace(type, slot), false);
        case Kind::union_type: return union_type(element, *type.structure, slot_emplace(type, slot));
        case Kind::list: return list(element, type, names, slot_emplace(type, slot));
        case Kind::map: return map(element, type, names, slot_emplace(type, slot));
        case Kind::document: return fail(element, "XML cannot carry a document");
        default: break;
        }
        if (element.first_child()) return fail(element, "expected text, found an element");
        return simple(element, element.text(room_), type, slot);
    }
    /// A text that is an element's or an attribute's.
    [[nodiscard]] bool simple(XmlElement element, std::string_view text, const Type& type, void* slot) {
        if (type.kind == Kind::string || type.kind == Kind::enumeration)
            return check_text(element, text) && parse_simple_text(text, type, slot);
        if (type.kind == Kind::blob) return blob(element, text, type, slot);
        while (!text.empty() && is_xml_space(text.front())) text.remove_prefix(1);
        while (!text.empty() && is_xml_space(text.back())) text.remove_suffix(1);
        // Services also write absent values as empty elements.
        if (text.empty()) return true;
        if (type.kind == Kind::timestamp) {
            Timestamp& time = *static_cast<Timestamp*>(slot_emplace(type, slot));
            return parse_time(text, time) || fail(element, text, "expected a timestamp");
        }
        return parse_simple_text(text, type, slot) ||
               fail(element, text,
                    type.kind == Kind::boolean ? "expected a boolean"
                    : type.kind == Kind::float32 || type.kind == Kind::float64
                        ? "expected a number"
                        : "expected an integer that the member can hold");
    }
    [[nodiscard]] bool check_text(XmlElement element, std::string_view text) {
        return !options_.check_text || !has_forbidden_character(text) ||
               fail(element,
                    "XML 1.0 does not allow a character of this text; the option InvalidText::repair "
                    "reads it");
    }
    bool blob(XmlElement element, std::string_view text, const Type& type, void* slot) {
        // The encoding may be broken into lines (XML Schema `base64Binary`).
        std::string digits;
        for (const char c : text)
            if (!is_xml_space(c)) digits.push_back(c);
        return parse_simple_text(digits, type, slot) || fail(element, text, "the text is not base64");
    }

    /// Every element counts, since services use other element names than their models.
    bool list(XmlElement element, const Type& type, const XmlElements* names, void* container) {
        std::size_t i = 0;
        for (XmlElement item = element.first_child(); item; item = item.next(), ++i)
            if (!list_element(item, type, names, container)) return fault_.path.inside_element(i);
        return true;
    }
    bool list_element(XmlElement item, const Type& type, const XmlElements* names, void* container) {
        return take_memory(item, type) && value(item, *type.element, below(names), type.add(container, {}));
    }
    bool map(XmlElement element, const Type& type, const XmlElements* names, void* container) {
        for (XmlElement entry = element.first_child(); entry; entry = entry.next())
            if (!map_entry(entry, type, names, container)) return false;
        return true;
    }
    bool map_entry(XmlElement entry, const Type& type, const XmlElements* names, void* container) {
        const bool named = names != nullptr;
        const XmlElement key =
            entry.child(xml_local_name(named && !names->key_name.empty() ? names->key_name : "key"));
        if (!key) return fail(entry, "a map's entry has no key");
        const XmlElement item =
            entry.child(xml_local_name(named && !names->name.empty() ? names->name : "value"));
        std::string room;
        const std::string_view text = key.text(room);
        if (!check_text(key, text) || !take_memory(entry, type)) return false;
        void* const slot = type.add(container, text);
        // Without a value it is an entry of a sparse map, or one whose value is empty.
        return !item || value(item, *type.element, below(names), slot) || fault_.path.inside_entry(text);
    }
    [[nodiscard]] static const XmlElements* below(const XmlElements* names) noexcept {
        return names != nullptr ? names->elements : nullptr;
    }

    /// The members of a structure that have a name of the document: mostly one, but a few structures
    /// have two members of one name.
    class Matches {
      public:
        Matches(const Structure& shape, std::string_view name, bool attribute) noexcept
            : shape_(shape), name_(name), attribute_(attribute) {
            if (shape.keys.cells != nullptr) at_ = hash_key(name.data(), name.size()) & shape.keys.mask;
            next();
        }
        /// The number of a member, or `none`.
        [[nodiscard]] std::size_t index() const noexcept { return index_; }
        BELFRY_NOINLINE void next() noexcept {
            if (shape_.keys.cells != nullptr) {
                while (const std::size_t cell = shape_.keys.cells[at_]) {
                    at_ = (at_ + 1) & shape_.keys.mask;
                    index_ = cell - 1;
                    if (is_match(index_)) return;
                }
            } else {
                while (at_ < shape_.count) {
                    index_ = at_++;
                    if (is_match(index_)) return;
                }
            }
            index_ = none;
        }

      private:
        [[nodiscard]] bool is_match(std::size_t i) const noexcept {
            return shape_.members[i].wire_name() == name_ && is_attribute(shape_, i) == attribute_;
        }
        const Structure& shape_;
        std::string_view name_;
        bool attribute_;
        // A cell of the table of keys, or a member.
        std::size_t at_ = 0;
        std::size_t index_ = none;
    };
    [[nodiscard]] static bool is_attribute(const Structure& shape, std::size_t i) noexcept {
        const XmlMember* const xml = shape.xml_member(i);
        return xml != nullptr && xml->attribute;
    }
    /// The members for an element or attribute: those of the same name, or of one that differs in the prefix.
    [[nodiscard]] static Matches matches(const Structure& shape, std::string_view name,
                                         bool attribute) noexcept {
        const Matches exact(shape, name, attribute);
        return exact.index() != none ? exact : matches_without_prefix(shape, name, attribute);
    }
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE static Matches
    matches_without_prefix(const Structure& shape, std::string_view name, bool attribute) noexcept {
        const std::string_view local = xml_local_name(name);
        const Matches found(shape, local, attribute);
        if (found.index() != none || !has_prefixed_names(shape)) return found;
        for (std::size_t i = 0; i < shape.count; ++i)
            if (is_attribute(shape, i) == attribute && xml_local_name(shape.members[i].wire_name()) == local)
                return {shape, shape.members[i].wire_name(), attribute};
        return found;
    }
    [[nodiscard]] static bool has_prefixed_names(const Structure& shape) noexcept {
        return shape.xml() != nullptr && shape.xml()->members != nullptr;
    }

    bool structure(XmlElement element, const Structure& shape, void* object, bool body_only) {
        if (shape.xml() != nullptr && !attributes(element, shape, object, body_only)) return false;
        std::uint64_t lost = 0;
        for (XmlElement child = element.first_child(); child; child = child.next()) {
            for (Matches found = matches(shape, child.name(), false); found.index() != none; found.next()) {
                const std::size_t i = found.index();
                const Member& member = shape.members[i];
                if (body_only && member.location != Location::body) continue;
                // Elements of a flattened list that is lost.
                if (i < 64 && (lost >> i & 1) != 0) continue;
                if (member_value(child, *member.type, shape.xml_member(i), member.slot(object))) continue;
                if (!skip_unreadable(child, shape, i, object))
                    return fault_.path.inside_member(shape.member_name(i));
                if (i < 64) lost |= std::uint64_t{1} << i;
            }
        }
        return true;
    }
    BELFRY_COLD bool attributes(XmlElement element, const Structure& shape, void* object, bool body_only) {
        for (XmlAttribute from = element.first_attribute(); from; from = from.next()) {
            if (from.name().substr(0, 5) == "xmlns") continue;
            for (Matches found = matches(shape, from.name(), true); found.index() != none; found.next()) {
                const std::size_t i = found.index();
                const Member& member = shape.members[i];
                if (body_only && member.location != Location::body) continue;
                if (!simple(element, from.value(), *member.type, member.slot(object)) &&
                    !skip_unreadable(element, shape, i, object))
                    return fault_.path.inside_member(shape.member_name(i));
            }
        }
        return true;
    }
    /// A member's element; of a flattened list or map that is one element or entry of it.
    bool member_value(XmlElement element, const Type& type, const XmlMember* xml, void* slot) {
        const XmlElements* const names = xml != nullptr ? xml->elements : nullptr;
        if (xml == nullptr || !xml->flattened || type.element == nullptr)
            return value(element, type, names, slot);
        if (!type.present(slot)) type.clear(slot, true);
        return type.kind == Kind::map ? map_entry(element, type, names, slot)
                                      : list_element(element, type, names, slot) ||
                                            fault_.path.inside_element(type.elements(slot).count - 1);
    }

    BELFRY_COLD bool union_type(XmlElement element, const Structure& shape, void* object) {
        const XmlElement first = element.first_child();
        if (!first) return fail(element, "a union holds no member");
        for (XmlElement other = first.next(); other; other = other.next())
            if (other.local_name() != first.local_name())
                return fail(other, "a union holds more than one member");
        const std::size_t i = matches(shape, first.name(), false).index();
        if (i == none) {
            std::string json;
            JsonWriter writer(json);
            const bool written = write_json(writer, first);
            writer.finish();
            if (!written) return fail(first, "expected UTF-8");
            shape.union_access->set_unknown(object, first.local_name(), json);
            return true;
        }
        void* const slot = shape.union_access->emplace(object, static_cast<int>(i));
        for (XmlElement child = first; child; child = child.next())
            if (!member_value(child, *shape.members[i].type, shape.xml_member(i), slot)) {
                if (shape.members[i].has(MemberFlags::sensitive)) fault_.sensitive = true;
                return fault_.path.inside_member(shape.member_name(i));
            }
        return true;
    }
    /// An element of a shape that the model does not list, as JSON: its text, or a list of the elements in
    /// it, each an object with the element's name as the one key.
    bool write_json(JsonWriter& writer, XmlElement element) {
        XmlElement child = element.first_child();
        if (!child) return writer.string(element.text(room_));
        writer.put('[');
        for (; child; child = child.next()) {
            writer.put('{');
            if (!writer.string(child.local_name())) return false;
            writer.put(':');
            if (!write_json(writer, child)) return false;
            writer.close('}');
            writer.put(',');
        }
        writer.close(']');
        return true;
    }

    const XmlOptions& options_;
    MemoryLimit memory_;
    std::string room_{};
    DecodeFault fault_{};
    const char* problem_ = "";
    std::size_t problem_offset_ = 0;
    std::string problem_text_{};
};

} // namespace detail

/// Reads an element into a structure or union that `out` points to and that holds nothing yet. False when it
/// is not of the shape; `what_and_where` then says which member was wrong and at which byte of the document,
/// and `out` holds what came before. Names count without their prefixes. Elements and attributes that the
/// shape does not have are skipped, of members that come twice the last one counts, and empty numbers,
/// booleans and timestamps are absent.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline bool decode_xml(XmlElement element, const Structure& shape,
                                                                 void* out, const XmlOptions& options,
                                                                 std::string& what_and_where) {
    return detail::XmlDecoder(options).read_structure(element, shape, out, what_and_where);
}

/// The same for one slot, such as a payload member's; `xml` names what a list or map holds, and may be null.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline bool decode_xml(XmlElement element, const Type& type,
                                                                 const XmlMember* xml, void* slot,
                                                                 const XmlOptions& options,
                                                                 std::string& what_and_where) {
    return detail::XmlDecoder(options).read_value(element, type, xml, slot, what_and_where);
}

/// Reads a document whose root element is a structure or union; the root's name does not count. False also
/// when the document is refused (see `XmlDocument`).
[[nodiscard]] inline bool decode_xml(std::string_view text, const Structure& shape, void* out,
                                     const XmlOptions& options, std::string& what_and_where) {
    XmlDocument document;
    if (!document.parse(text, options, what_and_where)) return false;
    XmlOptions checked = options;
    checked.check_text = document.checks_text(options.reading);
    checked.document_size = text.size();
    return decode_xml(document.root(), shape, out, checked, what_and_where);
}

} // namespace belfry::inline v0
