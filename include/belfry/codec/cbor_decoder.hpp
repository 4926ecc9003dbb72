// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor_json.hpp>
#include <belfry/codec/cbor_options.hpp>
#include <belfry/codec/cbor_reader.hpp>
#include <belfry/codec/decode_fault.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Decodes CBOR into a shape by walking the shape's tables.
class CborDecoder {
  public:
    CborDecoder(std::string_view bytes, const CborOptions& options) noexcept
        : reader_(bytes, options.reading.max_depth), options_(options),
          memory_(options.reading, bytes.size()) {}

    [[nodiscard]] bool read_structure(const Structure& shape, void* object, std::string& what_and_where) {
        const char* at = shape.union_access != nullptr ? union_type(reader_.begin(), shape, object)
                                                       : structure(reader_.begin(), shape, object);
        if (at != nullptr) at = reader_.finish(at);
        if (at == nullptr) report(shape.name, what_and_where);
        return at != nullptr;
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    BELFRY_COLD BELFRY_NOINLINE void report(std::string_view root, std::string& what_and_where) {
        fault_.report(what_and_where, root, reader_.problem(), reader_.problem_offset(),
                      reader_.problem_text());
    }
    /// After a member's value at `at` could not be read: makes the member absent if that is asked for, and
    /// returns the place behind the value. `depth` is what `depth_left` was before it.
    BELFRY_COLD BELFRY_NOINLINE const char*
    skip_unreadable(const char* at, std::size_t depth, const Structure& shape, std::size_t i, void* object) {
        const Member& member = shape.members[i];
        MemberSkipper* const skipper = fault_.skipper(options_.reading, member, reader_.is_limit());
        if (skipper == nullptr) return nullptr;
        const char* const stop = skipper->skip(*member.type, member.slot(object),
                                               {MemberSkipper::Format::cbor,
                                                &reader_,
                                                at,
                                                depth,
                                                options_.reading.max_depth,
                                                fault_.expected,
                                                {}});
        fault_.expected = nullptr;
        if (stop != nullptr) fault_.reset();
        return stop;
    }
    BELFRY_COLD BELFRY_NOINLINE const char* mismatch(const char* at, const CborHead& item,
                                                     const char* expected) {
        fault_.expected = expected;
        switch (item.major) {
        case CborMajor::positive:
        case CborMajor::negative: return reader_.fail(at, "an integer");
        case CborMajor::bytes: return reader_.fail(at, "bytes");
        case CborMajor::text: return reader_.fail(at, "text");
        case CborMajor::array: return reader_.fail(at, "an array");
        case CborMajor::map: return reader_.fail(at, "a map");
        default: break;
        }
        double ignored = 0;
        if (CborReader::floating(item, ignored)) return reader_.fail(at, "a floating point number");
        if (item.info == 20 || item.info == 21) return reader_.fail(at, "a boolean");
        return reader_.fail(at, item.info == 22 || item.info == 23 ? "null" : "a simple value");
    }
    const char* inside_member(const Structure& shape, std::size_t i) {
        fault_.path.inside_member(shape.member_name(i));
        return nullptr;
    }

    [[nodiscard]] void* emplace(const Type& type, void* slot) {
        // `structure` looks if it was too much. The elements of a list or map are counted one by one.
        if (type.structure != nullptr) static_cast<void>(memory_.take(type.heap_words));
        return type.emplace != nullptr ? type.emplace(slot) : slot;
    }
    /// Adds an element to a list or map; null if that takes too much memory.
    [[nodiscard]] BELFRY_NOINLINE void* add(const char* at, const Type& type, void* container,
                                            std::string_view key) {
        if (memory_.take(type.heap_words)) return type.add(container, key);
        reader_.fail(at, MemoryLimit::problem);
        return nullptr;
    }
    /// Adds an element and reads its value.
    const char* add_value(const char* at, const Type& type, void* container, std::string_view key) {
        void* const slot = add(at, type, container, key);
        return slot != nullptr ? value(at, *type.element, slot) : nullptr;
    }
    /// Adds an element that is null where it may be.
    const char* add_null(const char* at, const Type& type, void* container, std::string_view key) {
        return !type.sparse || add(at, type, container, key) != nullptr ? at + 1 : nullptr;
    }

    /// Reads the item at `at`, which is not null, into the slot.
    [[nodiscard]] const char* value(const char* at, const Type& type, void* slot) {
        switch (type.kind) {
        case Kind::structure: {
            // A member of another type stays absent.
            CborHead item;
            std::uint64_t tag = 0;
            if (reader_.tagged_head(at, item, tag) == nullptr) return nullptr;
            if (item.major != CborMajor::map) return mismatch(at, item, "a map");
            return structure(at, *type.structure, emplace(type, slot));
        }
        case Kind::union_type: return union_type(at, *type.structure, emplace(type, slot));
        case Kind::list: return list(at, type, emplace(type, slot));
        case Kind::map: return map(at, type, emplace(type, slot));
        case Kind::document: return document(at, type, slot);
        default: return simple(at, type, slot);
        }
    }
    const char* simple(const char* at, const Type& type, void* slot) {
        const char* const start = at;
        CborHead item;
        std::uint64_t tag = 0;
        at = reader_.tagged_head(at, item, tag);
        if (at == nullptr) return nullptr;
        switch (type.kind) {
        case Kind::string:
        case Kind::enumeration: return text(start, at, item, type, slot);
        case Kind::blob: return blob(start, at, item, type, slot);
        case Kind::boolean:
            if (item.major != CborMajor::simple || (item.info != 20 && item.info != 21))
                return mismatch(start, item, "a boolean");
            put_scalar<bool>(type, slot, item.info == 21);
            return at;
        case Kind::int8: return integer<std::int8_t>(start, at, item, type, slot);
        case Kind::int16: return integer<std::int16_t>(start, at, item, type, slot);
        case Kind::int32: return integer<std::int32_t>(start, at, item, type, slot);
        case Kind::int64: return integer<std::int64_t>(start, at, item, type, slot);
        case Kind::float32:
        case Kind::float64: return floating(start, at, item, type, slot);
        case Kind::timestamp: return timestamp(start, at, item, type, slot);
        default: return reader_.fail(start, "the shape's table is invalid");
        }
    }

    /// Whether something from `first` on is not text, and that is an error.
    [[nodiscard]] bool refuses_text(const char* first) {
        if (options_.reading.invalid_text != InvalidText::reject || reader_.invalid_text(first) == nullptr)
            return false;
        fault_.expected = "text";
        reader_.fail(reader_.invalid_text(first), "bytes that are not UTF-8");
        return true;
    }
    const char* text(const char* start, const char* at, const CborHead& item, const Type& type, void* slot) {
        if (item.major != CborMajor::text) return mismatch(start, item, "text");
        std::string_view found;
        at = reader_.string(at, item, found, room_);
        if (at == nullptr || refuses_text(start)) return nullptr;
        if (type.kind == Kind::enumeration)
            static_cast<OpenEnumBase*>(emplace(type, slot))->assign(found, *type.values);
        else
            put_scalar<std::string>(type, slot, found);
        return at;
    }
    const char* blob(const char* start, const char* at, const CborHead& item, const Type& type, void* slot) {
        if (item.major != CborMajor::bytes) return mismatch(start, item, "bytes");
        std::string_view found;
        at = reader_.string(at, item, found, room_);
        if (at == nullptr) return nullptr;
        // An optional streaming blob is engaged through its own type.
        if (type.streaming)
            static_cast<Blob*>(emplace(type, slot))->bytes().assign(found);
        else
            put_scalar<Blob>(type, slot, found);
        return at;
    }
    template <class T>
    const char* integer(const char* start, const char* at, const CborHead& item, const Type& type,
                        void* slot) {
        if (item.major != CborMajor::positive && item.major != CborMajor::negative)
            return mismatch(start, item, "an integer");
        if (item.argument > static_cast<std::uint64_t>((std::numeric_limits<T>::max)()))
            return reader_.fail(start, sizeof(T) == 1   ? "the number does not fit 8 bits"
                                       : sizeof(T) == 2 ? "the number does not fit 16 bits"
                                       : sizeof(T) == 4 ? "the number does not fit 32 bits"
                                                        : "the number does not fit 64 bits");
        const auto magnitude = static_cast<std::int64_t>(item.argument);
        put_scalar<T>(type, slot,
                      static_cast<T>(item.major == CborMajor::negative ? -1 - magnitude : magnitude));
        return at;
    }
    /// A floating point number or an integer, as one.
    [[nodiscard]] static bool number(const CborHead& item, double& out) noexcept {
        if (CborReader::floating(item, out)) return true;
        if (item.major != CborMajor::positive && item.major != CborMajor::negative) return false;
        out = static_cast<double>(item.argument);
        if (item.major == CborMajor::negative) out = -1 - out;
        return true;
    }
    const char* floating(const char* start, const char* at, const CborHead& item, const Type& type,
                         void* slot) {
        double found = 0;
        if (!number(item, found)) return mismatch(start, item, "a number");
        if (type.kind == Kind::float64) {
            put_scalar<double>(type, slot, found);
            return at;
        }
        const bool finite = found - found == 0;
        if (finite && (found > double{(std::numeric_limits<float>::max)()} ||
                       found < double{std::numeric_limits<float>::lowest()}))
            return reader_.fail(start, "the number is too large");
        put_scalar<float>(type, slot, static_cast<float>(found));
        return at;
    }
    /// Seconds since 1970, with the tag that says so (RFC 8949 section 3.4.2) or without; or a text in a
    /// format of times, which the other codecs read, too.
    const char* timestamp(const char* start, const char* at, const CborHead& item, const Type& type,
                          void* slot) {
        Timestamp time;
        double seconds = 0;
        if (item.major == CborMajor::positive || item.major == CborMajor::negative) {
            if (item.argument > static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)()))
                return reader_.fail(start, "the number does not fit 64 bits");
            const auto magnitude = static_cast<std::int64_t>(item.argument);
            time.seconds = item.major == CborMajor::negative ? -1 - magnitude : magnitude;
        } else if (CborReader::floating(item, seconds)) {
            // The shortest digits that denote this number are those that were written before it became
            // binary.
            std::string digits;
            append_float_text(digits, seconds, false);
            if (!parse_epoch_seconds(digits, time)) return reader_.fail(start, "the number is not a time");
        } else if (item.major == CborMajor::text) {
            std::string_view text;
            at = reader_.string(at, item, text, room_);
            if (at == nullptr) return nullptr;
            if (!parse_time(text, time)) return reader_.fail(start, "expected a timestamp");
        } else {
            return mismatch(start, item, "a timestamp");
        }
        put_scalar<Timestamp>(type, slot, time);
        return at;
    }
    BELFRY_COLD const char* document(const char* at, const Type& type, void* slot) {
        std::string json;
        const char* const start = at;
        at = CborToJson(reader_).append(at, json);
        if (at == nullptr || refuses_text(start)) return nullptr;
        put_scalar<Document>(type, slot, std::move(json));
        return at;
    }

    /// Reads the head of an array or map and steps into it.
    [[nodiscard]] const char* enter(const char* at, CborMajor major, const char* expected, CborHead& item) {
        const char* const start = at;
        std::uint64_t tag = 0;
        at = reader_.tagged_head(at, item, tag);
        if (at == nullptr) return nullptr;
        if (item.major != major) return mismatch(start, item, expected);
        return reader_.enter(start) ? at : nullptr;
    }
    [[nodiscard]] const char* key(const char* at, std::string_view& out) {
        const char* const start = at;
        CborHead item;
        at = reader_.head(at, item);
        if (at == nullptr) return nullptr;
        if (item.major != CborMajor::text) return mismatch(start, item, "a key that is text");
        return reader_.string(at, item, out, room_);
    }

    const char* list(const char* at, const Type& type, void* container) {
        CborHead item;
        at = enter(at, CborMajor::array, "an array", item);
        if (at == nullptr) return nullptr;
        type.clear(container, true);
        const bool null_is_value = type.element->kind == Kind::document;
        for (std::uint64_t i = 0; reader_.more(at, item, i); ++i) {
            at = reader_.is_null(at) && !null_is_value ? add_null(at, type, container, {})
                                                       : add_value(at, type, container, {});
            if (at == nullptr) {
                fault_.path.inside_element(static_cast<std::size_t>(i));
                return nullptr;
            }
        }
        reader_.leave();
        return at;
    }
    const char* map(const char* at, const Type& type, void* container) {
        CborHead item;
        at = enter(at, CborMajor::map, "a map", item);
        if (at == nullptr) return nullptr;
        type.clear(container, true);
        const bool null_is_value = type.element->kind == Kind::document;
        for (std::uint64_t i = 0; reader_.more(at, item, i); ++i) {
            const char* const key_at = at;
            std::string_view name;
            at = key(at, name);
            if (at == nullptr || refuses_text(key_at)) return nullptr;
            at = reader_.is_null(at) && !null_is_value ? add_null(at, type, container, name)
                                                       : add_value(at, type, container, name);
            if (at == nullptr) {
                // Read the key again, because the value may have used the buffer that held it.
                if (key(key_at, name) != nullptr) fault_.path.inside_entry(name);
                return nullptr;
            }
        }
        reader_.leave();
        return at;
    }

    [[nodiscard]] static std::size_t find(const Structure& shape, std::string_view name) noexcept {
        if (shape.keys.cells != nullptr) {
            std::uint32_t slot = hash_key(name.data(), name.size()) & shape.keys.mask;
            for (; shape.keys.cells[slot] != 0; slot = (slot + 1) & shape.keys.mask) {
                const std::size_t i = shape.keys.cells[slot] - std::size_t{1};
                if (shape.members[i].wire_name() == name) return i;
            }
            return none;
        }
        for (std::size_t i = 0; i < shape.count; ++i)
            if (shape.members[i].wire_name() == name) return i;
        return none;
    }
    const char* structure(const char* at, const Structure& shape, void* object) {
        CborHead item;
        if (!memory_.take(0)) return reader_.fail(at, MemoryLimit::problem);
        at = enter(at, CborMajor::map, "a map", item);
        if (at == nullptr) return nullptr;
        const std::size_t depth = reader_.depth_left();
        std::size_t due = 0; // members mostly come in the model's order
        for (std::uint64_t n = 0; reader_.more(at, item, n); ++n) {
            std::string_view name;
            at = key(at, name);
            if (at == nullptr) return nullptr;
            const std::size_t i =
                due < shape.count && shape.members[due].wire_name() == name ? due : find(shape, name);
            if (i == none || reader_.is_null(at)) {
                at = reader_.skip(at);
                if (at == nullptr) return nullptr;
                continue;
            }
            due = i + 1;
            const Member& member = shape.members[i];
            const char* const start_of_value = at;
            at = value(at, *member.type, member.slot(object));
            if (at == nullptr) at = skip_unreadable(start_of_value, depth, shape, i, object);
            if (at == nullptr) return inside_member(shape, i);
        }
        reader_.leave();
        return at;
    }
    BELFRY_COLD const char* union_type(const char* at, const Structure& shape, void* object) {
        const char* const start = at;
        CborHead item;
        at = enter(at, CborMajor::map, "a map", item);
        if (at == nullptr) return nullptr;
        bool set = false;
        for (std::uint64_t n = 0; reader_.more(at, item, n); ++n) {
            const char* const key_at = at;
            std::string_view name;
            at = key(at, name);
            if (at == nullptr) return nullptr;
            const std::size_t i = find(shape, name);
            // Services send the union's type as a key that is not a member.
            if (reader_.is_null(at) || (i == none && name == "__type")) {
                at = reader_.skip(at);
                if (at == nullptr) return nullptr;
                continue;
            }
            if (set) return reader_.fail(key_at, "a union holds more than one member");
            set = true;
            if (i != none) {
                at = value(at, *shape.members[i].type,
                           shape.union_access->emplace(object, static_cast<int>(i)));
                if (at == nullptr) {
                    if (shape.members[i].has(MemberFlags::sensitive)) fault_.sensitive = true;
                    return inside_member(shape, i);
                }
                continue;
            }
            const std::string kept(name);
            std::string json;
            const char* const value_at = at;
            at = CborToJson(reader_).append(at, json);
            if (at == nullptr || refuses_text(value_at)) {
                fault_.path.inside_entry(kept);
                return nullptr;
            }
            shape.union_access->set_unknown(object, kept, json);
        }
        if (!set) return reader_.fail(start, "a union holds no member");
        reader_.leave();
        return at;
    }

    CborReader reader_;
    const CborOptions& options_;
    MemoryLimit memory_;
    std::string room_;
    DecodeFault fault_{};
};

} // namespace detail

/// Reads one CBOR data item (RFC 8949) into a structure or union that `out` points to and that holds nothing
/// yet. False when the bytes are not CBOR, or not of the shape; `what_and_where` then says which member was
/// wrong and at which byte, and `out` holds what came before. Members that the shape does not have are
/// skipped, null and undefined ones stay absent, and of members that come twice the last one counts.
[[nodiscard]] inline bool decode_cbor(std::string_view bytes, const Structure& shape, void* out,
                                      const CborOptions& options, std::string& what_and_where) {
    return detail::CborDecoder(bytes, options).read_structure(shape, out, what_and_where);
}

} // namespace belfry::inline v0
