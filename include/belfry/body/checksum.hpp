// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/streaming.hpp>
#include <belfry/util/checksum_algorithm.hpp>
#include <belfry/util/checksum_provider.hpp>
#include <belfry/util/config.hpp>

#include <span>
#include <string_view>

namespace belfry::inline v0 {

/// The checksum traits of an operation (Smithy `httpChecksum`, `httpChecksumRequired`). Members are
/// named as in the model; empty for none.
struct ChecksumTraits {
    /// The service refuses requests without one.
    bool required = false;
    /// The input member that picks the algorithm. Without it, a required checksum is `Content-MD5`.
    std::string_view algorithm_member = {};
    /// The input member that asks for the checksum of the response.
    std::string_view mode_member = {};
    /// The algorithms of the response, in order of preference.
    std::span<const ChecksumAlgorithm> response_algorithms = {};
};

namespace detail {
/// See `BodyTraits::add_checksums`.
[[nodiscard]] BELFRY_INLINE bool add_checksums(const BodyContext& context, const void* input,
                                               PreparedRequest& prepared, ChecksumParts& parts, Error& error);
} // namespace detail

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/checksum.ipp>
#endif
