// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/query_options.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/schema/value_path.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail {

/// Encodes a shape as form data by walking its tables: a parameter for every simple value, named by the
/// path to it. `key_` is the path of the current value.
class QueryEncoder {
  public:
    QueryEncoder(std::string& out, const QueryOptions& options) noexcept
        : out_(out), options_(options), depth_left_(options.max_depth) {}

    [[nodiscard]] BELFRY_COLD bool write_structure(const Structure& shape, const void* object,
                                                   std::string& what_and_where) {
        if (structure(shape, object, options_.idempotency_token)) return true;
        what_and_where.clear();
        for (const std::string_view part :
             {shape.name, path_.text(), std::string_view(": "), std::string_view(problem_)})
            append_text(what_and_where, part);
        return false;
    }

  private:
    template <class T> [[nodiscard]] static const T& as(const void* value) noexcept {
        return *static_cast<const T*>(value);
    }
    BELFRY_COLD BELFRY_NOINLINE bool fail(const char* what) noexcept {
        problem_ = what;
        return false;
    }
    /// Steps down to `name`; the caller cuts the key back to the size that it had before.
    BELFRY_COLD BELFRY_NOINLINE void enter(std::string_view name) {
        if (!key_.empty()) append_char(key_, '.');
        append_percent_encoded(key_, name);
    }
    BELFRY_COLD BELFRY_NOINLINE void enter(std::size_t number) {
        append_char(key_, '.');
        append_number(key_, number);
    }
    /// A parameter of this place. `text` needs no encoding.
    BELFRY_COLD BELFRY_NOINLINE void parameter(std::string_view text) {
        if (!out_.empty()) append_char(out_, '&');
        append_text(out_, key_);
        append_char(out_, '=');
        append_text(out_, text);
    }
    BELFRY_COLD BELFRY_NOINLINE bool text(std::string_view value) {
        if (!is_valid_utf8(value)) return fail("the text is not UTF-8");
        parameter({});
        append_percent_encoded(out_, value);
        return true;
    }

    BELFRY_COLD BELFRY_NOINLINE bool value(const Type& type, const XmlMember& xml, const void* value) {
        scratch_.clear();
        switch (type.kind) {
        case Kind::structure: return structure(*type.structure, value, {});
        case Kind::union_type: return union_type(*type.structure, value);
        case Kind::list: return list(type, xml, value);
        case Kind::map: return map(type, xml, value);
        case Kind::string: return text(as<std::string>(value));
        case Kind::enumeration: return text(as<OpenEnumBase>(value).text(*type.values));
        case Kind::boolean: parameter(as<bool>(value) ? "true" : "false"); return true;
        case Kind::int8: append_integer_text(scratch_, as<std::int8_t>(value)); break;
        case Kind::int16: append_integer_text(scratch_, as<std::int16_t>(value)); break;
        case Kind::int32: append_integer_text(scratch_, as<std::int32_t>(value)); break;
        case Kind::int64: append_integer_text(scratch_, as<std::int64_t>(value)); break;
        case Kind::float32: append_float_text(scratch_, double{as<float>(value)}, true); break;
        case Kind::float64: append_float_text(scratch_, as<double>(value), false); break;
        case Kind::blob: append_base64(scratch_, as<Blob>(value).view()); break;
        case Kind::timestamp:
            if (!timestamp(type.timestamp_format, as<Timestamp>(value))) return false;
            break;
        case Kind::document: return fail("form data cannot carry a document");
        }
        return text(scratch_);
    }
    BELFRY_COLD BELFRY_NOINLINE bool timestamp(TimestampFormat format, Timestamp time) {
        if (format == TimestampFormat::epoch_seconds)
            return append_epoch_seconds(scratch_, time) || fail("the nanoseconds are not 0 to 999,999,999");
        return (format == TimestampFormat::http_date ? append_http_date(scratch_, time)
                                                     : append_date_time(scratch_, time)) ||
               fail("the year is not one of 1 to 9999");
    }
    /// An element of a list or map, which unlike a member cannot be left out.
    BELFRY_COLD BELFRY_NOINLINE bool element(const Type& type, const XmlElements& names, const void* slot) {
        const XmlMember below{.elements = names.elements};
        if (const void* const there = slot_value(type, slot)) return value(type, below, there);
        // A list or map that was never set is written as an empty element.
        if (type.present != nullptr && type.get == nullptr) return value(type, below, slot);
        return fail("form data cannot represent null");
    }

    BELFRY_COLD BELFRY_NOINLINE bool list(const Type& type, const XmlMember& xml, const void* container) {
        const Elements elements = type.elements(container);
        if (elements.count == 0) {
            if (!options_.ec2) parameter({});
            return true;
        }
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const XmlElements& names = xml.elements != nullptr ? *xml.elements : no_names;
        const std::size_t outer = key_.size();
        if (!options_.ec2 && !xml.flattened) enter(names.name.empty() ? "member" : names.name);
        const std::size_t here = key_.size();
        const char* slot = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, slot += elements.stride) {
            enter(i + 1);
            if (!element(*type.element, names, slot)) return path_.inside_element(i);
            key_.resize(here);
        }
        key_.resize(outer);
        ++depth_left_;
        return true;
    }
    BELFRY_COLD BELFRY_NOINLINE bool map(const Type& type, const XmlMember& xml, const void* container) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const XmlElements& names = xml.elements != nullptr ? *xml.elements : no_names;
        const std::size_t outer = key_.size();
        if (!xml.flattened) enter("entry");
        const std::size_t here = key_.size();
        const Elements elements = type.elements(container);
        const char* entry = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, entry += elements.stride) {
            const std::string& key = as<std::string>(entry);
            enter(i + 1);
            const std::size_t number = key_.size();
            enter(names.key_name.empty() ? "key" : names.key_name);
            if (!text(key)) return path_.inside_entry("a key");
            key_.resize(number);
            enter(names.name.empty() ? "value" : names.name);
            if (!element(*type.element, names, entry + elements.value_offset)) return path_.inside_entry(key);
            key_.resize(here);
        }
        key_.resize(outer);
        ++depth_left_;
        return true;
    }

    /// Steps down to a member.
    BELFRY_COLD BELFRY_NOINLINE void enter_member(const Structure& shape, const XmlMember& xml,
                                                  std::size_t i) {
        const std::string_view name = shape.members[i].wire_name();
        if (!options_.ec2) return enter(name);
        if (!xml.query_name.empty()) return enter(xml.query_name);
        const std::size_t start = key_.empty() ? 0 : key_.size() + 1;
        enter(name);
        if (start < key_.size() && key_[start] >= 'a' && key_[start] <= 'z')
            key_[start] = static_cast<char>(key_[start] - ('a' - 'A'));
    }
    [[nodiscard]] static const XmlMember& xml_of(const Structure& shape, std::size_t i) noexcept {
        const XmlMember* const xml = shape.xml_member(i);
        return xml != nullptr ? *xml : no_member;
    }
    BELFRY_COLD BELFRY_NOINLINE bool structure(const Structure& shape, const void* object,
                                               std::string_view token) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const std::size_t here = key_.size();
        for (std::size_t i = 0; i < shape.count; ++i) {
            const Member& member = shape.members[i];
            const void* const there = slot_value(*member.type, member.slot(object));
            if (there == nullptr && (token.empty() || !member.has(MemberFlags::idempotency_token))) continue;
            const XmlMember& xml = xml_of(shape, i);
            enter_member(shape, xml, i);
            if (!(there != nullptr ? value(*member.type, xml, there) : text(token)))
                return path_.inside_member(shape.member_name(i));
            key_.resize(here);
        }
        ++depth_left_;
        return true;
    }
    BELFRY_COLD BELFRY_NOINLINE bool union_type(const Structure& shape, const void* object) {
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
        const XmlMember& xml = xml_of(shape, i);
        const std::size_t here = key_.size();
        enter_member(shape, xml, i);
        if (!value(type, xml, there)) return path_.inside_member(shape.member_name(i));
        key_.resize(here);
        ++depth_left_;
        return true;
    }

    static constexpr XmlElements no_names{};
    static constexpr XmlMember no_member{};

    std::string& out_;
    const QueryOptions& options_;
    std::size_t depth_left_;
    std::string key_{};
    std::string scratch_{};
    const char* problem_ = "";
    ValuePath path_{};
};

} // namespace detail

/// Appends a structure as `application/x-www-form-urlencoded` parameters, each with `&` before it unless it
/// is the first of `out` (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html); members that are
/// absent are left out. False when form data cannot carry a value (a text that is not UTF-8, a document, a
/// null element, a date past the year 9999, an empty union); `what_and_where` then says which,
/// and the appended text is incomplete.
[[nodiscard]] BELFRY_NOIPA inline bool encode_query(const Structure& shape, const void* in, std::string& out,
                                                    const QueryOptions& options,
                                                    std::string& what_and_where) {
    return detail::QueryEncoder(out, options).write_structure(shape, in, what_and_where);
}

} // namespace belfry::inline v0
