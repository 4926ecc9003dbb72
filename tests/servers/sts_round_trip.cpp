// SPDX-License-Identifier: Apache-2.0
// AWS Security Token Service: awsQuery.
#include <belfry/default_credentials.hpp>
#include <belfry/role_credentials.hpp>
#include <belfry/sts/assume_role.hpp>
#include <belfry/sts/errors.hpp>
#include <belfry/sts/get_caller_identity.hpp>
#include <belfry/sts/get_session_token.hpp>

#include "servers/server_test.hpp"
#include "support/memory_settings.hpp"

#include <string>
#include <utility>

namespace sts = belfry::sts;
using belfry_servers::require_value;

TEST_CASE("the caller's identity is returned and a role is assumed") {
    sts::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto self = client.get_caller_identity({});
    require_value(self);
    CHECK(self->account == "123456789012");
    CHECK(self->arn.value_or("").rfind("arn:aws:", 0) == 0);
    CHECK_FALSE(self.metadata().request_id.empty());

    const auto role = client.assume_role({.role_arn = "arn:aws:iam::123456789012:role/bell-ringer",
                                          .role_session_name = "sess+ion=1@x",
                                          .duration_seconds = 900,
                                          .tags = {{{.key = "a", .value = "b & c"}}}});
    require_value(role);
    REQUIRE(role->credentials.has_value());
    REQUIRE(role->credentials->session_token.has_value());
    REQUIRE(role->credentials->expiration.has_value());
    CHECK(role->credentials->expiration->seconds > 1'700'000'000);
    REQUIRE(role->assumed_role_user.has_value());
    CHECK(role->assumed_role_user->arn.value_or("").find("sess+ion=1@x") != std::string::npos);

    // The temporary credentials work.
    belfry::ClientConfig config = belfry_servers::config();
    config.credentials = belfry::Credentials{role->credentials->access_key_id.value_or(""),
                                             role->credentials->secret_access_key.value_or(""),
                                             *role->credentials->session_token};
    sts::Client lent{std::move(config), belfry_servers::transport()};
    const auto other = lent.get_caller_identity({});
    require_value(other);
    CHECK(other->arn.value_or("").find("assumed-role/bell-ringer") != std::string::npos);
}

TEST_CASE("a call is signed with the credentials of the instance's role") {
    // The server plays the metadata service of an EC2 instance, too.
    const belfry::ClientConfig server = belfry_servers::config();
    test::MemorySettings variables({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", server.endpoint},
                                    {"AWS_ENDPOINT_URL_STS", server.endpoint},
                                    {"AWS_REGION", "eu-west-1"}},
                                   {});
    const auto settings = belfry::load_settings({.source = &variables});
    require_value(settings);
    auto config = settings->client_config(sts::service);
    require_value(config);
    belfry::DefaultCredentials credentials(*settings, belfry_servers::transport());
    const auto keys = credentials.credentials();
    require_value(keys);
    CHECK_FALSE(keys->session_token.empty());
    CHECK(keys->expiration.has_value());
    config->credentials = credentials;
    const sts::Client client(*std::move(config), belfry_servers::transport());
    require_value(client.get_caller_identity({}));
}

TEST_CASE("calls are signed with the credentials of a profile's role and of a web identity") {
    // The program's own `belfry/sts/` is beside the calls that the credentials make.
    const belfry::ClientConfig server = belfry_servers::config();
    test::MemorySettings source(
        {{"HOME", "/h"}, {"AWS_ENDPOINT_URL_STS", server.endpoint}},
        {{"/h/.aws/config", "[default]\nregion = us-east-1\n"
                            "role_arn = arn:aws:iam::123456789012:role/bell-ringer\n"
                            "source_profile = default\nrole_session_name = of-profile\n"
                            "aws_access_key_id = AKIDEXAMPLE\n"
                            "aws_secret_access_key = secret\n"
                            "[profile web]\nregion = us-east-1\n"
                            "role_arn = arn:aws:iam::123456789012:role/bell-ringer\n"
                            "role_session_name = of-web\n"
                            "web_identity_token_file = /token\n"},
         {"/token", "a.b.c"}});
    for (const char* const profile : {"default", "web"}) {
        INFO(profile);
        const auto settings = belfry::load_settings({.profile = profile, .source = &source});
        require_value(settings);
        auto config = settings->client_config(sts::service);
        require_value(config);
        belfry::DefaultCredentials credentials(*settings, belfry_servers::transport(),
                                               {.extension = belfry::role_credentials});
        const auto keys = credentials.credentials();
        require_value(keys);
        CHECK(keys->expiration.has_value());
        CHECK(keys->account_id == "123456789012");
        config->credentials = credentials;
        const sts::Client client(*std::move(config), belfry_servers::transport());
        const auto identity = client.get_caller_identity({});
        require_value(identity);
        const std::string session = profile == std::string("web") ? "of-web" : "of-profile";
        CHECK(identity->arn.value_or("").ends_with("assumed-role/bell-ringer/" + session));
    }
}
