// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<nlohmann/json.hpp>)
#error "nlohmann/json is missing: install nlohmann-json3-dev (apt), json-devel (dnf) or nlohmann-json"
#endif

#include <belfry/codec/json_options.hpp>
#include <belfry/codec/json_reader.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/schema/walk.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/float_text.hpp>
#include <belfry/util/time.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

/// Shapes as `nlohmann::json` values, to inspect, store or build them without naming every member:
/// `nlohmann::json j = task; auto same = j.get<SpeakerSearchTask>();`
///
/// Names are the model's. Blobs are base64, timestamps seconds since 1970 (with a fraction if need be), NaN
/// and the infinities strings, enums what the service writes, documents the JSON they hold, unions an object
/// with one key. Absent members are left out; null elements of sparse lists and maps are kept.
namespace belfry::inline v0 {

/// How to treat JSON that does not fit the shape: unknown members, and null elements of a list or map that is
/// not sparse.
enum class Surplus : std::uint8_t {
    skip,   ///< leave it out, as the codecs do
    reject, ///< an error
};

namespace detail {

/// Throws, or without exceptions ends the program: `nlohmann::json` has no other way to fail.
[[noreturn]] inline void raise_json_fault(std::string_view message) {
#if defined(__cpp_exceptions)
    Error error;
    fail(error, ErrorKind::validation, "InvalidJson", message);
    throw Exception(std::move(error));
#else
    static_cast<void>(message);
    std::abort();
#endif
}

class NlohmannWriter {
  public:
    using Json = nlohmann::json;

    /// A value as `slot_value` gives it; null becomes null.
    [[nodiscard]] static Json value(const Type& type, const void* held) {
        if (held == nullptr) return nullptr;
        NlohmannWriter writer;
        return writer.present(type, held);
    }
    [[nodiscard]] static Json whole(const Structure& shape, const void* object) {
        NlohmannWriter writer;
        return writer.structure(shape, object);
    }

  private:
    friend struct Walk;

    /// A value that is there. An input may nest deeper than the stack of a small thread allows.
    [[nodiscard]] Json present(const Type& type, const void* held) {
        if (type.element == nullptr && type.structure == nullptr) return Walk::value(*this, type, held);
        if (depth_left_ == 0) raise_json_fault("a value is nested too deeply");
        --depth_left_;
        Json json = Walk::value(*this, type, held);
        ++depth_left_;
        return json;
    }
    [[nodiscard]] Json structure(const Structure& shape, const void* object) {
        Json json = Json::object();
        if (shape.union_access != nullptr) {
            const int which = shape.union_access->which(object);
            if (which >= shape.count) {
                std::string_view name;
                std::string_view text;
                shape.union_access->get_unknown(object, name, text);
                json[std::string(name)] = document(text);
            } else if (which >= 0) {
                const auto i = static_cast<std::size_t>(which);
                json[std::string(shape.member_name(i))] =
                    element(*shape.members[i].type, shape.union_access->get(object));
            }
            return json;
        }
        for (std::size_t i = 0; i < shape.count; ++i) {
            const Member& member = shape.members[i];
            if (const void* const held = slot_value(*member.type, member.slot(object)))
                json[std::string(shape.member_name(i))] = present(*member.type, held);
        }
        return json;
    }
    [[nodiscard]] static Json boolean(bool held) { return held; }
    [[nodiscard]] static Json integer(std::int64_t held) { return held; }
    [[nodiscard]] static Json text(std::string_view held) { return std::string(held); }
    [[nodiscard]] static Json blob(const Type&, const Blob& held) {
        std::string text;
        append_base64(text, held.view());
        return text;
    }
    [[nodiscard]] Json list(const Type& type, const void* held) {
        Json json = Json::array();
        each(type, held, [&](const char* slot) { json.push_back(element(*type.element, slot)); });
        return json;
    }
    [[nodiscard]] Json map(const Type& type, const void* held) {
        Json json = Json::object();
        const std::size_t offset = type.elements(held).value_offset;
        each(type, held, [&](const char* entry) {
            json[Walk::as<std::string>(entry)] = element(*type.element, entry + offset);
        });
        return json;
    }
    [[nodiscard]] Json union_type(const Structure& shape, const void* object) {
        return structure(shape, object);
    }
    template <class Visit> static void each(const Type& type, const void* container, Visit visit) {
        const Elements elements = type.elements(container);
        const char* slot = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, slot += elements.stride) visit(slot);
    }
    /// An element that is a list or map and was never set is an empty one, unless it may be null.
    [[nodiscard]] Json element(const Type& type, const void* slot) {
        const bool always_there = type.present != nullptr && type.get == nullptr;
        const void* const held = always_there ? slot : slot_value(type, slot);
        return held != nullptr ? present(type, held) : Json(nullptr);
    }
    [[nodiscard]] static Json floating(double number) {
        if (number != number) return "NaN";
        if (number - number != 0) return number > 0 ? "Infinity" : "-Infinity";
        return number;
    }
    [[nodiscard]] static Json floating(float number) {
        // The shortest text of a float, so that 0.1f becomes 0.1.
        if (number != number || number - number != 0) return floating(static_cast<double>(number));
        char text[40];
        const char* const end = write_float(text, text + sizeof text, number);
        double wide = 0;
        static_cast<void>(parse_decimal(std::string_view(text, static_cast<std::size_t>(end - text)), wide));
        return wide;
    }
    [[nodiscard]] static Json timestamp(const Type&, Timestamp time) {
        if (time.nanoseconds == 0) return time.seconds;
        std::string text;
        if (!append_epoch_seconds(text, time))
            raise_json_fault("a timestamp's nanoseconds are not 0 to 999,999,999");
        double number = 0;
        static_cast<void>(parse_decimal(text, number));
        return number;
    }
    [[nodiscard]] static Json document(std::string_view text) {
        Json json = Json::parse(text, nullptr, false);
        if (json.is_discarded()) raise_json_fault("a document is not JSON");
        return json;
    }

    std::size_t depth_left_ = DecodeOptions{}.max_depth;
};

class NlohmannReader {
  public:
    using Json = nlohmann::json;

    explicit NlohmannReader(Surplus surplus) noexcept : surplus_(surplus) {}
    /// The reason, and the member it concerns.
    [[nodiscard]] std::string fault(std::string_view root) const {
        return std::string(root) + path_ + ": " + problem_;
    }

    [[nodiscard]] bool structure(const Json& json, const Structure& shape, void* object) {
        if (!json.is_object()) return expected("an object", json);
        if (shape.union_access != nullptr) return union_type(json, shape, object);
        for (const auto& [name, element] : json.items()) {
            const std::size_t i = find(shape, name);
            if (i == shape.count) {
                if (surplus_ == Surplus::skip) continue;
                problem_ = "no such member";
                return inside(name);
            }
            if (element.is_null()) continue;
            if (!value(element, *shape.members[i].type, shape.members[i].slot(object))) return inside(name);
        }
        return true;
    }
    /// Reads anything but null into a slot.
    [[nodiscard]] bool value(const Json& json, const Type& type, void* slot) {
        switch (type.kind) {
        case Kind::boolean:
            if (!json.is_boolean()) return expected("a boolean", json);
            return put(type, slot, json.get<bool>());
        case Kind::int8:
        case Kind::int16:
        case Kind::int32:
        case Kind::int64: return integer(json, type, slot);
        case Kind::float32: return floating<float>(json, type, slot);
        case Kind::float64: return floating<double>(json, type, slot);
        case Kind::string:
            if (!json.is_string()) return expected("a string", json);
            return put(type, slot, json.get_ref<const std::string&>());
        case Kind::enumeration:
            if (!json.is_string()) return expected("a string", json);
            static_cast<OpenEnumBase*>(slot_emplace(type, slot))
                ->assign(json.get_ref<const std::string&>(), *type.values);
            return true;
        case Kind::timestamp: return timestamp(json, type, slot);
        case Kind::blob: {
            if (!json.is_string()) return expected("a string", json);
            std::string bytes;
            if (!decode_base64(json.get_ref<const std::string&>(), bytes))
                return fail("the text is not base64");
            return put(type, slot, Blob(std::move(bytes)));
        }
        case Kind::document: {
            if (nests_deeper(json, depth_left_)) return fail("nested too deeply");
            Document document;
            document.set_json(dump(json));
            return put(type, slot, std::move(document));
        }
        case Kind::list:
        case Kind::map:
        case Kind::structure:
        case Kind::union_type: break;
        }
        // The depth of recursive shapes comes from the input; the stack is limited.
        if (depth_left_ == 0) return fail("nested too deeply");
        if (type.structure != nullptr && !take_memory(type)) return false;
        --depth_left_;
        void* const object = slot_emplace(type, slot);
        const bool good = type.kind == Kind::list  ? list(json, type, object)
                          : type.kind == Kind::map ? map(json, type, object)
                                                   : structure(json, *type.structure, object);
        ++depth_left_;
        return good;
    }

  private:
    static bool nests_deeper(const Json& json, std::size_t depth) {
        if (!json.is_structured()) return false;
        if (depth == 0) return true;
        for (const Json& element : json)
            if (nests_deeper(element, depth - 1)) return true;
        return false;
    }
    bool fail(const char* problem) {
        problem_ = problem;
        return false;
    }
    /// Takes the memory of a structure on the heap or of an element. As with documents, each value of the
    /// input allows for 32 times its own size.
    [[nodiscard]] bool take_memory(const Type& type) {
        memory_.give(32 * static_cast<std::int64_t>(sizeof(Json)));
        return memory_.take(type.heap_words) ||
               fail("the members take more memory than such a value may need");
    }
    bool expected(const char* what, const Json& json) {
        problem_ = std::string("expected ") + what + ", found " +
                   (json.is_object()    ? "an object"
                    : json.is_array()   ? "a list"
                    : json.is_string()  ? "a string"
                    : json.is_boolean() ? "a boolean"
                    : json.is_number()  ? "a number"
                                        : json.type_name());
        return false;
    }
    bool inside(const std::string& name) {
        path_ = "." + name + path_;
        return false;
    }
    bool inside_element(const std::string& key) {
        path_ = "[" + key + "]" + path_;
        return false;
    }
    [[nodiscard]] static std::size_t find(const Structure& shape, std::string_view name) noexcept {
        std::size_t i = 0;
        while (i < shape.count && shape.member_name(i) != name) ++i;
        return i;
    }
    /// Replaces text that is not UTF-8 instead of throwing.
    [[nodiscard]] static std::string dump(const Json& json) {
        return json.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    template <class T> static bool put(const Type& type, void* slot, T value) {
        *static_cast<T*>(slot_emplace(type, slot)) = std::move(value);
        return true;
    }
    [[nodiscard]] bool integer(const Json& json, const Type& type, void* slot) {
        if (!json.is_number()) return expected("a number", json);
        std::int64_t wide = 0;
        if (json.is_number_float()) {
            const double number = json.get<double>();
            // Both limits are powers of two, which a double holds exactly.
            if (!(number >= -0x1p63 && number < 0x1p63)) return fail("expected a whole number of 64 bits");
            wide = static_cast<std::int64_t>(number);
            if (static_cast<double>(wide) != number) return fail("expected a whole number of 64 bits");
        } else if (json.is_number_unsigned() && json.get<std::uint64_t>() > 0x7fffffffffffffffU) {
            return fail("expected a whole number of 64 bits");
        } else {
            wide = json.get<std::int64_t>();
        }
        return put_integer(type, slot, wide) || fail(does_not_fit(type.kind));
    }
    template <class T> [[nodiscard]] bool floating(const Json& json, const Type& type, void* slot) {
        if (json.is_number()) {
            const double wide = json.get<double>();
            constexpr double largest = static_cast<double>((std::numeric_limits<T>::max)());
            const bool finite = wide - wide == 0;
            if (finite && (wide > largest || wide < -largest)) return fail("the number is too large");
            return put(type, slot, static_cast<T>(wide));
        }
        if (!json.is_string()) return expected("a number", json);
        const std::string& text = json.get_ref<const std::string&>();
        if (text == "NaN") return put(type, slot, std::numeric_limits<T>::quiet_NaN());
        if (text == "Infinity") return put(type, slot, std::numeric_limits<T>::infinity());
        if (text == "-Infinity") return put(type, slot, -std::numeric_limits<T>::infinity());
        return expected("a number", json);
    }
    [[nodiscard]] bool timestamp(const Json& json, const Type& type, void* slot) {
        Timestamp time;
        bool understood = false;
        if (json.is_number()) {
            understood = parse_epoch_seconds(dump(json), time);
        } else if (json.is_string()) {
            const std::string& text = json.get_ref<const std::string&>();
            understood = detail::parse_time(text, time);
        } else {
            return expected("a timestamp", json);
        }
        return understood ? put(type, slot, time) : fail("expected a timestamp");
    }
    /// Whether an element that is null is dealt with; `add` makes an absent one.
    template <class Add> [[nodiscard]] bool null_element(const Json& json, const Type& container, Add add) {
        if (!json.is_null() || container.element->kind == Kind::document) return false;
        if (container.sparse) add();
        return container.sparse || surplus_ == Surplus::skip;
    }
    [[nodiscard]] bool list(const Json& json, const Type& type, void* container) {
        if (!json.is_array()) return expected("a list", json);
        for (std::size_t i = 0; i < json.size(); ++i) {
            if (!take_memory(type)) return inside_element(std::to_string(i));
            if (null_element(json[i], type, [&] { type.add(container, {}); })) continue;
            if (!value(json[i], *type.element, type.add(container, {})))
                return inside_element(std::to_string(i));
        }
        return true;
    }
    [[nodiscard]] bool map(const Json& json, const Type& type, void* container) {
        if (!json.is_object()) return expected("an object", json);
        for (const auto& [key, element] : json.items()) {
            if (!take_memory(type)) return inside_element(key);
            if (null_element(element, type, [&, &name = key] { type.add(container, name); })) continue;
            if (!value(element, *type.element, type.add(container, key))) return inside_element(key);
        }
        return true;
    }
    [[nodiscard]] bool union_type(const Json& json, const Structure& shape, void* object) {
        bool set = false;
        for (const auto& [name, element] : json.items()) {
            if (element.is_null()) continue;
            if (set) return fail("a union holds more than one member");
            set = true;
            const std::size_t i = find(shape, name);
            if (i == shape.count)
                shape.union_access->set_unknown(object, name, dump(element));
            else if (!value(element, *shape.members[i].type,
                            shape.union_access->emplace(object, static_cast<int>(i))))
                return inside(name);
        }
        return set || fail("a union holds no member");
    }

    std::size_t depth_left_ = DecodeOptions{}.max_depth;
    MemoryLimit memory_{DecodeOptions{}, 0};
    Surplus surplus_;
    std::string path_;
    std::string problem_;
};

} // namespace detail

/// A structure or union as a JSON value; throws `Exception` when a document in it is not JSON, and when
/// values nest deeper than 128 levels.
[[nodiscard]] inline nlohmann::json to_json(const Structure& shape, const void* object) {
    return detail::NlohmannWriter::whole(shape, object);
}
/// A slot's value; null when it is absent.
[[nodiscard]] inline nlohmann::json to_json(const Type& type, const void* slot) {
    return detail::NlohmannWriter::value(type, detail::slot_value(type, slot));
}

/// Reads a structure or union, which holds nothing yet, from a JSON value. False when the value is not of the
/// shape; `error` then says what was wrong with which member, and `object` holds what came before.
[[nodiscard]] inline bool from_json(const nlohmann::json& json, const Structure& shape, void* object,
                                    std::string& error, Surplus surplus = Surplus::reject) {
    detail::NlohmannReader reader(surplus);
    if (reader.structure(json, shape, object)) return true;
    error = reader.fault(shape.name);
    return false;
}
/// The same for one slot, which null leaves as it is.
[[nodiscard]] inline bool from_json(const nlohmann::json& json, const Type& type, void* slot,
                                    std::string& error, Surplus surplus = Surplus::reject) {
    if (json.is_null() && type.kind != Kind::document) return true;
    detail::NlohmannReader reader(surplus);
    if (reader.value(json, type, slot)) return true;
    error = reader.fault(type.structure != nullptr ? type.structure->name : std::string_view("value"));
    return false;
}

namespace detail {
template <class T> struct IsContainer {
    static constexpr bool value = false;
};
template <class T> struct IsContainer<List<T>> {
    static constexpr bool value = true;
};
template <class V> struct IsContainer<Map<V>> {
    static constexpr bool value = true;
};
} // namespace detail

/// A type of Belfry's, or of a generated service, that converts to and from `nlohmann::json`.
template <class T>
concept NlohmannConvertible =
    std::same_as<T, Timestamp> || std::same_as<T, Blob> || std::same_as<T, Document> ||
    std::derived_from<T, OpenEnumBase> || detail::IsContainer<T>::value || Shape<T>;

} // namespace belfry::inline v0

/// Lets `nlohmann::json j = shape` and `j.get<Shape>()` find the conversions above. `get` skips members that
/// the shape does not have, and throws `belfry::Exception` when a member is of another type.
template <belfry::NlohmannConvertible T> struct nlohmann::adl_serializer<T, void> {
    static void to_json(json& out, const T& value) { out = belfry::to_json(belfry::type_of<T>, &value); }
    static void from_json(const json& in, T& value) {
        T fresh;
        std::string error;
        if (!belfry::from_json(in, belfry::type_of<T>, &fresh, error, belfry::Surplus::skip))
            belfry::detail::raise_json_fault(std::move(error));
        value = std::move(fresh);
    }
};
