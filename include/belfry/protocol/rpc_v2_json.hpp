// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// The protocol smithy.protocols#rpcv2Json:
/// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2-json.html
extern BELFRY_INLINE const Protocol rpc_v2_json;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/impl/rpc_v2_json.ipp>
#endif
