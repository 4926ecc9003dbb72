// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>

/// The hook of operations that may be signed with Signature Version 4a. Their generated headers include it.
namespace belfry::inline v0 {

/// The signatures that a model asks for, where the endpoint does not say which it accepts.
enum class ModelSignatures : std::uint8_t {
    sigv4,           ///< Signature Version 4.
    sigv4a,          ///< Signature Version 4a alone.
    sigv4a_or_sigv4, ///< Signature Version 4a, or else Signature Version 4.
};

namespace detail {

/// Signs with Signature Version 4a if the endpoint or the model asks for it, the client's `CryptoProvider`
/// can, and the client does not prefer Signature Version 4 where that is possible; otherwise leaves the
/// request to be signed with Signature Version 4. An error of kind `ErrorKind::signing` and code
/// `UnsupportedAuthScheme` if neither is possible.
[[nodiscard]] BELFRY_INLINE AuthorizeResult choose_signature(ModelSignatures model,
                                                             const Credentials& credentials,
                                                             const SigningOptions& signing,
                                                             HttpRequest& request, Error& error);
/// The same for `OperationHooks::authorize`.
template <ModelSignatures model>
[[nodiscard]] AuthorizeResult choose_signature(const Operation&, const Credentials& credentials,
                                               const SigningOptions& signing, AuthorizeState&,
                                               HttpRequest& request, Error& error) {
    return choose_signature(model, credentials, signing, request, error);
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/choose_signature.ipp>
#endif
