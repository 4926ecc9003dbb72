// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compilers for older standards stop here, at a header that does not exist, instead of printing an error for
// each thing that is new in C++20. So every header of Belfry includes this one, or one that does, first.
#if (defined(_MSVC_LANG) && _MSVC_LANG < 202002L) || (!defined(_MSC_VER) && __cplusplus < 202002L)
#error "Belfry needs C++20: compile with g++ 11, clang 14 or newer and -std=c++20"
#include <Belfry needs C++20>
#endif

/// Belfry is header-only unless `BELFRY_SEPARATE_COMPILATION` is defined, in the same way for the whole
/// program. With it, service headers only declare the pipeline and the codecs, and exactly one source file of
/// the program includes `<belfry/impl/src.hpp>`, which defines them. The CMake target
/// `belfry::compiled` does both.
#if defined(BELFRY_SEPARATE_COMPILATION)
#define BELFRY_INLINE
#else
#define BELFRY_INLINE inline
#endif

/// Whether the compiler has GCC's builtins, attributes and vector types. Every use of them has a twin in
/// standard C++20 that `BELFRY_NO_EXTENSIONS` chooses; define it in the same way for the whole program. Tests
/// define it, so that the twins compile and give the same results. `BELFRY_NO_FLOAT_CHARCONV` does the same
/// for what old standard libraries lack.
#if (defined(__GNUC__) || defined(__clang__)) && !defined(BELFRY_NO_EXTENSIONS)
#define BELFRY_HAS_GNU_EXTENSIONS 1
#else
#define BELFRY_HAS_GNU_EXTENSIONS 0
#endif

/// Whether the compiler says that the least significant byte of a number comes first in memory. It spares
/// `<bit>`, which costs more to include; where this is 0, code makes no assumption.
#if BELFRY_HAS_GNU_EXTENSIONS && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BELFRY_LITTLE_ENDIAN 1
#else
#define BELFRY_LITTLE_ENDIAN 0
#endif

/// `BELFRY_COLD` marks what runs once or a few times a call, so that compilers make it small rather than
/// fast. `BELFRY_NOINLINE` keeps a function out of its callers. `BELFRY_NOIPA` hides a function's body from
/// the analysis of its callers: GCC takes a function for cold that always calls a cold one, and without this
/// mark it would take the user's own loops for cold. `BELFRY_UNREACHABLE()` tells the compiler that control
/// does not reach this point. The macros are empty for compilers without these attributes.
#if BELFRY_HAS_GNU_EXTENSIONS
#define BELFRY_COLD [[gnu::cold]]
#define BELFRY_NOINLINE [[gnu::noinline]]
#define BELFRY_UNREACHABLE() __builtin_unreachable()
#elif defined(_MSC_VER) && !defined(BELFRY_NO_EXTENSIONS)
#define BELFRY_COLD
#define BELFRY_NOINLINE [[msvc::noinline]]
#define BELFRY_UNREACHABLE() __assume(0)
#else
#define BELFRY_COLD
#define BELFRY_NOINLINE
#define BELFRY_UNREACHABLE() static_cast<void>(0)
#endif
#if BELFRY_HAS_GNU_EXTENSIONS && !defined(__clang__)
#define BELFRY_NOIPA [[gnu::noipa]]
#else
#define BELFRY_NOIPA
#endif

/// Around declarations that name what they deprecate: `-Wdeprecated-declarations` is for what programs name.
#if defined(__GNUC__) || defined(__clang__)
#define BELFRY_IGNORE_DEPRECATED_BEGIN                                                                       \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#define BELFRY_IGNORE_DEPRECATED_END _Pragma("GCC diagnostic pop")
#elif defined(_MSC_VER)
#define BELFRY_IGNORE_DEPRECATED_BEGIN __pragma(warning(push)) __pragma(warning(disable : 4996))
#define BELFRY_IGNORE_DEPRECATED_END __pragma(warning(pop))
#else
#define BELFRY_IGNORE_DEPRECATED_BEGIN
#define BELFRY_IGNORE_DEPRECATED_END
#endif
