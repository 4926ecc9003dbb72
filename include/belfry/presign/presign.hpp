// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/core.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The options of a presigned request.
struct PresignOptions {
    /// The validity of the URL in seconds, from 1 to 604,800 (seven days). It ends earlier if temporary
    /// credentials expire.
    std::int64_t expires_seconds = 3'600;
    /// The idempotency token if the input does not have one; empty for none.
    std::string_view idempotency_token{};
};

/// A request that can be sent without credentials until it expires.
struct PresignedRequest {
    std::string method;
    /// Includes the signature.
    std::string url;
    /// Must be sent unchanged. May be empty.
    Headers headers;
    /// Must be sent unchanged. Empty for operations whose signature does not cover the body, such as S3's.
    std::string body;
};

namespace detail {
[[nodiscard]] BELFRY_INLINE bool presign(const ClientCore& core, const Operation& operation,
                                         const void* input, const PresignOptions& options,
                                         PresignedRequest& presigned, Error& error);
} // namespace detail

/// Makes a URL that calls an operation without credentials (Signature Version 4 in the query). Sends no
/// request, but may ask a credentials provider. Form data becomes part of the URL, and the method becomes
/// GET. Returns the same errors as a call that fails before it sends, and the code `InvalidExpiry`.
///
///     auto url = belfry::presign(client.core(), s3::operations::GetObject_{}, {.bucket = "b", .key = "k"});
template <class O>
[[nodiscard]] Result<PresignedRequest> presign(const ClientCore& core, const O&,
                                               const typename O::Input& input,
                                               const PresignOptions& options = {}) {
    PresignedRequest presigned;
    Error error;
    if (!detail::presign(core, operation_of<O>, &input, options, presigned, error)) return error;
    return presigned;
}

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/presign/impl/presign.ipp>
#endif
