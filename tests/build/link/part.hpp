// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compiled twice under two names: as two translation units of one program, and as one of each of two shared
// objects.
#include "two_operations.hpp"

#if defined(_WIN32)
#define BELFRY_TEST_EXPORT extern "C" __declspec(dllexport)
#else
#define BELFRY_TEST_EXPORT extern "C" __attribute__((visibility("default")))
#endif

BELFRY_TEST_EXPORT const char* BELFRY_TEST_PART();
BELFRY_TEST_EXPORT const char* BELFRY_TEST_PART() {
    static std::string said;
    said = use_two_operations();
    return said.c_str();
}
