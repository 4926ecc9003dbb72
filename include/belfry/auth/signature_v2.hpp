// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/util/config.hpp>

/// For services that do not accept a newer signature; their generated headers include it.
namespace belfry::inline v0::detail {

/// Signs form data with Signature Version 2 (Amazon SimpleDB Developer Guide, "Signature Version 2"). See
/// `OperationHooks::authorize`.
[[nodiscard]] BELFRY_INLINE AuthorizeResult add_signature_v2(const Operation& operation,
                                                             const Credentials& credentials,
                                                             const SigningOptions& signing,
                                                             AuthorizeState& state, HttpRequest& request,
                                                             Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/signature_v2.ipp>
#endif
