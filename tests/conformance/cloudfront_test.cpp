// SPDX-License-Identifier: Apache-2.0
// Signs the URLs that cloudfront_botocore.py had botocore sign, and compares.
#include "support/catch.hpp"

#if defined(BELFRY_TEST_CLOUDFRONT_BOTOCORE)
#include <belfry/cloudfront_signer.hpp>
#include <belfry/openssl_cloudfront_key.hpp>
#include <belfry/util/base64.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

const nlohmann::json& output() {
    static const nlohmann::json json = [] {
        std::ifstream file(BELFRY_TEST_CLOUDFRONT_BOTOCORE);
        return nlohmann::json::parse(file);
    }();
    return json;
}

belfry::OpenSslCloudFrontKey read_key(const std::string& kind, const std::string& form) {
    auto key = belfry::OpenSslCloudFrontKey::from_pem(output().at(kind).at(form).get<std::string>(),
                                                      output().at("passphrase").get<std::string>());
    REQUIRE(key.error().message == "");
    return std::move(*key);
}

/// The value of a parameter.
std::string parameter(const std::string& url, const std::string& name) {
    const std::size_t at = url.find(name + "=");
    REQUIRE(at != std::string::npos);
    const std::size_t from = at + name.size() + 1;
    return url.substr(from, url.find_first_of("&#", from) - from);
}

std::string decode(std::string text) {
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '=');
    std::replace(text.begin(), text.end(), '~', '/');
    std::string bytes;
    REQUIRE(belfry::decode_base64(text, bytes));
    return bytes;
}

/// Whether the key that is not Belfry's verifies the signature.
bool verify(const std::string& message, const std::string& signature, bool sha256) {
    const std::string pem = output().at("ecdsa_public");
    BIO* const input = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* const key = PEM_read_bio_PUBKEY(input, nullptr, nullptr, nullptr);
    BIO_free(input);
    REQUIRE(key != nullptr);
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    const bool good =
        EVP_DigestVerifyInit(context, nullptr, sha256 ? EVP_sha256() : EVP_sha1(), nullptr, key) == 1 &&
        EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                         reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}

struct Case {
    std::string url, key_id, resource, address, fragment, expected, policy;
    bool canned = false, sha256 = false;
    belfry::Timestamp expires;
    std::optional<belfry::Timestamp> starts;

    explicit Case(const nlohmann::json& test)
        : url(test.at("url")), key_id(test.at("key_id")), resource(test.value("resource", "")),
          address(test.value("address", "")), fragment(test.at("fragment")), expected(test.at("expected")),
          policy(test.at("policy")), canned(!test.contains("resource")), sha256(test.at("hash") == "sha256"),
          expires(test.at("expires").get<std::int64_t>(), 999'999'999) {
        if (!canned && !test.at("starts").is_null())
            starts = belfry::Timestamp(test.at("starts").get<std::int64_t>());
        // botocore knows no fragments and no hash but SHA-1.
        if (sha256) expected += "&Hash-Algorithm=SHA256";
        expected += fragment;
    }

    [[nodiscard]] belfry::CloudFrontPolicy custom() const {
        return {.resource = resource, .expires = expires, .starts = starts, .ip_range = address};
    }
    [[nodiscard]] belfry::CloudFrontHash hash() const {
        return sha256 ? belfry::CloudFrontHash::sha256 : belfry::CloudFrontHash::sha1;
    }
    [[nodiscard]] std::string sign(belfry::CloudFrontKey& key) const {
        const belfry::CloudFrontSigner signer(key_id, key, hash());
        const auto result = canned ? signer.sign_url(url, expires) : signer.sign_url(url, custom());
        REQUIRE(result.error().message == "");
        return *result;
    }
};

} // namespace

TEST_CASE("random URLs signed with RSA are the same as botocore's") {
    belfry::OpenSslCloudFrontKey key = read_key("rsa", "traditional");
    CHECK(output().at("cases").size() >= 400);
    for (const nlohmann::json& json : output().at("cases")) {
        INFO(json.dump());
        const Case test(json);
        REQUIRE(test.sign(key) == test.expected);

        // Cookies have the same values.
        const belfry::CloudFrontSigner signer(test.key_id, key, test.hash());
        belfry::CloudFrontPolicy policy = test.custom();
        const std::string resource = test.url.substr(0, test.url.size() - test.fragment.size());
        if (policy.resource.empty()) policy.resource = resource;
        const auto cookies =
            test.canned ? signer.sign_cookies(test.url, test.expires) : signer.sign_cookies(policy);
        REQUIRE(cookies.error().message == "");
        REQUIRE(cookies->size() == (test.sha256 ? 4 : 3));
        CHECK((*cookies)[0].name == (test.canned ? "CloudFront-Expires" : "CloudFront-Policy"));
        CHECK((*cookies)[1].name == "CloudFront-Signature");
        CHECK((*cookies)[2].name == "CloudFront-Key-Pair-Id");
        for (const belfry::CloudFrontCookie& cookie : *cookies)
            REQUIRE(cookie.value == parameter(test.expected.substr(resource.size()),
                                              cookie.name.substr(sizeof "CloudFront")));
    }
}

TEST_CASE("random URLs signed with ECDSA have botocore's policies and valid signatures") {
    belfry::OpenSslCloudFrontKey key = read_key("ecdsa", "traditional");
    for (const nlohmann::json& json : output().at("cases")) {
        INFO(json.dump());
        const Case test(json);
        const std::string url = test.sign(key);
        const std::string signature = "&Signature=";
        REQUIRE(url.substr(0, url.rfind(signature)) ==
                test.expected.substr(0, test.expected.rfind(signature)));
        REQUIRE(url.substr(url.rfind("&Key-Pair-Id=")) ==
                test.expected.substr(test.expected.rfind("&Key-Pair-Id=")));
        const std::string bytes = decode(parameter(url.substr(url.rfind(signature)), "Signature"));
        REQUIRE(verify(test.policy, bytes, test.sha256));
        REQUIRE_FALSE(verify(test.policy, bytes, !test.sha256));
        REQUIRE_FALSE(verify(test.policy + " ", bytes, test.sha256));
    }
}

TEST_CASE("each form of a PEM gives the same signature of RSA") {
    const Case test(output().at("cases").at(0));
    for (const char* const form : {"traditional", "pkcs8", "encrypted"}) {
        INFO(form);
        belfry::OpenSslCloudFrontKey key = read_key("rsa", form);
        CHECK(test.sign(key) == test.expected);
        belfry::OpenSslCloudFrontKey curve_key = read_key("ecdsa", form);
        CHECK(test.sign(curve_key).size() < test.expected.size());
    }
}

TEST_CASE("keys that CloudFront does not accept are refused") {
    for (const auto& [name, pem] : output().at("refused").items()) {
        INFO(name);
        const auto key = belfry::OpenSslCloudFrontKey::from_pem(pem.get<std::string>());
        CHECK(key.error().kind == belfry::ErrorKind::credentials);
        CHECK(key.error().code == "InvalidKey");
    }
}

TEST_CASE("an encrypted key is refused without its passphrase and does not ask for it") {
    const std::string pem = output().at("rsa").at("encrypted");
    const std::vector<std::string> passphrases = {"", "wrong", std::string(2'000, 'x')};
    for (const std::string& passphrase : passphrases) {
        const auto key = belfry::OpenSslCloudFrontKey::from_pem(pem, passphrase);
        CHECK(key.error().code == "InvalidKey");
        CHECK((passphrase.empty() || key.error().message.find(passphrase) == std::string::npos));
    }
}

TEST_CASE("a key that was moved away does not sign") {
    belfry::OpenSslCloudFrontKey key = read_key("rsa", "pkcs8");
    belfry::OpenSslCloudFrontKey other = std::move(key);
    const Case test(output().at("cases").at(0));
    CHECK(test.sign(other) == test.expected);
    const auto result = key.sign("text", belfry::CloudFrontHash::sha1); // NOLINT: empty after the move
    CHECK(result.error().code == "NoKey");
    key = std::move(other);
    CHECK(test.sign(key) == test.expected);
}
#else
TEST_CASE("random URLs signed with RSA are the same as botocore's") {
    WARN("skipped: botocore, cryptography or OpenSSL was not there when the tests were configured");
}
#endif
