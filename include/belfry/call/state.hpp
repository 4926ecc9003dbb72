// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/signing.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/call/kept_endpoints.hpp>
#include <belfry/retry/standard.hpp>
#include <belfry/util/owned.hpp>

namespace belfry::inline v0::detail {

/// The state that a client's calls share. Its parts are safe to use from several threads.
struct ClientState {
    RetryTokenBucket retry_tokens{};
    ClockSkew clock_skew{};
    SigningKeyCache signing_keys{};
    KeptEndpoints endpoints{};
    /// That of `ClientConfig::retry_mode`, else that of the configuration; null for none.
    Interceptor* interceptor = nullptr;
    Owned<Interceptor> retry_mode{};
};

} // namespace belfry::inline v0::detail
