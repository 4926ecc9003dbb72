// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/streaming.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

/// See `BodyTraits::compress`.
[[nodiscard]] BELFRY_INLINE bool compress_request(const BodyContext& context, HttpRequest& request,
                                                  Owned<BodySource>& compressed, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/compression.ipp>
#endif
