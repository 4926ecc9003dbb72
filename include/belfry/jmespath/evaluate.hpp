// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstdint>
#include <span>
#include <string_view>

/// Evaluates JMESPath expressions (jmespath.org). The generator parses them, checks them against the shapes
/// and writes tables of `Node`. A program contains only the operators that its tables use.
namespace belfry::inline v0::jmespath {

struct Value;

/// An operator's number or string; the operator's comment says which one.
union Constant {
    std::int64_t integer = 0;
    double real;
    std::string_view text;
};

/// An operator of an expression. Its operands follow it in the table, each followed by its own operands.
struct Node {
    /// Returns the operator's value for the current value `current`. Sets `invalid_type` if a function gets
    /// an argument of the wrong type.
    Value (*evaluate)(const Node& node, const Value& current, bool& invalid_type);
    /// The number of nodes of the operator and its operands.
    std::uint16_t size = 1;
    Constant constant = {};
};

/// The nodes of an expression, beginning with the outermost operator. Empty if there is no expression.
using Expression = std::span<const Node>;

/// Sets `value` to the value of an expression over `root`; it refers to both. Returns false if a function
/// gets an argument of the wrong type (`invalid-type` in the specification).
[[nodiscard]] BELFRY_INLINE bool evaluate(Expression expression, const Value& root, Value& value);

/// The operators, by the names in the specification's grammar.

/// The current value itself (`@`).
BELFRY_INLINE Value current_node(const Node& node, const Value& current, bool& invalid_type);
/// The member `text` of an object.
BELFRY_INLINE Value field(const Node& node, const Value& current, bool& invalid_type);
/// The member with the index `integer` of a structure; the generator has looked up its name.
BELFRY_INLINE Value member(const Node& node, const Value& current, bool& invalid_type);
/// The member with the index `integer` of a union.
BELFRY_INLINE Value union_member(const Node& node, const Value& current, bool& invalid_type);
/// Applies each operand to the value of the one before it.
BELFRY_INLINE Value sub_expression(const Node& node, const Value& current, bool& invalid_type);
/// The element with the index `integer` of a list, counted from the end if negative.
BELFRY_INLINE Value index_expression(const Node& node, const Value& current, bool& invalid_type);
/// Applies the second operand to each element of the first, and leaves out nulls.
BELFRY_INLINE Value list_projection(const Node& node, const Value& current, bool& invalid_type);
/// Applies the second operand to the value of each member of an object, and leaves out nulls.
BELFRY_INLINE Value object_projection(const Node& node, const Value& current, bool& invalid_type);
/// Applies the third operand to the elements of the first for which the second is true.
BELFRY_INLINE Value filter_projection(const Node& node, const Value& current, bool& invalid_type);
/// The operand, with each list in it replaced by the list's elements.
BELFRY_INLINE Value flatten(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value equal(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value not_equal(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value less(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value less_or_equal(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value greater(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value greater_or_equal(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value or_expression(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value and_expression(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value not_expression(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value null_literal(const Node& node, const Value& current, bool& invalid_type);
/// Whether `integer` is not 0.
BELFRY_INLINE Value boolean_literal(const Node& node, const Value& current, bool& invalid_type);
/// `integer`.
BELFRY_INLINE Value integer_literal(const Node& node, const Value& current, bool& invalid_type);
/// `real`.
BELFRY_INLINE Value real_literal(const Node& node, const Value& current, bool& invalid_type);
/// `text`.
BELFRY_INLINE Value string_literal(const Node& node, const Value& current, bool& invalid_type);
/// A list of the operands' values.
BELFRY_INLINE Value multi_select_list(const Node& node, const Value& current, bool& invalid_type);
/// An object with the operands' values. Each operand is a `key_value`.
BELFRY_INLINE Value multi_select_hash(const Node& node, const Value& current, bool& invalid_type);
/// The operand's value as the member `text` of an object.
BELFRY_INLINE Value key_value(const Node& node, const Value& current, bool& invalid_type);

/// The functions. Their operands are the arguments.

BELFRY_INLINE Value contains(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value ends_with(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value keys(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value length(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value not_null(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value starts_with(const Node& node, const Value& current, bool& invalid_type);
BELFRY_INLINE Value values(const Node& node, const Value& current, bool& invalid_type);

} // namespace belfry::inline v0::jmespath

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/jmespath/impl/evaluate.ipp>
#endif
