// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/value.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::jmespath {

/// The node after an operator and its operands.
[[nodiscard]] inline const Node& after(const Node& node) noexcept { return (&node)[node.size]; }
[[nodiscard]] inline const Node& first_operand(const Node& node) noexcept { return (&node)[1]; }
[[nodiscard]] inline const Node& second_operand(const Node& node) noexcept {
    return after(first_operand(node));
}

[[nodiscard]] inline Value visit(const Node& node, const Value& current, bool& invalid_type) {
    return node.evaluate(node, current, invalid_type);
}

BELFRY_INLINE bool evaluate(Expression expression, const Value& root, Value& value) {
    bool invalid_type = false;
    value = visit(expression.front(), root, invalid_type);
    return !invalid_type;
}

BELFRY_INLINE Value current_node(const Node&, const Value& current, bool&) { return current; }

BELFRY_INLINE Value field(const Node& node, const Value& current, bool&) {
    return member_of(current, node.constant.text);
}

BELFRY_INLINE Value member(const Node& node, const Value& current, bool&) {
    if (current.structure == nullptr) return {};
    const Member& found = current.structure->members[node.constant.integer];
    return read_slot(*found.type, found.slot(current.borrowed));
}

BELFRY_INLINE Value union_member(const Node& node, const Value& current, bool&) {
    if (current.structure == nullptr) return {};
    const UnionAccess& access = *current.structure->union_access;
    if (access.which(current.borrowed) != node.constant.integer) return {};
    return read_slot(*current.structure->members[node.constant.integer].type, access.get(current.borrowed));
}

BELFRY_INLINE Value sub_expression(const Node& node, const Value& current, bool& invalid_type) {
    const Node* step = &first_operand(node);
    Value value = visit(*step, current, invalid_type);
    for (const Node* const end = &after(node); (step = &after(*step)) != end;)
        value = visit(*step, value, invalid_type);
    return value;
}

BELFRY_INLINE Value index_expression(const Node& node, const Value& current, bool&) {
    if (current.form != Value::Form::list) return {};
    const auto count = static_cast<std::int64_t>(element_count(current));
    const std::int64_t i = node.constant.integer < 0 ? node.constant.integer + count : node.constant.integer;
    if (i < 0 || i >= count) return {};
    return element_at(current, static_cast<std::size_t>(i));
}

/// Appends the value of a projection's right side for one element, unless it is null.
inline void project(Value& list, const Node& right, const Value& element, bool& invalid_type) {
    Value projected = visit(right, element, invalid_type);
    if (!projected.is_null()) list.items.push_back(std::move(projected));
}

BELFRY_INLINE Value list_projection(const Node& node, const Value& current, bool& invalid_type) {
    const Value left = visit(first_operand(node), current, invalid_type);
    if (left.form != Value::Form::list) return {};
    Value list = Value::list();
    for (std::size_t i = 0; i < element_count(left); ++i)
        project(list, second_operand(node), element_at(left, i), invalid_type);
    return list;
}

BELFRY_INLINE Value object_projection(const Node& node, const Value& current, bool& invalid_type) {
    const Value left = visit(first_operand(node), current, invalid_type);
    if (left.form != Value::Form::object) return {};
    Value list = Value::list();
    for (const Value& value : members_of(left)) project(list, second_operand(node), value, invalid_type);
    return list;
}

BELFRY_INLINE Value filter_projection(const Node& node, const Value& current, bool& invalid_type) {
    const Value left = visit(first_operand(node), current, invalid_type);
    if (left.form != Value::Form::list) return {};
    const Node& condition = second_operand(node);
    Value list = Value::list();
    for (std::size_t i = 0; i < element_count(left); ++i) {
        const Value element = element_at(left, i);
        if (is_true(visit(condition, element, invalid_type)))
            project(list, after(condition), element, invalid_type);
    }
    return list;
}

BELFRY_INLINE Value flatten(const Node& node, const Value& current, bool& invalid_type) {
    const Value base = visit(first_operand(node), current, invalid_type);
    if (base.form != Value::Form::list) return {};
    Value list = Value::list();
    for (std::size_t i = 0; i < element_count(base); ++i) {
        Value element = element_at(base, i);
        if (element.form != Value::Form::list) {
            list.items.push_back(std::move(element));
            continue;
        }
        for (std::size_t k = 0; k < element_count(element); ++k) list.items.push_back(element_at(element, k));
    }
    return list;
}

[[nodiscard]] inline bool operands_are_equal(const Node& node, const Value& current, bool& invalid_type) {
    const Value left = visit(first_operand(node), current, invalid_type);
    return equal_values(left, visit(second_operand(node), current, invalid_type));
}

BELFRY_INLINE Value equal(const Node& node, const Value& current, bool& invalid_type) {
    return Value::of(operands_are_equal(node, current, invalid_type));
}
BELFRY_INLINE Value not_equal(const Node& node, const Value& current, bool& invalid_type) {
    return Value::of(!operands_are_equal(node, current, invalid_type));
}

/// The result of `holds` for the order of the operands (-1, 0 or 1); null if they cannot be ordered.
[[nodiscard]] inline Value compare(const Node& node, const Value& current, bool& invalid_type,
                                   bool (*holds)(int order)) {
    const Value left = visit(first_operand(node), current, invalid_type);
    const Value right = visit(second_operand(node), current, invalid_type);
    // Strings have an order in the reference implementations, though not in the specification.
    if (left.form == Value::Form::string && right.form == Value::Form::string)
        return Value::of(holds(left.text.compare(right.text)));
    if (left.form == Value::Form::integer && right.form == Value::Form::integer)
        return Value::of(holds(left.integer < right.integer ? -1 : left.integer > right.integer ? 1 : 0));
    if (!left.is_number() || !right.is_number()) return {};
    const double a = left.number();
    const double b = right.number();
    // NaN is neither less nor greater nor equal.
    if (!(a <= b) && !(a >= b)) return Value::of(false);
    return Value::of(holds(a < b ? -1 : a > b ? 1 : 0));
}

BELFRY_INLINE Value less(const Node& node, const Value& current, bool& invalid_type) {
    return compare(node, current, invalid_type, [](int order) { return order < 0; });
}
BELFRY_INLINE Value less_or_equal(const Node& node, const Value& current, bool& invalid_type) {
    return compare(node, current, invalid_type, [](int order) { return order <= 0; });
}
BELFRY_INLINE Value greater(const Node& node, const Value& current, bool& invalid_type) {
    return compare(node, current, invalid_type, [](int order) { return order > 0; });
}
BELFRY_INLINE Value greater_or_equal(const Node& node, const Value& current, bool& invalid_type) {
    return compare(node, current, invalid_type, [](int order) { return order >= 0; });
}

BELFRY_INLINE Value or_expression(const Node& node, const Value& current, bool& invalid_type) {
    Value left = visit(first_operand(node), current, invalid_type);
    return is_true(left) ? std::move(left) : visit(second_operand(node), current, invalid_type);
}
BELFRY_INLINE Value and_expression(const Node& node, const Value& current, bool& invalid_type) {
    Value left = visit(first_operand(node), current, invalid_type);
    return is_true(left) ? visit(second_operand(node), current, invalid_type) : std::move(left);
}
BELFRY_INLINE Value not_expression(const Node& node, const Value& current, bool& invalid_type) {
    return Value::of(!is_true(visit(first_operand(node), current, invalid_type)));
}

BELFRY_INLINE Value null_literal(const Node&, const Value&, bool&) { return {}; }
BELFRY_INLINE Value boolean_literal(const Node& node, const Value&, bool&) {
    return Value::of(node.constant.integer != 0);
}
BELFRY_INLINE Value integer_literal(const Node& node, const Value&, bool&) {
    return Value::of(node.constant.integer);
}
BELFRY_INLINE Value real_literal(const Node& node, const Value&, bool&) {
    return Value::of(node.constant.real);
}
BELFRY_INLINE Value string_literal(const Node& node, const Value&, bool&) {
    return Value::of(node.constant.text);
}

/// A new list or object with the operands' values as items; null if the current value is null.
[[nodiscard]] inline Value select(const Node& node, const Value& current, bool& invalid_type, Value made) {
    if (current.is_null()) return {};
    for (const Node* operand = &first_operand(node); operand != &after(node); operand = &after(*operand))
        made.items.push_back(visit(*operand, current, invalid_type));
    return made;
}
BELFRY_INLINE Value multi_select_list(const Node& node, const Value& current, bool& invalid_type) {
    return select(node, current, invalid_type, Value::list());
}
BELFRY_INLINE Value multi_select_hash(const Node& node, const Value& current, bool& invalid_type) {
    return select(node, current, invalid_type, Value::object());
}
BELFRY_INLINE Value key_value(const Node& node, const Value& current, bool& invalid_type) {
    Value value = visit(first_operand(node), current, invalid_type);
    value.name = node.constant.text;
    return value;
}

/// The result of a function for an argument of the wrong type.
[[nodiscard]] inline Value refuse(bool& invalid_type) noexcept {
    invalid_type = true;
    return {};
}

/// The two operands of a function of two strings; false if they are not strings.
[[nodiscard]] inline bool string_operands(const Node& node, const Value& current, bool& invalid_type,
                                          std::string_view& first, std::string_view& second) {
    const Value left = visit(first_operand(node), current, invalid_type);
    const Value right = visit(second_operand(node), current, invalid_type);
    first = left.text;
    second = right.text;
    return left.form == Value::Form::string && right.form == Value::Form::string;
}

BELFRY_INLINE Value contains(const Node& node, const Value& current, bool& invalid_type) {
    const Value subject = visit(first_operand(node), current, invalid_type);
    const Value search = visit(second_operand(node), current, invalid_type);
    if (subject.form == Value::Form::string)
        return Value::of(search.form == Value::Form::string &&
                         subject.text.find(search.text) != std::string_view::npos);
    if (subject.form != Value::Form::list) return refuse(invalid_type);
    for (std::size_t i = 0; i < element_count(subject); ++i)
        if (equal_values(element_at(subject, i), search)) return Value::of(true);
    return Value::of(false);
}

BELFRY_INLINE Value starts_with(const Node& node, const Value& current, bool& invalid_type) {
    std::string_view subject;
    std::string_view prefix;
    if (!string_operands(node, current, invalid_type, subject, prefix)) return refuse(invalid_type);
    return Value::of(subject.starts_with(prefix));
}
BELFRY_INLINE Value ends_with(const Node& node, const Value& current, bool& invalid_type) {
    std::string_view subject;
    std::string_view suffix;
    if (!string_operands(node, current, invalid_type, subject, suffix)) return refuse(invalid_type);
    return Value::of(subject.ends_with(suffix));
}

[[nodiscard]] inline std::int64_t count_code_points(std::string_view text) noexcept {
    std::int64_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    return count;
}

BELFRY_INLINE Value length(const Node& node, const Value& current, bool& invalid_type) {
    const Value subject = visit(first_operand(node), current, invalid_type);
    switch (subject.form) {
    case Value::Form::string: return Value::of(count_code_points(subject.text));
    case Value::Form::list: return Value::of(static_cast<std::int64_t>(element_count(subject)));
    case Value::Form::object: return Value::of(static_cast<std::int64_t>(members_of(subject).size()));
    default: return refuse(invalid_type);
    }
}

BELFRY_INLINE Value keys(const Node& node, const Value& current, bool& invalid_type) {
    const Value subject = visit(first_operand(node), current, invalid_type);
    if (subject.form != Value::Form::object) return refuse(invalid_type);
    Value list = Value::list();
    for (const Value& value : members_of(subject)) list.items.push_back(Value::of(value.name));
    return list;
}
BELFRY_INLINE Value values(const Node& node, const Value& current, bool& invalid_type) {
    const Value subject = visit(first_operand(node), current, invalid_type);
    if (subject.form != Value::Form::object) return refuse(invalid_type);
    Value list = Value::list();
    list.items = members_of(subject);
    return list;
}

BELFRY_INLINE Value not_null(const Node& node, const Value& current, bool& invalid_type) {
    for (const Node* argument = &first_operand(node); argument != &after(node); argument = &after(*argument))
        if (Value value = visit(*argument, current, invalid_type); !value.is_null()) return value;
    return {};
}

} // namespace belfry::inline v0::jmespath
