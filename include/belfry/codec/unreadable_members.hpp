// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor_reader.hpp>
#include <belfry/codec/decode_fault.hpp>
#include <belfry/codec/json_reader.hpp>
#include <belfry/core/result.hpp>
#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/value_path.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For programs that would rather lose a member of a response than all of it.
namespace belfry::inline v0 {

/// A member of a response that could not be read.
struct UnreadableMember {
    /// Its place: `Tasks[3].CreatedTimestamp`, in documents with the names on the wire. Only the first
    /// hundred members of a document have it.
    std::string path;
    /// Why it could not be read, with its text unless the model marks it as sensitive.
    std::string reason;
};

namespace detail {

/// The parts of a path.
inline void append_path_name(std::string& path, std::string_view name) {
    if (!path.empty()) append_char(path, '.');
    append_text(path, name);
}
inline void append_path_index(std::string& path, std::size_t index) {
    append_char(path, '[');
    append_number(path, index);
    append_char(path, ']');
}

/// The path to the value at `target` in a JSON text.
[[nodiscard]] BELFRY_COLD inline std::string json_path(std::string_view text, const char* target) {
    std::string path;
    JsonReader reader(text, static_cast<std::size_t>(-1));
    const char* at = reader.skip_space(reader.begin());
    while (at != target) {
        // The value is in this object or array, behind those that end before it.
        const bool object = reader.at(at) == '{';
        at = reader.enter(at);
        std::string name;
        for (std::size_t i = 0; at != nullptr; ++i) {
            std::string_view key;
            bool escaped = false;
            if (object) {
                at = reader.read_key(at, key, escaped);
                reader.unescape(key, name);
            }
            const char* const stop = at != nullptr && at != target ? reader.skip_value(at) : nullptr;
            if (stop == nullptr || stop > target) {
                if (object)
                    append_path_name(path, name);
                else
                    append_path_index(path, i);
                break;
            }
            at = reader.next(stop, object ? '}' : ']');
        }
        if (at == nullptr) return path;
    }
    return path;
}

/// The path to the item at `target` in CBOR that is nested at most `max_depth` deep up to there.
[[nodiscard]] BELFRY_COLD inline std::string cbor_path(std::string_view bytes, const char* target,
                                                       std::size_t max_depth) {
    std::string path;
    // Skipping takes stack for each level, and the bytes behind the target have not been read yet. If an item
    // cannot be skipped, the target is in it.
    CborReader reader(bytes, max_depth);
    const char* at = reader.begin();
    while (at != target) {
        CborHead head;
        std::uint64_t tag = 0;
        at = reader.tagged_head(at, head, tag);
        for (std::uint64_t i = 0; at != nullptr && reader.more(at, head, i); ++i) {
            std::string_view name;
            std::string room;
            if (head.major == CborMajor::map) {
                CborHead key;
                at = reader.head(at, key);
                if (at != nullptr) at = reader.string(at, key, name, room);
            }
            const char* const stop = at != nullptr && at != target ? reader.skip(at) : nullptr;
            if (stop == nullptr || stop > target) {
                if (head.major == CborMajor::map)
                    append_path_name(path, name);
                else
                    append_path_index(path, static_cast<std::size_t>(i));
                break;
            }
            at = stop;
        }
        if (at == nullptr) return path;
    }
    return path;
}

template <class T> void reset_optional(void* slot) noexcept { static_cast<std::optional<T>*>(slot)->reset(); }

/// Makes a member absent. A structure or union that was begun becomes a new one.
BELFRY_COLD inline void reset_member(const Type& type, void* slot) {
    if (type.clear != nullptr) return type.clear(slot, false);
    if (type.get != nullptr) {
        if (type.structure != nullptr && type.get(slot) != nullptr) type.emplace(slot);
        return;
    }
    if (!type.optional) return;
    switch (type.kind) {
    case Kind::boolean: return reset_optional<bool>(slot);
    case Kind::int8: return reset_optional<std::int8_t>(slot);
    case Kind::int16: return reset_optional<std::int16_t>(slot);
    case Kind::int32: return reset_optional<std::int32_t>(slot);
    case Kind::int64: return reset_optional<std::int64_t>(slot);
    case Kind::float32: return reset_optional<float>(slot);
    case Kind::float64: return reset_optional<double>(slot);
    case Kind::string: return reset_optional<std::string>(slot);
    case Kind::timestamp: return reset_optional<Timestamp>(slot);
    case Kind::blob: return reset_optional<Blob>(slot);
    case Kind::document: return reset_optional<Document>(slot);
    default: return;
    }
}

} // namespace detail

/// The members of a response that could not be read. Give it to `DecodeOptions::unreadable_members`, and such
/// a member is absent in place of an error for the whole response. A member that the model requires stays an
/// error, and so does a document that is not JSON, CBOR or XML or that exceeds a limit. A list or map with an
/// element that cannot be read is absent as a whole, and a union with such a value holds none of its members.
class UnreadableMembers final : public detail::MemberSkipper {
  public:
    [[nodiscard]] const std::vector<UnreadableMember>& members() const noexcept { return members_; }

    [[nodiscard]] detail::ErrorDetail* clone() const override { return new UnreadableMembers(*this); }
    const char* skip(const Type& type, void* slot, const Place& place) override {
        UnreadableMember member{std::string(place.path), std::string(place.reason)};
        const char* stop = place.at;
        if (place.format == Format::json) {
            auto& reader = *static_cast<detail::JsonReader*>(place.reader);
            member.reason = reason_of(reader, place);
            stop = reader.skip_value(place.at);
            if (stop == nullptr) return nullptr;
            const auto size = static_cast<std::size_t>(reader.end() - reader.begin());
            if (wants_path()) member.path = detail::json_path({reader.begin(), size}, place.at);
        } else if (place.format == Format::cbor) {
            auto& reader = *static_cast<detail::CborReader*>(place.reader);
            member.reason = reason_of(reader, place);
            stop = reader.skip(place.at);
            if (stop == nullptr) return nullptr;
            if (wants_path()) member.path = detail::cbor_path(reader.bytes(), place.at, place.max_depth);
        }
        detail::reset_member(type, slot);
        // A peer that repeats a member must not fill the memory.
        if (members_.size() < max_members) members_.push_back(std::move(member));
        return stop;
    }
    /// To find a path, the document is read up to its place, which must not happen too often.
    [[nodiscard]] bool wants_path() const noexcept override { return members_.size() < 100; }

    /// How many members of a document are kept. Further ones are absent from the output, too.
    static constexpr std::size_t max_members = 1000;

  private:
    /// The reason without the member's text: a structure around it may be a secret. Makes the reader read on.
    template <class Reader> [[nodiscard]] static std::string reason_of(Reader& reader, const Place& place) {
        std::string reason;
        detail::append_problem(reason, place.expected, reader.problem(), reader.problem_offset());
        reader.set_depth_left(place.depth_left);
        return reason;
    }

    std::vector<UnreadableMember> members_{};
};

/// For `ClientConfig::unreadable_members`.
[[nodiscard]] inline detail::MemberSkipper* skip_unreadable_members() { return new UnreadableMembers(); }

/// The members of a call's output that could not be read, at most the first thousand; empty unless the
/// client's configuration has `skip_unreadable_members`. They live as long as the metadata.
[[nodiscard]] inline std::span<const UnreadableMember>
unreadable_members(const ResponseMetadata& metadata) noexcept {
    const auto* const members = static_cast<const UnreadableMembers*>(metadata.unreadable_members.get());
    if (members == nullptr) return {};
    return members->members();
}

} // namespace belfry::inline v0
