// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/endpoint_parameters.hpp>
#include <belfry/util/config.hpp>

#include <string>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE const ResolvedEndpoint*
find_operation_endpoint(const Operation& operation, const void* input, const ClientCore& core,
                        PreparedRequest& prepared, Error& error) {
    EndpointParameters parameters;
    std::string account;
    if (!collect_endpoint_parameters(operation, input, core.config(), *prepared.credentials, parameters,
                                     account, error))
        return nullptr;
    return find_configured_endpoint(operation, core, parameters, prepared, error);
}

} // namespace belfry::inline v0::detail
