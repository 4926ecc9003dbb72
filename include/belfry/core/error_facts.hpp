// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>

namespace belfry::inline v0::detail {

/// The circumstances of a call that failed. None of them is a secret.
struct ErrorFacts {
    std::string operation;
    std::string service;
    /// Scheme, host and port; empty if there was no request yet.
    std::string endpoint;
    std::string region;
    /// Where they come from; empty if the operation needs none.
    std::string credentials;
    /// Seconds that the service's clock is ahead of the local one, as far as responses tell.
    std::int64_t clock_offset = 0;
};

} // namespace belfry::inline v0::detail
