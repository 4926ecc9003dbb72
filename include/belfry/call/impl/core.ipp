// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/call/state.hpp>
#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0 {

namespace detail {
static_assert(Service{}.max_attempts == default_max_attempts && Service{}.base_delay == default_base_delay,
              "most services retry as RetryOptions says");

/// Makes the state of a client.
BELFRY_COLD BELFRY_NOINLINE inline ClientState* make_state(const ClientConfig& config) {
    // Before the state, so that nothing is lost if memory runs out.
    Owned<Interceptor> mode(config.retry_mode != nullptr ? config.retry_mode(config) : nullptr);
    auto* const state = new ClientState();
    state->interceptor = mode ? mode.get() : config.interceptor;
    state->retry_mode = std::move(mode);
    return state;
}
} // namespace detail

BELFRY_INLINE ClientCore::ClientCore(const Service& service, ClientConfig&& config,
                                     TransportHandle&& transport)
    : service_(&service), config_(std::move(config)), transport_(std::move(transport)),
      state_(detail::make_state(config_)) {}
BELFRY_INLINE ClientCore::~ClientCore() { delete state_; }

BELFRY_INLINE Environment& ClientCore::environment() const noexcept {
    return detail::environment_or_system(config_.environment);
}

namespace detail {

// Small rather than fast, but the program that makes a client is not cold.
BELFRY_COLD BELFRY_NOINLINE inline ClientCore* new_core(const Service& service, ClientConfig&& config,
                                                        TransportHandle&& transport) {
    return new ClientCore(service, std::move(config), std::move(transport));
}
BELFRY_NOIPA inline ClientCore* make_core(const Service& service, ClientConfig&& config,
                                          TransportHandle&& transport) {
    return new_core(service, std::move(config), std::move(transport));
}
BELFRY_COLD BELFRY_NOINLINE inline void delete_core(ClientCore* core) noexcept { delete core; }
BELFRY_NOIPA inline void destroy_core(ClientCore* core) noexcept { delete_core(core); }

BELFRY_INLINE OwnedCore::OwnedCore(const Service& service, ClientConfig&& config, TransportHandle&& transport)
    : core_(make_core(service, std::move(config), std::move(transport))) {}
BELFRY_INLINE OwnedCore::~OwnedCore() { destroy_core(core_); }

} // namespace detail
} // namespace belfry::inline v0
