// SPDX-License-Identifier: Apache-2.0
// Compares how requests are authenticated with botocore's choice, for random settings, tokens and services.
#include <belfry/auth/bearer_token.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/service_credentials.hpp>
#include <belfry/sso_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "unit/identity/loaded_settings.hpp"
#include "unit/identity/scripted.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using namespace belfry;
using Json = nlohmann::json;
using Texts = std::map<std::string, std::string>;

/// The enumerator that the generator writes for the schemes of a model.
[[maybe_unused]] BearerTokens tokens_of(const std::vector<std::string>& schemes) {
    const auto token = std::find(schemes.begin(), schemes.end(), "smithy.api#httpBearerAuth");
    const auto signature = std::find(schemes.begin(), schemes.end(), "aws.auth#sigv4");
    if (token == schemes.end()) return BearerTokens::none;
    if (signature == schemes.end()) return BearerTokens::required;
    return token < signature ? BearerTokens::preferred : BearerTokens::accepted;
}

} // namespace

#if defined(BELFRY_TEST_SERVICE_CREDENTIALS_BOTOCORE)
TEST_CASE("tokens and keys are sent as botocore sends them") {
    std::ifstream file(BELFRY_TEST_SERVICE_CREDENTIALS_BOTOCORE);
    REQUIRE(file);
    const Json cases = Json::parse(file);
    std::map<std::string, std::size_t> outcomes;
    for (const Json& test : cases) {
        INFO(test.dump(1));
        const Json& facts = test.at("service");
        const std::string id = facts.at("id"), signing_name = facts.at("signing_name");
        const Service service{.id = id,
                              .name = {},
                              .api_version = {},
                              .signing_name = signing_name,
                              .protocol = nullptr,
                              .endpoint_rules = nullptr,
                              .bearer_tokens = tokens_of(facts.at("auth").get<std::vector<std::string>>())};
        test::MemorySettings source(test.at("environment").get<Texts>(), test.at("files").get<Texts>());
        SettingsOptions options{.source = &source};
        if (!test.at("profile").is_null()) options.profile = test.at("profile");
        // botocore ignores an empty text.
        if (!test.at("preference").is_null() && test.at("preference") != "")
            options.overrides.emplace_back("auth_scheme_preference", test.at("preference"));
        const Result<Settings> settings = load_settings(options);
        REQUIRE(settings);

        test::ScriptedTransport transport;
        test::ManualEnvironment environment;
        ServiceCredentials provider(service, *settings, transport,
                                    {.extension = sso_credentials, .environment = &environment});
        const Result<Credentials> credentials = provider.credentials();
        CHECK(transport.requests.empty());
        const Json& expected = test.at("expected");
        const std::string error = expected.value("error", "");
        ++outcomes[error.empty() ? expected.begin().key() : error];
        if (error == "NoAuthTokenError") {
            CHECK(credentials.error().code == "NoBearerToken");
            CHECK(credentials.error().kind == ErrorKind::credentials);
            continue;
        }
        if (error == "NoCredentialsError") {
            CHECK(credentials.error().code == "NotConfigured");
            continue;
        }
        INFO(credentials.error().message);
        REQUIRE(credentials);
        HttpRequest request;
        request.url = test.at("url");
        AuthorizeState state;
        Error problem;
        const AuthorizeResult result =
            detail::add_bearer_token_if_any(Operation{}, *credentials, {}, state, request, problem);
        const auto header = request.headers.find("Authorization");
        if (error == "InvalidEndpointConfigurationError") {
            CHECK(result == AuthorizeResult::failed);
            CHECK(problem.code == "InvalidBearerToken");
        } else if (expected.contains("bearer")) {
            REQUIRE(header.has_value());
            CHECK(*header == "Bearer " + expected.at("bearer").get<std::string>());
            CHECK(credentials->access_key_id.empty());
        } else {
            CHECK(result == AuthorizeResult::sign);
            CHECK(expected.at("key") == credentials->access_key_id);
        }
    }
    // Each outcome occurs.
    CHECK(outcomes.size() == 5);
    for (const auto& [name, count] : outcomes) {
        INFO(name);
        CHECK(count >= 5);
    }
}
#endif
