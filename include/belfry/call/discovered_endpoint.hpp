// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/endpoint_finder.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

/// For operations that require endpoint discovery; their generated headers include it.
namespace belfry::inline v0::detail {

/// Finds the endpoint of an operation by the client's configuration alone.
[[nodiscard]] BELFRY_COLD inline bool find_endpoint_of_client(const Operation& operation, const void*,
                                                              const ClientConfig& config, Endpoint& endpoint,
                                                              Error& error) {
    EndpointParameters parameters;
    return find_configured_endpoint(operation, config, parameters, endpoint, error);
}

/// Replaces the URL of an endpoint by one that the client's interceptor finds, unless `config` names an
/// endpoint.
[[nodiscard]] BELFRY_COLD inline bool
discover_endpoint(const Operation& operation, const ClientConfig& config, Endpoint& endpoint, Error& error) {
    if (!config.endpoint.empty()) return true;
    EndpointFinder* const finder =
        config.interceptor != nullptr ? config.interceptor->endpoint_finder() : nullptr;
    if (finder != nullptr) return finder->find_endpoint(operation, endpoint, error);
    return fail(error, ErrorKind::endpoint, "EndpointDiscoveryRequired",
                {operation.name,
                 " needs an endpoint that the service returns: set ClientConfig::interceptor to an "
                 "EndpointDiscovery (belfry/endpoint_discovery.hpp), or ClientConfig::endpoint to such an "
                 "endpoint"});
}

/// Finds the endpoint by `Rules`, which also say how to sign, and has the interceptor replace its URL. See
/// `OperationHooks::find_endpoint`.
template <bool (*Rules)(const Operation& operation, const void* input, const ClientConfig& config,
                        Endpoint& endpoint, Error& error) = &find_endpoint_of_client>
[[nodiscard]] BELFRY_COLD bool find_discovered_endpoint(const Operation& operation, const void* input,
                                                        const ClientConfig& config, Endpoint& endpoint,
                                                        Error& error) {
    return Rules(operation, input, config, endpoint, error) &&
           discover_endpoint(operation, config, endpoint, error);
}

} // namespace belfry::inline v0::detail
