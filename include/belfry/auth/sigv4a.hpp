// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/crypto_provider.hpp>
#include <belfry/auth/ecdsa_provider.hpp>
#include <belfry/auth/forwarded_crypto.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/auth/sigv4.hpp>
#include <belfry/auth/sigv4a_options.hpp>
#include <belfry/auth/sigv4a_signer.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/request.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/sha256.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {

inline constexpr std::string_view sigv4a_algorithm = "AWS4-ECDSA-P256-SHA256";

/// The order n of the curve P-256 minus 2 (SP 800-186 section 3.2.1.3), big-endian.
inline constexpr unsigned char p256_largest_candidate[32] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f};

/// 1 if `a` is greater than `b`, else 0: big-endian numbers of 32 bytes. The time does not depend on them.
[[nodiscard]] inline unsigned is_greater_number(const unsigned char* a, const unsigned char* b) noexcept {
    unsigned greater = 0, equal = 1;
    for (std::size_t i = 0; i < 32; ++i) {
        const unsigned left = a[i], right = b[i];
        // The difference of two bytes is negative exactly if bit 8 of its two's complement is set.
        greater |= equal & ((right - left) >> 8 & 1);
        equal &= ((left ^ right) - 1) >> 8 & 1;
    }
    return greater;
}

/// Adds one to a big-endian number of 32 bytes. The time does not depend on it.
inline void add_one(unsigned char* number) noexcept {
    unsigned carry = 1;
    for (std::size_t i = 32; i-- > 0;) {
        carry += number[i];
        number[i] = static_cast<unsigned char>(carry & 0xff);
        carry >>= 8;
    }
}

/// The private key of Signature Version 4a for an access key, from the cache or derived. The key derivation
/// is that of SP 800-108 section 4.1 (counter mode, HMAC-SHA-256, one block); a candidate above n - 2 is
/// dropped for that of the next value of a counter, and one is added to the first that is not (IAM User
/// Guide, "Create a signed AWS API request", and AWS's reference implementation aws-c-auth).
[[nodiscard]] BELFRY_COLD inline bool find_sigv4a_key(const SigningOptions& options,
                                                      const Credentials& credentials, P256PrivateKey& key) {
    Sha256Digest identity;
    // Its HMAC state is not used.
    SigningKey candidate;
    if (options.key_cache != nullptr) {
        // The name of the algorithm is in place of a day, so that these keys are none of Signature Version 4.
        Sha256 hash;
        for (const std::string_view part : {sigv4a_algorithm, std::string_view(credentials.access_key_id)}) {
            hash.update(part);
            hash.update("\n", 1);
        }
        hash.update(credentials.secret_access_key);
        identity = hash.finish();
        if (options.key_cache->find(identity, candidate)) {
            for (std::size_t i = 0; i < sizeof key.bytes; ++i) key.bytes[i] = candidate.bytes.bytes[i];
            wipe(&candidate, sizeof candidate);
            return true;
        }
    }
    std::string secret;
    // Growing would leave a copy of the secret behind.
    secret.reserve(5 + credentials.secret_access_key.size());
    append_text(secret, "AWS4A");
    append_text(secret, credentials.secret_access_key);
    // The number of the block, then the label, a zero byte, the context and the length in bits.
    std::string input("\0\0\0\1", 4);
    append_text(input, sigv4a_algorithm);
    append_char(input, '\0');
    append_text(input, credentials.access_key_id);
    const std::size_t counter = input.size();
    append_text(input, std::string_view("\1\0\0\1\0", 5));
    bool good = false;
    for (unsigned attempt = 1; attempt <= 254 && !good; ++attempt) {
        input[counter] = static_cast<char>(attempt);
        if (!compute_hmac(options.crypto, secret, input, candidate.bytes)) break;
        good = is_greater_number(candidate.bytes.bytes, p256_largest_candidate) == 0;
    }
    wipe(secret);
    if (good) {
        add_one(candidate.bytes.bytes);
        for (std::size_t i = 0; i < sizeof key.bytes; ++i) key.bytes[i] = candidate.bytes.bytes[i];
        if (options.key_cache != nullptr) options.key_cache->store(identity, candidate);
    }
    wipe(&candidate, sizeof candidate);
    return good;
}

/// Signing with Signature Version 4a. `SigningOptions::region` is a set of regions.
struct SigV4aSteps : SigningSteps {
    static constexpr bool has_region_set = true;
    using Key = P256PrivateKey;
    [[nodiscard]] static constexpr const char* first_line() noexcept { return "AWS4-ECDSA-P256-SHA256\n"; }
    [[nodiscard]] static constexpr const char* authorization() noexcept {
        return "AWS4-ECDSA-P256-SHA256 Credential=";
    }
    [[nodiscard]] static bool find_key(const SigningOptions& options, const Credentials& credentials,
                                       std::string_view, P256PrivateKey& key) {
        return find_sigv4a_key(options, credentials, key);
    }
    [[nodiscard]] static std::string_view signature(const SigV4aSteps* steps, const Sha256Digest&) noexcept {
        return steps->made->view();
    }
    [[nodiscard]] bool make_signature(const SigningOptions& options, const P256PrivateKey& key,
                                      std::string_view to_sign) const {
        Sha256Digest digest;
        return compute_sha256(options.crypto, to_sign, digest) && ecdsa->sign(key, digest, *made);
    }
    void write_trace(SigningTrace& to, std::string_view canonical_request, std::string_view string_to_sign,
                     const Sha256Digest&) const {
        to.canonical_request = canonical_request;
        to.string_to_sign = string_to_sign;
        to.signature.clear();
        append_hex(to.signature, made->view());
    }

    EcdsaProvider* ecdsa = nullptr;
    EcdsaSignature* made = nullptr;
};

/// Signs a request with Signature Version 4a; `trace` may be null.
[[nodiscard]] BELFRY_COLD inline SigningFailure sign_with_sigv4a(HttpRequest& request,
                                                                 const Credentials& credentials,
                                                                 const SigningOptions& options,
                                                                 EcdsaProvider& ecdsa, SigningTrace* trace) {
    // The signatures of chunks and events would continue this one with another algorithm.
    if (options.payload == PayloadHash::given && options.payload_hash.starts_with("STREAMING-AWS4-HMAC-"))
        return {"UnsupportedBody", "Signature Version 4a cannot sign the parts of a body one by one; use an "
                                   "https endpoint, or a body that is held in memory"};
    EcdsaSignature signature;
    SigV4aSteps steps;
    if (options.placement == SignaturePlacement::query) {
        steps.check = &check_presigning;
        steps.append_query = &append_presigning_query<true>;
        steps.append_token = &append_session_token_query;
    }
    steps.trace = trace;
    steps.ecdsa = &ecdsa;
    steps.made = &signature;
    return sign<SigV4aSteps>(request, credentials, options, &steps);
}

/// The text without its blanks.
[[nodiscard]] inline std::string without_blanks(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != ' ' && c != '\t') append_char(out, c);
    return out;
}

/// Whether `sigv4` comes before `sigv4a` in a list of auth schemes. Other names are ignored.
[[nodiscard]] inline bool prefers_sigv4(std::string_view list) noexcept {
    while (!list.empty()) {
        const std::string_view name = cut(list, ',');
        if (name == "sigv4") return true;
        if (name == "sigv4a") return false;
    }
    return false;
}

} // namespace detail

/// Signs `request` with AWS Signature Version 4a (`AWS4-ECDSA-P256-SHA256`), which is valid in several
/// regions, and returns why not, if it cannot. `SigningOptions::region` is the set of regions: their names
/// with commas between, or `*` for all. Everything else is as in `sign_sigv4`; the set is sent in the header
/// or the query parameter `X-Amz-Region-Set`. The signature of a request differs each time, if the provider
/// picks a random number for each as OpenSSL does.
[[nodiscard]] inline std::optional<Error> sign_sigv4a(HttpRequest& request, const Credentials& credentials,
                                                      const SigningOptions& options, EcdsaProvider& ecdsa,
                                                      SigningTrace* trace = nullptr) {
    std::optional<Error> error;
    if (credentials.anonymous) return error;
    const detail::SigningFailure failure =
        detail::sign_with_sigv4a(request, credentials, options, ecdsa, trace);
    if (failure.code != nullptr) detail::fail(error.emplace(), failure.kind, failure.code, failure.message);
    return error;
}

/// Lets the calls of a client use Signature Version 4a where the endpoint accepts it: set
/// `ClientConfig::crypto` to one. Must outlive the client, and so must what it is made from.
///
///     belfry::OpenSslEcdsa ecdsa; // belfry/openssl_ecdsa.hpp
///     belfry::SigV4a sigv4a(ecdsa);
///     s3::Client client{{.region = "us-east-1", .credentials = keys, .crypto = &sigv4a}, transport};
class SigV4a final : public detail::ForwardedCrypto, public SigV4aSigner {
  public:
    /// `hashes` computes the hashes of signatures, and signs with sessions if it is an `S3Express`; null for
    /// Belfry's own.
    explicit SigV4a(EcdsaProvider& ecdsa, const SigV4aOptions& options = {}, CryptoProvider* hashes = nullptr)
        : ForwardedCrypto(hashes), ecdsa_(ecdsa), region_set_(detail::without_blanks(options.region_set)),
          prefers_sigv4_(detail::prefers_sigv4(detail::without_blanks(options.auth_scheme_preference))) {}

    SigV4aSigner* sigv4a() noexcept override { return this; }

    detail::SigningFailure sign(HttpRequest& request, const Credentials& credentials,
                                const SigningOptions& options, std::string_view regions) override {
        // `regions` may be the header's value.
        const std::string chosen(region_set_.empty() ? regions : std::string_view(region_set_));
        request.headers.remove("X-Amz-Region-Set");
        SigningOptions changed = options;
        changed.region = chosen;
        return detail::sign_with_sigv4a(request, credentials, changed, ecdsa_, nullptr);
    }
    [[nodiscard]] bool prefers_sigv4() const noexcept override { return prefers_sigv4_; }

  private:
    EcdsaProvider& ecdsa_;
    std::string region_set_;
    bool prefers_sigv4_;
};

} // namespace belfry::inline v0
