// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/util/config.hpp>

/// For operations whose endpoint depends on what lies deep in their input; their generated headers include
/// it.
namespace belfry::inline v0::detail {

/// Like `find_operation_endpoint`, with what JMESPath expressions find in the input (Smithy
/// `operationContextParams`).
[[nodiscard]] BELFRY_INLINE bool find_endpoint_by_path(const Operation& operation, const void* input,
                                                       const ClientConfig& config, Endpoint& endpoint,
                                                       Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/call/impl/endpoint_path.ipp>
#endif
