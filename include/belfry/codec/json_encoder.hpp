// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json_options.hpp>
#include <belfry/codec/json_writer.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/schema/value_path.hpp>
#include <belfry/schema/walk.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail {

/// Encodes a shape as JSON by walking its tables.
class JsonEncoder {
  public:
    JsonEncoder(std::string& out, const JsonOptions& options)
        : writer_(out), options_(options), depth_left_(options.max_depth) {}

    /// Writes the structure or union `shape`, or if that is null, a value of `type`.
    [[nodiscard]] bool write(const Structure* shape, const Type* type, const void* slot,
                             std::string& what_and_where) {
        bool done = false;
        if (shape == nullptr) {
            done = element(*type, slot);
            shape = type->structure;
        } else if (shape->union_access != nullptr) {
            done = union_type(*shape, slot);
        } else {
            done = structure(*shape, slot, options_.body_members_only, options_.idempotency_token);
        }
        writer_.finish();
        if (!done) report(shape != nullptr ? shape->name : std::string_view("body"), what_and_where);
        return done;
    }

  private:
    BELFRY_COLD BELFRY_NOINLINE void report(std::string_view root, std::string& what_and_where) const {
        what_and_where.clear();
        append_text(what_and_where, root);
        append_text(what_and_where, path_.text());
        append_text(what_and_where, ": ");
        append_text(what_and_where, problem_);
    }
    BELFRY_COLD BELFRY_NOINLINE bool fail(const char* what) noexcept {
        problem_ = what;
        return false;
    }

    friend struct Walk;

    bool boolean(bool value) {
        writer_.raw(value ? "true" : "false");
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
    bool text(std::string_view text) { return writer_.string(text) || fail("the text is not UTF-8"); }
    BELFRY_COLD BELFRY_NOINLINE bool timestamp(const Type& type, Timestamp time) {
        std::string text;
        const bool from_model =
            type.timestamp_format != TimestampFormat::unset && options_.use_model_timestamp_formats;
        switch (from_model ? type.timestamp_format : options_.default_timestamp_format) {
        case TimestampFormat::date_time:
            return append_date_time(text, time) ? this->text(text) : fail("the year is not one of 1 to 9999");
        case TimestampFormat::http_date:
            return append_http_date(text, time) ? this->text(text) : fail("the year is not one of 1 to 9999");
        case TimestampFormat::epoch_seconds:
        case TimestampFormat::unset: break;
        }
        if (!append_epoch_seconds(text, time)) return fail("the nanoseconds are not 0 to 999,999,999");
        writer_.raw(text);
        return true;
    }
    BELFRY_COLD BELFRY_NOINLINE bool blob(const Type&, const Blob& value) {
        std::string text;
        append_base64(text, value.view());
        writer_.put('"');
        writer_.raw(text);
        writer_.put('"');
        return true;
    }
    /// Writes a document's text if it is valid JSON.
    BELFRY_COLD BELFRY_NOINLINE bool document(std::string_view text) {
        JsonReader reader(text, depth_left_);
        const char* at = reader.skip_space(reader.begin());
        at = reader.skip_value(at);
        if (at == nullptr || reader.finish(at) == nullptr) return fail("the document is not JSON");
        if (reader.invalid_text(text.data()) != nullptr)
            return fail("the document has half of a surrogate pair or bytes that are not UTF-8");
        writer_.raw(text);
        return true;
    }
    /// Writes an element of a list or map, which unlike a member cannot be left out.
    bool element(const Type& type, const void* slot) {
        if (const void* const there = slot_value(type, slot)) return Walk::value(*this, type, there);
        // A list or map that was never set is written as an empty element.
        if (type.present != nullptr && type.get == nullptr)
            writer_.raw(type.kind == Kind::list ? "[]" : "{}");
        else
            writer_.raw("null");
        return true;
    }

    bool list(const Type& type, const void* container) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const Elements elements = type.elements(container);
        const char* slot = static_cast<const char*>(elements.first);
        writer_.put('[');
        for (std::size_t i = 0; i < elements.count; ++i, slot += elements.stride) {
            if (!element(*type.element, slot)) return path_.inside_element(i);
            writer_.put(',');
        }
        writer_.close(']');
        ++depth_left_;
        return true;
    }
    bool map(const Type& type, const void* container) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        const Elements elements = type.elements(container);
        const char* entry = static_cast<const char*>(elements.first);
        writer_.put('{');
        for (std::size_t i = 0; i < elements.count; ++i, entry += elements.stride) {
            const std::string& key = Walk::as<std::string>(entry);
            if (!text(key)) return path_.inside_entry("a key");
            writer_.put(':');
            if (!element(*type.element, entry + elements.value_offset)) return path_.inside_entry(key);
            writer_.put(',');
        }
        writer_.close('}');
        ++depth_left_;
        return true;
    }
    [[nodiscard]] std::string_view key_of(const Structure& shape, std::size_t i) const noexcept {
        return options_.use_member_names ? shape.member_name(i) : shape.members[i].wire_name();
    }
    bool structure(const Structure& shape, const void* object, bool body_only = false,
                   std::string_view token = {}) {
        if (depth_left_ == 0) return fail("nested too deeply");
        --depth_left_;
        writer_.put('{');
        for (std::size_t i = 0; i < shape.count; ++i) {
            const Member& member = shape.members[i];
            if (body_only && member.location != Location::body) continue;
            const void* const there = slot_value(*member.type, member.slot(object));
            if (there == nullptr && (token.empty() || !member.has(MemberFlags::idempotency_token))) continue;
            writer_.key(key_of(shape, i));
            if (!(there != nullptr ? Walk::value(*this, *member.type, there) : text(token)))
                return path_.inside_member(shape.member_name(i));
            writer_.put(',');
        }
        writer_.close('}');
        ++depth_left_;
        return true;
    }
    BELFRY_COLD bool union_type(const Structure& shape, const void* object) {
        if (depth_left_ == 0) return fail("nested too deeply");
        const int which = shape.union_access->which(object);
        if (which < 0) return fail("the union holds no member");
        --depth_left_;
        writer_.put('{');
        if (which >= shape.count) {
            std::string_view name;
            std::string_view json;
            shape.union_access->get_unknown(object, name, json);
            if (!text(name)) return false;
            writer_.put(':');
            if (!document(json)) return path_.inside_member(name);
        } else {
            const auto i = static_cast<std::size_t>(which);
            const Type& type = *shape.members[i].type;
            const void* const slot = shape.union_access->get(object);
            if (type.get != nullptr && type.get(slot) == nullptr) return fail("the union holds no member");
            if (!text(key_of(shape, i))) return false;
            writer_.put(':');
            if (!element(type, slot)) return path_.inside_member(shape.member_name(i));
        }
        writer_.close('}');
        ++depth_left_;
        return true;
    }

    JsonWriter writer_;
    const JsonOptions& options_;
    std::size_t depth_left_;
    const char* problem_ = "";
    ValuePath path_;
};

/// Both forms of `encode_json`, so that a program has one encoder's construction.
[[nodiscard]] BELFRY_NOINLINE inline bool encode_json_root(const Structure* shape, const Type* type,
                                                           const void* slot, std::string& out,
                                                           const JsonOptions& options,
                                                           std::string& what_and_where) {
    return JsonEncoder(out, options).write(shape, type, slot, what_and_where);
}

} // namespace detail

/// Appends a structure or union as JSON (RFC 8259); members that are absent are left out. False when JSON
/// cannot carry a value (a text that is not UTF-8, a document that is not JSON, a date past the year 9999, a
/// union without a member); `what_and_where` then says which, and the appended text is incomplete.
[[nodiscard]] inline bool encode_json(const Structure& shape, const void* in, std::string& out,
                                      const JsonOptions& options, std::string& what_and_where) {
    return detail::encode_json_root(&shape, nullptr, in, out, options, what_and_where);
}

/// The same for one slot, such as a payload member's; an absent value is written as null.
[[nodiscard]] inline bool encode_json(const Type& type, const void* slot, std::string& out,
                                      const JsonOptions& options, std::string& what_and_where) {
    return detail::encode_json_root(nullptr, &type, slot, out, options, what_and_where);
}

} // namespace belfry::inline v0
