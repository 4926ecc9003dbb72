// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The version of the library that a program was compiled with (semantic versioning).
#define BELFRY_VERSION_MAJOR 0
#define BELFRY_VERSION_MINOR 1
#define BELFRY_VERSION_PATCH 0
#define BELFRY_VERSION_STRING "0.1.0"
