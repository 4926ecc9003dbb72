// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>

namespace belfry::inline v0::detail {

/// Overwrites `size` bytes of a secret, so that they do not stay in memory that is free.
BELFRY_COLD BELFRY_NOINLINE inline void wipe(void* secret, std::size_t size) noexcept {
    // Stores through a pointer to volatile are not optimised away.
    volatile char* const bytes = static_cast<char*>(secret);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = '\0';
}

/// Overwrites a secret and makes the string empty.
BELFRY_COLD BELFRY_NOINLINE inline void wipe(std::string& secret) noexcept {
    wipe(secret.data(), secret.size());
    secret.clear();
}

} // namespace belfry::inline v0::detail
