// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor_options.hpp>
#include <belfry/codec/cbor_writer.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/schema/value_path.hpp>
#include <belfry/schema/walk.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/decimal.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail {

/// Encodes a shape as CBOR by walking its tables.
class CborEncoder {
  public:
    CborEncoder(std::string& out, const CborOptions& options) noexcept
        : writer_(out), depth_left_(options.max_depth), token_(options.idempotency_token) {}

    [[nodiscard]] bool write_structure(const Structure& shape, const void* object,
                                       std::string& what_and_where) {
        if (shape.union_access != nullptr ? union_type(shape, object) : structure(shape, object, token_))
            return true;
        what_and_where.clear();
        append_text(what_and_where, shape.name);
        append_text(what_and_where, path_.text());
        append_text(what_and_where, ": ");
        append_text(what_and_where, problem_);
        return false;
    }

  private:
    BELFRY_COLD BELFRY_NOINLINE bool fail(const char* what) noexcept {
        problem_ = what;
        return false;
    }
    friend struct Walk;

    bool boolean(bool value) {
        writer_.boolean(value);
        return true;
    }
    bool integer(std::int64_t value) {
        writer_.integer(value);
        return true;
    }
    template <class T> bool floating(T value) {
        writer_.floating(value);
        return true;
    }
    bool blob(const Type&, const Blob& value) {
        writer_.bytes(value.view());
        return true;
    }
    bool text(std::string_view text) {
        if (!is_valid_utf8(text)) return fail("the text is not UTF-8");
        writer_.text(text);
        return true;
    }
    /// Seconds since 1970 under the tag that says so, as an integer where there is no fraction.
    bool timestamp(const Type&, Timestamp time) {
        writer_.tag(1);
        if (time.nanoseconds == 0) {
            writer_.integer(time.seconds);
            return true;
        }
        std::string digits;
        double seconds = 0;
        if (!append_epoch_seconds(digits, time) || !parse_decimal(digits, seconds))
            return fail("the nanoseconds are not 0 to 999,999,999");
        writer_.floating(seconds);
        return true;
    }
    /// The only documents that the protocol knows are numbers of any size.
    BELFRY_COLD bool document(std::string_view json) {
        return writer_.number(json) || fail("only a number can be written as CBOR where the type is open");
    }
    /// Writes an element of a list or map, which unlike a member cannot be left out.
    bool element(const Type& type, const void* slot) {
        if (const void* const there = slot_value(type, slot)) return Walk::value(*this, type, there);
        // A list or map that was never set is written as an empty element.
        if (type.present != nullptr && type.get == nullptr)
            writer_.head(type.kind == Kind::list ? 4 : 5, 0);
        else
            writer_.null();
        return true;
    }
    bool list(const Type& type, const void* container) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const Elements elements = type.elements(container);
        const char* slot = static_cast<const char*>(elements.first);
        writer_.head(4, elements.count);
        for (std::size_t i = 0; i < elements.count; ++i, slot += elements.stride)
            if (!element(*type.element, slot)) return path_.inside_element(i);
        ++depth_left_;
        return true;
    }
    bool map(const Type& type, const void* container) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const Elements elements = type.elements(container);
        const char* entry = static_cast<const char*>(elements.first);
        writer_.head(5, elements.count);
        for (std::size_t i = 0; i < elements.count; ++i, entry += elements.stride) {
            const std::string& key = Walk::as<std::string>(entry);
            if (!text(key)) return path_.inside_entry("a key");
            if (!element(*type.element, entry + elements.value_offset)) return path_.inside_entry(key);
        }
        ++depth_left_;
        return true;
    }
    bool structure(const Structure& shape, const void* object, std::string_view token = {}) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        // Event streams and members with HTTP bindings are not part of the body.
        std::size_t count = 0;
        for (std::size_t i = 0; i < shape.count; ++i)
            if (is_written(shape.members[i], object, token)) ++count;
        writer_.head(5, count);
        for (std::size_t i = 0; i < shape.count; ++i) {
            const Member& member = shape.members[i];
            if (!is_written(member, object, token)) continue;
            writer_.text(member.wire_name());
            const void* const there = slot_value(*member.type, member.slot(object));
            if (!(there != nullptr ? Walk::value(*this, *member.type, there) : text(token)))
                return path_.inside_member(shape.member_name(i));
        }
        ++depth_left_;
        return true;
    }
    [[nodiscard]] static bool is_written(const Member& member, const void* object, std::string_view token) {
        if (member.location != Location::body) return false;
        return slot_value(*member.type, member.slot(object)) != nullptr ||
               (!token.empty() && member.has(MemberFlags::idempotency_token));
    }
    BELFRY_COLD bool union_type(const Structure& shape, const void* object) {
        if (depth_left_ == 0) return fail("nested too deeply");
        const int which = shape.union_access->which(object);
        if (which < 0) return fail("the union holds no member");
        --depth_left_;
        writer_.head(5, 1);
        if (which >= shape.count) {
            std::string_view name;
            std::string_view json;
            shape.union_access->get_unknown(object, name, json);
            if (!text(name)) return false;
            if (!document(json)) return path_.inside_member(name);
        } else {
            const auto i = static_cast<std::size_t>(which);
            const Type& type = *shape.members[i].type;
            const void* const slot = shape.union_access->get(object);
            if (type.get != nullptr && type.get(slot) == nullptr) return fail("the union holds no member");
            writer_.text(shape.members[i].wire_name());
            if (!element(type, slot)) return path_.inside_member(shape.member_name(i));
        }
        ++depth_left_;
        return true;
    }

    CborWriter writer_;
    std::size_t depth_left_;
    std::string_view token_;
    const char* problem_ = "";
    ValuePath path_;
};

} // namespace detail

/// Appends a structure or union as CBOR (RFC 8949), with lengths known in advance; members that are absent
/// are left out. False when CBOR cannot carry a value (a text that is not UTF-8, a document that is not a
/// number, an empty union); `what_and_where` then says which, and the appended bytes are incomplete.
[[nodiscard]] inline bool encode_cbor(const Structure& shape, const void* in, std::string& out,
                                      const CborOptions& options, std::string& what_and_where) {
    return detail::CborEncoder(out, options).write_structure(shape, in, what_and_where);
}

} // namespace belfry::inline v0
