// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<openssl/evp.h>)
#error "OpenSSL is missing: install libssl-dev (apt), openssl-devel (dnf), openssl-dev (apk) or openssl"
#endif

#include <belfry/auth/cloudfront_key.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/openssl_x509.hpp>

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/opensslv.h>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

namespace detail {

/// Removes the errors that OpenSSL adds to the thread's queue, and leaves those that were there.
class OpenSslErrors {
  public:
    OpenSslErrors() noexcept { ERR_set_mark(); }
    OpenSslErrors(const OpenSslErrors&) = delete;
    OpenSslErrors& operator=(const OpenSslErrors&) = delete;
    ~OpenSslErrors() { ERR_pop_to_mark(); }
    /// OpenSSL's words for the last error. They name no value.
    [[nodiscard]] std::string_view reason() const noexcept {
        const char* const text = ERR_reason_error_string(ERR_peek_last_error());
        return text != nullptr ? text : "no reason given";
    }
};

/// Copies the passphrase that `user` points to. Without one it fails: OpenSSL's own callback would ask on the
/// terminal.
inline int copy_pem_passphrase(char* to, int size, int, void* user) {
    const std::string_view passphrase = *static_cast<const std::string_view*>(user);
    if (passphrase.empty() || size < 0 || passphrase.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(to, passphrase.data(), passphrase.size());
    return static_cast<int>(passphrase.size());
}

[[nodiscard]] inline bool is_p256(const EVP_PKEY* key) noexcept {
    if (EVP_PKEY_base_id(key) != EVP_PKEY_EC) return false;
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    char name[64] = {};
    return EVP_PKEY_get_group_name(key, name, sizeof name, nullptr) == 1 &&
           OBJ_txt2nid(name) == NID_X9_62_prime256v1;
#else
    // Older versions take a pointer to an object that is not constant.
    const EC_KEY* const curve = EVP_PKEY_get0_EC_KEY(const_cast<EVP_PKEY*>(key));
    const EC_GROUP* const group = curve != nullptr ? EC_KEY_get0_group(curve) : nullptr;
    return group != nullptr && EC_GROUP_get_curve_name(group) == NID_X9_62_prime256v1;
#endif
}

} // namespace detail

/// A private key of OpenSSL 1.1.1 or later. It wipes its memory when it is destroyed, and it is never
/// printed.
class OpenSslCloudFrontKey final : public CloudFrontKey {
  public:
    /// No key: signing is an error. `from_pem` reads one.
    OpenSslCloudFrontKey() noexcept = default;
    OpenSslCloudFrontKey(OpenSslCloudFrontKey&& other) noexcept : key_(std::exchange(other.key_, nullptr)) {}
    OpenSslCloudFrontKey& operator=(OpenSslCloudFrontKey&& other) noexcept {
        std::swap(key_, other.key_);
        return *this;
    }
    ~OpenSslCloudFrontKey() override { EVP_PKEY_free(key_); }

    /// Reads a private key in PEM (PKCS #1, PKCS #8 or SEC 1): RSA of 2048 bits, or ECDSA on P-256, which are
    /// the ones that CloudFront accepts. An encrypted one needs its passphrase, which is never asked for.
    /// Errors are of kind `credentials`, with the code `InvalidKey`.
    [[nodiscard]] static Result<OpenSslCloudFrontKey> from_pem(std::string_view pem,
                                                               std::string_view passphrase = {}) {
        const detail::OpenSslErrors errors;
        if (pem.empty()) return invalid_key({"the PEM of the key is empty"});
        if (pem.size() > static_cast<std::size_t>((std::numeric_limits<int>::max)()))
            return invalid_key({"the PEM of the key is too large"});
        BIO* const input = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
        if (input == nullptr) return invalid_key({"OpenSSL failed to allocate a buffer"});
        OpenSslCloudFrontKey key;
        key.key_ = PEM_read_bio_PrivateKey(input, nullptr, &detail::copy_pem_passphrase, &passphrase);
        BIO_free(input);
        if (key.key_ == nullptr)
            return invalid_key(
                {"OpenSSL cannot read a private key from the PEM, which may be a public key, or "
                 "encrypted with another passphrase: ",
                 errors.reason()});
        const bool is_rsa = EVP_PKEY_base_id(key.key_) == EVP_PKEY_RSA && EVP_PKEY_bits(key.key_) == 2'048;
        if (!is_rsa && !detail::is_p256(key.key_))
            return invalid_key(
                {"CloudFront accepts only RSA keys of 2048 bits and ECDSA keys on the curve P-256"});
        return key;
    }

    [[nodiscard]] Result<std::string> sign(std::string_view message, CloudFrontHash hash) noexcept override {
        const detail::OpenSslErrors errors;
        Error error;
        if (key_ == nullptr) {
            detail::fail(error, ErrorKind::signing, "NoKey", "the key is empty; read one with from_pem");
            return error;
        }
        const EVP_MD* const digest = hash == CloudFrontHash::sha256 ? EVP_sha256() : EVP_sha1();
        const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        std::string signature;
        std::size_t size = 0;
        bool good = context != nullptr && EVP_DigestSignInit(context, nullptr, digest, nullptr, key_) == 1 &&
                    EVP_DigestSign(context, nullptr, &size, bytes, message.size()) == 1;
        if (good) {
            signature.resize(size);
            good = EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                                  message.size()) == 1;
        }
        EVP_MD_CTX_free(context);
        if (!good) {
            detail::fail(error, ErrorKind::signing, "SigningFailed",
                         {"OpenSSL failed to sign; if the system forbids SHA-1, use CloudFrontHash::sha256: ",
                          errors.reason()});
            return error;
        }
        // The first call returns a limit. Signatures of ECDSA can be shorter.
        signature.resize(size);
        return signature;
    }

  private:
    [[nodiscard]] BELFRY_COLD static Error invalid_key(std::initializer_list<std::string_view> message) {
        Error error;
        detail::fail(error, ErrorKind::credentials, "InvalidKey", message);
        return error;
    }

    EVP_PKEY* key_ = nullptr;
};

} // namespace belfry::inline v0
