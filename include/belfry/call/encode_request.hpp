// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

/// Encodes an input: the protocol's part, and the operation's own hooks.
[[nodiscard]] BELFRY_INLINE bool encode_request(const Operation& operation, const void* input,
                                                const EncodeOptions& options, HttpRequest& request,
                                                Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/call/impl/encode_request.ipp>
#endif
