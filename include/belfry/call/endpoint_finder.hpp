// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/endpoint/endpoint.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>

namespace belfry::inline v0 {

/// Which operations are sent to endpoints that the service returns: the setting `endpoint_discovery_enabled`
/// (AWS SDKs and Tools Reference Guide, "Endpoint discovery").
enum class EndpointDiscoveryMode : std::uint8_t {
    required_only, ///< Those that require it: `auto` in settings.
    always,        ///< All that the service supports it for: `true`.
    never,         ///< None: `false`. Operations that require it fail.
};

/// Finds the endpoints of operations that require endpoint discovery: `EndpointDiscovery`
/// (`belfry/endpoint_discovery.hpp`) is one. Must be callable from several threads at once if the client is.
class EndpointFinder {
  public:
    /// Replaces `endpoint.url`, which is what the endpoint rules say. False with `error` filled if there is
    /// no endpoint; then the call ends.
    [[nodiscard]] virtual bool find_endpoint(const Operation& operation, Endpoint& endpoint,
                                             Error& error) = 0;

  protected:
    ~EndpointFinder() = default;
};

} // namespace belfry::inline v0
