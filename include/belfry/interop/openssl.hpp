// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<openssl/evp.h>)
#error "OpenSSL is missing: install libssl-dev (apt), openssl-devel (dnf), openssl-dev (apk) or openssl"
#endif

#include <belfry/auth/signing.hpp>
#include <belfry/http/read_all.hpp>

#include <limits>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string_view>

namespace belfry::inline v0 {

/// Computes the hashes of signatures with OpenSSL 1.1.1 or later. Including this header is what makes a
/// program need libcrypto.
class OpenSslCrypto final : public CryptoProvider {
  public:
    bool sha256(std::string_view message, Sha256Digest& out) noexcept override {
        return EVP_Digest(message.data(), message.size(), out.bytes, nullptr, EVP_sha256(), nullptr) == 1;
    }
    bool sha256(BodySource& source, Sha256Digest& out) noexcept override {
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        if (context == nullptr) return false;
        bool good = EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1;
        const bool read = detail::read_all(source, [context, &good](std::string_view piece) {
            good = good && EVP_DigestUpdate(context, piece.data(), piece.size()) == 1;
        });
        good = read && good && EVP_DigestFinal_ex(context, out.bytes, nullptr) == 1;
        EVP_MD_CTX_free(context);
        return good;
    }
    bool hmac_sha256(std::string_view key, std::string_view message, Sha256Digest& out) noexcept override {
        if (key.size() > static_cast<std::size_t>((std::numeric_limits<int>::max)())) return false;
        return HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                    reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.bytes,
                    nullptr) != nullptr;
    }
};

} // namespace belfry::inline v0
