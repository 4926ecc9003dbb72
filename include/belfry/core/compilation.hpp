// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Belfry is header-only unless `BELFRY_SEPARATE_COMPILATION` is defined, in the same way for the whole program.
/// With it, service headers only declare the pipeline and the codecs, and exactly one source file of the program
/// includes `<belfry/separate_compilation.hpp>`, which defines them. The CMake target `belfry::compiled` does both.
#if defined(BELFRY_SEPARATE_COMPILATION)
#define BELFRY_INLINE
#else
#define BELFRY_INLINE inline
#endif
