// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/auth/choose_signature.hpp>
#include <belfry/util/config.hpp>

/// The hook of operations that may be signed with a session of S3 Express. Their generated headers include
/// it.
namespace belfry::inline v0::detail {

/// Signs with a session if `choose_sigv4_or_session` found that the endpoint asks for one, and the
/// client's `CryptoProvider` has some; otherwise like `choose_signature`. An error of kind
/// `ErrorKind::signing` and code `UnsupportedAuthScheme` if it has none.
[[nodiscard]] BELFRY_INLINE AuthorizeResult choose_signature_or_session(ModelSignatures model,
                                                                        const Credentials& credentials,
                                                                        const SigningOptions& signing,
                                                                        HttpRequest& request, Error& error);
/// The same for `OperationHooks::authorize`.
template <ModelSignatures model>
[[nodiscard]] AuthorizeResult choose_signature_or_session(const Operation&, const Credentials& credentials,
                                                          const SigningOptions& signing, AuthorizeState&,
                                                          HttpRequest& request, Error& error) {
    return choose_signature_or_session(model, credentials, signing, request, error);
}

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/choose_session.ipp>
#endif
