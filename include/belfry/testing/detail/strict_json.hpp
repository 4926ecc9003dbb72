// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json_reader.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/testing/detail/strict_text.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::testing::detail {

/// Finds what services refuse in a JSON text that `decode_json` has read: times in another format than the
/// model's, null in lists and maps that are not sparse, and unions with members that the model does not list.
class StrictJson {
  public:
    StrictJson(std::string_view text, TimestampFormat default_format, bool use_model_formats)
        : reader_(text, DecodeOptions{}.max_depth), default_format_(default_format),
          use_model_formats_(use_model_formats) {}

    /// Empty if there is no fault.
    [[nodiscard]] std::string fault_of(const Structure& shape, bool body_only) {
        const char* const at = reader_.skip_space(reader_.begin());
        static_cast<void>(members(at, shape, body_only));
        return path_.empty() ? problem_ : path_ + ": " + problem_;
    }
    /// The same for a payload.
    [[nodiscard]] std::string fault_of(const Type& type) {
        const char* const at = reader_.skip_space(reader_.begin());
        if (!reader_.is_null(at)) static_cast<void>(value(at, type));
        return path_.empty() ? problem_ : path_ + ": " + problem_;
    }

  private:
    const char* fail(const char* what) {
        problem_ = what;
        return nullptr;
    }
    const char* inside(std::string_view name) {
        path_.insert(0, path_.empty() ? std::string(name) : std::string(name).append("."));
        return nullptr;
    }
    const char* value(const char* at, const Type& type) {
        switch (type.kind) {
        case Kind::structure:
        case Kind::union_type: return members(at, *type.structure, false);
        case Kind::list: return list(at, type);
        case Kind::map: return map(at, type);
        case Kind::timestamp: return timestamp(at, type);
        default: return reader_.skip_value(at);
        }
    }
    const char* timestamp(const char* at, const Type& type) {
        TimestampFormat format = default_format_;
        if (use_model_formats_ && type.timestamp_format != TimestampFormat::unset)
            format = type.timestamp_format;
        if ((reader_.at(at) == '"') == (format == TimestampFormat::epoch_seconds))
            return fail("the timestamp has another format");
        if (format == TimestampFormat::epoch_seconds) return reader_.skip_value(at);
        std::string_view text;
        at = reader_.read_text(at, text, room_);
        return at != nullptr && is_time_in_format(text, format) ? at
                                                                : fail("the timestamp has another format");
    }
    const char* list(const char* at, const Type& type) {
        at = reader_.enter(at);
        while (at != nullptr && reader_.at(at) != ']') {
            at = element(at, type);
            if (at != nullptr) at = reader_.next(at, ']');
        }
        return at != nullptr ? reader_.leave(at) : nullptr;
    }
    const char* element(const char* at, const Type& type) {
        if (!reader_.is_null(at)) return value(at, *type.element);
        return type.sparse || type.element->kind == Kind::document
                   ? at + 4
                   : fail("null is not allowed in a list or map that is not sparse");
    }
    const char* map(const char* at, const Type& type) {
        at = reader_.enter(at);
        while (at != nullptr && reader_.at(at) != '}') {
            std::string_view key;
            bool escaped = false;
            at = reader_.read_key(at, key, escaped);
            if (at != nullptr) at = element(at, type);
            if (at != nullptr) at = reader_.next(at, '}');
        }
        return at != nullptr ? reader_.leave(at) : nullptr;
    }
    [[nodiscard]] static const Member* find(const Structure& shape, std::string_view key) noexcept {
        for (std::size_t i = 0; i < shape.count; ++i)
            if (shape.members[i].wire_name() == key) return &shape.members[i];
        return nullptr;
    }
    /// A structure or union.
    const char* members(const char* at, const Structure& shape, bool body_only) {
        at = reader_.enter(at);
        while (at != nullptr && reader_.at(at) != '}') {
            std::string key;
            at = read_key(at, key);
            if (at == nullptr) return nullptr;
            at = member(at, shape, key, body_only);
            if (at == nullptr) return inside(key);
            at = reader_.next(at, '}');
        }
        return at != nullptr ? reader_.leave(at) : nullptr;
    }
    const char* member(const char* at, const Structure& shape, std::string_view key, bool body_only) {
        const Member* const found = find(shape, key);
        if (found == nullptr && shape.union_access != nullptr && key != "__type" && !reader_.is_null(at))
            return fail("the union does not have this member");
        const bool read = found != nullptr && !(body_only && found->location != Location::body);
        return read && !reader_.is_null(at) ? value(at, *found->type) : reader_.skip_value(at);
    }
    const char* read_key(const char* at, std::string& key) {
        std::string_view raw;
        bool escaped = false;
        at = reader_.read_key(at, raw, escaped);
        if (at != nullptr) reader_.unescape(raw, key);
        return at;
    }

    belfry::detail::JsonReader reader_;
    TimestampFormat default_format_;
    bool use_model_formats_;
    std::string room_{};
    std::string path_{};
    std::string problem_{};
};

} // namespace belfry::inline v0::testing::detail
