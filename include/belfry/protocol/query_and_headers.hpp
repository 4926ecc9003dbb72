// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

/// For operations whose input has members in the query or in headers; their generated headers include it.
namespace belfry::inline v0::detail {

/// Writes the members that are bound to the query or to headers. See `Operation::encode_query_and_headers`.
[[nodiscard]] BELFRY_INLINE bool encode_query_and_headers(const Operation& operation, const void* input,
                                                          const EncodeOptions& options, HttpRequest& request,
                                                          Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/query_and_headers.ipp>
#endif
