// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/http/request.hpp>

#include <string>

namespace belfry::inline v0::detail {

/// A request and how to sign it.
struct PreparedRequest {
    PreparedRequest() = default;
    PreparedRequest(const PreparedRequest&) = delete;
    PreparedRequest& operator=(const PreparedRequest&) = delete;

    HttpRequest request{};
    SigningOptions signing{};
    AuthorizeState authorization{};
    /// Signing values from the endpoint instead of the model; `signing` points here.
    std::string signing_name{};
    std::string signing_region{};
};

} // namespace belfry::inline v0::detail
