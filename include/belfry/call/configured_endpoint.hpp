// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/endpoint/resolver.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

/// Finds the endpoint for parameters to which the client's region and the like are added.
[[nodiscard]] BELFRY_COLD inline bool find_configured_endpoint(const Operation& operation,
                                                               const ClientConfig& config,
                                                               EndpointParameters& parameters,
                                                               Endpoint& endpoint, Error& error) {
    return add_endpoint_config(parameters,
                               {.region = config.region,
                                .endpoint_override = config.endpoint,
                                .use_fips = config.use_fips,
                                .use_dual_stack = config.use_dual_stack},
                               error) &&
           find_endpoint(*operation.service->endpoint_rules, parameters, aws_partitions, endpoint, error);
}

} // namespace belfry::inline v0::detail
