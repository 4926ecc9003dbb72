// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Signatures of Signature Version 4a and of `LoginCredentials` by OpenSSL. Needs OpenSSL (CMake:
/// `belfry::openssl`).

#include <belfry/interop/openssl_ecdsa.hpp>
