// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `XxhashChecksums`, the checksums XXHASH64, XXHASH3 and XXHASH128 of Amazon S3. Needs the xxHash library
/// (CMake: `belfry::xxhash`).

#include <belfry/interop/xxhash.hpp>
