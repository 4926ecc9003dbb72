// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/p256_pem.hpp>
#include <belfry/util/base64.hpp>

#include "support/catch.hpp"
#include "support/hex_bytes.hpp"

#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace belfry;
using test::bytes_of;

// The key of RFC 7515 section A.3.1, as OpenSSL writes it.
const std::string sec1 = "-----BEGIN EC PRIVATE KEY-----\n"
                         "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
                         "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
                         "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
                         "-----END EC PRIVATE KEY-----\n";
const std::string pkcs8 = "-----BEGIN PRIVATE KEY-----\n"
                          "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
                          "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
                          "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
                          "-----END PRIVATE KEY-----\n";
const std::string number = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";

std::string base64url(const unsigned char* bytes, std::size_t size) {
    std::string text;
    append_base64url(text, {reinterpret_cast<const char*>(bytes), size});
    return text;
}

std::string pem_of(const std::string& label, std::string_view der) {
    std::string text = "-----BEGIN " + label + "-----\n";
    append_base64(text, der);
    return text + "\n-----END " + label + "-----\n";
}

std::string der_of(const std::string& pem) {
    std::string base64, der;
    const std::size_t begin = pem.find('\n');
    for (const char c : pem.substr(begin, pem.find("-----END") - begin))
        if (c != '\n') base64 += c;
    REQUIRE(decode_base64(base64, der));
    return der;
}

EcdsaSignature signature_of(std::string_view hex) {
    const std::string bytes = bytes_of(hex);
    EcdsaSignature result;
    REQUIRE(bytes.size() <= sizeof result.bytes);
    std::memcpy(result.bytes, bytes.data(), bytes.size());
    result.size = bytes.size();
    return result;
}

} // namespace

TEST_CASE("a private key is read from both kinds of PEM") {
    std::string windows;
    for (const char c : sec1) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    // OpenSSL writes such a block in front of a key, and people write comments.
    const std::string parameters = pem_of("EC PARAMETERS", bytes_of("06082a8648ce3d030107"));
    for (const std::string& pem : {sec1, pkcs8, windows, "my key\n" + parameters + sec1 + "the end"}) {
        INFO(pem);
        P256PrivateKey key;
        REQUIRE(detail::read_p256_pem(pem, key));
        CHECK(base64url(key.bytes, sizeof key.bytes) == number);
    }
    // Some programs leave out the zeros in front of a number.
    P256PrivateKey key;
    REQUIRE(detail::read_p256_pem(pem_of("EC PRIVATE KEY", bytes_of("30130201010402"
                                                                    "0102"
                                                                    "a00a06082a8648ce3d030107")),
                                  key));
    CHECK(base64url(key.bytes, sizeof key.bytes) == "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQI");
}

TEST_CASE("a text that is not a private key of P-256 is refused") {
    const std::string der = der_of(sec1);
    for (const std::string& pem :
         {std::string(), std::string("key"), sec1.substr(0, sec1.size() / 2),
          // A public key, one of secp256k1 in both forms, one of Ed25519.
          std::string("-----BEGIN PUBLIC KEY-----\n"
                      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
                      "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
                      "-----END PUBLIC KEY-----\n"),
          std::string("-----BEGIN EC PRIVATE KEY-----\n"
                      "MHQCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAcGBSuBBAAK\n"
                      "oUQDQgAEz0gho14r00UyRjhjsXO8Q+JzQ0UP9SCrJ+AgBx2Mad0Psei2knggpyUO\n"
                      "E56SkmcKbbtLHnMjL9BckjQglo7szQ==\n"
                      "-----END EC PRIVATE KEY-----\n"),
          std::string("-----BEGIN PRIVATE KEY-----\n"
                      "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgjpsQnnGQmL+YBIffH113\n"
                      "6cspYG6+0iY7X1fCE9+E9LKhRANCAATPSCGjXivTRTJGOGOxc7xD4nNDRQ/1IKsn\n"
                      "4CAHHYxp3Q+x6LaSeCCnJQ4TnpKSZwptu0secyMv0FySNCCWjuzN\n"
                      "-----END PRIVATE KEY-----\n"),
          std::string("-----BEGIN PRIVATE KEY-----\n"
                      "MC4CAQAwBQYDK2VwBCIEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB\n"
                      "-----END PRIVATE KEY-----\n"),
          pem_of("ENCRYPTED PRIVATE KEY", der), pem_of("PRIVATE KEY", der),
          pem_of("EC PRIVATE KEY", der_of(pkcs8)), pem_of("EC PRIVATE KEY", der + '\0'),
          // Without the name of the curve, a number of 33 bytes, none, and another version.
          pem_of("EC PRIVATE KEY", bytes_of("3007020101"
                                            "04020102")),
          pem_of("EC PRIVATE KEY", bytes_of("3032"
                                            "020101"
                                            "0421" +
                                            std::string(66, '1') + "a00a06082a8648ce3d030107")),
          pem_of("EC PRIVATE KEY", bytes_of("3011"
                                            "020101"
                                            "0400"
                                            "a00a06082a8648ce3d030107")),
          pem_of("EC PRIVATE KEY", bytes_of("3013"
                                            "020102"
                                            "04020102"
                                            "a00a06082a8648ce3d030107")),
          // Lengths that could be shorter, or that are not those of DER.
          pem_of("EC PRIVATE KEY", bytes_of("308113"
                                            "020101"
                                            "04020102"
                                            "a00a06082a8648ce3d030107")),
          pem_of("EC PRIVATE KEY", bytes_of("30820013"
                                            "020101"
                                            "04020102"
                                            "a00a06082a8648ce3d030107")),
          pem_of("EC PRIVATE KEY", bytes_of("3080"
                                            "020101"
                                            "04020102"
                                            "a00a06082a8648ce3d030107"
                                            "0000"))}) {
        INFO(pem);
        P256PrivateKey key;
        CHECK_FALSE(detail::read_p256_pem(pem, key));
    }
    // Neither a part of a key nor one with a wrong byte of structure.
    for (const bool is_sec1 : {true, false}) {
        const std::string whole = is_sec1 ? der : der_of(pkcs8);
        const std::string label = is_sec1 ? "EC PRIVATE KEY" : "PRIVATE KEY";
        for (std::size_t size = 0; size < whole.size(); ++size) {
            P256PrivateKey key;
            CHECK_FALSE(detail::read_p256_pem(pem_of(label, whole.substr(0, size)), key));
        }
    }
}

TEST_CASE("a signature in DER is split into its two numbers") {
    unsigned char out[64];
    // The signature of RFC 7515 section A.3.1.
    REQUIRE(detail::split_p256_signature(
        signature_of(
            "304502200ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665022100c50a07d38c3c"
            "70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5"),
        out));
    CHECK(base64url(out, sizeof out) ==
          "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    REQUIRE(detail::split_p256_signature(signature_of("3006020101020102"), out));
    CHECK(out[31] == 1);
    CHECK(out[63] == 2);
    for (const char* const wrong : {"", "30", "3000", "3003020101", "30060201010201", "300602010102010203",
                                    "3009020101020102020103", "3006040101020102"}) {
        INFO(wrong);
        CHECK_FALSE(detail::split_p256_signature(signature_of(wrong), out));
    }
    CHECK_FALSE(detail::split_p256_signature(signature_of("3026020101022101" + std::string(64, '0')), out));
}
