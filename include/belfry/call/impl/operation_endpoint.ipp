// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/endpoint_parameters.hpp>
#include <belfry/util/config.hpp>

#include <string>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE bool find_operation_endpoint(const Operation& operation, const void* input,
                                                       const ClientConfig& config, Endpoint& endpoint,
                                                       Error& error) {
    EndpointParameters parameters;
    std::string account;
    return collect_endpoint_parameters(operation, input, config, parameters, account, error) &&
           find_configured_endpoint(operation, config, parameters, endpoint, error);
}

} // namespace belfry::inline v0::detail
