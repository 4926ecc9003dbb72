// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/endpoint_finder.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

/// For operations that require endpoint discovery; their generated headers include it.
namespace belfry::inline v0::detail {

/// Replaces the URL of an endpoint by one that the client's interceptor finds, unless the call or the client
/// names an endpoint. The result is as that of `OperationHooks::find_endpoint`.
[[nodiscard]] BELFRY_COLD inline const ResolvedEndpoint*
discover_endpoint(const Operation& operation, const ClientConfig& config, const ResolvedEndpoint* found,
                  PreparedRequest& prepared, Error& error) {
    if (found == nullptr || !prepared.endpoint.empty()) return found;
    if (prepared.differs_from_client) {
        fail(error, ErrorKind::endpoint, "EndpointDiscoveryRequired",
             {operation.name,
              " needs an endpoint that the service returns, and those of the client are for its own region "
              "and credentials: set CallOptions::endpoint as well, or make a client for these"});
        return nullptr;
    }
    EndpointFinder* const finder =
        config.interceptor != nullptr ? config.interceptor->endpoint_finder() : nullptr;
    if (finder == nullptr) {
        fail(error, ErrorKind::endpoint, "EndpointDiscoveryRequired",
             {operation.name,
              " needs an endpoint that the service returns: set ClientConfig::interceptor to an "
              "EndpointDiscovery (belfry/endpoint_discovery.hpp), or ClientConfig::endpoint to such an "
              "endpoint"});
        return nullptr;
    }
    OwnedEndpoint& own = prepared.own_endpoint;
    own_endpoint(*found, own);
    if (!finder->find_endpoint(operation, own->endpoint.url, error)) return nullptr;
    settle_url(*own);
    return own.get();
}

/// Finds the endpoint by `Rules`, which also say how to sign, and has the interceptor replace its URL. See
/// `OperationHooks::find_endpoint`.
template <const ResolvedEndpoint* (*Rules)(const Operation& operation, const void* input,
                                           const ClientCore& core, PreparedRequest& prepared,
                                           Error& error) = &find_endpoint_of_client>
[[nodiscard]] BELFRY_COLD const ResolvedEndpoint*
find_discovered_endpoint(const Operation& operation, const void* input, const ClientCore& core,
                         PreparedRequest& prepared, Error& error) {
    return discover_endpoint(operation, core.config(), Rules(operation, input, core, prepared, error),
                             prepared, error);
}

} // namespace belfry::inline v0::detail
