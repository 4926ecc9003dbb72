// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/jmespath/evaluate.hpp>

#include <cstddef>
#include <span>
#include <string_view>

/// Expressions that the generator compiled during the build: see write_expressions.py.
namespace test {

struct CompiledExpression {
    std::string_view text;
    /// Compiled without shapes, so that it finds every member by its name.
    belfry::jmespath::Expression by_name;
    /// Compiled for a `Thing`; empty if its shapes refuse the expression.
    belfry::jmespath::Expression of_thing;
};

/// The expressions of path_cases.json and call_cases.json.
[[nodiscard]] std::span<const CompiledExpression> compiled_expressions();

/// The one with that text; null if there is none.
[[nodiscard]] inline const CompiledExpression* find_compiled(std::string_view text) {
    for (const CompiledExpression& one : compiled_expressions())
        if (one.text == text) return &one;
    return nullptr;
}

/// A case of JMESPath's compliance tests, compiled without shapes.
struct CompiledCase {
    std::string_view file;
    std::size_t block;
    std::size_t number;
    belfry::jmespath::Expression expression;
};

[[nodiscard]] std::span<const CompiledCase> compiled_suite();

} // namespace test
