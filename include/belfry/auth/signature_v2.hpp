// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/compilation.hpp>
#include <belfry/protocol/operation.hpp>

/// For services that know no newer signature; their generated headers include it.
namespace belfry::inline v0::detail {

/// Signs form data with Signature Version 2 (Amazon SimpleDB Developer Guide, "Signature Version 2"). See
/// `OperationExtras::authorize`.
[[nodiscard]] BELFRY_INLINE Authorization add_signature_v2(const Operation& operation,
                                                           const Credentials& credentials,
                                                           const SigningOptions& signing,
                                                           HttpRequest& request, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/signature_v2_implementation.hpp>
#endif
