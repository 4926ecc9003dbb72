// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// The protocols aws.protocols#awsJson1_0 and awsJson1_1; `Service::json_version` says which:
/// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html and aws-json-1_1-protocol.html
extern BELFRY_INLINE const Protocol aws_json;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/aws_json.ipp>
#endif
