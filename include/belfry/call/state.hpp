// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/signing.hpp>
#include <belfry/retry/standard.hpp>

namespace belfry::inline v0::detail {

/// The state that a client's calls share. Its parts are safe to use from several threads.
struct ClientState {
    RetryTokenBucket retry_tokens{};
    ClockSkew clock_skew{};
    SigningKeyCache signing_keys{};
};

} // namespace belfry::inline v0::detail
