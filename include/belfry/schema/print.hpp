// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/core/open_enum.hpp>
#include <belfry/core/result.hpp>
#include <belfry/core/streaming_blob.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/schema/walk.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/float_text.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/time.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace belfry::inline v0 {

namespace detail {

/// Writes a shape for people and logs. It hides sensitive members, and writes only the size of blobs.
class Printer {
  public:
    explicit Printer(std::string& out) noexcept : out_(out) {}

    void structure(const Structure& shape, const void* object) {
        out_ += shape.name;
        // A log needs no more, and the stack of a small thread does not hold more.
        if (depth_ == max_depth) {
            out_ += "{...}";
            return;
        }
        ++depth_;
        out_ += '{';
        bool first = true;
        if (shape.union_access != nullptr) {
            const int which = shape.union_access->which(object);
            if (which >= shape.count) {
                std::string_view name;
                std::string_view json;
                shape.union_access->get_unknown(object, name, json);
                append_log_text(out_, name);
                out_ += "=?";
            } else if (which >= 0) {
                const auto i = static_cast<std::size_t>(which);
                member(shape, i, shape.union_access->get(object), first);
            }
        } else {
            for (std::size_t i = 0; i < shape.count; ++i)
                member(shape, i, shape.members[i].slot(object), first);
        }
        out_ += '}';
        --depth_;
    }

  private:
    friend struct Walk;

    static constexpr int max_depth = 64;

    void member(const Structure& shape, std::size_t i, const void* slot, bool& first) {
        const Member& entry = shape.members[i];
        const void* const held = slot_value(*entry.type, slot);
        if (held == nullptr) return;
        if (!first) out_ += ", ";
        first = false;
        out_.append(shape.member_name(i)).append("=");
        if (entry.has(MemberFlags::sensitive))
            out_ += "***";
        else
            value(*entry.type, held);
    }

    void quoted(std::string_view text) {
        out_ += '"';
        append_log_text(out_, text);
        out_ += '"';
    }

    template <class T> void number(T n) {
        char text[64];
        const char* end;
        if constexpr (std::is_floating_point_v<T>)
            end = write_float(text, text + sizeof text, n);
        else
            end = std::to_chars(text, text + sizeof text, n).ptr;
        out_.append(text, static_cast<std::size_t>(end - text));
    }

    /// `held` as `slot_value` gives it; null prints as such.
    void value(const Type& type, const void* held) {
        if (held == nullptr) {
            out_ += "null";
            return;
        }
        Walk::value(*this, type, held);
    }
    void boolean(bool held) { out_ += held ? "true" : "false"; }
    void integer(std::int64_t held) { number(held); }
    void floating(float held) { number(held); }
    void floating(double held) { number(held); }
    void text(std::string_view held) { quoted(held); }
    void timestamp(const Type&, Timestamp held) {
        if (!append_date_time(out_, held)) out_ += "?";
    }
    void blob(const Type& type, const Blob& held) {
        std::int64_t size = static_cast<std::int64_t>(held.size());
        if (type.streaming)
            size = static_cast<const StreamingBlob*>(static_cast<const void*>(&held))->length();
        if (size >= 0) number(size);
        out_ += size >= 0 ? " bytes" : "? bytes";
    }
    void document(std::string_view json) { quoted(json); }
    void list(const Type& type, const void* container) { elements(type, container); }
    void map(const Type& type, const void* container) { elements(type, container); }
    void union_type(const Structure& shape, const void* object) { structure(shape, object); }

    void elements(const Type& type, const void* container) {
        const Elements all = type.elements(container);
        const bool map = type.kind == Kind::map;
        out_ += map ? '{' : '[';
        for (std::size_t i = 0; i < all.count; ++i) {
            const char* const element = static_cast<const char*>(all.first) + i * all.stride;
            if (i != 0) out_ += ", ";
            if (map) {
                quoted(*static_cast<const std::string*>(static_cast<const void*>(element)));
                out_ += ": ";
            }
            value(*type.element, slot_value(*type.element, element + all.value_offset));
        }
        out_ += map ? '}' : ']';
    }

    std::string& out_;
    int depth_ = 0;
};

} // namespace detail

/// A shape as one line of text for logs: `Tag{Key="a", Value=***}`. Members that the model marks as sensitive
/// print as `***`, no value can break the line, and structures in more than 64 others are cut short. The
/// format may change; for JSON see `belfry/nlohmann.hpp`.
template <Shape S> [[nodiscard]] std::string to_string(const S& shape) {
    std::string text;
    detail::Printer(text).structure(structure_of<S>, &shape);
    return text;
}

/// An error as one line of text for logs:
/// `service error NotFoundException (HTTP 404): There is no such task. [request id r-1, 2 attempts]`.
[[nodiscard]] BELFRY_COLD inline std::string to_string(const Error& error) {
    if (error.kind == ErrorKind::none) return "no error";
    std::string text(to_string(error.kind));
    text += " error ";
    detail::append_log_text(text, error.code);
    if (error.http_status != 0) text.append(" (HTTP ").append(std::to_string(error.http_status)) += ')';
    text += ": ";
    detail::append_log_text(text, error.message);
    if (error.request_id.empty() && error.attempts == 0) return text;
    text += " [";
    if (!error.request_id.empty()) {
        text += "request id ";
        detail::append_log_text(text, error.request_id);
        if (error.attempts != 0) text += ", ";
    }
    if (error.attempts != 0)
        text.append(std::to_string(error.attempts)).append(error.attempts == 1 ? " attempt" : " attempts");
    return text += ']';
}

/// The value or the error of a call, as the functions above print it.
template <Shape S> [[nodiscard]] std::string to_string(const Result<S>& result) {
    return result ? to_string(*result) : to_string(result.error());
}

/// A time as RFC 3339 writes it, `2015-01-25T08:00:00Z`; `?` outside the years 0001 to 9999.
[[nodiscard]] inline std::string to_string(Timestamp time) {
    std::string text;
    if (!append_date_time(text, time)) text = "?";
    return text;
}

/// The value of an enum as the service writes it, escaped for logs.
template <OpenEnumType E> [[nodiscard]] std::string to_string(const E& value) {
    std::string text;
    detail::append_log_text(text, value.to_string());
    return text;
}

} // namespace belfry::inline v0
