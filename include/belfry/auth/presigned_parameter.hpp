// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

/// For operations that copy something from another region; their generated headers include it.
namespace belfry::inline v0 {

/// How an operation sends a presigned request, addressed to the region to copy from, as a parameter.
struct PresignedParameter {
    /// The member that holds the URL, unless the input gives it.
    std::string_view name;
    /// Whether the service needs both regions in the request (EC2), or neither (RDS).
    bool sends_regions = false;
};

namespace detail {

/// Presigns the same request for the region that `SourceRegion` names, and adds the URL to the body.
[[nodiscard]] BELFRY_INLINE AuthorizeResult add_presigned_parameter(
    const PresignedParameter& parameter, const Operation& operation, const Credentials& credentials,
    const SigningOptions& signing, AuthorizeState& state, HttpRequest& request, Error& error);
/// The same for `OperationHooks::authorize`.
template <const PresignedParameter& parameter>
[[nodiscard]] AuthorizeResult add_presigned_parameter(const Operation& operation,
                                                      const Credentials& credentials,
                                                      const SigningOptions& signing, AuthorizeState& state,
                                                      HttpRequest& request, Error& error) {
    return add_presigned_parameter(parameter, operation, credentials, signing, state, request, error);
}

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/auth/impl/presigned_parameter.ipp>
#endif
