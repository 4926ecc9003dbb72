// SPDX-License-Identifier: Apache-2.0
#include <belfry/service_credentials.hpp>
#include <belfry/sso_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "unit/identity/loaded_settings.hpp"
#include "unit/identity/scripted.hpp"

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;

constexpr Service bells(BearerTokens tokens) {
    return {.id = "Bells",
            .name = "bells",
            .api_version = {},
            .signing_name = "bell tower",
            .protocol = nullptr,
            .endpoint_rules = nullptr,
            .bearer_tokens = tokens};
}
constexpr Service takes_either = bells(BearerTokens::accepted);
constexpr Service prefers_tokens = bells(BearerTokens::preferred);
constexpr Service takes_tokens = bells(BearerTokens::required);
constexpr Service takes_keys = bells(BearerTokens::none);

const std::string keys = "[default]\naws_access_key_id = AKID\naws_secret_access_key = secret\n";

/// Variables and files, and a clock.
struct Machine {
    explicit Machine(const std::string& config = keys) {
        source.variables = {{"HOME", "/h"}, {"AWS_EC2_METADATA_DISABLED", "true"}};
        source.files["/h/.aws/config"] = config;
    }
    [[nodiscard]] Settings settings(const std::string& preference = {}) {
        SettingsOptions options{.source = &source};
        if (!preference.empty()) options.overrides = {{"auth_scheme_preference", preference}};
        Result<Settings> loaded = load_settings(std::move(options));
        REQUIRE(loaded);
        return *std::move(loaded);
    }
    Result<Credentials> credentials(const Service& service, const std::string& preference = {}) {
        ServiceCredentials provider(service, settings(preference), transport,
                                    {.extension = sso_credentials, .environment = &environment});
        Result<Credentials> result = provider.credentials();
        CHECK(transport.requests.empty());
        // It is the same choice that people are told.
        CHECK((result && !result->bearer_token.empty()) ==
              (result && bearer_token_use(settings(preference), service).used));
        return result;
    }

    test::MemorySettings source{};
    test::ManualEnvironment environment{};
    test::ScriptedTransport transport{};
};

} // namespace

TEST_CASE("a token in the environment is sent unless the program prefers signatures") {
    Machine machine;
    CHECK(machine.credentials(takes_either)->access_key_id == "AKID");
    machine.source.variables["AWS_BEARER_TOKEN_BELL_TOWER"] = "abc";
    const Result<Credentials> token = machine.credentials(takes_either);
    REQUIRE(token);
    CHECK(token->bearer_token == "abc");
    CHECK(token->access_key_id.empty());
    CHECK(machine.credentials(takes_tokens)->bearer_token == "abc");
    CHECK(machine.credentials(prefers_tokens)->bearer_token == "abc");
    CHECK(machine.credentials(takes_keys)->access_key_id == "AKID");
    // The token is for this service; the list of a variable or a file is for all of them.
    machine.source.variables["AWS_AUTH_SCHEME_PREFERENCE"] = "sigv4";
    CHECK(machine.credentials(takes_either)->bearer_token == "abc");
    const BearerTokenUse use = bearer_token_use(machine.settings(), takes_either);
    REQUIRE(use.decided_by);
    CHECK(describe_origin(*use.decided_by) == "the environment variable AWS_BEARER_TOKEN_BELL_TOWER");
    CHECK(use.decided_by->value == "httpBearerAuth");

    CHECK(machine.credentials(takes_either, "sigv4")->access_key_id == "AKID");
    CHECK(machine.credentials(takes_either, "sigv4a")->access_key_id == "AKID");
    CHECK(machine.credentials(takes_either, "sigv4a, httpBearerAuth")->bearer_token == "abc");
    CHECK(machine.credentials(takes_tokens, "sigv4")->bearer_token == "abc");
    machine.source.variables["AWS_BEARER_TOKEN_BELL_TOWER"] = "";
    CHECK(machine.credentials(takes_either)->access_key_id == "AKID");
}

TEST_CASE("a list of schemes decides by the first one that the service takes") {
    Machine machine;
    const auto uses_token = [&](const Service& service, const char* list) {
        machine.source.variables["AWS_AUTH_SCHEME_PREFERENCE"] = list;
        return bearer_token_use(machine.settings(), service).used;
    };
    for (const char* const list : {"httpBearerAuth", " httpBearerAuth\t,sigv4", "other,,httpBearerAuth",
                                   "sigv4a,httpBearerAuth,sigv4"}) {
        INFO(list);
        CHECK(uses_token(takes_either, list));
        CHECK(uses_token(prefers_tokens, list));
        CHECK_FALSE(uses_token(takes_keys, list));
    }
    for (const char* const list : {"sigv4", "sigv4,httpBearerAuth", ",sigv4"}) {
        INFO(list);
        CHECK_FALSE(uses_token(takes_either, list));
        CHECK_FALSE(uses_token(prefers_tokens, list));
        CHECK(uses_token(takes_tokens, list));
    }
    for (const char* const list :
         {"", ",", "sigv4a", "HTTPBEARERAUTH", "httpBearer", "smithy.api#httpBearerAuth"}) {
        INFO(list);
        CHECK_FALSE(uses_token(takes_either, list));
        CHECK(uses_token(prefers_tokens, list));
    }
}

TEST_CASE("a token that is asked for and missing is an error, and keys do not take its place") {
    Machine machine(keys + "auth_scheme_preference = httpBearerAuth\n");
    const Error asked = machine.credentials(takes_either).error();
    CHECK(asked.kind == ErrorKind::credentials);
    CHECK(asked.code == "NoBearerToken");
    CHECK(asked.message == "/h/.aws/config:4: auth_scheme_preference: asks for a bearer token, and there is "
                           "none; set AWS_BEARER_TOKEN_BELL_TOWER, or let the profile 'default' have an "
                           "sso_session");
    CHECK(
        machine.credentials(takes_tokens).error().message ==
        "Bells needs a bearer token, and there is none; set AWS_BEARER_TOKEN_BELL_TOWER, or let the profile "
        "'default' have an sso_session");
    // A sign-in that fails says so itself.
    machine.source.files["/h/.aws/config"] += "sso_session = dev\n[sso-session dev]\nsso_region = us-east-1\n"
                                              "sso_start_url = https://a.awsapps.com/start\n";
    CHECK(machine.credentials(takes_either).error().code == "NoToken");
    machine.source.files["/h/.aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json"] =
        R"({"accessToken":"of-sso","expiresAt":"2026-01-01T08:00:00Z"})";
    CHECK(machine.credentials(takes_either)->bearer_token == "of-sso");
    CHECK(machine.credentials(takes_either, "sigv4").has_value());
}

TEST_CASE("a token is picked up and dropped when credentials are fetched again") {
    Machine machine;
    ServiceCredentials provider(takes_either, machine.settings(), machine.transport,
                                {.environment = &machine.environment});
    CHECK(provider.credentials()->access_key_id == "AKID");
    CHECK(provider.describe() == "the profile");
    machine.source.variables["AWS_BEARER_TOKEN_BELL_TOWER"] = "abc";
    CHECK(provider.credentials()->bearer_token.empty());
    machine.environment.time.seconds += 900;
    CHECK(provider.credentials()->bearer_token == "abc");
    CHECK(provider.describe() == "the environment");
    CHECK(provider.sources().size() == 3);
    machine.source.variables.erase("AWS_BEARER_TOKEN_BELL_TOWER");
    machine.environment.time.seconds += 900;
    CHECK(provider.credentials()->access_key_id == "AKID");
    CHECK(provider.sources().size() == 4);
}
