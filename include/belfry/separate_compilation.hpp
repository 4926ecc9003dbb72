// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Defines what `BELFRY_SEPARATE_COMPILATION` leaves undefined. Include it in exactly one source file.
#if !defined(BELFRY_SEPARATE_COMPILATION)
#error "define BELFRY_SEPARATE_COMPILATION for the whole program, or do not include this header"
#endif

#include <belfry/auth/api_key_implementation.hpp>
#include <belfry/auth/bearer_token_implementation.hpp>
#include <belfry/auth/presigned_parameter_implementation.hpp>
#include <belfry/auth/signature_v2_implementation.hpp>
#include <belfry/client/async_implementation.hpp>
#include <belfry/client/checksum_implementation.hpp>
#include <belfry/client/compression_implementation.hpp>
#include <belfry/client/endpoint_path_implementation.hpp>
#include <belfry/client/event_body_implementation.hpp>
#include <belfry/client/event_calls_implementation.hpp>
#include <belfry/client/event_stream_implementation.hpp>
#include <belfry/client/implementation.hpp>
#include <belfry/client/paginator_implementation.hpp>
#include <belfry/client/presign_implementation.hpp>
#include <belfry/client/streaming_implementation.hpp>
#include <belfry/client/tree_hash_implementation.hpp>
#include <belfry/client/waiter_implementation.hpp>
#include <belfry/protocol/aws_json_implementation.hpp>
#include <belfry/protocol/cbor_events_implementation.hpp>
#include <belfry/protocol/http_binding_implementation.hpp>
#include <belfry/protocol/json_events_implementation.hpp>
#include <belfry/protocol/request_rules_implementation.hpp>
#include <belfry/protocol/rest_json_implementation.hpp>
#include <belfry/protocol/rest_json_oauth_implementation.hpp>
#include <belfry/protocol/rpc_v2_cbor_implementation.hpp>
#include <belfry/protocol/rpc_v2_json_implementation.hpp>
