// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/crypto_provider.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/auth/sigv4a_signer.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE AuthorizeResult choose_signature(ModelSignatures model,
                                                           const Credentials& credentials,
                                                           const SigningOptions& signing,
                                                           HttpRequest& request, Error& error) {
    // `choose_sigv4_or_sigv4a` has put it there, or an earlier attempt.
    const auto offered = request.headers.find("X-Amz-Region-Set");
    if (!offered.has_value() && model == ModelSignatures::sigv4) return AuthorizeResult::sign;
    const bool required = signing.region.empty() || model == ModelSignatures::sigv4a;
    SigV4aSigner* const signer = signing.crypto != nullptr ? signing.crypto->sigv4a() : nullptr;
    if (!required && (signer == nullptr || signer->prefers_sigv4())) {
        request.headers.remove("X-Amz-Region-Set");
        return AuthorizeResult::sign;
    }
    SigningFailure failure{
        "UnsupportedAuthScheme",
        "the endpoint requires Signature Version 4a (sigv4a); set ClientConfig::crypto to a belfry::SigV4a "
        "(belfry/sigv4a.hpp), which signs by a belfry::OpenSslEcdsa (belfry/openssl_ecdsa.hpp) or by your "
        "own "
        "EcdsaProvider"};
    if (signer != nullptr)
        failure = signer->sign(request, credentials, signing,
                               offered.has_value() ? std::string_view(*offered) : signing.region);
    if (failure.code != nullptr) {
        fail(error, failure.kind, failure.code, failure.message);
        return AuthorizeResult::failed;
    }
    return signing.placement == SignaturePlacement::query ? AuthorizeResult::presigned
                                                          : AuthorizeResult::authorized;
}

} // namespace belfry::inline v0::detail
