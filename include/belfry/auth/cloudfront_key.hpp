// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The hash of a signature for Amazon CloudFront.
enum class CloudFrontHash : std::uint8_t {
    sha1,   ///< The default of CloudFront.
    sha256, ///< The URL or the cookies then say so (`Hash-Algorithm=SHA256`).
};

/// A private key whose public key is in a key group of CloudFront (Amazon CloudFront Developer Guide,
/// "Specify signers that can create signed URLs and signed cookies"). Implement it to sign with your own
/// cryptographic library or a key store; `belfry/openssl_cloudfront_key.hpp` signs with OpenSSL. Must be
/// callable from several threads at once if the signer is.
class CloudFrontKey {
  public:
    virtual ~CloudFrontKey() = default;
    /// The signature of `message` as bytes: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2) of a key of 2048 bits,
    /// or ECDSA on P-256 in DER (RFC 3279 section 2.2.3). An `Error` of kind `ErrorKind::signing` says why
    /// there is none.
    [[nodiscard]] virtual Result<std::string> sign(std::string_view message,
                                                   CloudFrontHash hash) noexcept = 0;
};

} // namespace belfry::inline v0
