// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Hashes by OpenSSL in place of Belfry's own. Needs OpenSSL (CMake: `belfry::openssl`).

#include <belfry/interop/openssl.hpp>
