// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// The protocol aws.protocols#restJson1: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
extern BELFRY_INLINE const Protocol rest_json;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/rest_json.ipp>
#endif
