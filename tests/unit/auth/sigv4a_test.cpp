// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/choose_signature.hpp>
#include <belfry/endpoint/auth_schemes.hpp>
#include <belfry/sigv4a.hpp>

#include "support/catch.hpp"
#include "support/hex_bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if BELFRY_TEST_HAS_OPENSSL
#include <belfry/openssl_ecdsa.hpp>
#endif

using namespace belfry;
using test::bytes_of;

namespace {

std::string hex_of(const unsigned char* bytes, std::size_t size) {
    std::string out;
    append_hex(out, bytes, size);
    return out;
}

// SP 800-186 section 3.2.1.3: the order of P-256 minus 1 and 2.
const std::string n_minus_1 = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
const std::string n_minus_2 = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f";
const std::string largest(64, 'f');

/// Gives one HMAC after the other, and keeps what was asked for.
class ScriptedHmac final : public CryptoProvider {
  public:
    bool sha256(std::string_view message, Sha256Digest& out) noexcept override {
        out = belfry::sha256(message);
        return true;
    }
    bool sha256(BodySource&, Sha256Digest&) noexcept override { return false; }
    bool hmac_sha256(std::string_view key, std::string_view message, Sha256Digest& out) noexcept override {
        keys.emplace_back(key);
        messages.emplace_back(message);
        if (messages.size() > results.size() && !repeat_last) return false;
        const std::string bytes =
            bytes_of(results[messages.size() > results.size() ? results.size() - 1 : messages.size() - 1]);
        std::memcpy(out.bytes, bytes.data(), sizeof out.bytes);
        return true;
    }
    std::vector<std::string> results{};
    bool repeat_last = false;
    std::vector<std::string> keys{}, messages{};
};

/// Signs with a fixed text, or fails.
class FixedEcdsa final : public EcdsaProvider {
  public:
    bool sign(const P256PrivateKey& key, const Sha256Digest& digest, EcdsaSignature& out) noexcept override {
        used_key = hex_of(key.bytes, sizeof key.bytes);
        used_digest = hex_of(digest.bytes, sizeof digest.bytes);
        out.bytes[0] = 0x30;
        out.bytes[1] = 0xab;
        out.size = 2;
        return works;
    }
    bool derive_public_key(const P256PrivateKey&, P256PublicKey&) noexcept override { return false; }
    bool works = true;
    std::string used_key{}, used_digest{};
};

HttpRequest get(std::string url) {
    HttpRequest request;
    request.method = "GET";
    request.url = std::move(url);
    return request;
}

const Credentials keys{.access_key_id = "AKID", .secret_access_key = "secret"};

SigningOptions options_for(std::string_view regions) {
    SigningOptions options;
    options.service = "events";
    options.region = regions;
    options.time = Timestamp{1'440'938'160, 0};
    return options;
}

std::string text_of(std::optional<std::string_view> header) { return std::string(header.value_or("(none)")); }

} // namespace

TEST_CASE("numbers are compared and increased as their digits say") {
    std::mt19937 dice(1); // NOLINT: the same numbers each time
    for (int i = 0; i < 20'000; ++i) {
        unsigned char a[32], b[32];
        for (std::size_t at = 0; at < 32; ++at) {
            a[at] = static_cast<unsigned char>(dice());
            // Long equal beginnings, and bytes at the ends of their range.
            b[at] = dice() % 40 == 0 ? static_cast<unsigned char>(dice()) : a[at];
            if (dice() % 8 == 0) a[at] = dice() % 2 == 0 ? 0x00 : 0xff;
        }
        CHECK(detail::is_greater_number(a, b) == (std::memcmp(a, b, sizeof a) > 0 ? 1U : 0U));
        CHECK(detail::is_greater_number(a, a) == 0);
    }
    for (const auto& [before, after] :
         {std::pair{std::string(64, '0'), std::string(63, '0') + "1"},
          std::pair{std::string(62, '0') + "ff", std::string(60, '0') + "0100"},
          std::pair{n_minus_2, n_minus_1}, std::pair{largest, std::string(64, '0')}}) {
        std::string number = bytes_of(before);
        detail::add_one(reinterpret_cast<unsigned char*>(number.data()));
        CHECK(number == bytes_of(after));
    }
}

TEST_CASE("the private key is the first candidate that is at most n - 2, plus one") {
    ScriptedHmac hmac;
    hmac.results = {largest, n_minus_1, n_minus_2};
    SigningOptions options = options_for("*");
    options.crypto = &hmac;
    P256PrivateKey key;
    REQUIRE(detail::find_sigv4a_key(options, keys, key));
    CHECK(hex_of(key.bytes, sizeof key.bytes) == n_minus_1);
    // The input is that of SP 800-108 section 4.1, as aws-c-auth builds it; only its counter changes.
    REQUIRE(hmac.messages.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(hmac.keys[i] == "AWS4Asecret");
        CHECK(hmac.messages[i] == bytes_of("00000001") + "AWS4-ECDSA-P256-SHA256" + '\0' + "AKID" +
                                      static_cast<char>(i + 1) + bytes_of("00000100"));
    }
}

TEST_CASE("a key that cannot be derived, or a signature that cannot be made, is an error") {
    ScriptedHmac hmac;
    FixedEcdsa ecdsa;
    SigningOptions options = options_for("*");
    options.crypto = &hmac;
    HttpRequest request = get("https://events.example/");
    const auto failure = [&] { return sign_sigv4a(request, keys, options, ecdsa).value_or(Error{}); };
    CHECK(failure().code == "HashFailed");
    CHECK(failure().message == "the cryptographic library failed to derive the signing key");
    hmac.results = {largest};
    hmac.repeat_last = true;
    hmac.messages.clear();
    CHECK(failure().code == "HashFailed");
    CHECK(hmac.messages.size() == 254);
    hmac.results = {n_minus_2};
    ecdsa.works = false;
    CHECK(failure().message == "the cryptographic library failed to compute the signature");
    ecdsa.works = true;
    CHECK(failure().code.empty());
    CHECK(ecdsa.used_key == n_minus_1);
}

TEST_CASE("a derived key is kept for its access key id and secret, apart from keys of version 4") {
    ScriptedHmac hmac;
    hmac.results = {n_minus_2};
    hmac.repeat_last = true;
    SigningKeyCache cache;
    SigningOptions options = options_for("*");
    options.crypto = &hmac;
    options.key_cache = &cache;
    const auto derive = [&](const Credentials& credentials) {
        P256PrivateKey key;
        REQUIRE(detail::find_sigv4a_key(options, credentials, key));
        CHECK(hex_of(key.bytes, sizeof key.bytes) == n_minus_1);
        return std::exchange(hmac.messages, {}).size();
    };
    CHECK(derive(keys) == 1);
    CHECK(derive(keys) == 0);
    options.region = "us-east-1";
    options.service = "ses";
    options.time = Timestamp{1, 0};
    CHECK(derive(keys) == 0);
    CHECK(derive({.access_key_id = "OTHER", .secret_access_key = "secret"}) == 1);
    CHECK(derive({.access_key_id = "AKID", .secret_access_key = "other"}) == 1);
    detail::SigningKey key;
    REQUIRE(detail::find_signing_key(options, "secret", "19700101", key));
    CHECK(std::exchange(hmac.messages, {}).size() == 4);
    CHECK(derive(keys) == 0);
}

TEST_CASE("a request is signed for a set of regions, in the header or in the query") {
    FixedEcdsa ecdsa;
    SigningOptions options = options_for("us-east-1,eu-*");
    HttpRequest request = get("https://events.example/");
    SigningTrace trace;
    for (int attempt = 0; attempt < 2; ++attempt) {
        REQUIRE_FALSE(sign_sigv4a(request, keys, options, ecdsa, &trace));
        CHECK(request.headers.size() == 4);
        CHECK(text_of(request.headers.find("X-Amz-Region-Set")) == "us-east-1,eu-*");
        CHECK(text_of(request.headers.find("Authorization")) ==
              "AWS4-ECDSA-P256-SHA256 Credential=AKID/20150830/events/aws4_request, "
              "SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=30ab");
    }
    CHECK(trace.signature == "30ab");
    const Sha256Digest digest = sha256(trace.string_to_sign);
    CHECK(ecdsa.used_digest == hex_of(digest.bytes, sizeof digest.bytes));

    options.placement = SignaturePlacement::query;
    request = get("https://events.example/?a=b");
    REQUIRE_FALSE(sign_sigv4a(request, keys, options, ecdsa));
    CHECK(request.url ==
          "https://events.example/?a=b&X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential="
          "AKID%2F20150830%2Fevents%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host"
          "&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1%2Ceu-%2A&X-Amz-Signature=30ab");
    CHECK_FALSE(request.headers.contains("X-Amz-Region-Set"));
}

TEST_CASE("anonymous credentials leave a request unsigned") {
    FixedEcdsa ecdsa;
    HttpRequest request = get("https://events.example/");
    REQUIRE_FALSE(sign_sigv4a(request, anonymous_credentials(), options_for("*"), ecdsa));
    CHECK(request.headers.size() == 0);
}

TEST_CASE("an input that cannot be signed for a set of regions is an error") {
    FixedEcdsa ecdsa;
    const auto code = [&](const Credentials& credentials, const SigningOptions& options, const char* url) {
        HttpRequest request = get(url);
        return sign_sigv4a(request, credentials, options, ecdsa).value_or(Error{}).code;
    };
    const char* const url = "https://events.example/";
    CHECK(code({.access_key_id = "AKID", .secret_access_key = ""}, options_for("*"), url) == "NoCredentials");
    CHECK(code(keys, options_for(""), url) == "InvalidRegion");
    CHECK(code(keys, options_for("us-east-1, us-west-2"), url) == "InvalidRegion");
    CHECK(code(keys, options_for("*\r\nX-Evil: 1"), url) == "InvalidRegion");
    CHECK(code(keys, options_for("*"), "/path") == "InvalidUrl");
    SigningOptions options = options_for("*");
    options.payload = PayloadHash::given;
    for (const char* const chunks :
         {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-EVENTS"}) {
        options.payload_hash = chunks;
        CHECK(code(keys, options, url) == "UnsupportedBody");
    }
    options.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    CHECK(code(keys, options, url).empty());
}

TEST_CASE("a SigV4a object gives its hashes, ignores blanks in its options, and is the signer") {
    FixedEcdsa ecdsa;
    ScriptedHmac hmac;
    hmac.results = {n_minus_2};
    SigV4a own(ecdsa);
    SigV4a other(
        ecdsa, {.region_set = " us-east-1, us-west-2 ", .auth_scheme_preference = "bearer, sigv4 ,\tsigv4a"},
        &hmac);
    CHECK_FALSE(own.prefers_sigv4());
    CHECK(other.prefers_sigv4());
    HttpRequest request = get("https://events.example/");
    request.headers.set("X-Amz-Region-Set", "*");
    for (const auto& [signer, regions] : {std::pair{&own, "*"}, std::pair{&other, "us-east-1,us-west-2"}}) {
        SigningOptions options = options_for("ignored");
        REQUIRE(signer->sign(request, keys, options, *request.headers.find("X-Amz-Region-Set")).code ==
                nullptr);
        CHECK(text_of(request.headers.find("X-Amz-Region-Set")) == regions);
    }
    CHECK(static_cast<CryptoProvider&>(own).sigv4a() == &own);
    CHECK(static_cast<CryptoProvider&>(hmac).sigv4a() == nullptr);
    Sha256Digest digest;
    REQUIRE(own.hmac_sha256("k", "m", digest));
    CHECK(digest == hmac_sha256("k", "m"));
    REQUIRE(other.hmac_sha256("k", "m", digest));
    CHECK(hex_of(digest.bytes, sizeof digest.bytes) == n_minus_2);
}

TEST_CASE("an endpoint that lists sigv4a first, or alone, offers its regions in a header") {
    struct Case {
        std::vector<AuthScheme> schemes;
        std::string offered, name, region;
        bool double_encode = true;
    };
    const AuthScheme sigv4{"sigv4", "s3", "us-gov-west-1", "", true}, plain{"sigv4", "", "", "", false};
    const AuthScheme all{"sigv4a", "s3-outposts", "", "*", true}, bare{"sigv4a", "", "", "", false};
    const AuthScheme express{"sigv4-s3express", "", "", "", false};
    for (const Case& test :
         {Case{{}, "(none)", "model", "client-1"}, Case{{plain}, "(none)", "model", "client-1"},
          Case{{sigv4}, "(none)", "s3", "us-gov-west-1", false}, Case{{all}, "*", "s3-outposts", "", false},
          Case{{bare}, "client-1", "model", ""}, Case{{bare, plain}, "client-1", "model", "client-1"},
          Case{{all, sigv4}, "*", "s3", "us-gov-west-1", false},
          Case{{sigv4, all}, "(none)", "s3", "us-gov-west-1", false},
          Case{{express, all}, "*", "s3-outposts", "", false}}) {
        Endpoint endpoint;
        endpoint.auth_schemes = test.schemes;
        std::string_view name = "model", region = "client-1";
        bool double_encode = true;
        Error error;
        REQUIRE(detail::choose_sigv4_or_sigv4a(endpoint, name, region, double_encode, error));
        CHECK(text_of(endpoint.headers.find("X-Amz-Region-Set")) == test.offered);
        CHECK(name == test.name);
        CHECK(region == test.region);
        CHECK(double_encode == test.double_encode);
    }
    Endpoint endpoint;
    endpoint.auth_schemes = {express};
    std::string_view name, region;
    bool double_encode = true;
    Error error;
    CHECK_FALSE(detail::choose_sigv4_or_sigv4a(endpoint, name, region, double_encode, error));
    CHECK(error.code == "UnsupportedAuthScheme");
}

TEST_CASE("the signature is chosen by the endpoint, the model, the provider and the preference") {
    FixedEcdsa ecdsa;
    SigV4a able(ecdsa), picky(ecdsa, {.auth_scheme_preference = "httpBearerAuth,other,sigv4,sigv4a"}),
        eager(ecdsa, {.auth_scheme_preference = "sigv4a,sigv4"}),
        wide(ecdsa, {.region_set = "eu-west-1,eu-west-2", .auth_scheme_preference = "none of them"});
    ScriptedHmac hashes;
    using Result = AuthorizeResult;
    using Model = ModelSignatures;
    struct Case {
        Model model;
        const char* offered;
        std::string_view region;
        CryptoProvider* crypto;
        Result result;
        std::string regions;
    };
    for (const Case& test : {
             Case{Model::sigv4, nullptr, "r", &able, Result::sign, "(none)"},
             Case{Model::sigv4, nullptr, "r", nullptr, Result::sign, "(none)"},
             Case{Model::sigv4, "*", "", &able, Result::authorized, "*"},
             Case{Model::sigv4, "*", "", &picky, Result::authorized, "*"},
             Case{Model::sigv4, "*", "", &wide, Result::authorized, "eu-west-1,eu-west-2"},
             Case{Model::sigv4, "*", "", nullptr, Result::failed, {}},
             Case{Model::sigv4, "*", "", &hashes, Result::failed, {}},
             Case{Model::sigv4, "*", "r", nullptr, Result::sign, "(none)"},
             Case{Model::sigv4, "*", "r", &hashes, Result::sign, "(none)"},
             Case{Model::sigv4, "*", "r", &able, Result::authorized, "*"},
             Case{Model::sigv4, "*", "r", &eager, Result::authorized, "*"},
             Case{Model::sigv4, "*", "r", &picky, Result::sign, "(none)"},
             Case{Model::sigv4a, nullptr, "r", &able, Result::authorized, "r"},
             Case{Model::sigv4a, nullptr, "r", &picky, Result::authorized, "r"},
             Case{Model::sigv4a, nullptr, "r", nullptr, Result::failed, {}},
             Case{Model::sigv4a_or_sigv4, nullptr, "r", &able, Result::authorized, "r"},
             Case{Model::sigv4a_or_sigv4, nullptr, "r", &wide, Result::authorized, "eu-west-1,eu-west-2"},
             Case{Model::sigv4a_or_sigv4, nullptr, "r", &picky, Result::sign, "(none)"},
             Case{Model::sigv4a_or_sigv4, nullptr, "r", nullptr, Result::sign, "(none)"},
         }) {
        HttpRequest request = get("https://a.example/");
        if (test.offered != nullptr) request.headers.set("X-Amz-Region-Set", test.offered);
        SigningOptions options = options_for(test.region);
        options.crypto = test.crypto;
        // A second attempt is decided like the first.
        for (int attempt = 0; attempt < 2; ++attempt) {
            Error error;
            CHECK(detail::choose_signature(test.model, keys, options, request, error) == test.result);
            if (test.result != Result::failed)
                CHECK(text_of(request.headers.find("X-Amz-Region-Set")) == test.regions);
            CHECK(request.headers.contains("Authorization") == (test.result == Result::authorized));
            if (test.result != Result::failed) continue;
            CHECK(error.kind == ErrorKind::signing);
            CHECK(error.code == "UnsupportedAuthScheme");
            CHECK(error.message.find("belfry/sigv4a.hpp") != std::string::npos);
            CHECK(error.message.find("ClientConfig::crypto") != std::string::npos);
        }
    }
    HttpRequest request = get("https://a.example/");
    request.headers.set("X-Amz-Region-Set", "*");
    SigningOptions options = options_for("");
    options.crypto = &able;
    options.placement = SignaturePlacement::query;
    Error error;
    CHECK(detail::choose_signature(Model::sigv4, keys, options, request, error) == Result::presigned);
    CHECK(request.url.find("&X-Amz-Region-Set=%2A&X-Amz-Signature=30ab") != std::string::npos);
    CHECK_FALSE(request.headers.contains("X-Amz-Region-Set"));
    options.expires_seconds = 0;
    CHECK(detail::choose_signature(Model::sigv4a, keys, options, request, error) == Result::failed);
    CHECK(error.code == "InvalidRegion");
}

#if BELFRY_TEST_HAS_OPENSSL
// The key of RFC 6979 section A.2.5; the others follow from the base point of SP 800-186 section 3.2.1.3.
TEST_CASE("OpenSSL derives the public keys of published private keys, and none of 0 and n") {
    const std::string x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    struct Case {
        std::string secret, x, y;
    };
    OpenSslEcdsa ecdsa;
    P256PrivateKey key;
    P256PublicKey found;
    const auto derive = [&](const std::string& secret) {
        std::memcpy(key.bytes, bytes_of(secret).data(), sizeof key.bytes);
        return ecdsa.derive_public_key(key, found);
    };
    for (const Case& test :
         {Case{"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
               "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
               "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"},
          Case{std::string(63, '0') + "1", x,
               "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"},
          Case{n_minus_1, x, "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a"}}) {
        REQUIRE(derive(test.secret));
        CHECK(hex_of(found.x, sizeof found.x) == test.x);
        CHECK(hex_of(found.y, sizeof found.y) == test.y);
        EcdsaSignature signature;
        REQUIRE(ecdsa.sign(key, sha256("message"), signature));
        CHECK(signature.size >= 8);
        CHECK(signature.size <= EcdsaSignature::capacity);
        CHECK(signature.bytes[0] == 0x30);
        CHECK(signature.bytes[1] == signature.size - 2);
    }
    EcdsaSignature signature;
    for (const std::string& wrong :
         {std::string(64, '0'),
          std::string("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")}) {
        CHECK_FALSE(derive(wrong));
        CHECK_FALSE(ecdsa.sign(key, sha256("message"), signature));
    }
}
#endif
