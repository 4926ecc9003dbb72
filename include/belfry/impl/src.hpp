// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Defines what `BELFRY_SEPARATE_COMPILATION` leaves undefined. Include it in exactly one source file.
#if !defined(BELFRY_SEPARATE_COMPILATION)
#error "define BELFRY_SEPARATE_COMPILATION for the whole program, or do not include this header"
#endif

#include <belfry/async/async.hpp>
#include <belfry/auth/api_key.hpp>
#include <belfry/auth/bearer_token.hpp>
#include <belfry/auth/presigned_parameter.hpp>
#include <belfry/auth/signature_v2.hpp>
#include <belfry/body/checksum.hpp>
#include <belfry/body/compression.hpp>
#include <belfry/body/streaming.hpp>
#include <belfry/body/tree_hash.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/encode_request.hpp>
#include <belfry/call/endpoint_path.hpp>
#include <belfry/call/host_prefix.hpp>
#include <belfry/call/operation_endpoint.hpp>
#include <belfry/client/client.hpp>
#include <belfry/events/body.hpp>
#include <belfry/events/calls.hpp>
#include <belfry/events/cbor.hpp>
#include <belfry/events/json.hpp>
#include <belfry/events/stream.hpp>
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/paging/paginator.hpp>
#include <belfry/paging/waiter.hpp>
#include <belfry/presign/presign.hpp>
#include <belfry/protocol/aws_json.hpp>
#include <belfry/protocol/query_and_headers.hpp>
#include <belfry/protocol/request_rules.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/protocol/rpc_v2_cbor.hpp>
#include <belfry/protocol/rpc_v2_json.hpp>

#include <belfry/async/impl/async.ipp>
#include <belfry/auth/impl/api_key.ipp>
#include <belfry/auth/impl/bearer_token.ipp>
#include <belfry/auth/impl/presigned_parameter.ipp>
#include <belfry/auth/impl/signature_v2.ipp>
#include <belfry/body/impl/checksum.ipp>
#include <belfry/body/impl/compression.ipp>
#include <belfry/body/impl/streaming.ipp>
#include <belfry/body/impl/tree_hash.ipp>
#include <belfry/call/impl/core.ipp>
#include <belfry/call/impl/encode_request.ipp>
#include <belfry/call/impl/endpoint_path.ipp>
#include <belfry/call/impl/host_prefix.ipp>
#include <belfry/call/impl/operation_endpoint.ipp>
#include <belfry/client/impl/client.ipp>
#include <belfry/events/impl/body.ipp>
#include <belfry/events/impl/calls.ipp>
#include <belfry/events/impl/cbor.ipp>
#include <belfry/events/impl/json.ipp>
#include <belfry/events/impl/stream.ipp>
#include <belfry/jmespath/impl/evaluate.ipp>
#include <belfry/paging/impl/paginator.ipp>
#include <belfry/paging/impl/tokens.ipp>
#include <belfry/paging/impl/waiter.ipp>
#include <belfry/presign/impl/presign.ipp>
#include <belfry/protocol/impl/aws_json.ipp>
#include <belfry/protocol/impl/query_and_headers.ipp>
#include <belfry/protocol/impl/request_rules.ipp>
#include <belfry/protocol/impl/rest_json.ipp>
#include <belfry/protocol/impl/rpc_v2_cbor.ipp>
#include <belfry/protocol/impl/rpc_v2_json.ipp>
