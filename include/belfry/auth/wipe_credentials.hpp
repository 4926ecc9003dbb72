// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

namespace belfry::inline v0::detail {

/// Overwrites the secrets of credentials that are dropped.
BELFRY_COLD inline void wipe(Credentials& credentials) noexcept {
    wipe(credentials.secret_access_key);
    wipe(credentials.session_token);
    wipe(credentials.bearer_token);
}

} // namespace belfry::inline v0::detail
