// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/util/config.hpp>

/// For operations that are authenticated with a bearer token; their generated headers include it.
namespace belfry::inline v0::detail {

/// Sends the credentials' bearer token. See `OperationHooks::authorize`.
[[nodiscard]] BELFRY_INLINE AuthorizeResult add_bearer_token(const Operation& operation,
                                                             const Credentials& credentials,
                                                             const SigningOptions& signing,
                                                             AuthorizeState& state, HttpRequest& request,
                                                             Error& error);
/// Sends the credentials' bearer token if they have one, and leaves the request to be signed if they do not.
[[nodiscard]] BELFRY_INLINE AuthorizeResult add_bearer_token_if_any(const Operation& operation,
                                                                    const Credentials& credentials,
                                                                    const SigningOptions& signing,
                                                                    AuthorizeState& state,
                                                                    HttpRequest& request, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/bearer_token.ipp>
#endif
