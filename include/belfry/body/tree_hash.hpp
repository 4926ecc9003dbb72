// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/streaming.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

/// Adds the two checksums that S3 Glacier wants of an archive: SHA-256 of the body, and the SHA-256 tree hash
/// (Amazon S3 Glacier Developer Guide, "Computing Checksums"). See `BodyTraits::add_checksums`.
[[nodiscard]] BELFRY_INLINE bool add_tree_hash(const BodyContext& context, const void* input,
                                               PreparedRequest& prepared, ChecksumParts& parts, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/tree_hash.ipp>
#endif
