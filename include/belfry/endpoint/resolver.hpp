// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/endpoint/endpoint.hpp>
#include <belfry/endpoint/partitions.hpp>
#include <belfry/endpoint/vm.hpp>
#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0 {

/// Finds the endpoint for these parameters. Fails with `ErrorKind::endpoint` when the rules refuse them (code
/// `EndpointRule`, with the rule set's message), when one is missing or of the wrong type
/// (`MissingParameter`, `InvalidParameter`), when no rule fits (`NoEndpoint`) and when the URL found is not
/// one (`InvalidEndpoint`).
[[nodiscard]] BELFRY_COLD inline Result<Endpoint>
resolve_endpoint(const EndpointRules& rules, const EndpointParameters& parameters,
                 const Partitions& partitions = aws_partitions) {
    Endpoint endpoint;
    Error error;
    if (detail::find_endpoint(rules, parameters, partitions, endpoint, error)) return endpoint;
    return error;
}

/// Adds the built-ins that `config` stands for to the parameters; false, with `error` filled (code
/// `InvalidRegion`), when its region cannot be a part of a host name.
[[nodiscard]] BELFRY_COLD inline bool add_endpoint_config(EndpointParameters& parameters,
                                                          const EndpointConfig& config, Error& error) {
    // Before the rules see it: their errors quote it.
    if (detail::may_hold_password(config.endpoint_override)) return detail::fail_for_user(error);
    parameters.set_config(config);
    if (config.region.empty() || is_valid_region(config.region)) return true;
    return detail::fail(error, ErrorKind::endpoint, "InvalidRegion",
                        {"the region cannot be a part of a host name: ", config.region});
}

/// Like the others, with the built-ins that `config` stands for added to the parameters; false, with `error`
/// filled, when there is no endpoint. Fails with the code `InvalidRegion` as well. `endpoint` and `error`
/// must be empty. A caller that needs no `Result` compiles faster with this one.
[[nodiscard]] BELFRY_COLD inline bool resolve_endpoint(const EndpointRules& rules,
                                                       const EndpointConfig& config,
                                                       EndpointParameters& parameters, Endpoint& endpoint,
                                                       Error& error) {
    return add_endpoint_config(parameters, config, error) &&
           detail::find_endpoint(rules, parameters, aws_partitions, endpoint, error);
}

/// Like the first overload, with the built-ins that `config` stands for in addition. Fails with the code
/// `InvalidRegion` as well.
[[nodiscard]] BELFRY_COLD inline Result<Endpoint> resolve_endpoint(const EndpointRules& rules,
                                                                   const EndpointConfig& config,
                                                                   EndpointParameters parameters = {}) {
    Endpoint endpoint;
    Error error;
    if (resolve_endpoint(rules, config, parameters, endpoint, error)) return endpoint;
    return error;
}

} // namespace belfry::inline v0
