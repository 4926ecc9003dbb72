// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/http/request.hpp>

namespace belfry::inline v0::detail {

/// A request and how to sign it.
struct PreparedRequest {
    PreparedRequest() = default;
    PreparedRequest(const PreparedRequest&) = delete;
    PreparedRequest& operator=(const PreparedRequest&) = delete;

    HttpRequest request{};
    SigningOptions signing{};
    AuthorizeState authorization{};
    /// The endpoint, unless the client keeps it; `signing` refers to it.
    OwnedEndpoint own_endpoint{};
};

} // namespace belfry::inline v0::detail
