// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/retry/standard.hpp>
#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0 {

namespace detail {
/// What the calls of a client share. Its parts are safe to use from several threads.
struct ClientState {
    RetryTokenBucket retry_tokens{};
    ClockSkew clock_skew{};
    SigningKeyCache signing_keys{};
};

[[nodiscard]] inline Environment& environment_of(const ClientCore& core) noexcept {
    return core.config().environment != nullptr ? *core.config().environment : system_environment;
}

/// Sleeps, but not much longer than until the token is cancelled.
inline void sleep_unless_cancelled(Environment& environment, Duration duration,
                                   const CancellationToken* token) {
    constexpr Duration slice = Duration::milliseconds(200);
    while (token != nullptr && duration > slice) {
        if (token->is_cancelled()) return;
        environment.sleep(slice);
        duration = Duration::nanoseconds(duration.count() - slice.count());
    }
    environment.sleep(duration);
}
} // namespace detail

BELFRY_INLINE ClientCore::ClientCore(const Service& service, ClientConfig&& config,
                                     TransportHandle&& transport)
    : service_(&service), config_(std::move(config)), transport_(std::move(transport)),
      state_(new detail::ClientState()) {}
BELFRY_INLINE ClientCore::~ClientCore() { delete state_; }

} // namespace belfry::inline v0
