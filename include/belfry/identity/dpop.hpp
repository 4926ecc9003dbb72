// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/ecdsa_provider.hpp>
#include <belfry/auth/p256_pem.hpp>
#include <belfry/codec/json_writer.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/sha256.hpp>
#include <belfry/util/sha256_digest.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// The claims of a DPoP proof about its request.
struct DpopClaims {
    std::string_view method;
    /// The proof has it without query and fragment.
    std::string_view url;
    /// In seconds since 1970.
    std::int64_t issued_at;
    /// An id that no other proof has.
    std::string_view id;
};

/// Appends bytes as a JSON string of base64url.
inline void write_base64url(JsonWriter& writer, const unsigned char* bytes, std::size_t size) {
    std::string text;
    append_base64url(text, {reinterpret_cast<const char*>(bytes), size});
    // Its characters need no escapes.
    static_cast<void>(writer.string(text));
}

/// Makes a DPoP proof (RFC 9449 section 4.2): a JSON Web Token that contains the public key and is signed by
/// ES256. False if the provider fails, or if the URL is not UTF-8.
[[nodiscard]] BELFRY_COLD inline bool make_dpop_proof(EcdsaProvider& ecdsa, const P256PrivateKey& key,
                                                      const DpopClaims& claims, std::string& proof) {
    P256PublicKey point;
    if (!ecdsa.derive_public_key(key, point)) return false;
    std::string header;
    JsonWriter head(header);
    head.raw(R"({"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":)");
    write_base64url(head, point.x, sizeof point.x);
    head.raw(R"(,"y":)");
    write_base64url(head, point.y, sizeof point.y);
    head.raw(R"(,"crv":"P-256"}})");
    head.finish();
    std::string payload;
    JsonWriter body(payload);
    body.raw(R"({"htm":)");
    bool good = body.string(claims.method);
    body.raw(R"(,"htu":)");
    good = body.string(claims.url.substr(0, claims.url.find_first_of("?#"))) && good;
    body.raw(R"(,"iat":)");
    body.integer(claims.issued_at);
    body.raw(R"(,"jti":)");
    good = body.string(claims.id) && good;
    body.put('}');
    body.finish();
    proof.clear();
    append_base64url(proof, header);
    append_char(proof, '.');
    append_base64url(proof, payload);
    EcdsaSignature signature;
    unsigned char numbers[64];
    if (!good || !ecdsa.sign(key, sha256(proof), signature) || !split_p256_signature(signature, numbers))
        return false;
    append_char(proof, '.');
    append_base64url(proof, {reinterpret_cast<const char*>(numbers), sizeof numbers});
    return true;
}

} // namespace belfry::inline v0::detail
