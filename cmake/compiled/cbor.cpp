// SPDX-License-Identifier: Apache-2.0
#include <belfry/protocol/rpc_v2_cbor.hpp>

#include <belfry/protocol/impl/rpc_v2_cbor.ipp>
