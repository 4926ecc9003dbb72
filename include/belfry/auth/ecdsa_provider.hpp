// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/sha256_digest.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0 {

/// A private key of the curve P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3): a number from 1 to n - 1,
/// big-endian. Its memory is overwritten when it is destroyed.
struct P256PrivateKey {
    P256PrivateKey() noexcept = default;
    P256PrivateKey(const P256PrivateKey&) noexcept = default;
    P256PrivateKey& operator=(const P256PrivateKey&) noexcept = default;
    ~P256PrivateKey() { detail::wipe(bytes, sizeof bytes); }

    unsigned char bytes[32] = {};
};

/// A public key of the curve P-256: the coordinates of a point, big-endian.
struct P256PublicKey {
    unsigned char x[32] = {};
    unsigned char y[32] = {};
    friend bool operator==(const P256PublicKey&, const P256PublicKey&) = default;
};

/// A signature of the curve P-256 in DER: the `Ecdsa-Sig-Value` of RFC 3279 section 2.2.3.
struct EcdsaSignature {
    /// The most bytes that a signature has.
    static constexpr std::size_t capacity = 72;
    unsigned char bytes[capacity] = {};
    std::size_t size = 0;
    [[nodiscard]] std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(bytes), size};
    }
};

/// Signs with keys of the curve P-256, for Signature Version 4a and for `LoginCredentials`. Implement it to
/// use your own cryptographic library; `belfry/openssl_ecdsa.hpp` does so for OpenSSL. Must be callable from
/// several threads at once if the client is.
class EcdsaProvider {
  public:
    virtual ~EcdsaProvider() = default;
    /// ECDSA (FIPS 186-5 section 6.4.1) of a message by its SHA-256 hash; false when the library fails.
    virtual bool sign(const P256PrivateKey& key, const Sha256Digest& digest,
                      EcdsaSignature& out) noexcept = 0;
    /// The public key of a private key; false when the library fails.
    virtual bool derive_public_key(const P256PrivateKey& key, P256PublicKey& out) noexcept = 0;
};

} // namespace belfry::inline v0
