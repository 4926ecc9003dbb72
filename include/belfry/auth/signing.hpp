// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/crypto_provider.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/atomic.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hmac.hpp>
#include <belfry/util/sha256.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

class CredentialsWaiter;
class SigningKeyCache;

/// The part of a request that carries its signature.
enum class SignaturePlacement : std::uint8_t {
    header, ///< The header `Authorization`.
    query,  ///< The URL, which then needs no other credentials until it expires (a presigned URL).
};

/// The payload hash of a signature.
enum class PayloadHash : std::uint8_t {
    computed,         ///< Its SHA-256; a body that comes from a `BodySource` is read once more for that.
    given,            ///< `SigningOptions::payload_hash`.
    unsigned_payload, ///< `UNSIGNED-PAYLOAD`: the body is not signed.
};

/// How to sign a request.
struct SigningOptions {
    /// The service's signing name, such as `chime`.
    std::string_view service;
    /// The region the service is in, such as `us-east-1`.
    std::string_view region;
    /// The time of signing. Services refuse a time that is some minutes off.
    Timestamp time{};
    SignaturePlacement placement = SignaturePlacement::header;
    /// Encodes the URL's path once more, as every service but S3 expects.
    bool double_encode_path = true;
    /// Resolves `.`, `..` and repeated slashes in the signed path, as every service but S3 expects.
    bool normalize_path = true;
    PayloadHash payload = PayloadHash::computed;
    /// With `PayloadHash::given`: lower-case hexadecimal digits, or a word that the service defines.
    std::string_view payload_hash{};
    /// Sends the body's hash in the header `X-Amz-Content-Sha256`, as S3 demands.
    bool content_sha256_header = false;
    /// Adds the session token after signing instead of covering it, as a few services expect.
    bool omit_session_token = false;
    /// With `SignaturePlacement::query`: for how many seconds the URL works (1 to 604,800).
    std::int64_t expires_seconds = 3'600;
    /// Keeps the derived key between requests; null derives it each time. Not owned.
    SigningKeyCache* key_cache = nullptr;
    /// Computes the hashes; null for Belfry's own. Not owned.
    CryptoProvider* crypto = nullptr;
    /// Waits for the credentials of a session that are being fetched; null to block instead: see
    /// `CredentialsProvider::try_credentials`. Not owned.
    CredentialsWaiter* waiter = nullptr;
};

/// The texts that were signed, to debug a signature that a service refuses. They contain the session token.
struct SigningTrace {
    std::string canonical_request;
    std::string string_to_sign;
    /// In lower-case hexadecimal digits.
    std::string signature;
};

namespace detail {
/// The reason why a request cannot be signed; none if `code` is null.
struct SigningFailure {
    const char* code = nullptr;
    const char* message = nullptr;
    ErrorKind kind = ErrorKind::signing;
};
// Functions, because variables would be copied from memory and take space in each program.
[[nodiscard]] constexpr SigningFailure empty_credentials() noexcept {
    return {"NoCredentials", "the access key id or the secret access key is empty", ErrorKind::credentials};
}
[[nodiscard]] constexpr SigningFailure invalid_signing_time() noexcept {
    return {"InvalidTime", "the time of signing is outside the years 1 to 9999"};
}
[[nodiscard]] constexpr SigningFailure signature_hash_failed() noexcept {
    return {"HashFailed", "the cryptographic library failed to compute the signature"};
}

[[nodiscard]] inline bool compute_sha256(CryptoProvider* crypto, std::string_view message,
                                         Sha256Digest& out) noexcept {
    if (crypto != nullptr) return crypto->sha256(message, out);
    out = sha256(message);
    return true;
}

[[nodiscard]] inline bool compute_sha256(CryptoProvider* crypto, BodySource& source,
                                         Sha256Digest& out) noexcept {
    if (crypto != nullptr) return crypto->sha256(source, out);
    Sha256 hash;
    if (!read_all(source, [&hash](std::string_view piece) { hash.update(piece); })) return false;
    out = hash.finish();
    return true;
}

[[nodiscard]] inline bool compute_hmac(CryptoProvider* crypto, std::string_view key, std::string_view message,
                                       Sha256Digest& out) noexcept {
    if (crypto != nullptr) return crypto->hmac_sha256(key, message, out);
    out = hmac_sha256(key, message);
    return true;
}
} // namespace detail

namespace detail {
/// A derived key that signs, and the state of an HMAC behind it.
struct SigningKey {
    Sha256Digest bytes{};
    HmacSha256::State hmac{};
};
} // namespace detail

/// Keeps the signing keys derived last, which change once a day, but not the secrets they come from. A client
/// owns one. Several threads may use it at once: a thread that finds it busy derives the key itself instead
/// of waiting.
class SigningKeyCache {
  public:
    SigningKeyCache() noexcept = default;
    /// A copy begins empty.
    SigningKeyCache(const SigningKeyCache&) noexcept {}
    SigningKeyCache& operator=(const SigningKeyCache&) noexcept { return *this; }

    /// The key kept under `identity`; false when there is none, or the cache is busy.
    [[nodiscard]] bool find(const Sha256Digest& identity, detail::SigningKey& key) noexcept {
        if (!lock_.try_lock()) return false;
        bool found = false;
        for (unsigned i = 0; i < used_ && !found; ++i)
            if (entries_[i].identity == identity) {
                key = entries_[i].key;
                found = true;
            }
        lock_.unlock();
        return found;
    }
    /// Keeps a key in place of the oldest; does nothing when the cache is busy.
    void store(const Sha256Digest& identity, const detail::SigningKey& key) noexcept {
        if (!lock_.try_lock()) return;
        entries_[next_] = {identity, key};
        next_ = (next_ + 1) % size;
        if (used_ < size) ++used_;
        lock_.unlock();
    }

  private:
    struct Entry {
        Sha256Digest identity{};
        detail::SigningKey key{};
    };
    static constexpr unsigned size = 4;
    Entry entries_[size];
    unsigned used_ = 0;
    unsigned next_ = 0;
    detail::TryLock lock_{};
};

namespace detail {
/// The key of Signature Version 4 for a day (eight digits), region and service, from the cache or derived.
[[nodiscard]] BELFRY_COLD inline bool find_signing_key(const SigningOptions& options, std::string_view secret,
                                                       std::string_view day, SigningKey& key) {
    Sha256Digest identity;
    if (options.key_cache != nullptr) {
        // The day has eight digits, the secret comes last, and the others cannot contain the separator.
        Sha256 hash;
        hash.update(day);
        for (const std::string_view part : {options.region, options.service}) {
            hash.update(part);
            hash.update("\n", 1);
        }
        hash.update(secret);
        identity = hash.finish();
        if (options.key_cache->find(identity, key)) return true;
    }
    std::string first = "AWS4";
    append_text(first, secret);
    std::string_view last = first;
    for (const std::string_view part :
         {day, options.region, options.service, std::string_view("aws4_request")}) {
        Sha256Digest next;
        if (!compute_hmac(options.crypto, last, part, next)) return false;
        key.bytes = next;
        last = key.bytes.view();
    }
    key.hmac = HmacSha256(last).state();
    if (options.key_cache != nullptr) options.key_cache->store(identity, key);
    return true;
}

/// The HMAC of a text with a key of Signature Version 4.
[[nodiscard]] inline bool compute_hmac(CryptoProvider* crypto, const SigningKey& key, std::string_view text,
                                       Sha256Digest& out) noexcept {
    if (crypto != nullptr) return crypto->hmac_sha256(key.bytes.view(), text, out);
    HmacSha256 hmac(key.hmac);
    hmac.update(text);
    out = hmac.finish();
    return true;
}
} // namespace detail

} // namespace belfry::inline v0
