// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// The protocol aws.protocols#restJson1 with errors whose message is the `error_description` of OAuth 2.0
/// (RFC 6749 section 5.2), as AWS IAM Identity Center sends them.
extern BELFRY_INLINE const Protocol rest_json_oauth;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/rest_json_oauth.ipp>
#endif
