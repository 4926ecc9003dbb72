// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/util/config.hpp>

#include <span>
#include <string_view>

/// For operations whose endpoint depends on what lies deep in their input; their generated headers include
/// it.
namespace belfry::inline v0 {

/// A parameter of the endpoint rules whose value an expression over the input gives (Smithy
/// `operationContextParams`).
struct EndpointExpression {
    std::string_view parameter;
    jmespath::Expression expression;
    /// Whether the parameter is a list of strings, rather than a string or a boolean.
    bool list = false;
};

namespace detail {

/// Like `find_operation_endpoint`, with parameters that expressions give.
[[nodiscard]] BELFRY_INLINE const ResolvedEndpoint*
find_endpoint_with(std::span<const EndpointExpression> expressions, const Operation& operation,
                   const void* input, const ClientCore& core, PreparedRequest& prepared, Error& error);

/// The same as a function that an operation can point to.
template <const auto& expressions>
[[nodiscard]] const ResolvedEndpoint* find_endpoint_by_path(const Operation& operation, const void* input,
                                                            const ClientCore& core, PreparedRequest& prepared,
                                                            Error& error) {
    return find_endpoint_with(expressions, operation, input, core, prepared, error);
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/call/impl/endpoint_path.ipp>
#endif
