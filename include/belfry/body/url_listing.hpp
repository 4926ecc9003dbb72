// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/body_hooks.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/util/config.hpp>

#include <span>
#include <string_view>

/// For S3's listings; their generated headers include it.
namespace belfry::inline v0 {

/// The members of a listing that the service percent-encodes if it is asked to.
struct UrlListing {
    /// Paths of names in the model, such as `Contents.Key`, where `Contents` may be a list.
    std::span<const std::string_view> members;
};

namespace detail {

/// Asks for percent-encoded members (`EncodingType`) unless the input says how it wants them, and decodes
/// them in the output, so that it can have every key: XML 1.0 forbids characters that the keys of S3's
/// objects may have (Amazon S3 API Reference, "ListObjectsV2", `encoding-type`). boto3 does the same.
[[nodiscard]] BELFRY_INLINE BodyHooks* make_url_listing(const UrlListing& listing, const Operation& operation,
                                                        const ClientConfig& config);
/// See `OperationHooks::make_body`.
template <const UrlListing& listing>
[[nodiscard]] BodyHooks* make_url_listing(const Operation& operation, const ClientConfig& config,
                                          const CallOptions&, Error&) {
    return make_url_listing(listing, operation, config);
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/url_listing.ipp>
#endif
