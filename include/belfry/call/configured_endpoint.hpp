// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/kept_endpoints.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/call/state.hpp>
#include <belfry/endpoint/resolver.hpp>
#include <belfry/endpoint/vm.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Evaluates the endpoint rules, and decides how to sign for the endpoint.
[[nodiscard]] BELFRY_COLD inline bool
evaluate_endpoint(const Operation& operation, const ClientConfig& config, const PreparedRequest& prepared,
                  EndpointParameters& parameters, ResolvedEndpoint& resolved, Error& error) {
    const Service& service = *operation.service;
    if (!add_endpoint_config(parameters,
                             {.region = prepared.region,
                              .endpoint_override = prepared.endpoint,
                              .use_fips = config.use_fips,
                              .use_dual_stack = config.use_dual_stack},
                             error) ||
        !find_endpoint(*service.endpoint_rules, parameters, aws_partitions, resolved.endpoint, error))
        return false;
    settle_url(resolved);
    resolved.signing_name = service.signing_name;
    resolved.signing_region = prepared.region;
    resolved.double_encode_path = !service.sign_path_verbatim;
    const EndpointLibrary* const library = service.endpoint_rules->library;
    return library == nullptr || operation.signing == RequestSigning::none ||
           library->choose_sigv4(resolved.endpoint, resolved.signing_name, resolved.signing_region,
                                 resolved.double_encode_path, error);
}

/// Evaluates the endpoint rules. If `is_kept`, the client keeps the result, by `identity`; otherwise, or if
/// the client has no room, `prepared.own_endpoint` owns it. Returns null, with `error` filled, if the rules
/// give no endpoint.
[[nodiscard]] BELFRY_COLD inline const ResolvedEndpoint*
add_endpoint(const Operation& operation, const ClientCore& core, std::string_view identity, bool is_kept,
             EndpointParameters& parameters, PreparedRequest& prepared, Error& error) {
    OwnedEndpoint& own = prepared.own_endpoint;
    own = OwnedEndpoint(new ResolvedEndpoint());
    ResolvedEndpoint* const resolved = own.get();
    if (!evaluate_endpoint(operation, core.config(), prepared, parameters, *resolved, error)) return nullptr;
    if (is_kept) core.state().endpoints.add(operation, identity, own);
    return resolved;
}

/// Finds the endpoint for parameters to which the client's region and the like are added. The result is as
/// that of `OperationHooks::find_endpoint`.
[[nodiscard]] BELFRY_COLD inline const ResolvedEndpoint*
find_configured_endpoint(const Operation& operation, const ClientCore& core, EndpointParameters& parameters,
                         PreparedRequest& prepared, Error& error) {
    std::string identity;
    const bool is_kept = prepared.is_clients_target && parameters.append_identity(identity) &&
                         identity.size() <= KeptEndpoints::longest_identity;
    if (is_kept)
        if (const ResolvedEndpoint* const kept = core.state().endpoints.find(operation, identity))
            return kept;
    return add_endpoint(operation, core, identity, is_kept, parameters, prepared, error);
}

/// The same for an operation without parameters.
[[nodiscard]] BELFRY_COLD inline const ResolvedEndpoint*
find_endpoint_of_client(const Operation& operation, const void*, const ClientCore& core,
                        PreparedRequest& prepared, Error& error) {
    const bool is_kept = prepared.is_clients_target;
    if (is_kept)
        if (const ResolvedEndpoint* const kept = core.state().endpoints.find(operation, {})) return kept;
    EndpointParameters parameters;
    return add_endpoint(operation, core, {}, is_kept, parameters, prepared, error);
}

} // namespace belfry::inline v0::detail
