// SPDX-License-Identifier: Apache-2.0
// Runs the published cases of Signature Version 4a that lie with the conformance data next to the checkout,
// and compares random requests with botocore's. The signatures cannot be compared, because each has a random
// number in it: that of the other is verified over Belfry's own text, and Belfry's with the published key.
#include <belfry/sigv4a.hpp>

#include "conformance/sigv4_cases.hpp"
#include "support/catch.hpp"
#include "support/shared_folder.hpp"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#if BELFRY_TEST_HAS_OPENSSL
#include <belfry/openssl.hpp>
#include <belfry/openssl_ecdsa.hpp>

#include <openssl/x509.h>

namespace {
using namespace test::sigv4;
using test::bytes_of;

/// Whether `signature` (DER) is one of `message` by the owner of the key.
bool verifies(const belfry::P256PublicKey& key, std::string_view message, std::string_view signature) {
    // The SubjectPublicKeyInfo of RFC 5480 for an uncompressed point of P-256.
    std::string der = bytes_of("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    der.append(reinterpret_cast<const char*>(key.x), sizeof key.x);
    der.append(reinterpret_cast<const char*>(key.y), sizeof key.y);
    const auto* from = reinterpret_cast<const unsigned char*>(der.data());
    EVP_PKEY* const pair = d2i_PUBKEY(nullptr, &from, static_cast<long>(der.size()));
    REQUIRE(pair != nullptr);
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    REQUIRE(EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, pair) == 1);
    const int good =
        EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                         reinterpret_cast<const unsigned char*>(message.data()), message.size());
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pair);
    return good == 1;
}

belfry::P256PublicKey published_key(const fs::path& folder) {
    const nlohmann::json text = nlohmann::json::parse(read(folder / "public-key.json"));
    belfry::P256PublicKey key;
    const std::string x = bytes_of(text.at("X").get<std::string>()),
                      y = bytes_of(text.at("Y").get<std::string>());
    REQUIRE(x.size() == sizeof key.x);
    REQUIRE(y.size() == sizeof key.y);
    std::copy(x.begin(), x.end(), key.x);
    std::copy(y.begin(), y.end(), key.y);
    return key;
}

belfry::P256PublicKey derived_key(const belfry::Credentials& credentials,
                                  const belfry::SigningOptions& options) {
    belfry::P256PrivateKey secret;
    REQUIRE(belfry::detail::find_sigv4a_key(options, credentials, secret));
    belfry::P256PublicKey key;
    belfry::OpenSslEcdsa ecdsa;
    REQUIRE(ecdsa.derive_public_key(secret, key));
    return key;
}

constexpr std::string_view signature_mark = "Signature=";

/// The text behind `Signature=`.
std::string signature_of(std::string_view text) {
    const std::size_t at = text.rfind(signature_mark);
    REQUIRE(at != std::string::npos);
    return std::string(text.substr(at + signature_mark.size()));
}

/// The signature in the header or, if there is none, in the URL.
std::string signature_of(const belfry::HttpRequest& request) {
    const auto header = request.headers.find("Authorization");
    return signature_of(header.value_or(request.url));
}

/// The same without the signatures.
std::vector<std::string> unsigned_lines(std::vector<std::string> lines) {
    for (std::string& line : lines) {
        const std::size_t at = line.rfind(signature_mark);
        if (at != std::string::npos) line.resize(at + signature_mark.size());
    }
    return lines;
}

/// A request's headers to compare: awscrt removes white space around their values, and the signatures differ.
std::vector<std::string> header_lines(const belfry::Headers& headers) {
    belfry::Headers trimmed;
    for (const belfry::Header& header : headers) {
        const std::size_t from = header.value.find_first_not_of(' '), to = header.value.find_last_not_of(' ');
        trimmed.append(header.name, from == std::string::npos ? std::string_view()
                                                              : header.value.substr(from, to - from + 1));
    }
    return unsigned_lines(comparable(trimmed));
}

std::string path_of(const std::string& url) { return url.substr(0, url.find('?')); }

void check(const fs::path& folder, belfry::SignaturePlacement placement, belfry::SigningKeyCache* cache,
           belfry::CryptoProvider* crypto) {
    const std::string prefix = placement == belfry::SignaturePlacement::header ? "header-" : "query-";
    Case test = load(folder);
    INFO(test.name << ", " << prefix << "variant");
    test.options.region = test.region;
    test.options.service = test.service;
    test.options.placement = placement;
    test.options.key_cache = cache;
    test.options.crypto = crypto;
    const belfry::P256PublicKey key = published_key(folder);
    CHECK(derived_key(test.credentials, test.options) == key);

    belfry::OpenSslEcdsa ecdsa;
    belfry::SigningTrace trace;
    const std::optional<belfry::Error> error =
        belfry::sign_sigv4a(test.request, test.credentials, test.options, ecdsa, &trace);
    REQUIRE_FALSE(error.has_value());
    CHECK(trace.canonical_request == read(folder / (prefix + "canonical-request.txt")));
    CHECK(trace.string_to_sign == read(folder / (prefix + "string-to-sign.txt")));
    CHECK(verifies(key, trace.string_to_sign, bytes_of(read(folder / (prefix + "signature.txt")))));
    CHECK(verifies(key, trace.string_to_sign, bytes_of(trace.signature)));
    CHECK_FALSE(verifies(key, trace.string_to_sign + "\n", bytes_of(trace.signature)));
    CHECK(signature_of(test.request) == trace.signature);

    const belfry::HttpRequest expected = parse_request(read(folder / (prefix + "signed-request.txt")));
    CHECK(verifies(key, trace.string_to_sign, bytes_of(signature_of(expected))));
    CHECK(test.request.method == expected.method);
    CHECK(path_of(test.request.url) == path_of(expected.url));
    CHECK(unsigned_lines(parameters(test.request.url)) == unsigned_lines(parameters(expected.url)));
    CHECK(test.request.body == expected.body);
    CHECK(unsigned_lines(comparable(test.request.headers)) == unsigned_lines(comparable(expected.headers)));
}

void check_all(belfry::CryptoProvider* crypto) {
    const std::vector<fs::path> all = folders("v4a");
    if (all.empty()) {
        WARN("skipped: no Signature Version 4a cases in " << test::shared_folder());
        return;
    }
    CHECK(all.size() >= 38);
    belfry::SigningKeyCache cache;
    std::size_t with_outcome = 0;
    for (const fs::path& folder : all) {
        // Two cases have only a request; sigv4a_botocore.py signs those.
        if (!fs::exists(folder / "public-key.json")) continue;
        ++with_outcome;
        for (const auto placement : {belfry::SignaturePlacement::header, belfry::SignaturePlacement::query}) {
            check(folder, placement, nullptr, crypto);
            check(folder, placement, &cache, crypto);
        }
    }
    CHECK(with_outcome >= 38);
}
} // namespace

TEST_CASE("published Signature Version 4a cases give the published texts and keys, and signatures verify") {
    check_all(nullptr);
}

TEST_CASE("published Signature Version 4a cases do so with OpenSSL's hashes") {
    belfry::OpenSslCrypto crypto;
    check_all(&crypto);
}

#if defined(BELFRY_TEST_SIGV4A_BOTOCORE)
TEST_CASE("requests that botocore signed by Signature Version 4a verify with Belfry's texts and keys") {
    const nlohmann::json cases = nlohmann::json::parse(read(BELFRY_TEST_SIGV4A_BOTOCORE));
    CHECK(cases.size() >= 600);
    belfry::OpenSslEcdsa ecdsa;
    belfry::SigningKeyCache cache;
    for (const nlohmann::json& test : cases) {
        Case random = load_random(test, "regions");
        auto& [kind, request, credentials, regions, service, options] = random;
        options.service = service;
        options.region = regions;
        options.key_cache = &cache;

        INFO(kind << " " << request.method << " " << request.url);
        belfry::SigningTrace trace;
        const std::optional<belfry::Error> error =
            belfry::sign_sigv4a(request, credentials, options, ecdsa, &trace);
        REQUIRE_FALSE(error.has_value());
        INFO(trace.canonical_request << "\n\n" << trace.string_to_sign);
        belfry::HttpRequest expected;
        expected.url = test.at("signed_url");
        expected.headers = signed_headers(test);
        REQUIRE(unsigned_lines(parameters(request.url)) == unsigned_lines(parameters(expected.url)));
        REQUIRE(path_of(request.url) == path_of(expected.url));
        REQUIRE(header_lines(request.headers) == header_lines(expected.headers));
        const belfry::P256PublicKey key = derived_key(credentials, options);
        REQUIRE(verifies(key, trace.string_to_sign, bytes_of(signature_of(expected))));
        REQUIRE(verifies(key, trace.string_to_sign, bytes_of(trace.signature)));
    }
}
#else
TEST_CASE("requests that botocore signed by Signature Version 4a verify with Belfry's texts and keys") {
    WARN("skipped: botocore or awscrt was not there when the tests were configured");
}
#endif
#else
TEST_CASE("published Signature Version 4a cases give the published texts") { WARN("skipped: no OpenSSL"); }
#endif
