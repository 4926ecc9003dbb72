// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `OpenSslChecksums`, the checksum SHA512 of Amazon S3. Needs OpenSSL (CMake: `belfry::openssl`).

#include <belfry/interop/openssl_checksums.hpp>
