// SPDX-License-Identifier: Apache-2.0
// Forms that are not signed; valid ones are compared with botocore in
// tests/conformance/presigned_post_test.cpp.
#include <belfry/core/error.hpp>
#include <belfry/presigned_post.hpp>
#include <belfry/util/base64.hpp>

#include <string>
#include <string_view>
#include <support/catch.hpp>
#include <vector>

namespace {

const belfry::Credentials keys{"AKIDEXAMPLE", "secret"};
constexpr belfry::Timestamp now{1'700'000'000};
const belfry::PresignedPostTarget target{.url = "https://b.s3.eu-west-1.amazonaws.com/",
                                         .region = "eu-west-1"};

belfry::PresignedPostOptions options() { return {.bucket = "b", .key = "uploads/${filename}"}; }

void check_refused(const belfry::PresignedPostOptions& form, std::string_view option) {
    const auto post = belfry::presigned_post(keys, now, target, form);
    INFO(post.error().message);
    CHECK_FALSE(post.has_value());
    CHECK(post.error().kind == belfry::ErrorKind::validation);
    CHECK(post.error().message.starts_with("'" + std::string(option) + "' "));
}

void check_refused(const belfry::PresignedPostTarget& address, std::string_view option) {
    const auto post = belfry::presigned_post(keys, now, address, options());
    INFO(post.error().message);
    CHECK_FALSE(post.has_value());
    CHECK(post.error().kind == belfry::ErrorKind::validation);
    CHECK(post.error().message.starts_with("'" + std::string(option) + "' "));
    CHECK(post.error().message.find("hunter2") == std::string::npos);
}

} // namespace

TEST_CASE("a form without a bucket, or for one that takes no forms, is refused") {
    for (const std::string_view bucket : {"", "a\nb", "\xff", "name--use1-az4--x-s3"}) {
        auto form = options();
        form.bucket = bucket;
        check_refused(form, "bucket");
    }
}

TEST_CASE("a key that is empty, too long, not UTF-8 or has the file's name in its middle is refused") {
    for (const std::string& key : std::vector<std::string>{"", std::string(1'025, 'k'), "\xff",
                                                           "a/${filename}.bak", "${filename}${filename}"}) {
        auto form = options();
        form.key = key;
        check_refused(form, "key");
    }
}

TEST_CASE("a form that would expire at once or after seven days is refused") {
    for (const std::int64_t seconds : {0, -1, 604'801}) {
        auto form = options();
        form.expires_seconds = seconds;
        check_refused(form, "expires_seconds");
    }
}

TEST_CASE("a range of sizes that no file can have is refused") {
    for (const auto& [min, max] : {belfry::PostContentLength{-1, 5}, belfry::PostContentLength{6, 5}}) {
        auto form = options();
        form.content_length = belfry::PostContentLength{min, max};
        check_refused(form, "content_length");
    }
    auto form = options();
    form.content_length = belfry::PostContentLength{0, 0};
    CHECK(belfry::presigned_post(keys, now, target, form).has_value());
}

TEST_CASE("a field that the signature or another option sets is refused") {
    for (const char* const name : {"key", "Bucket", "POLICY", "file", "x-amz-signature", "X-Amz-Date",
                                   "x-amz-credential", "x-amz-algorithm", "x-amz-security-token",
                                   "content-length-range", "", "a b", "a\"b", "$acl", "a\\b", "b\xc3\xbc"}) {
        auto form = options();
        form.fields = {{"acl", "private"}, {name, "x"}};
        check_refused(form, "fields[1].name");
        form.fields.clear();
        form.starts_with = {{name, ""}};
        check_refused(form, "starts_with[0].name");
    }
}

TEST_CASE("a field with two conditions is refused") {
    auto form = options();
    form.fields = {{"acl", "private"}, {"ACL", "private"}};
    check_refused(form, "fields[1].name");
    form.fields.pop_back();
    form.starts_with = {{"Acl", "p"}};
    check_refused(form, "starts_with[0].name");
    form.starts_with = {{"Content-Type", "image/"}, {"content-type", ""}};
    check_refused(form, "starts_with[1].name");
}

TEST_CASE("a value of a field that is not UTF-8 is refused") {
    auto form = options();
    form.fields = {{"acl", "\xc3"}};
    check_refused(form, "fields[0].value");
    form.fields.clear();
    form.starts_with = {{"acl", "\xed\xa0\x80"}};
    check_refused(form, "starts_with[0].value");
}

TEST_CASE("an address that is not a plain URL is refused and not quoted") {
    for (const std::string_view url :
         {"", "b.s3.amazonaws.com", "ftp://b.example/", "https://u:hunter2@b.example/",
          "https://b.example/?x=hunter2", "https://b.example/#x", "https://b.example/ "})
        check_refused({.url = url, .region = "eu-west-1"}, "url");
    check_refused({.url = target.url, .region = ""}, "region");
    check_refused({.url = target.url, .region = "eu west"}, "region");
    check_refused({.url = target.url, .region = "eu-west-1", .service = ""}, "service");
}

TEST_CASE("credentials that cannot sign make no form") {
    for (const belfry::Credentials& credentials :
         {belfry::Credentials{"", "secret"}, belfry::Credentials{"AKID", ""},
          belfry::Credentials{"AKID", "secret", "to ken"}, belfry::anonymous_credentials()})
        CHECK(belfry::presigned_post(credentials, now, target, options()).error().kind ==
              belfry::ErrorKind::credentials);
}

TEST_CASE("a form that is signed or expires in a year of five digits is an error") {
    for (const std::int64_t seconds : {253'402'300'800, 253'402'300'799})
        CHECK(belfry::presigned_post(keys, belfry::Timestamp(seconds), target, options()).error().code ==
              "InvalidTime");
}

TEST_CASE("a form sends what its policy demands") {
    auto form = options();
    form.content_length = belfry::PostContentLength{1, 5'000'000'000};
    form.fields = {{"acl", "private"}};
    form.starts_with = {{"Content-Type", "image/"}};
    const auto post = belfry::presigned_post({"AKIDEXAMPLE", "secret", "token"}, now, target, form);
    REQUIRE(post.has_value());
    CHECK(post->url == target.url);
    std::vector<std::string> names;
    for (const belfry::PostField& field : post->fields) names.push_back(field.name);
    CHECK(names == std::vector<std::string>{"acl", "key", "x-amz-algorithm", "x-amz-credential", "x-amz-date",
                                            "x-amz-security-token", "policy", "x-amz-signature"});
    std::string policy;
    REQUIRE(belfry::decode_base64(post->fields[6].value, policy));
    CHECK(policy == R"({"expiration": "2023-11-14T23:13:20Z", "conditions": [["content-length-range", 1, )"
                    R"(5000000000], {"acl": "private"}, ["starts-with", "$Content-Type", "image/"], )"
                    R"({"bucket": "b"}, ["starts-with", "$key", "uploads/"], )"
                    R"({"x-amz-algorithm": "AWS4-HMAC-SHA256"}, )"
                    R"({"x-amz-credential": "AKIDEXAMPLE/20231114/eu-west-1/s3/aws4_request"}, )"
                    R"({"x-amz-date": "20231114T221320Z"}, {"x-amz-security-token": "token"}]})");
}
