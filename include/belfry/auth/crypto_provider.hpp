// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/body_source.hpp>
#include <belfry/util/sha256_digest.hpp>

#include <string_view>

namespace belfry::inline v0 {

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
};

} // namespace belfry::inline v0
