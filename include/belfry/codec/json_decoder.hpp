// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/decode_fault.hpp>
#include <belfry/codec/json_options.hpp>
#include <belfry/codec/json_reader.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Fills the slots of the generated types, which own their values.
struct OwningStorage {
    /// Whether NUL stands behind the document.
    static constexpr bool is_terminated = false;
    /// The address of a new value in a slot whose type has a function for that.
    [[nodiscard]] static void* emplace_value(const Type& type, void* slot) { return type.emplace(slot); }
    /// Adds an element to a list or map.
    [[nodiscard]] static void* add_element(const Type& type, void* container, std::string_view key) {
        return type.add(container, key);
    }
    static void finish_map(const Type& /*type*/, void* /*map*/) noexcept {}
    /// A text that the value may refer to. This one copies it anyhow.
    [[nodiscard]] static std::string_view keep(std::string_view text) noexcept { return text; }
    /// `is_temporary` says that the text is not a part of the document.
    static void put_text(const Type& type, void* slot, std::string_view text, bool /*is_temporary*/) {
        if (type.optional)
            static_cast<std::optional<std::string>*>(slot)->emplace(text);
        else
            assign_text(*static_cast<std::string*>(slot), text);
    }
    static void put_enum(const Type& type, void* value, std::string_view text, bool /*is_temporary*/) {
        static_cast<OpenEnumBase*>(value)->assign(text, *type.values);
    }
    static void put_blob(const Type& type, void* slot, std::string&& bytes) {
        put_scalar<Blob>(type, slot, std::move(bytes));
    }
    static void put_document(const Type& type, void* slot, std::string&& json) {
        put_scalar<Document>(type, slot, std::move(json));
    }
};

/// Decodes JSON into a shape by walking the shape's tables. `Storage` fills the slots: `OwningStorage`, or
/// that of `belfry/borrowed.hpp`.
///
/// Code for rare input is marked cold, which makes it small; see util/config.hpp.
template <class Storage> class BasicJsonDecoder : Storage {
  public:
    BasicJsonDecoder(std::string_view text, const JsonOptions& options, const Storage& storage = {}) noexcept
        : Storage(storage), reader_(text, options.reading.max_depth), options_(options),
          memory_(options.reading, text.size()) {}

    /// Reads the structure or union `shape`, or if that is null, a value of `type`.
    [[nodiscard]] bool read(const Structure* shape, const Type* type, void* slot,
                            std::string& what_and_where) {
        const char* at = reader_.skip_space(reader_.begin());
        if (shape != nullptr) {
            at = shape->union_access != nullptr ? union_type(at, *shape, slot)
                                                : structure(at, *shape, slot, options_.body_members_only);
        } else {
            const bool absent = type->kind != Kind::document && is_null(at);
            at = absent ? at + 4 : value(at, *type, slot);
            shape = type->structure;
        }
        if (at != nullptr && reader_.finish(at) != nullptr) return true;
        report(shape != nullptr ? shape->name : std::string_view("body"), what_and_where);
        return false;
    }

  private:
    /// The order of members when a structure of this shape was last read. The elements of a list have their
    /// members in the same order, and comparing with the expected member is cheaper than looking up a
    /// key.
    struct KeyOrder {
        static constexpr std::size_t capacity = 64;
        const Structure* shape = nullptr;
        std::uint8_t next[capacity + 1]; // by the number of the member before, plus one
        // Not defaulted, because `{}` would set all bytes to zero.
        KeyOrder() noexcept {} // NOLINT
    };

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    [[nodiscard]] char byte(const char* place) const noexcept {
        return reader_.template at<Storage::is_terminated>(place);
    }
    [[nodiscard]] const char* next(const char* at, char close) noexcept {
        return reader_.template next<Storage::is_terminated>(at, close);
    }
    [[nodiscard]] const char* colon(const char* at) noexcept {
        return reader_.template colon<Storage::is_terminated>(at);
    }
    [[nodiscard]] bool is_null(const char* at) const noexcept {
        return reader_.template is_null<Storage::is_terminated>(at);
    }

    BELFRY_COLD BELFRY_NOINLINE void report(std::string_view root, std::string& what_and_where) const {
        fault_.report(what_and_where, root, reader_.problem(), reader_.problem_offset(),
                      options_.hide_text ? std::string_view() : reader_.problem_text());
    }
    /// After a member's value at `at` could not be read: makes the member absent if that is asked for, and
    /// returns the place behind the value. `depth` is what `depth_left` was before it.
    BELFRY_COLD BELFRY_NOINLINE const char*
    skip_unreadable(const char* at, std::size_t depth, const Structure& shape, std::size_t i, void* object) {
        const Member& member = shape.members[i];
        MemberSkipper* const skipper = fault_.skipper(options_.reading, member, reader_.is_limit());
        if (skipper == nullptr) return nullptr;
        const char* const stop = skipper->skip(*member.type, member.slot(object),
                                               {MemberSkipper::Format::json,
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
    /// Reports that a value is not of the type `expected`.
    BELFRY_COLD BELFRY_NOINLINE const char* mismatch(const char* at, const char* expected) {
        const char* found = nullptr;
        switch (byte(at)) {
        case '"': found = "a string"; break;
        case '{': found = "an object"; break;
        case '[': found = "a list"; break;
        case 't':
        case 'f': found = "a boolean"; break;
        case 'n': found = "null"; break;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9': found = "a number"; break;
        default: return reader_.fail_value(at, "expected a value");
        }
        fault_.expected = expected;
        return reader_.fail(at, found);
    }
    /// Adds the member or element to the path of the problem.
    const char* inside_member(const Structure& shape, std::size_t i) {
        fault_.path.inside_member(shape.member_name(i));
        return nullptr;
    }
    const char* inside_entry(std::string_view key) {
        fault_.path.inside_entry(key);
        return nullptr;
    }
    const char* unknown_member(const char* at, std::string_view key) {
        fault_.path.inside_member(key);
        return reader_.fail(at, "no such member");
    }

    [[nodiscard]] BELFRY_NOINLINE void* emplace(const Type& type, void* slot) {
        // `structure` looks if it was too much. The elements of a list or map are counted one by one.
        if (type.structure != nullptr) static_cast<void>(memory_.take(type.heap_words));
        return type.emplace != nullptr ? this->emplace_value(type, slot) : slot;
    }
    /// Adds an element to a list or map; null if that takes too much memory.
    [[nodiscard]] BELFRY_NOINLINE void* add(const char* at, const Type& type, void* container,
                                            std::string_view key) {
        if (memory_.take(type.heap_words)) return this->add_element(type, container, key);
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
        return !type.sparse || add(at, type, container, key) != nullptr ? at + 4 : nullptr;
    }

    /// Reads the value at `at`, which is not null, into the slot.
    [[nodiscard]] const char* value(const char* at, const Type& type, void* slot) {
        switch (type.kind) {
        case Kind::string: return string(at, type, slot);
        case Kind::structure:
        case Kind::list:
        case Kind::map:
        case Kind::union_type: return aggregate(at, type, slot);
        case Kind::boolean: return boolean(at, type, slot);
        case Kind::int8:
        case Kind::int16:
        case Kind::int32:
        case Kind::int64: return integer(at, type, slot);
        case Kind::float32:
        case Kind::float64: return floating(at, type, slot);
        case Kind::enumeration: return enumeration(at, type, slot);
        case Kind::timestamp: return timestamp(at, type, slot);
        case Kind::blob: return blob(at, type, slot);
        case Kind::document: return document(at, type, slot);
        }
        return reader_.fail(at, "the shape's table is invalid");
    }

    BELFRY_NOINLINE const char* aggregate(const char* at, const Type& type, void* slot) {
        // A member of another type stays absent.
        if (type.kind == Kind::structure && byte(at) != '{') return mismatch(at, "an object");
        slot = emplace(type, slot);
        if (type.kind == Kind::structure) return structure(at, *type.structure, slot, false);
        if (type.kind == Kind::list) return list(at, type, slot);
        if (type.kind == Kind::map) return map(at, type, slot);
        return union_type(at, *type.structure, slot);
    }
    /// Replaces the text of a string, which has been read up to `at`, by what its escapes stand for.
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE const char* unescape(const char* at, std::string_view& text) {
        if (refuses_text(text.data())) return nullptr;
        reader_.unescape(text, room_);
        text = room_;
        return at;
    }
    /// Whether something from `first` on is not text, and that is an error.
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE bool refuses_text(const char* first) {
        if (options_.reading.invalid_text != InvalidText::reject) return false;
        const char* const invalid = reader_.invalid_text(first);
        if (invalid == nullptr) return false;
        fault_.expected = "text";
        reader_.fail(invalid, *invalid == '\\' ? "half of a surrogate pair" : "bytes that are not UTF-8");
        return true;
    }
    /// A value that has been read as JSON text.
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE bool keep_json(const char* at, const char* stop,
                                                             std::string& json) {
        if (refuses_text(at)) return false;
        const std::string_view text(at, static_cast<std::size_t>(stop - at));
        if (reader_.invalid_text(at) != nullptr)
            JsonReader::append_repaired(json, text);
        else
            append_text(json, text);
        return true;
    }

    BELFRY_NOINLINE const char* string(const char* at, const Type& type, void* slot) {
        if (byte(at) != '"') return mismatch(at, "a string");
        std::string_view text;
        bool escaped = false;
        at = reader_.read_string(at, text, escaped);
        if (at != nullptr && escaped) at = unescape(at, text);
        if (at == nullptr) return nullptr;
        this->put_text(type, slot, text, escaped);
        return at;
    }
    BELFRY_NOINLINE const char* boolean(const char* at, const Type& type, void* slot) {
        const char c = byte(at);
        if (c != 't' && c != 'f') return mismatch(at, "a boolean");
        at = reader_.read_word(at, c == 't' ? "true" : "false");
        if (at != nullptr) put_scalar<bool>(type, slot, c == 't');
        return at;
    }
    [[nodiscard]] bool is_number(const char* at) const noexcept {
        const char c = byte(at);
        return c == '-' || (c >= '0' && c <= '9');
    }
    BELFRY_NOINLINE const char* integer(const char* at, const Type& type, void* slot) {
        if (!is_number(at)) return mismatch(at, "a number");
        JsonNumber number;
        const char* const stop = reader_.read_number(at, number);
        if (stop == nullptr) return nullptr;
        std::int64_t value = 0;
        if (!json_integer(number, value)) return reader_.fail(at, "expected a whole number of 64 bits");
        return put_integer(type, slot, value) ? stop : reader_.fail(at, does_not_fit(type.kind));
    }
    BELFRY_COLD BELFRY_NOINLINE const char* floating(const char* at, const Type& type, void* slot) {
        const bool single = type.kind == Kind::float32;
        double wide = 0;
        float narrow = 0;
        const char* stop = nullptr;
        if (is_number(at)) {
            JsonNumber token;
            stop = reader_.read_number(at, token);
            if (stop == nullptr) return nullptr;
            if (!(single ? parse_decimal(token.text, narrow) : parse_decimal(token.text, wide)))
                return reader_.fail(at, "the number is too large");
        } else if (byte(at) == '"') {
            std::string_view text;
            stop = reader_.read_text(at, text, room_);
            if (stop == nullptr) return nullptr;
            if (text == "NaN")
                wide = std::numeric_limits<double>::quiet_NaN();
            else if (text == "Infinity")
                wide = std::numeric_limits<double>::infinity();
            else if (text == "-Infinity")
                wide = -std::numeric_limits<double>::infinity();
            else
                return mismatch(at, "a number");
            narrow = static_cast<float>(wide);
        } else {
            return mismatch(at, "a number");
        }
        if (single)
            put_scalar<float>(type, slot, narrow);
        else
            put_scalar<double>(type, slot, wide);
        return stop;
    }
    BELFRY_NOINLINE const char* enumeration(const char* at, const Type& type, void* slot) {
        if (byte(at) != '"') return mismatch(at, "a string");
        std::string_view text;
        bool escaped = false;
        at = reader_.read_string(at, text, escaped);
        if (at != nullptr && escaped) at = unescape(at, text);
        if (at != nullptr) this->put_enum(type, emplace(type, slot), text, escaped);
        return at;
    }
    BELFRY_COLD BELFRY_NOINLINE const char* timestamp(const char* at, const Type& type, void* slot) {
        Timestamp time;
        const char* stop = nullptr;
        bool understood = false;
        if (is_number(at)) {
            JsonNumber number;
            stop = reader_.read_number(at, number);
            if (stop == nullptr) return nullptr;
            understood = parse_epoch_seconds(number.text, time);
        } else if (byte(at) == '"') {
            std::string_view text;
            stop = reader_.read_text(at, text, room_);
            if (stop == nullptr) return nullptr;
            understood = parse_time(text, time);
        } else {
            return mismatch(at, "a timestamp");
        }
        if (!understood) return reader_.fail(at, "expected a timestamp");
        put_scalar<Timestamp>(type, slot, time);
        return stop;
    }
    BELFRY_COLD BELFRY_NOINLINE const char* blob(const char* at, const Type& type, void* slot) {
        if (byte(at) != '"') return mismatch(at, "a string");
        std::string_view text;
        const char* const stop = reader_.read_text(at, text, room_);
        if (stop == nullptr) return nullptr;
        std::string bytes;
        if (!decode_base64(text, bytes)) return reader_.fail(at, "the text is not base64");
        // An optional streaming blob is engaged through its own type.
        if (type.streaming)
            static_cast<Blob*>(emplace(type, slot))->bytes() = std::move(bytes);
        else
            this->put_blob(type, slot, std::move(bytes));
        return stop;
    }
    BELFRY_NOINLINE const char* document(const char* at, const Type& type, void* slot) {
        const char* const stop = reader_.skip_value(at);
        std::string json;
        if (stop == nullptr || !keep_json(at, stop, json)) return nullptr;
        this->put_document(type, slot, std::move(json));
        return stop;
    }

    BELFRY_NOINLINE const char* list(const char* at, const Type& type, void* container) {
        if (byte(at) != '[') return mismatch(at, "a list");
        type.clear(container, true);
        at = reader_.enter(at);
        if (at == nullptr) return nullptr;
        const bool null_is_value = type.element->kind == Kind::document;
        for (std::size_t i = 0; byte(at) != ']'; ++i) {
            at = is_null(at) && !null_is_value ? add_null(at, type, container, {})
                                               : add_value(at, type, container, {});
            if (at == nullptr) {
                fault_.path.inside_element(i);
                return nullptr;
            }
            at = next(at, ']');
            if (at == nullptr) return nullptr;
        }
        return reader_.leave(at);
    }
    BELFRY_NOINLINE const char* map(const char* at, const Type& type, void* container) {
        if (byte(at) != '{') return mismatch(at, "an object");
        type.clear(container, true);
        at = reader_.enter(at);
        if (at == nullptr) return nullptr;
        const bool null_is_value = type.element->kind == Kind::document;
        while (byte(at) != '}') {
            std::string_view raw;
            bool escaped = false;
            at = reader_.read_key(at, raw, escaped);
            if (at == nullptr) return nullptr;
            std::string_view key = raw;
            if (escaped) {
                if (unescape(at, key) == nullptr) return nullptr;
                key = this->keep(key);
            }
            at = is_null(at) && !null_is_value ? add_null(at, type, container, key)
                                               : add_value(at, type, container, key);
            if (at == nullptr) return inside_entry(raw);
            at = next(at, '}');
            if (at == nullptr) return nullptr;
        }
        this->finish_map(type, container);
        return reader_.leave(at);
    }

    [[nodiscard]] KeyOrder& order_of(const Structure& shape) noexcept {
        KeyOrder& order = orders_[(reinterpret_cast<std::uintptr_t>(&shape) >> 6) % order_count];
        if (order.shape != &shape) {
            order.shape = &shape;
            const std::size_t count = shape.count < KeyOrder::capacity ? shape.count : KeyOrder::capacity;
            for (std::size_t i = 0; i <= count; ++i) order.next[i] = static_cast<std::uint8_t>(i);
        }
        return order;
    }
    [[nodiscard]] std::string_view key_of(const Structure& shape, std::size_t i) const noexcept {
        if (options_.use_member_names) [[unlikely]]
            return shape.member_name(i);
        return shape.members[i].wire_name();
    }
    [[nodiscard]] std::size_t find(const Structure& shape, std::string_view key) const noexcept {
        if (shape.keys.cells != nullptr && !options_.use_member_names) {
            std::uint32_t slot = hash_key(key.data(), key.size()) & shape.keys.mask;
            for (; shape.keys.cells[slot] != 0; slot = (slot + 1) & shape.keys.mask) {
                const Member& member = shape.members[shape.keys.cells[slot] - 1];
                if (member.name_length == key.size() && same_bytes(member.name, key.data(), key.size()))
                    return static_cast<std::size_t>(&member - shape.members);
            }
            return none;
        }
        for (std::size_t i = 0; i < shape.count; ++i)
            if (key_of(shape, i) == key) return i;
        return none;
    }
    /// Whether the key whose opening quote is at `at` is `name`; then moves `at` behind the closing quote.
    [[nodiscard]] bool take_key(const char*& at, std::string_view name) const noexcept {
        if (static_cast<std::size_t>(reader_.end() - at) < name.size() + 2 || at[name.size() + 1] != '"' ||
            !same_bytes(at + 1, name.data(), name.size()))
            return false;
        at += name.size() + 2;
        return true;
    }

    const char* structure(const char* at, const Structure& shape, void* object, bool body_only) {
        if (byte(at) != '{') return mismatch(at, "an object");
        if (!memory_.take(0)) return reader_.fail(at, MemoryLimit::problem);
        at = reader_.enter(at);
        if (at == nullptr) return nullptr;
        const std::size_t depth = reader_.depth_left();
        KeyOrder& order = order_of(shape);
        std::size_t before = 0;
        while (byte(at) != '}') {
            if (byte(at) != '"') return reader_.fail_value(at, "expected a key in quotes");
            std::size_t i = before < KeyOrder::capacity ? order.next[before] : before;
            if (i >= shape.count || !take_key(at, key_of(shape, i))) {
                const char* const key_at = at;
                std::string_view key;
                at = reader_.read_text(at, key, room_);
                if (at == nullptr) return nullptr;
                i = find(shape, key);
                if (i == none && options_.reject_unknown_members) return unknown_member(key_at, key);
                if (i != none && before < KeyOrder::capacity && i < KeyOrder::capacity)
                    order.next[before] = static_cast<std::uint8_t>(i);
            }
            at = colon(at);
            if (at == nullptr) return nullptr;
            if (i == none) {
                at = reader_.skip_value(at);
                if (at == nullptr) return nullptr;
            } else {
                const Member& member = shape.members[i];
                before = i + 1;
                if (is_null(at)) [[unlikely]] {
                    at += 4;
                } else if (body_only && member.location != Location::body) {
                    at = reader_.skip_value(at);
                } else {
                    const char* const start = at;
                    at = value(at, *member.type, member.slot(object));
                    if (at == nullptr) at = skip_unreadable(start, depth, shape, i, object);
                }
                if (at == nullptr) return inside_member(shape, i);
            }
            at = next(at, '}');
            if (at == nullptr) return nullptr;
        }
        return reader_.leave(at);
    }

    BELFRY_COLD const char* union_type(const char* at, const Structure& shape, void* object) {
        if (byte(at) != '{') return mismatch(at, "an object");
        const char* const first = at;
        at = reader_.enter(at);
        if (at == nullptr) return nullptr;
        bool set = false;
        std::string held; // the key that is set
        while (byte(at) != '}') {
            std::string_view raw;
            bool escaped = false;
            const char* const key_at = at;
            at = reader_.read_key(at, raw, escaped);
            if (at == nullptr) return nullptr;
            std::string key;
            reader_.unescape(raw, key);
            const std::size_t i = find(shape, key);
            // Services send the union's type as a key that is not a member.
            if (is_null(at) || (i == none && key == "__type")) {
                at = reader_.skip_value(at);
                if (at == nullptr) return nullptr;
            } else {
                if (set && key != held) return reader_.fail(key_at, "a union holds more than one member");
                if (i == none) {
                    if (options_.reject_unknown_members) return unknown_member(key_at, key);
                    const char* const stop = reader_.skip_value(at);
                    std::string json;
                    if (stop == nullptr || !keep_json(at, stop, json)) return inside_entry(key);
                    shape.union_access->set_unknown(object, this->keep(key), this->keep(json));
                    at = stop;
                } else {
                    at = value(at, *shape.members[i].type,
                               shape.union_access->emplace(object, static_cast<int>(i)));
                    if (at == nullptr) {
                        if (shape.members[i].has(MemberFlags::sensitive)) fault_.sensitive = true;
                        return inside_member(shape, i);
                    }
                }
                set = true;
                held = std::move(key);
            }
            at = next(at, '}');
            if (at == nullptr) return nullptr;
        }
        if (!set) return reader_.fail(first, "a union holds no member");
        return reader_.leave(at);
    }

    static constexpr std::size_t order_count = 8;

    JsonReader reader_;
    const JsonOptions& options_;
    MemoryLimit memory_;
    KeyOrder orders_[order_count];
    std::string room_;
    DecodeFault fault_{};
};
using JsonDecoder = BasicJsonDecoder<OwningStorage>;

/// Both forms of `decode_json`, so that a program has one decoder's construction.
[[nodiscard]] BELFRY_NOINLINE inline bool decode_json_root(std::string_view text, const Structure* shape,
                                                           const Type* type, void* slot,
                                                           const JsonOptions& options,
                                                           std::string& what_and_where) {
    return JsonDecoder(text, options).read(shape, type, slot, what_and_where);
}

} // namespace detail

/// Reads a JSON text (RFC 8259) into a structure or union that `out` points to and that holds nothing yet.
/// False when the text is not JSON, or not of the shape; `what_and_where` then says which member was wrong
/// and at which byte, and `out` holds what came before. Members that the shape does not have are skipped:
/// they must be JSON, but their numbers may have any size, and their strings need not be text. Null members
/// stay absent, and of members that come twice the last one counts.
[[nodiscard]] inline bool decode_json(std::string_view text, const Structure& shape, void* out,
                                      const JsonOptions& options, std::string& what_and_where) {
    return detail::decode_json_root(text, &shape, nullptr, out, options, what_and_where);
}

/// The same for one slot, such as a payload member's; null leaves it unchanged, except for a document.
[[nodiscard]] inline bool decode_json(std::string_view text, const Type& type, void* slot,
                                      const JsonOptions& options, std::string& what_and_where) {
    return detail::decode_json_root(text, nullptr, &type, slot, options, what_and_where);
}

} // namespace belfry::inline v0
