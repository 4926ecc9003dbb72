// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `ZlibCompressor`, which compresses requests. Needs zlib (CMake: `belfry::zlib`).

#include <belfry/interop/zlib.hpp>
