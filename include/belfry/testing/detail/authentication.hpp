// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/signature_check.hpp>
#include <belfry/testing/detail/signature_parts.hpp>
#include <belfry/testing/fake_options.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// How a service finds out whether a request may come from its sender.
namespace belfry::inline v0::testing::detail {

/// How a request is authenticated.
enum class AuthScheme : std::uint8_t {
    none,
    sigv4, ///< Signature Version 4 or 4a, in a header or in the query.
    bearer_token,
    other, ///< Such as Signature Version 2.
};

[[nodiscard]] inline AuthScheme auth_scheme_of(const ReceivedRequest& request) {
    if (const auto header = request.headers.find("Authorization")) {
        const std::string_view text = *header;
        const std::string_view name = text.substr(0, text.find(' '));
        if (name == sigv4_name || name == sigv4a_name) return AuthScheme::sigv4;
        // RFC 9110 section 11.1: the names of schemes are not case-sensitive.
        return belfry::detail::equals_ignoring_case(name, "Bearer") ? AuthScheme::bearer_token
                                                                    : AuthScheme::other;
    }
    return request.query.find("X-Amz-Signature=") != std::string::npos ? AuthScheme::sigv4 : AuthScheme::none;
}

/// Whether requests of an operation may be authenticated in another way than with Signature Version 4.
[[nodiscard]] inline bool has_other_schemes(const Operation& operation) noexcept {
    return (operation.hooks != nullptr && operation.hooks->authorize != nullptr) ||
           operation.service->bearer_tokens != BearerTokens::none;
}

/// Compares a bearer token (RFC 6750 section 2.1) with the expected one.
[[nodiscard]] inline bool check_bearer_token(const ReceivedRequest& request, std::string_view expected,
                                             Error& error) {
    const std::string header = header_or_empty(request.headers, "Authorization");
    constexpr std::size_t scheme = std::string_view("Bearer ").size();
    return (header.size() > scheme &&
            equal_in_constant_time(std::string_view(header).substr(scheme), expected)) ||
           refuse(error, {"AccessDeniedException", 403}, "the bearer token is not the configured one");
}

/// False, with the service's answer in `error`, unless the operation's requests may come from this client.
/// `key` becomes the one that signed the request with Signature Version 4; null if that was not verified.
[[nodiscard]] inline bool authenticate(const ReceivedRequest& request, const Operation& operation,
                                       const Refusals& refusals, const FakeOptions& options,
                                       const Credentials*& key, Error& error) {
    if (operation.signing == RequestSigning::none) return true;
    const AuthScheme scheme = auth_scheme_of(request);
    const bool wants_token = options.credentials && !options.credentials->bearer_token.empty() &&
                             operation.service->bearer_tokens == BearerTokens::required;
    if (scheme == AuthScheme::none || (scheme == AuthScheme::sigv4 && wants_token))
        return options.allow_unsigned ||
               refuse(error, refusals.unsigned_request, "Missing Authentication Token");
    if (!options.credentials) return true;
    if (scheme == AuthScheme::sigv4) {
        // The keys of its sessions come from the service.
        if (request.headers.contains("X-Amz-S3session-Token")) return true;
        const SignatureRules rules{*operation.service,
                                   refusals,
                                   *options.credentials,
                                   options.region,
                                   belfry::detail::environment_or_system(options.environment).now(),
                                   options.sigv4a};
        if (!check_signature(request, request.body, rules, error)) return false;
        key = &*options.credentials;
        return true;
    }
    if (!has_other_schemes(operation))
        return refuse(error, refusals.incomplete_signature,
                      "Authorization has another scheme than AWS4-HMAC-SHA256");
    return scheme != AuthScheme::bearer_token || options.credentials->bearer_token.empty() ||
           check_bearer_token(request, options.credentials->bearer_token, error);
}

} // namespace belfry::inline v0::testing::detail
