// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/call/state.hpp>
#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0 {

BELFRY_INLINE ClientCore::ClientCore(const Service& service, ClientConfig&& config,
                                     TransportHandle&& transport)
    : service_(&service), config_(std::move(config)), transport_(std::move(transport)),
      state_(new detail::ClientState()) {}
BELFRY_INLINE ClientCore::~ClientCore() { delete state_; }

BELFRY_INLINE Environment& ClientCore::environment() const noexcept {
    return config_.environment != nullptr ? *config_.environment : detail::system_environment;
}

} // namespace belfry::inline v0
