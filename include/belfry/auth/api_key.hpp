// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0 {

/// The place of a service's API key in a request (Smithy `httpApiKeyAuth`).
struct ApiKeyTraits {
    /// The name of the header or of the query parameter.
    std::string_view name;
    bool in_query = false;
    /// Precedes the key in a header; may be empty.
    std::string_view scheme = {};
};

namespace detail {

/// Sends the key that the credentials have as their bearer token. See `OperationExtras::authorize`.
[[nodiscard]] BELFRY_INLINE Authorization add_api_key(const Operation& operation,
                                                      const Credentials& credentials,
                                                      const SigningOptions& signing, HttpRequest& request,
                                                      Error& error);
/// Sends the key if the credentials have one, and leaves the request to be signed if they do not.
[[nodiscard]] BELFRY_INLINE Authorization add_api_key_if_any(const Operation& operation,
                                                             const Credentials& credentials,
                                                             const SigningOptions& signing,
                                                             HttpRequest& request, Error& error);

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/api_key.ipp>
#endif
