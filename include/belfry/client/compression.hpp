// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/streaming.hpp>
#include <belfry/core/compilation.hpp>
#include <belfry/http/compressor.hpp>

namespace belfry::inline v0::detail {

/// See `OperationExtras::compress_request`.
[[nodiscard]] BELFRY_INLINE bool compress_request(const Operation& operation, const ClientConfig& config,
                                                  HttpRequest& request, CallBody& body, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/client/compression_implementation.hpp>
#endif
