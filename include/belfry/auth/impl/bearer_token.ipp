// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/confidential_url.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Whether the text is a `b64token` (RFC 6750 section 2.1).
[[nodiscard]] inline bool is_bearer_token(std::string_view token) noexcept {
    const std::size_t end = token.find_last_not_of('=');
    if (end == std::string_view::npos) return false;
    return token.substr(0, end + 1)
               .find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/") ==
           std::string_view::npos;
}

BELFRY_COLD BELFRY_INLINE AuthorizeResult add_bearer_token(const Operation&, const Credentials& credentials,
                                                           const SigningOptions&, AuthorizeState&,
                                                           HttpRequest& request, Error& error) {
    const char* problem = nullptr;
    if (credentials.bearer_token.empty())
        problem = "the operation needs a bearer token, and the credentials have none";
    else if (!is_bearer_token(credentials.bearer_token))
        problem = "the bearer token has characters that RFC 6750 section 2.1 does not allow";
    else if (!is_confidential(request.url))
        problem = "a bearer token is only sent over TLS; use an https endpoint";
    if (problem != nullptr) {
        fail(error, ErrorKind::credentials,
             credentials.bearer_token.empty() ? "NoBearerToken" : "InvalidBearerToken", problem);
        return AuthorizeResult::failed;
    }
    std::string value = "Bearer ";
    append_text(value, credentials.bearer_token);
    request.headers.set("Authorization", value);
    // The credentials of an earlier attempt may have signed.
    request.headers.remove("X-Amz-Security-Token");
    return AuthorizeResult::authorized;
}

BELFRY_COLD BELFRY_INLINE AuthorizeResult add_bearer_token_if_any(const Operation& operation,
                                                                  const Credentials& credentials,
                                                                  const SigningOptions& signing,
                                                                  AuthorizeState& state, HttpRequest& request,
                                                                  Error& error) {
    return credentials.bearer_token.empty()
               ? AuthorizeResult::sign
               : add_bearer_token(operation, credentials, signing, state, request, error);
}

} // namespace belfry::inline v0::detail
