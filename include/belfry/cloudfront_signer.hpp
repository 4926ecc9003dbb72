// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Signed URLs and cookies of Amazon CloudFront: `CloudFrontSigner`. `belfry/openssl_cloudfront_key.hpp` has
/// a key for it.

#include <belfry/presign/cloudfront_signer.hpp>
