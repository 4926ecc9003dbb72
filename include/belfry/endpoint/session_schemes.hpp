// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/auth_schemes.hpp>
#include <belfry/endpoint/builtins.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <string>

/// The functions of rule sets with endpoints that require sessions of S3 Express. Those headers include this
/// one.
namespace belfry::inline v0::detail {

/// Like `choose_sigv4_or_sigv4a`. If the endpoint accepts `sigv4-s3express` and neither of the two, the
/// signing name is followed by a space and the endpoint's URL, without a `/` at its end;
/// `choose_signature_or_session` divides them. A signing name with a space is an error of every other way of
/// signing.
[[nodiscard]] BELFRY_COLD inline bool choose_sigv4_or_session(Endpoint& endpoint,
                                                              std::string_view& signing_name,
                                                              std::string_view& signing_region,
                                                              bool& double_encode_path, Error& error) {
    AuthScheme* session = nullptr;
    for (AuthScheme& scheme : endpoint.auth_schemes) {
        if (scheme.name == "sigv4-s3express") {
            session = &scheme;
        } else if (scheme.name == "sigv4" || scheme.name == "sigv4a") {
            session = nullptr;
            break;
        }
    }
    if (session == nullptr)
        return choose_sigv4_or_sigv4a(endpoint, signing_name, signing_region, double_encode_path, error);
    if (session->signing_name.empty()) session->signing_name = signing_name;
    if (!session->signing_region.empty()) signing_region = session->signing_region;
    if (session->disable_double_encoding) double_encode_path = false;
    append_char(session->signing_name, ' ');
    append_text(session->signing_name, endpoint.url);
    if (session->signing_name.back() == '/') session->signing_name.pop_back();
    signing_name = session->signing_name;
    return true;
}

/// `endpoint_library` for these rule sets.
inline constexpr EndpointLibrary endpoint_library_with_sessions{evaluate_endpoint_node, endpoint_attribute,
                                                                fill_endpoint, choose_sigv4_or_session,
                                                                release_endpoint_strings};

} // namespace belfry::inline v0::detail
