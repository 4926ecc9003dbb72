// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// The protocol aws.protocols#ec2Query: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
extern BELFRY_INLINE const Protocol ec2_query;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/ec2_query.ipp>
#endif
