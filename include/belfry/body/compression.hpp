// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/compressor.hpp>
#include <belfry/body/streaming.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

/// See `OperationExtras::compress_request`.
[[nodiscard]] BELFRY_INLINE bool compress_request(const Operation& operation, const ClientConfig& config,
                                                  HttpRequest& request, CallBody& body, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/compression.ipp>
#endif
