// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/body_source.hpp>
#include <belfry/util/sha256_digest.hpp>

#include <string_view>

namespace belfry::inline v0 {

class S3ExpressSigner;
class SigV4aSigner;

/// Computes the hashes of a signature. Implement it to use your own cryptographic library;
/// `belfry/openssl.hpp` does so for OpenSSL. Must be callable from several threads at once if the client
/// is.
class CryptoProvider {
  public:
    virtual ~CryptoProvider() = default;
    /// SHA-256 (FIPS 180-4) of `message`; false when the library fails.
    virtual bool sha256(std::string_view message, Sha256Digest& out) noexcept = 0;
    /// SHA-256 of everything left in `source`; false when the source or the library fails.
    virtual bool sha256(BodySource& source, Sha256Digest& out) noexcept = 0;
    /// HMAC-SHA-256 (RFC 2104) of `message`; false when the library fails.
    virtual bool hmac_sha256(std::string_view key, std::string_view message, Sha256Digest& out) noexcept = 0;
    /// Makes signatures of Signature Version 4a; null, as by default, if the provider does not. `SigV4a`
    /// (`belfry/sigv4a.hpp`) does.
    virtual SigV4aSigner* sigv4a() noexcept { return nullptr; }
    /// Signs with sessions of S3 Express; null, as by default, if the provider does not. `S3Express`
    /// (`belfry/s3_express.hpp`) does.
    virtual S3ExpressSigner* s3_express() noexcept { return nullptr; }
};

} // namespace belfry::inline v0
