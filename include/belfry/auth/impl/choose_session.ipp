// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/crypto_provider.hpp>
#include <belfry/auth/s3_express_signer.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE AuthorizeResult choose_signature_or_session(ModelSignatures model,
                                                                      const Credentials& credentials,
                                                                      const SigningOptions& signing,
                                                                      HttpRequest& request, Error& error) {
    // `choose_sigv4_or_session` puts the endpoint's URL behind the signing name.
    const std::size_t space = signing.service.find(' ');
    if (space == std::string_view::npos) return choose_signature(model, credentials, signing, request, error);
    S3ExpressSigner* const signer = signing.crypto != nullptr ? signing.crypto->s3_express() : nullptr;
    if (signer == nullptr) {
        fail(error, ErrorKind::signing, "UnsupportedAuthScheme",
             "the endpoint requires a session of S3 Express (sigv4-s3express); set ClientConfig::crypto to a "
             "belfry::S3Express (belfry/s3_express.hpp), or the endpoint option "
             "disable_s3_express_session_auth");
        return AuthorizeResult::failed;
    }
    SigningOptions changed = signing;
    changed.service = signing.service.substr(0, space);
    return signer->sign(request, credentials, changed, signing.service.substr(space + 1), error);
}

} // namespace belfry::inline v0::detail
