// SPDX-License-Identifier: Apache-2.0
// Signs the forms that presigned_post_botocore.py had botocore sign, and compares.
#include "support/catch.hpp"

#if defined(BELFRY_TEST_PRESIGNED_POST_BOTOCORE)
#include <belfry/environment.hpp>
#include <belfry/presigned_post.hpp>
#include <belfry/s3/head_bucket.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/util/base64.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace s3 = belfry::s3;

namespace {

/// A clock that stands still.
class FrozenEnvironment final : public belfry::Environment {
  public:
    explicit FrozenEnvironment(std::int64_t seconds) : now_(seconds, 999'999'999) {}
    belfry::Timestamp now() noexcept override { return now_; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char*, std::size_t) noexcept override { return false; }

  private:
    belfry::Timestamp now_;
};

std::vector<belfry::PostField> fields_of(const nlohmann::json& pairs) {
    std::vector<belfry::PostField> fields;
    for (const nlohmann::json& pair : pairs) fields.push_back({pair.at(0), pair.at(1)});
    return fields;
}

void check_fields(const belfry::PresignedPost& post, const nlohmann::json& expected) {
    REQUIRE(post.fields.size() == expected.size());
    for (std::size_t i = 0; i < post.fields.size(); ++i) {
        const std::string value = expected.at(i).at(1);
        REQUIRE(post.fields[i].name == expected.at(i).at(0).get<std::string>());
        if (post.fields[i].name == "policy") {
            std::string policy, expected_policy;
            REQUIRE(belfry::decode_base64(post.fields[i].value, policy));
            REQUIRE(belfry::decode_base64(value, expected_policy));
            REQUIRE(policy == expected_policy);
        }
        REQUIRE(post.fields[i].value == value);
    }
}

} // namespace

TEST_CASE("forms with random conditions have the URL and the fields of botocore's") {
    std::ifstream file(BELFRY_TEST_PRESIGNED_POST_BOTOCORE);
    const nlohmann::json cases = nlohmann::json::parse(file);
    CHECK(cases.size() >= 400);
    for (const nlohmann::json& test : cases) {
        INFO(test.dump());
        const std::string region = test.at("region"), url = test.at("expected_url");
        const std::string bucket = test.at("bucket"), key = test.at("key");
        const belfry::Credentials credentials{test.at("access_key"), test.at("secret"), test.at("token")};
        belfry::PresignedPostOptions options{.bucket = bucket,
                                             .key = key,
                                             .expires_seconds = test.at("expires").get<std::int64_t>(),
                                             .fields = fields_of(test.at("fields")),
                                             .starts_with = fields_of(test.at("starts_with"))};
        if (const nlohmann::json& length = test.at("content_length"); !length.is_null())
            options.content_length = {length.at(0), length.at(1)};

        FrozenEnvironment clock(test.at("seconds"));
        belfry::ClientConfig config{.region = region,
                                    .credentials = credentials,
                                    .endpoint = test.at("endpoint"),
                                    .use_dual_stack = test.at("dual_stack"),
                                    .environment = &clock};
        const s3::Client client(std::move(config),
                                [](const belfry::HttpRequest&) { return belfry::HttpResponse{}; },
                                {.force_path_style = test.at("path_style").get<bool>()});
        const auto by_client = belfry::presigned_post(client.core(), s3::operations::HeadBucket{}, options);
        REQUIRE(by_client.error().message == "");
        CHECK(by_client->url == url);
        check_fields(*by_client, test.at("expected_fields"));
        // The operation has a key, but the form's address does not.
        const auto by_put = belfry::presigned_post(client.core(), s3::operations::PutObject{}, options);
        CHECK(by_put->url == url);

        const auto alone =
            belfry::presigned_post(credentials, clock.now(), {.url = url, .region = region}, options);
        REQUIRE(alone.error().message == "");
        CHECK(alone->url == url);
        check_fields(*alone, test.at("expected_fields"));
    }
}

TEST_CASE("a form of a client without credentials or with a bucket that does not exist is an error") {
    const s3::Client client({.region = "us-east-1"},
                            [](const belfry::HttpRequest&) { return belfry::HttpResponse{}; });
    const auto form = [&client](std::string_view bucket) {
        return belfry::presigned_post(client.core(), s3::operations::PutObject{},
                                      {.bucket = bucket, .key = "a"});
    };
    CHECK(form("bucket").error().code == "NoCredentials");
    CHECK(form("").error().message == "'bucket' is empty; give the bucket's name");
    CHECK(form("arn:aws:s3:us-east-1").error().kind == belfry::ErrorKind::endpoint);
}
#else
TEST_CASE("forms with random conditions have the URL and the fields of botocore's") {
    WARN("skipped: botocore or pugixml was not there when the tests were configured");
}
#endif
