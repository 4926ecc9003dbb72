// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#if defined(__aarch64__) && !defined(_WIN32)

#if defined(__unix__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace belfry::inline v0::detail {

/// Whether this processor has an extension of ARMv8, given by its bit in Linux's `AT_HWCAP`. Apple's
/// processors with 64 bits have all extensions that Belfry uses; on other systems the answer is false.
[[nodiscard]] inline bool processor_has([[maybe_unused]] unsigned long extension) noexcept {
#if defined(__APPLE__)
    return true;
#elif defined(__linux__)
    constexpr unsigned long capabilities = 16; // AT_HWCAP
    return (::getauxval(capabilities) & extension) != 0;
#else
    return false;
#endif
}

} // namespace belfry::inline v0::detail

#endif
