// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/util/config.hpp>

/// For operations whose host name has a prefix; their generated headers include it.
namespace belfry::inline v0::detail {

/// Puts the operation's host prefix in front of the endpoint's host, if that is a host's name. See
/// `OperationHooks::add_host_prefix`.
[[nodiscard]] BELFRY_INLINE const ResolvedEndpoint* add_host_prefix(const Operation& operation,
                                                                    const void* input,
                                                                    const ResolvedEndpoint& endpoint,
                                                                    OwnedEndpoint& own, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/call/impl/host_prefix.ipp>
#endif
