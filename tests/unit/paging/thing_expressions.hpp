// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/evaluate.hpp>

#include <cstdint>
#include <string_view>

/// Expressions over a `Thing`, as the generator writes them.
namespace test::expressions {

using belfry::jmespath::Node;

constexpr Node member(std::int64_t number) {
    return {.evaluate = &belfry::jmespath::member, .constant = {.integer = number}};
}
constexpr Node operation(decltype(Node::evaluate) evaluate, std::uint16_t size) {
    return {.evaluate = evaluate, .size = size};
}
constexpr Node text(std::string_view value) {
    return {.evaluate = &belfry::jmespath::string_literal, .constant = {.text = value}};
}
constexpr Node boolean(bool value) {
    return {.evaluate = &belfry::jmespath::boolean_literal, .constant = {.integer = value ? 1 : 0}};
}
constexpr Node integer(std::int64_t value) {
    return {.evaluate = &belfry::jmespath::integer_literal, .constant = {.integer = value}};
}

inline constexpr Node name[] = {member(0)};
inline constexpr Node count[] = {member(1)};
inline constexpr Node flag[] = {member(4)};
inline constexpr Node color[] = {member(5)};
inline constexpr Node tags[] = {member(12)};
inline constexpr Node inner[] = {member(14)};
/// Inner.Name
inline constexpr Node inner_name[] = {operation(&belfry::jmespath::sub_expression, 3), member(14), member(0)};
/// Inner.Flag
inline constexpr Node inner_flag[] = {operation(&belfry::jmespath::sub_expression, 3), member(14), member(4)};
/// Things[].Name
inline constexpr Node names_of_things[] = {operation(&belfry::jmespath::list_projection, 3), member(15),
                                           member(0)};
/// length(Things) == `0`
inline constexpr Node no_things[] = {operation(&belfry::jmespath::equal, 4),
                                     operation(&belfry::jmespath::length, 2), member(15), integer(0)};
/// Name || Things[-1].Name
inline constexpr Node name_or_last[] = {
    operation(&belfry::jmespath::or_expression, 6),
    member(0),
    operation(&belfry::jmespath::sub_expression, 4),
    member(15),
    {.evaluate = &belfry::jmespath::index_expression, .constant = {.integer = -1}},
    member(0)};
/// input.Owner == output.Name, where the owner is member 5 of the input
inline constexpr Node owner_is_name[] = {
    operation(&belfry::jmespath::equal, 7),
    operation(&belfry::jmespath::sub_expression, 3),
    {.evaluate = &belfry::jmespath::field, .constant = {.text = "input"}},
    member(5),
    operation(&belfry::jmespath::sub_expression, 3),
    {.evaluate = &belfry::jmespath::field, .constant = {.text = "output"}},
    member(0)};

} // namespace test::expressions
