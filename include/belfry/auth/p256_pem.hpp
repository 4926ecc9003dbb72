// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/ecdsa_provider.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Keys and signatures of the curve P-256 as other programs write them. An `EcdsaProvider` gets a key as its
/// number, so that a cryptographic library without PEM and DER can be one.
namespace belfry::inline v0::detail {

/// Takes values one after the other out of DER (ITU-T X.690 section 10). Only lengths of up to two bytes are
/// read: no key of P-256 is longer.
class DerReader {
  public:
    explicit DerReader(std::string_view bytes) noexcept : rest_(bytes) {}

    /// Takes the next value if it has the tag; false if it has another one, or is not DER.
    [[nodiscard]] bool take(unsigned char tag, std::string_view& contents) noexcept {
        if (rest_.size() < 2 || byte(0) != tag) return false;
        std::size_t length = byte(1);
        std::size_t head = 2;
        if (length == 0x81 && rest_.size() > 2) {
            length = byte(2);
            head = 3;
            if (length < 0x80) return false;
        } else if (length == 0x82 && rest_.size() > 3) {
            length = byte(2) << 8 | byte(3);
            head = 4;
            if (length < 0x100) return false;
        } else if (length >= 0x80) {
            return false;
        }
        if (rest_.size() - head < length) return false;
        contents = rest_.substr(head, length);
        rest_.remove_prefix(head + length);
        return true;
    }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  private:
    [[nodiscard]] std::size_t byte(std::size_t index) const noexcept {
        return static_cast<unsigned char>(rest_[index]);
    }

    std::string_view rest_;
};

inline constexpr unsigned char der_integer = 0x02;
inline constexpr unsigned char der_octets = 0x04;
inline constexpr unsigned char der_object = 0x06;
inline constexpr unsigned char der_sequence = 0x30;
inline constexpr unsigned char der_tagged_0 = 0xa0;

// 1.2.840.10045.2.1 (RFC 5480 section 2.1.1) and 1.2.840.10045.3.1.7 (section 2.1.1.1).
inline constexpr std::string_view der_ec_public_key = "\x2a\x86\x48\xce\x3d\x02\x01";
inline constexpr std::string_view der_p256 = "\x2a\x86\x48\xce\x3d\x03\x01\x07";

/// Copies a number, without zeros in front of it, to the end of 32 bytes; false if it does not fit.
[[nodiscard]] inline bool take_p256_number(std::string_view number, unsigned char* out) noexcept {
    while (!number.empty() && number[0] == '\0') number.remove_prefix(1);
    constexpr std::size_t size = 32;
    if (number.size() > size) return false;
    for (std::size_t i = 0; i < size; ++i) out[i] = 0;
    for (std::size_t i = 0; i < number.size(); ++i)
        out[size - number.size() + i] = static_cast<unsigned char>(number[i]);
    return true;
}

/// Reads an `ECPrivateKey` (RFC 5915 section 3). Without `curve_is_known` it has to name the curve.
[[nodiscard]] inline bool read_sec1_key(std::string_view der, bool curve_is_known,
                                        P256PrivateKey& key) noexcept {
    DerReader outer(der);
    std::string_view sequence, version, number, parameters, curve;
    if (!outer.take(der_sequence, sequence) || !outer.at_end()) return false;
    DerReader members(sequence);
    if (!members.take(der_integer, version) || version != "\x01" || !members.take(der_octets, number))
        return false;
    if (members.take(der_tagged_0, parameters)) {
        DerReader parameter(parameters);
        if (!parameter.take(der_object, curve) || curve != der_p256) return false;
    } else if (!curve_is_known) {
        return false;
    }
    // The public key may follow. The provider derives it.
    return !number.empty() && take_p256_number(number, key.bytes);
}

/// Reads a `PrivateKeyInfo` (RFC 5208 section 5) or the `OneAsymmetricKey` that contains one (RFC 5958).
[[nodiscard]] inline bool read_pkcs8_key(std::string_view der, P256PrivateKey& key) noexcept {
    DerReader outer(der);
    std::string_view sequence, version, algorithm, object, curve, contents;
    if (!outer.take(der_sequence, sequence) || !outer.at_end()) return false;
    DerReader members(sequence);
    if (!members.take(der_integer, version) || !members.take(der_sequence, algorithm) ||
        !members.take(der_octets, contents))
        return false;
    DerReader parts(algorithm);
    return parts.take(der_object, object) && object == der_ec_public_key && parts.take(der_object, curve) &&
           curve == der_p256 && read_sec1_key(contents, true, key);
}

/// The text between the two lines of a PEM with that label (RFC 7468 section 2); empty without.
[[nodiscard]] inline std::string_view pem_contents(std::string_view pem, std::string_view begin,
                                                   std::string_view end) noexcept {
    const std::size_t from = pem.find(begin);
    if (from == std::string_view::npos) return {};
    pem.remove_prefix(from + begin.size());
    const std::size_t to = pem.find(end);
    return to == std::string_view::npos ? std::string_view() : pem.substr(0, to);
}

/// Reads a private key of P-256 in PEM: `EC PRIVATE KEY` (SEC 1) or `PRIVATE KEY` (PKCS #8). False for a key
/// of another kind, an encrypted one, and a text that is not one. The number is not checked.
[[nodiscard]] BELFRY_COLD inline bool read_p256_pem(std::string_view pem, P256PrivateKey& key) {
    std::string_view contents =
        pem_contents(pem, "-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----");
    const bool is_sec1 = !contents.empty();
    if (!is_sec1) contents = pem_contents(pem, "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    if (contents.empty()) return false;
    std::string base64;
    // Growing would leave a copy of the key behind.
    base64.reserve(contents.size());
    for (const char c : contents)
        if (c != '\n' && c != '\r' && c != ' ' && c != '\t') append_char(base64, c);
    std::string der;
    const bool good =
        decode_base64(base64, der) && (is_sec1 ? read_sec1_key(der, false, key) : read_pkcs8_key(der, key));
    // After a failure the text is empty, but a part of the key may be in its memory.
    der.resize(der.capacity());
    wipe(der);
    wipe(base64);
    return good;
}

/// Splits a signature in DER into its two numbers of 32 bytes, as JSON Web Signatures have it (RFC 7518
/// section 3.4); false if it is not one of P-256.
[[nodiscard]] inline bool split_p256_signature(const EcdsaSignature& signature,
                                               unsigned char (&out)[64]) noexcept {
    DerReader outer(signature.view());
    std::string_view sequence, r, s;
    if (!outer.take(der_sequence, sequence) || !outer.at_end()) return false;
    DerReader numbers(sequence);
    return numbers.take(der_integer, r) && numbers.take(der_integer, s) && numbers.at_end() &&
           take_p256_number(r, out) && take_p256_number(s, out + 32);
}

} // namespace belfry::inline v0::detail
