// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/compilation.hpp>
#include <belfry/protocol/operation.hpp>

namespace belfry::inline v0 {

/// The protocol aws.protocols#restJson1: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
extern BELFRY_INLINE const Protocol rest_json;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/rest_json_implementation.hpp>
#endif
