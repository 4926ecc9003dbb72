// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/signing.hpp>
#include <belfry/auth/sigv4a.hpp>
#include <belfry/interop/openssl_ecdsa.hpp>
#include <belfry/testing/sigv4a_verifier.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0::testing {

/// Verifies Signature Version 4a by OpenSSL. Needs libcrypto (CMake: `belfry::openssl`).
class OpenSslVerifier final : public SigV4aVerifier {
  public:
    bool verify(const Credentials& credentials, std::string_view string_to_sign,
                std::string_view signature) noexcept override {
        P256PrivateKey key;
        return belfry::detail::find_sigv4a_key(SigningOptions(), credentials, key) &&
               OpenSslEcdsa::verify(key, sha256(string_to_sign), signature);
    }
};

} // namespace belfry::inline v0::testing
