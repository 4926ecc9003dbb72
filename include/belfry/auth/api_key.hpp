// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

/// For operations that are authenticated with an API key; their generated headers include it.
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

/// Sends the key that the credentials have as their bearer token.
[[nodiscard]] BELFRY_INLINE AuthorizeResult add_api_key(const ApiKeyTraits& traits,
                                                        const Credentials& credentials, HttpRequest& request,
                                                        Error& error);
/// The same for `OperationHooks::authorize`.
template <const ApiKeyTraits& traits>
[[nodiscard]] AuthorizeResult add_api_key(const Operation&, const Credentials& credentials,
                                          const SigningOptions&, AuthorizeState&, HttpRequest& request,
                                          Error& error) {
    return add_api_key(traits, credentials, request, error);
}
/// Sends the key if the credentials have one, and leaves the request to be signed if they do not.
template <const ApiKeyTraits& traits>
[[nodiscard]] AuthorizeResult add_api_key_if_any(const Operation&, const Credentials& credentials,
                                                 const SigningOptions&, AuthorizeState&, HttpRequest& request,
                                                 Error& error) {
    return credentials.bearer_token.empty() ? AuthorizeResult::sign
                                            : add_api_key(traits, credentials, request, error);
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/api_key.ipp>
#endif
