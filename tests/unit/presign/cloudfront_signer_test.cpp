// SPDX-License-Identifier: Apache-2.0
// URLs and policies that are not signed, and keys that fail; valid ones are compared with botocore in
// tests/conformance/cloudfront_test.cpp.
#include <belfry/cloudfront_signer.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>

#include <string>
#include <string_view>
#include <support/catch.hpp>

namespace {

/// Keeps the message, and returns `signature`, or fails if that is empty and `code` is not.
class RecordingKey final : public belfry::CloudFrontKey {
  public:
    belfry::Result<std::string> sign(std::string_view text, belfry::CloudFrontHash hash) noexcept override {
        message = text;
        used = hash;
        if (code.empty()) return signature;
        belfry::Error error;
        belfry::detail::fail(error, belfry::ErrorKind::signing, code, "no key");
        return error;
    }
    std::string message, code, signature = "\xfb\xff\xfe?";
    belfry::CloudFrontHash used{};
};

constexpr belfry::Timestamp expires{1'700'000'000};
constexpr std::string_view plain = "https://d.cloudfront.net/a.jpg";

template <class R> void check_refused(const R& result, std::string_view argument) {
    INFO(result.error().message);
    CHECK_FALSE(result.has_value());
    CHECK(result.error().kind == belfry::ErrorKind::validation);
    CHECK(result.error().message.starts_with("'" + std::string(argument) + "' "));
    CHECK(result.error().message.find("hunter2") == std::string::npos);
}

} // namespace

TEST_CASE("a URL that cannot be signed is refused and not quoted") {
    RecordingKey key;
    const belfry::CloudFrontSigner signer("K", key);
    for (const std::string_view url :
         {"", "d.cloudfront.net/a", "/a", "ftp://d.cloudfront.net/", "https://u:hunter2@d.cloudfront.net/",
          "https://d.cloudfront.net/a b", "https://d.cloudfront.net/\xc3\xbc", "https://d.cloudfront.net/\"",
          "https://d.cloudfront.net/\\", "https://d.cloudfront.net/*", "https://d.cloudfront.net/?a=*",
          "https://d.cloudfront.net/a\n", "https://d.cloudfront.net/#a b"}) {
        check_refused(signer.sign_url(url, expires), "url");
        check_refused(signer.sign_url(url, {.resource = "*", .expires = expires}), "url");
        check_refused(signer.sign_cookies(url, expires), "url");
    }
    CHECK(key.message.empty());
}

TEST_CASE("a URL with a parameter of a signature is refused") {
    RecordingKey key;
    const belfry::CloudFrontSigner signer("K", key);
    for (const std::string name : {"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"}) {
        for (const std::string& query : {name + "=1", "a=b&" + name + "=1&c=d", name, "a&" + name + "&b"}) {
            const auto result = signer.sign_url(std::string(plain) + "?" + query, expires);
            check_refused(result, "url");
            CHECK(result.error().message.find("'" + name + "'") != std::string::npos);
        }
        for (const std::string& query : {"a=" + name, name + "s=1", "x" + name + "=1", "#" + name + "=1"})
            CHECK(signer.sign_url(std::string(plain) + "?" + query, expires).has_value());
    }
}

TEST_CASE("a policy that cannot be is refused") {
    RecordingKey key;
    const belfry::CloudFrontSigner signer("K", key);
    for (const belfry::Timestamp& time : {belfry::Timestamp(0), belfry::Timestamp(-1), belfry::Timestamp()}) {
        check_refused(signer.sign_url(plain, time), "expires");
        check_refused(signer.sign_url(plain, {.resource = "*", .expires = time}), "expires");
        check_refused(signer.sign_url(plain, {.expires = expires, .starts = time}), "starts");
    }
    for (const std::int64_t seconds : {expires.seconds, expires.seconds + 1})
        check_refused(signer.sign_url(plain, {.expires = expires, .starts = belfry::Timestamp(seconds)}),
                      "starts");
    for (const std::string_view range :
         {"1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/08", "::1",
          "a.b.c.d", "1.2.3.4/24 ", " 1.2.3.4", "1..2.3", "1.2.3.4\"", "1.2.3.1000"})
        check_refused(signer.sign_url(plain, {.expires = expires, .ip_range = range}), "ip_range");
    for (const std::string_view resource : {"a b", "https://d/#x", "\"", "\\", "\xc3\xbc"}) {
        check_refused(signer.sign_url(plain, {.resource = resource, .expires = expires}), "resource");
        check_refused(signer.sign_cookies({.resource = resource, .expires = expires}), "resource");
    }
    check_refused(signer.sign_cookies({.expires = expires}), "resource");
    CHECK(key.message.empty());
}

TEST_CASE("an id of a key that could change the URL or the cookie is refused") {
    RecordingKey key;
    for (const char* const id : {"", "K&x=y", "K;", "K K", "K\n"}) {
        const belfry::CloudFrontSigner signer(id, key);
        check_refused(signer.sign_url(plain, expires), "key_pair_id");
        check_refused(signer.sign_cookies(plain, expires), "key_pair_id");
    }
}

TEST_CASE("a failure of the key is the error of the signer") {
    RecordingKey key;
    const belfry::CloudFrontSigner signer("K", key);
    key.code = "KeyStoreFailed";
    CHECK(signer.sign_url(plain, expires).error().code == "KeyStoreFailed");
    CHECK(signer.sign_cookies(plain, expires).error().code == "KeyStoreFailed");
    key.code.clear();
    key.signature.clear();
    CHECK(signer.sign_url(plain, expires).error().code == "SigningFailed");
}

TEST_CASE("a URL is signed as CloudFront receives it") {
    RecordingKey key;
    const belfry::CloudFrontSigner signer("K", key);
    const auto check = [&](std::string_view url, std::string_view resource, std::string_view signed_url) {
        INFO(url);
        const auto result = signer.sign_url(url, expires);
        REQUIRE(result.has_value());
        CHECK(*result == signed_url);
        CHECK(key.message == R"({"Statement":[{"Resource":")" + std::string(resource) +
                                 R"(","Condition":{"DateLessThan":{"AWS:EpochTime":1700000000}}}]})");
        CHECK(signer.sign_cookies(url, expires).has_value());
    };
    const std::string tail = "Expires=1700000000&Signature=-~~-Pw__&Key-Pair-Id=K";
    check("https://d.net/a", "https://d.net/a", "https://d.net/a?" + tail);
    check("https://d.net/a?b=c", "https://d.net/a?b=c", "https://d.net/a?b=c&" + tail);
    // The viewer does not send the fragment.
    check("https://d.net/a?b=c#d?e", "https://d.net/a?b=c", "https://d.net/a?b=c&" + tail + "#d?e");
    check("https://d.net/a#d?e", "https://d.net/a", "https://d.net/a?" + tail + "#d?e");
    check("https://d.net/a?", "https://d.net/a", "https://d.net/a?" + tail);
    check("https://d.net/a?#d", "https://d.net/a", "https://d.net/a?" + tail + "#d");
    // The viewer requests the path `/`.
    check("https://d.net", "https://d.net/", "https://d.net/?" + tail);
    check("https://d.net:8443?b=c", "https://d.net:8443/?b=c", "https://d.net:8443/?b=c&" + tail);
    check("https://d.net?#d", "https://d.net/", "https://d.net/?" + tail + "#d");
    check("HTTP://D.net/%2A", "HTTP://D.net/%2A", "HTTP://D.net/%2A?" + tail);
    check("https://d.net/a?b??", "https://d.net/a?b??", "https://d.net/a?b??&" + tail);
}

TEST_CASE("a policy with all conditions has them in the order of the documentation") {
    RecordingKey key;
    const belfry::CloudFrontSigner signer("K", key, belfry::CloudFrontHash::sha256);
    const auto cookies = signer.sign_cookies({.resource = "https://d.net/*",
                                              .expires = expires,
                                              .starts = belfry::Timestamp(1'600'000'000),
                                              .ip_range = "192.0.2.1"});
    REQUIRE(cookies.has_value());
    CHECK(
        key.message ==
        R"({"Statement":[{"Resource":"https://d.net/*","Condition":{"DateLessThan":{"AWS:EpochTime":1700000000},)"
        R"("IpAddress":{"AWS:SourceIp":"192.0.2.1/32"},"DateGreaterThan":{"AWS:EpochTime":1600000000}}}]})");
    CHECK(key.used == belfry::CloudFrontHash::sha256);
    REQUIRE(cookies->size() == 4);
    CHECK((*cookies)[3].name == "CloudFront-Hash-Algorithm");
    CHECK((*cookies)[3].value == "SHA256");
}
