// SPDX-License-Identifier: Apache-2.0
#include <belfry/protocol/aws_json.hpp>
#include <belfry/protocol/query_and_headers.hpp>
#include <belfry/protocol/request_rules.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/protocol/rpc_v2_json.hpp>

#include <belfry/protocol/impl/aws_json.ipp>
#include <belfry/protocol/impl/query_and_headers.ipp>
#include <belfry/protocol/impl/request_rules.ipp>
#include <belfry/protocol/impl/rest_json.ipp>
#include <belfry/protocol/impl/rpc_v2_json.ipp>
