// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/compilation.hpp>
#include <belfry/protocol/operation.hpp>

namespace belfry::inline v0 {

/// The protocol smithy.protocols#rpcv2Cbor:
/// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
extern BELFRY_INLINE const Protocol rpc_v2_cbor;

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/protocol/rpc_v2_cbor_implementation.hpp>
#endif
