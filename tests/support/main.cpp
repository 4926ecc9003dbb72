// SPDX-License-Identifier: Apache-2.0
// Catch2 2 brings its main as a macro; Catch2 3 as a library, and this file stays out of the build.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
