// SPDX-License-Identifier: Apache-2.0
// Inputs that no token is made of; valid ones are compared with botocore in
// tests/conformance/auth_tokens_test.cpp.
#include <belfry/auth_tokens.hpp>
#include <belfry/core/error.hpp>

#include <string>
#include <string_view>
#include <support/catch.hpp>

namespace {

const belfry::Credentials keys{"AKIDEXAMPLE", "secret"};
constexpr belfry::Timestamp now{1'700'000'000};

belfry::RdsTokenOptions rds() {
    return {.host = "db.example.com", .port = 5432, .user = "admin", .region = "eu-west-1"};
}
belfry::DsqlTokenOptions dsql() { return {.host = "a.dsql.us-east-1.on.aws", .region = "us-east-1"}; }
belfry::EksTokenOptions eks() { return {.cluster = "cluster", .region = "us-east-1"}; }

template <class R> void check_refused(const R& result, std::string_view argument) {
    INFO(result.error().message);
    CHECK_FALSE(result.has_value());
    CHECK(result.error().kind == belfry::ErrorKind::validation);
    CHECK(result.error().code == "ValidationError");
    CHECK(result.error().message.starts_with("'" + std::string(argument) + "' "));
}

/// A provider of hashes that fails.
class FailingCrypto final : public belfry::CryptoProvider {
  public:
    bool sha256(std::string_view, belfry::Sha256Digest&) noexcept override { return false; }
    bool sha256(belfry::BodySource&, belfry::Sha256Digest&) noexcept override { return false; }
    bool hmac_sha256(std::string_view, std::string_view, belfry::Sha256Digest&) noexcept override {
        return false;
    }
};

} // namespace

TEST_CASE("a host with a scheme, a port, a path or a user is refused and not quoted") {
    for (const std::string_view host :
         {"", "https://db.example.com", "db.example.com:5432", "db.example.com/", "/", "user:hunter2@db",
          "db example", "db\n", "db..example", "-db", ".",
          "b\xc3\xbc"
          "cher",
          "[::1]", "db?x", "db#x"}) {
        auto options = rds();
        options.host = host;
        const auto token = belfry::rds_auth_token(keys, now, options);
        check_refused(token, "host");
        CHECK(token.error().message.find("hunter2") == std::string::npos);
        auto other = dsql();
        other.host = host;
        check_refused(belfry::dsql_auth_token(keys, now, other), "host");
        auto third = eks();
        third.sts_host = host;
        if (!host.empty()) check_refused(belfry::eks_token(keys, now, third), "sts_host");
    }
}

TEST_CASE("a port outside of 1 to 65535 is refused") {
    for (const int port : {0, -1, 65'536}) {
        auto options = rds();
        options.port = port;
        check_refused(belfry::rds_auth_token(keys, now, options), "port");
    }
}

TEST_CASE("a user that is empty, not UTF-8 or has control characters is refused") {
    using namespace std::string_view_literals;
    for (const std::string_view user : {""sv, "a\nb"sv, "a\0b"sv, "\x7f"sv, "\xff"sv}) {
        auto options = rds();
        options.user = user;
        check_refused(belfry::rds_auth_token(keys, now, options), "user");
    }
}

TEST_CASE("a region that cannot be one is refused") {
    for (const std::string_view region : {"", "us east 1", "us-east-1/", "123", "a.b", "us-east-1\n"}) {
        auto first = rds();
        first.region = region;
        check_refused(belfry::rds_auth_token(keys, now, first), "region");
        auto second = dsql();
        second.region = region;
        check_refused(belfry::dsql_auth_token(keys, now, second), "region");
        auto third = eks();
        third.region = region;
        check_refused(belfry::eks_token(keys, now, third), "region");
    }
}

TEST_CASE("a validity that a service does not accept is refused") {
    for (const std::int64_t seconds : {0, -1, 901, 604'801}) {
        auto first = rds();
        first.expires_seconds = seconds;
        check_refused(belfry::rds_auth_token(keys, now, first), "expires_seconds");
        auto third = eks();
        third.expires_seconds = seconds;
        check_refused(belfry::eks_token(keys, now, third), "expires_seconds");
        auto second = dsql();
        second.expires_seconds = seconds;
        if (seconds == 901)
            CHECK(belfry::dsql_auth_token(keys, now, second).has_value());
        else
            check_refused(belfry::dsql_auth_token(keys, now, second), "expires_seconds");
    }
}

TEST_CASE("a cluster that cannot be the value of a header is refused") {
    for (const std::string_view cluster : {"", "a b", "a\r\nx: y",
                                           "b\xc3\xbc"
                                           "cher"}) {
        auto options = eks();
        options.cluster = cluster;
        check_refused(belfry::eks_token(keys, now, options), "cluster");
    }
}

TEST_CASE("credentials that cannot sign make no token") {
    for (const belfry::Credentials& credentials :
         {belfry::Credentials{"", "secret"}, belfry::Credentials{"AKID", ""},
          belfry::Credentials{"A B", "secret"}, belfry::Credentials{"AKID", "secret", "to ken"},
          belfry::anonymous_credentials(), belfry::bearer_credentials("token")}) {
        CHECK(belfry::rds_auth_token(credentials, now, rds()).error().kind == belfry::ErrorKind::credentials);
        CHECK(belfry::dsql_auth_token(credentials, now, dsql()).error().kind ==
              belfry::ErrorKind::credentials);
        CHECK(belfry::eks_token(credentials, now, eks()).error().kind == belfry::ErrorKind::credentials);
    }
}

TEST_CASE("a time that no date has makes no token") {
    CHECK(belfry::rds_auth_token(keys, belfry::Timestamp(253'402'300'800), rds()).error().code ==
          "InvalidTime");
    CHECK(belfry::eks_token(keys, belfry::Timestamp(INT64_MAX), eks()).error().code == "InvalidTime");
}

TEST_CASE("a failure of the cryptographic library is the token's error") {
    FailingCrypto crypto;
    auto options = rds();
    options.crypto = &crypto;
    CHECK(belfry::rds_auth_token(keys, now, options).error().code == "HashFailed");
}

TEST_CASE("the token of a cluster expires with the credentials if that is sooner") {
    belfry::Credentials credentials = keys;
    credentials.expiration = belfry::Timestamp(now.seconds + 60);
    CHECK(belfry::eks_token(credentials, now, eks())->expiration == *credentials.expiration);
    credentials.expiration = belfry::Timestamp(now.seconds + 3'600);
    CHECK(belfry::eks_token(credentials, now, eks())->expiration == belfry::Timestamp(now.seconds + 840));
}
