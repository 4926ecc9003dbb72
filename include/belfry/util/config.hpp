// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Belfry is header-only unless `BELFRY_SEPARATE_COMPILATION` is defined, in the same way for the whole
/// program. With it, service headers only declare the pipeline and the codecs, and exactly one source file of
/// the program includes `<belfry/impl/src.hpp>`, which defines them. The CMake target
/// `belfry::compiled` does both.
#if defined(BELFRY_SEPARATE_COMPILATION)
#define BELFRY_INLINE
#else
#define BELFRY_INLINE inline
#endif

/// `BELFRY_COLD` marks what runs once or a few times a call, so that compilers make it small rather than
/// fast. `BELFRY_NOINLINE` keeps a function out of its callers. `BELFRY_NOIPA` hides a function's body from
/// the analysis of its callers: GCC takes a function for cold that always calls a cold one, and without this
/// mark it would take the user's own loops for cold. Compilers that have no such attribute get none.
#if defined(__GNUC__) || defined(__clang__)
#define BELFRY_COLD [[gnu::cold]]
#define BELFRY_NOINLINE [[gnu::noinline]]
#elif defined(_MSC_VER)
#define BELFRY_COLD
#define BELFRY_NOINLINE [[msvc::noinline]]
#else
#define BELFRY_COLD
#define BELFRY_NOINLINE
#endif
#if defined(__GNUC__) && !defined(__clang__)
#define BELFRY_NOIPA [[gnu::noipa]]
#else
#define BELFRY_NOIPA
#endif
