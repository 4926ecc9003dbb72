// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/http/request.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0::detail {

/// A request and how to sign it.
struct PreparedRequest {
    BELFRY_COLD BELFRY_NOINLINE PreparedRequest(const ClientConfig& config,
                                                const CallOptions& options) noexcept
        : region(options.region.empty() ? std::string_view(config.region) : options.region),
          endpoint(options.endpoint.empty() ? std::string_view(config.endpoint) : options.endpoint),
          credentials(options.credentials != nullptr ? options.credentials : &config.credentials),
          is_clients_target(options.region.size() + options.endpoint.size() == 0),
          differs_from_client(!options.region.empty() || options.credentials != nullptr) {}
    PreparedRequest(const PreparedRequest&) = delete;
    PreparedRequest& operator=(const PreparedRequest&) = delete;

    HttpRequest request{};
    SigningOptions signing{};
    AuthorizeState authorization{};
    /// Those of the call's options, else of the client's configuration.
    std::string_view region;
    std::string_view endpoint;
    const CredentialsHandle* credentials;
    /// Whether region and endpoint are the client's.
    bool is_clients_target;
    /// Whether the region or the credentials are the call's own.
    bool differs_from_client;
    /// The endpoint, unless the client keeps it; `signing` refers to it.
    OwnedEndpoint own_endpoint{};
};

} // namespace belfry::inline v0::detail
