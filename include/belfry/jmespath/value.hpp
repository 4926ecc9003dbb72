// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/member_value.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::jmespath {

/// A JSON-like view of a part of an input or output. Lists and objects that an expression creates own their
/// values.
struct Value {
    enum class Form : std::uint8_t { null, boolean, integer, real, string, list, object };

    Form form = Form::null;
    union {
        std::int64_t integer = 0;
        bool boolean;
        double real;
    };
    std::string_view text{};
    /// The type of a list or map of the shape; null for lists and objects that an expression created.
    const Type* type = nullptr;
    /// The type of a structure or union of the shape.
    const Structure* structure = nullptr;
    /// The list, map, structure or union that `type` or `structure` describes.
    const void* borrowed = nullptr;
    /// The elements or members of a list or object that an expression created.
    std::vector<Value> items{};
    /// The member's name, if this is a member of an object.
    std::string_view name{};

    [[nodiscard]] static Value of(bool value) noexcept {
        Value result;
        result.form = Form::boolean;
        result.boolean = value;
        return result;
    }
    [[nodiscard]] static Value of(std::int64_t value) noexcept {
        Value result;
        result.form = Form::integer;
        result.integer = value;
        return result;
    }
    [[nodiscard]] static Value of(double value) noexcept {
        Value result;
        result.form = Form::real;
        result.real = value;
        return result;
    }
    [[nodiscard]] static Value of(std::string_view value) noexcept {
        Value result;
        result.form = Form::string;
        result.text = value;
        return result;
    }
    [[nodiscard]] static Value of(const Structure& structure, const void* object) noexcept {
        Value result;
        result.form = Form::object;
        result.structure = &structure;
        result.borrowed = object;
        return result;
    }
    [[nodiscard]] static Value list() noexcept {
        Value result;
        result.form = Form::list;
        return result;
    }
    [[nodiscard]] static Value object() noexcept {
        Value result;
        result.form = Form::object;
        return result;
    }

    [[nodiscard]] bool is_null() const noexcept { return form == Form::null; }
    [[nodiscard]] bool is_number() const noexcept { return form == Form::integer || form == Form::real; }
    [[nodiscard]] double number() const noexcept {
        return form == Form::integer ? static_cast<double>(integer) : real;
    }
};

/// The value of a slot; null if it is absent.
[[nodiscard]] inline Value read_slot(const Type& type, const void* slot) {
    const void* const value = belfry::detail::slot_value(type, slot);
    if (value == nullptr) return {};
    Value result;
    switch (type.kind) {
    // A list's element is a `Boolean`, whose only member is the `bool`.
    case Kind::boolean: return Value::of(*static_cast<const bool*>(value));
    case Kind::int8: return Value::of(std::int64_t{*static_cast<const std::int8_t*>(value)});
    case Kind::int16: return Value::of(std::int64_t{*static_cast<const std::int16_t*>(value)});
    case Kind::int32: return Value::of(std::int64_t{*static_cast<const std::int32_t*>(value)});
    case Kind::int64: return Value::of(*static_cast<const std::int64_t*>(value));
    case Kind::float32: return Value::of(static_cast<double>(*static_cast<const float*>(value)));
    case Kind::float64: return Value::of(*static_cast<const double*>(value));
    case Kind::string: return Value::of(std::string_view(*static_cast<const std::string*>(value)));
    case Kind::enumeration: return Value::of(static_cast<const OpenEnumBase*>(value)->text(*type.values));
    case Kind::timestamp: {
        const Timestamp& time = *static_cast<const Timestamp*>(value);
        if (time.nanoseconds == 0) return Value::of(time.seconds);
        return Value::of(static_cast<double>(time.seconds) + static_cast<double>(time.nanoseconds) * 1e-9);
    }
    case Kind::blob: return Value::of(static_cast<const Blob*>(value)->view());
    case Kind::document: return Value::of(static_cast<const Document*>(value)->json());
    case Kind::list: result.form = Value::Form::list; break;
    case Kind::map: result.form = Value::Form::object; break;
    case Kind::structure:
    case Kind::union_type: return Value::of(*type.structure, value);
    }
    result.type = &type;
    result.borrowed = value;
    return result;
}

/// The number of elements of a list.
[[nodiscard]] inline std::size_t element_count(const Value& list) noexcept {
    return list.type != nullptr ? list.type->elements(list.borrowed).count : list.items.size();
}
/// An element of a list.
[[nodiscard]] inline Value element_at(const Value& list, std::size_t i) {
    if (list.type == nullptr) return list.items[i];
    const Elements elements = list.type->elements(list.borrowed);
    return read_slot(*list.type->element, static_cast<const char*>(elements.first) + i * elements.stride);
}

/// The members of an object that are present, with their names.
[[nodiscard]] inline std::vector<Value> members_of(const Value& object) {
    std::vector<Value> members;
    const auto add = [&members](std::string_view name, Value value) {
        value.name = name;
        members.push_back(std::move(value));
    };
    if (object.type != nullptr) {
        const Elements elements = object.type->elements(object.borrowed);
        const char* entry = static_cast<const char*>(elements.first);
        for (std::size_t i = 0; i < elements.count; ++i, entry += elements.stride) {
            const void* const key = entry;
            add(*static_cast<const std::string*>(key),
                read_slot(*object.type->element, entry + elements.value_offset));
        }
    } else if (object.structure == nullptr) {
        return object.items;
    } else if (const UnionAccess* const access = object.structure->union_access) {
        const int which = access->which(object.borrowed);
        if (which >= object.structure->count) {
            std::string_view name;
            std::string_view json;
            access->get_unknown(object.borrowed, name, json);
            add(name, Value::of(json));
        } else if (which >= 0) {
            const auto i = static_cast<std::size_t>(which);
            add(object.structure->member_name(i),
                read_slot(*object.structure->members[i].type, access->get(object.borrowed)));
        }
    } else {
        for (std::size_t i = 0; i < object.structure->count; ++i) {
            const Member& member = object.structure->members[i];
            Value value = read_slot(*member.type, member.slot(object.borrowed));
            if (!value.is_null()) add(object.structure->member_name(i), std::move(value));
        }
    }
    return members;
}

/// The member of an object by its name in the model; null if it is absent or the value is not an object.
[[nodiscard]] inline Value member_of(const Value& object, std::string_view name) {
    if (object.form != Value::Form::object) return {};
    if (object.structure != nullptr && object.structure->union_access == nullptr) {
        const Member* const member = detail::find_member(*object.structure, name);
        return member != nullptr ? read_slot(*member->type, member->slot(object.borrowed)) : Value();
    }
    for (Value& member : members_of(object))
        if (member.name == name) return std::move(member);
    return {};
}

/// Whether an object has any member.
[[nodiscard]] inline bool has_members(const Value& object) noexcept {
    if (object.type != nullptr) return object.type->elements(object.borrowed).count != 0;
    if (object.structure == nullptr) return !object.items.empty();
    if (const UnionAccess* const access = object.structure->union_access)
        return access->which(object.borrowed) >= 0;
    for (std::size_t i = 0; i < object.structure->count; ++i) {
        const Member& member = object.structure->members[i];
        if (belfry::detail::slot_value(*member.type, member.slot(object.borrowed)) != nullptr) return true;
    }
    return false;
}

/// Whether a value is true in JMESPath: all are except null, false, and empty strings, lists and objects.
[[nodiscard]] inline bool is_true(const Value& value) noexcept {
    switch (value.form) {
    case Value::Form::null: return false;
    case Value::Form::boolean: return value.boolean;
    case Value::Form::integer:
    case Value::Form::real: return true;
    case Value::Form::string: return !value.text.empty();
    case Value::Form::list: return element_count(value) != 0;
    case Value::Form::object: return has_members(value);
    }
    return false;
}

/// Whether two values are equal and neither lists nor objects.
[[nodiscard]] inline bool equal_scalars(const Value& a, const Value& b) noexcept {
    if (a.is_number() && b.is_number()) {
        if (a.form == Value::Form::integer && b.form == Value::Form::integer) return a.integer == b.integer;
        return a.number() <= b.number() && a.number() >= b.number();
    }
    if (a.form != b.form) return false;
    if (a.form == Value::Form::string) return a.text == b.text;
    return a.form == Value::Form::null || (a.form == Value::Form::boolean && a.boolean == b.boolean);
}

/// Adds the pairs of elements or members that must be equal for `a` and `b` to be equal; false if they cannot
/// be equal.
[[nodiscard]] inline bool compare_parts(const Value& a, const Value& b, std::vector<Value>& pairs) {
    if (a.form != b.form || (a.form != Value::Form::list && a.form != Value::Form::object))
        return equal_scalars(a, b);
    if (a.form == Value::Form::list) {
        const std::size_t count = element_count(a);
        if (element_count(b) != count) return false;
        for (std::size_t i = 0; i < count; ++i) {
            pairs.push_back(element_at(a, i));
            pairs.push_back(element_at(b, i));
        }
        return true;
    }
    std::vector<Value> left = members_of(a);
    std::vector<Value> right = members_of(b);
    if (left.size() != right.size()) return false;
    // Members usually have the same order. A search for each takes quadratic time, so that large objects are
    // equal only if the order is the same.
    constexpr std::size_t searched = 1000;
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t k = i;
        if (right[i].name != left[i].name && left.size() <= searched)
            for (k = 0; k < right.size() && right[k].name != left[i].name;) ++k;
        if (k == right.size() || right[k].name != left[i].name) return false;
        pairs.push_back(left[i]);
        pairs.push_back(right[k]);
    }
    return true;
}

/// Whether two values are equal, including their elements and members, however deep they nest.
[[nodiscard]] inline bool equal_values(const Value& a, const Value& b) {
    // Not recursive: an input may nest deeper than the stack allows.
    std::vector<Value> pairs;
    if (!compare_parts(a, b, pairs)) return false;
    while (!pairs.empty()) {
        const Value right = std::move(pairs.back());
        pairs.pop_back();
        const Value left = std::move(pairs.back());
        pairs.pop_back();
        if (!compare_parts(left, right, pairs)) return false;
    }
    return true;
}

} // namespace belfry::inline v0::jmespath
