// SPDX-License-Identifier: Apache-2.0
#pragma once

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

} // namespace belfry::inline v0
