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

/// What runs once or a few times a call is marked `gnu::cold`, so that compilers make it small. GCC concludes
/// that whoever always calls something cold is cold too, up to the user's own loops; a function with this
/// mark ends that.
#if defined(__GNUC__) && !defined(__clang__)
#define BELFRY_BOUNDARY [[gnu::noipa]]
#else
#define BELFRY_BOUNDARY
#endif
