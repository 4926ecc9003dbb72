// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/client/core.hpp>
#include <belfry/client/environment.hpp>
#include <belfry/retry/standard.hpp>

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
} // namespace detail

BELFRY_INLINE ClientCore::ClientCore(const Service& service, ClientConfig&& config,
                                     TransportHandle&& transport)
    : service_(&service), config_(std::move(config)), transport_(std::move(transport)),
      state_(new detail::ClientState()) {}
BELFRY_INLINE ClientCore::~ClientCore() { delete state_; }

} // namespace belfry::inline v0
