// SPDX-License-Identifier: Apache-2.0
#pragma once

/// A private key in PEM for `CloudFrontSigner`. Needs OpenSSL (CMake: `belfry::openssl`).

#include <belfry/interop/openssl_cloudfront_key.hpp>
