// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

/// The end of the declaration `template <class T = int> auto f(...)` of a function that must not be called.
/// Compilers show the reason, a string literal, in their first error: GCC as the constraint of a deleted
/// function; Clang would not show it, but looks for the type that such a function returns.
#if defined(__clang__)
#define BELFRY_REFUSED(reason)                                                                               \
    {                                                                                                        \
        static_assert(sizeof(T) == 0, reason);                                                               \
    }
#else
#define BELFRY_REFUSED(reason) requires(bool(reason)) = delete;
#endif
