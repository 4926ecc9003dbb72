// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>

#include <string>

namespace belfry::inline v0 {

/// Finds the endpoints of operations that require endpoint discovery: `EndpointDiscovery`
/// (`belfry/endpoint_discovery.hpp`) is one. Must be callable from several threads at once if the client is.
class EndpointFinder {
  public:
    /// Replaces `url`, which is what the endpoint rules say. False with `error` filled if there is no
    /// endpoint; then the call ends.
    [[nodiscard]] virtual bool find_endpoint(const Operation& operation, std::string& url, Error& error) = 0;

  protected:
    ~EndpointFinder() = default;
};

} // namespace belfry::inline v0
