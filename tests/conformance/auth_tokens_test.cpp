// SPDX-License-Identifier: Apache-2.0
// Makes tokens from the inputs that auth_tokens_botocore.py gave to botocore, and compares.
#include <belfry/auth_tokens.hpp>

#include "support/catch.hpp"

#include <cstddef>

#if defined(BELFRY_TEST_AUTH_TOKENS_BOTOCORE)
#include <belfry/util/base64.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// The URL in a token of EKS.
std::string url_in(std::string token) {
    constexpr std::string_view prefix = "k8s-aws-v1.";
    REQUIRE(token.starts_with(prefix));
    token.erase(0, prefix.size());
    std::replace(token.begin(), token.end(), '-', '+');
    std::replace(token.begin(), token.end(), '_', '/');
    while (token.size() % 4 != 0) token.push_back('=');
    std::string url;
    REQUIRE(belfry::decode_base64(token, url));
    return url;
}

/// The parameters of a URL, sorted, and the part before the query: botocore orders them in another way than
/// AWS's published cases, which has no effect on the signature.
std::vector<std::string> parts_of(const std::string& url) {
    const std::size_t question = url.find('?');
    REQUIRE(question != std::string::npos);
    std::vector<std::string> parts;
    for (std::size_t at = question; at < url.size();) {
        const std::size_t end = (std::min)(url.find('&', at + 1), url.size());
        parts.push_back(url.substr(at + 1, end - at - 1));
        at = end;
    }
    std::sort(parts.begin(), parts.end());
    parts.push_back(url.substr(0, question));
    return parts;
}

} // namespace

TEST_CASE("tokens for RDS, Aurora DSQL and EKS from random inputs agree with botocore") {
    std::ifstream file(BELFRY_TEST_AUTH_TOKENS_BOTOCORE);
    const nlohmann::json cases = nlohmann::json::parse(file);
    CHECK(cases.size() >= 600);
    std::size_t exact = 0;
    for (const nlohmann::json& test : cases) {
        INFO(test.dump());
        const belfry::Credentials credentials{test.at("access_key"), test.at("secret"), test.at("token")};
        const belfry::Timestamp now(test.at("seconds").get<std::int64_t>(), 999'999'999);
        const std::string kind = test.at("kind"), region = test.at("region");
        const std::string host = test.value("host", "");
        std::string token;
        if (kind == "rds") {
            const std::string user = test.at("user");
            const auto result = belfry::rds_auth_token(
                credentials, now,
                {.host = host, .port = test.at("port").get<int>(), .user = user, .region = region});
            REQUIRE(result.error().message == "");
            token = *result;
        } else if (kind == "dsql") {
            const auto result =
                belfry::dsql_auth_token(credentials, now,
                                        {.host = host,
                                         .region = region,
                                         .admin = test.at("admin").get<bool>(),
                                         .expires_seconds = test.at("expires").get<std::int64_t>()});
            REQUIRE(result.error().message == "");
            token = *result;
        } else {
            const std::string cluster = test.at("cluster");
            const auto result =
                belfry::eks_token(credentials, now,
                                  {.cluster = cluster,
                                   .region = region,
                                   .expires_seconds = test.at("expires").get<std::int64_t>()});
            REQUIRE(result.error().message == "");
            token = result->token;
            CHECK(result->expiration == belfry::Timestamp(now.seconds + 14 * 60));
        }
        for (const auto& [signer, expected] : test.at("expected").items()) {
            INFO(signer);
            if (signer == "awscrt") {
                REQUIRE(token == expected.get<std::string>());
                ++exact;
            } else if (kind == "eks") {
                REQUIRE(parts_of(url_in(token)) == parts_of(url_in(expected)));
            } else {
                REQUIRE(parts_of(token) == parts_of(expected));
            }
        }
    }
    if (exact == 0) WARN("awscrt was not there: the order of the parameters was not compared");
}
#else
TEST_CASE("tokens for RDS, Aurora DSQL and EKS from random inputs agree with botocore") {
    WARN("skipped: botocore was not there when the tests were configured");
}
#endif
