// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/util/config.hpp>

/// For operations whose endpoint depends on more than the client's configuration; their generated headers
/// include it.
namespace belfry::inline v0::detail {

/// Finds the endpoint with the parameters that the operation, its input and the client give. See
/// `OperationHooks::find_endpoint`.
[[nodiscard]] BELFRY_INLINE const ResolvedEndpoint*
find_operation_endpoint(const Operation& operation, const void* input, const ClientCore& core,
                        PreparedRequest& prepared, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/call/impl/operation_endpoint.ipp>
#endif
