// SPDX-License-Identifier: Apache-2.0
// Signing a POST with a body of 1 KB, against OpenSSL computing only the hashes that a signature needs.
#include <belfry/auth/sigv4.hpp>

#include "measure.hpp"

#include <cstdio>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string>
#include <string_view>

namespace {

struct Digest {
    unsigned char bytes[SHA256_DIGEST_LENGTH];
};
Digest hash(std::string_view text) {
    Digest digest;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.bytes);
    return digest;
}
Digest keyed_hash(const void* key, std::size_t key_size, std::string_view text) {
    Digest digest;
    unsigned int size = sizeof digest.bytes;
    HMAC(EVP_sha256(), key, static_cast<int>(key_size), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), digest.bytes, &size);
    return digest;
}

/// The bytes to hash: the body, the canonical request and, with the day's key, the string to sign.
void hash_all(const belfry::HttpRequest& request, const belfry::SigningTrace& trace, const Digest& key) {
    measure::keep(hash(request.body));
    measure::keep(hash(trace.canonical_request));
    measure::keep(keyed_hash(key.bytes, sizeof key.bytes, trace.string_to_sign));
}

} // namespace

int main(int argument_count, char** arguments) {
    const belfry::Credentials credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
    belfry::HttpRequest request;
    request.method = "POST";
    request.url = "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/abcdef1ghij2klmno3pqr4/"
                  "speaker-search-tasks";
    request.headers.append("Host", "voice-chime.us-east-1.amazonaws.com");
    request.headers.append("Content-Type", "application/json");
    request.body.assign(1024, 'x');
    request.content_length = 1024;

    belfry::SigningKeyCache cache;
    belfry::SigningOptions options;
    options.service = "chime";
    options.region = "us-east-1";
    options.time = {1'709'294'400, 0};
    options.key_cache = &cache;
    belfry::SigningOptions without_cache = options;
    without_cache.key_cache = nullptr;

    belfry::SigningTrace trace;
    if (const auto failure = belfry::sign_sigv4(request, credentials, options, &trace)) {
        std::printf("signing failed: %s\n", failure->message.c_str());
        return 1;
    }
    const std::string first_key = "AWS4" + credentials.secret_access_key;
    const auto derive = [&] {
        Digest key = keyed_hash(first_key.data(), first_key.size(), "20240301");
        for (const std::string_view part : {"us-east-1", "chime", "aws4_request"})
            key = keyed_hash(key.bytes, sizeof key.bytes, part);
        return key;
    };
    const Digest key = derive();
    const Digest signature = keyed_hash(key.bytes, sizeof key.bytes, trace.string_to_sign);
    std::string digits;
    for (const unsigned char byte : signature.bytes) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", byte);
        digits += pair;
    }
    if (digits != trace.signature) {
        std::printf("OpenSSL finds another signature\n");
        return 1;
    }

    const auto sign = [&](const belfry::SigningOptions& how) {
        measure::keep(belfry::sign_sigv4(request, credentials, how));
    };
    return measure::run(
        argument_count, arguments, "sign a POST of 1 KB",
        {{"belfry", [&] { sign(options); }},
         {"OpenSSL's hashes", [&] { hash_all(request, trace, key); }},
         {"belfry, key derived", [&] { sign(without_cache); }},
         {"OpenSSL's hashes, key derived", [&] { hash_all(request, trace, derive()); }}},
        [](const std::vector<measure::Cost>& costs) {
            const auto ratio = [&](const char* ours, const char* theirs) {
                return measure::of(costs, ours).nanoseconds / measure::of(costs, theirs).nanoseconds;
            };
            const bool cached =
                measure::judge_at_most("time of OpenSSL's hashes", ratio("belfry", "OpenSSL's hashes"), 1.5);
            const bool derived = measure::judge_at_most(
                "the same, key derived", ratio("belfry, key derived", "OpenSSL's hashes, key derived"), 1.5);
            return cached && derived;
        });
}
