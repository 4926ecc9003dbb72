// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<openssl/evp.h>)
#error "OpenSSL is missing: install libssl-dev (apt), openssl-devel (dnf), openssl-dev (apk) or openssl"
#endif

#include <belfry/auth/ecdsa_provider.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/opensslv.h>
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/core_names.h>
#include <openssl/params.h>
#endif
#include <string_view>

namespace belfry::inline v0 {

namespace detail {

/// Owns an object of OpenSSL.
template <class T, void (*release)(T*)> class OpenSslOwned {
  public:
    explicit OpenSslOwned(T* owned) noexcept : pointer_(owned) {}
    OpenSslOwned(const OpenSslOwned&) = delete;
    OpenSslOwned& operator=(const OpenSslOwned&) = delete;
    ~OpenSslOwned() { release(pointer_); }
    /// The object; null if OpenSSL failed to make it.
    [[nodiscard]] T* get() const noexcept { return pointer_; }
    [[nodiscard]] explicit operator bool() const noexcept { return pointer_ != nullptr; }

  private:
    T* pointer_;
};
using OpenSslNumber = OpenSslOwned<BIGNUM, BN_clear_free>;
using OpenSslScratch = OpenSslOwned<BN_CTX, BN_CTX_free>;
using OpenSslGroup = OpenSslOwned<EC_GROUP, EC_GROUP_free>;
using OpenSslPoint = OpenSslOwned<EC_POINT, EC_POINT_free>;
using OpenSslKey = OpenSslOwned<EVP_PKEY, EVP_PKEY_free>;
using OpenSslKeyContext = OpenSslOwned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

} // namespace detail

/// Signs with keys of the curve P-256 by OpenSSL 1.1.1 or later. Including this header is what makes a
/// program need libcrypto.
class OpenSslEcdsa final : public EcdsaProvider {
  public:
    bool sign(const P256PrivateKey& key, const Sha256Digest& digest, EcdsaSignature& out) noexcept override {
        const detail::OpenSslKey pair(make_key(key));
        if (!pair) return false;
        const detail::OpenSslKeyContext context(EVP_PKEY_CTX_new(pair.get(), nullptr));
        std::size_t size = sizeof out.bytes;
        if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
            EVP_PKEY_sign(context.get(), out.bytes, &size, digest.bytes, sizeof digest.bytes) != 1)
            return false;
        out.size = size;
        return true;
    }
    bool derive_public_key(const P256PrivateKey& key, P256PublicKey& out) noexcept override {
        unsigned char point[point_size];
        if (!derive_point(key, point)) return false;
        for (std::size_t i = 0; i < sizeof out.x; ++i) {
            out.x[i] = point[1 + i];
            out.y[i] = point[1 + sizeof out.x + i];
        }
        return true;
    }
    /// Whether `signature`, in DER, is one of the message with this hash by this key; also false if the
    /// library fails.
    [[nodiscard]] static bool verify(const P256PrivateKey& key, const Sha256Digest& digest,
                                     std::string_view signature) noexcept {
        const detail::OpenSslKey pair(make_key(key));
        if (!pair) return false;
#if OPENSSL_VERSION_NUMBER < 0x30000000L
        // Signing does not need the point, so that `make_key` does not compute it.
        unsigned char point[point_size];
        EC_KEY* const made = EVP_PKEY_get0_EC_KEY(pair.get());
        if (!derive_point(key, point) || EC_KEY_oct2key(made, point, sizeof point, nullptr) != 1)
            return false;
#endif
        const detail::OpenSslKeyContext context(EVP_PKEY_CTX_new(pair.get(), nullptr));
        return context && EVP_PKEY_verify_init(context.get()) == 1 &&
               EVP_PKEY_verify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                               signature.size(), digest.bytes, sizeof digest.bytes) == 1;
    }

  private:
    /// An uncompressed point (SEC 1 section 2.3.3): the byte 4 and the coordinates.
    static constexpr std::size_t point_size = 65;

    /// The point of the public key.
    [[nodiscard]] static bool derive_point(const P256PrivateKey& key, unsigned char* point) noexcept {
        const detail::OpenSslGroup group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
        const detail::OpenSslScratch scratch(BN_CTX_secure_new());
        const detail::OpenSslNumber number(BN_bin2bn(key.bytes, sizeof key.bytes, nullptr));
        if (!group || !scratch || !number) return false;
        BN_set_flags(number.get(), BN_FLG_CONSTTIME);
        const detail::OpenSslPoint product(EC_POINT_new(group.get()));
        return product &&
               EC_POINT_mul(group.get(), product.get(), number.get(), nullptr, nullptr, scratch.get()) == 1 &&
               EC_POINT_point2oct(group.get(), product.get(), POINT_CONVERSION_UNCOMPRESSED, point,
                                  point_size, scratch.get()) == point_size;
    }

#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    /// The key as an object of OpenSSL, which the caller owns; null if OpenSSL fails.
    [[nodiscard]] static EVP_PKEY* make_key(const P256PrivateKey& key) noexcept {
        unsigned char point[point_size];
        if (!derive_point(key, point)) return nullptr;
        const detail::OpenSslNumber secret(BN_bin2bn(key.bytes, sizeof key.bytes, nullptr));
        unsigned char number[sizeof key.bytes];
        if (!secret || BN_bn2nativepad(secret.get(), number, sizeof number) != sizeof number) return nullptr;
        char curve[] = "prime256v1";
        OSSL_PARAM parts[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
            OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number, sizeof number),
            OSSL_PARAM_construct_end(),
        };
        EVP_PKEY* made = nullptr;
        const detail::OpenSslKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
        const bool good = context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                          EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parts) == 1;
        detail::wipe(number, sizeof number);
        return good ? made : nullptr;
    }
#else
    [[nodiscard]] static EVP_PKEY* make_key(const P256PrivateKey& key) noexcept {
        const detail::OpenSslNumber number(BN_bin2bn(key.bytes, sizeof key.bytes, nullptr));
        const detail::OpenSslOwned<EC_KEY, EC_KEY_free> pair(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
        if (!number || !pair || EC_KEY_set_private_key(pair.get(), number.get()) != 1) return nullptr;
        EVP_PKEY* const made = EVP_PKEY_new();
        if (made == nullptr || EVP_PKEY_set1_EC_KEY(made, pair.get()) == 1) return made;
        EVP_PKEY_free(made);
        return nullptr;
    }
#endif
};

} // namespace belfry::inline v0
