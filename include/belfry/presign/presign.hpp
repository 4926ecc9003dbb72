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

/// How a request is presigned.
struct PresignOptions {
    /// For how long the URL works, in seconds, from 1 to 604,800 (seven days). Temporary credentials end it
    /// earlier.
    std::int64_t expires_seconds = 3'600;
    /// Sent as the idempotency token if the input leaves it out; empty to leave it out, too.
    std::string_view idempotency_token{};
};

/// A request that can be sent without credentials until it expires.
struct PresignedRequest {
    std::string method;
    /// Holds the signature.
    std::string url;
    /// To be sent as they are, if there are any.
    Headers headers;
    /// To be sent as it is; empty for operations whose body is not part of the signature, such as S3's.
    std::string body;
};

namespace detail {
[[nodiscard]] BELFRY_INLINE bool presign(const ClientCore& core, const Operation& operation,
                                         const void* input, const PresignOptions& options,
                                         PresignedRequest& presigned, Error& error);
} // namespace detail

/// Makes a URL that calls an operation without credentials (Signature Version 4 in the query). Sends
/// nothing, though a credentials provider may be asked. Form data becomes part of the URL, and the method
/// GET. Fails like a call does before anything is sent, and with the code `InvalidExpiry`.
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
