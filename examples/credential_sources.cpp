// SPDX-License-Identifier: Apache-2.0
// Sources in another order than the default, the error if none of them has credentials, and the bearer token
// of a service that also takes signatures.
// The environment is in memory, so that the program prints the same on each machine.
//
// Prints:
//   NotConfigured: no source has credentials; the environment: AWS_ACCESS_KEY_ID is not set; the profile: ...
//   the environment: AKIDEXAMPLE
//   the environment: a bearer token
#include <belfry/default_credentials.hpp>
#include <belfry/service_credentials.hpp>
#include <belfry/settings.hpp>

#include <cstdio>
#include <map>
#include <optional>
#include <string>

/// Environment variables, and no files.
class Variables final : public belfry::SettingsSource {
  public:
    std::optional<std::string> variable(const char* name) override {
        const auto found = values.find(name);
        return found != values.end() ? std::optional(found->second) : std::nullopt;
    }
    belfry::FileStatus read_file(const std::string&, std::string&) override {
        return belfry::FileStatus::missing;
    }
    std::map<std::string, std::string> values;
};

/// The names of a service. Its generated header has such an object, `belfry::bedrock_runtime::service`.
constexpr belfry::Service bedrock{.id = "Bedrock Runtime",
                                  .name = "bedrock-runtime",
                                  .api_version = {},
                                  .signing_name = "bedrock",
                                  .protocol = nullptr,
                                  .endpoint_rules = nullptr,
                                  .bearer_tokens = belfry::BearerTokens::accepted};

int main() {
    Variables variables;
    const auto settings = belfry::load_settings({.source = &variables});
    if (!settings) return 1;
    const belfry::TransportHandle unused([](const belfry::HttpRequest&) { return belfry::HttpResponse{}; });
    belfry::Transport& transport = unused.get();

    belfry::EnvironmentCredentialsSource environment(settings->source());
    belfry::ProfileCredentialsSource profile(*settings);
    belfry::CredentialsChain chain({&environment, &profile});
    belfry::CachedCredentials credentials(chain, transport);

    auto keys = credentials.credentials();
    if (!keys) std::printf("%s: %s\n", keys.error().code.c_str(), keys.error().message.c_str());

    variables.values = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                        {"AWS_SECRET_ACCESS_KEY", "secret"},
                        {"AWS_BEARER_TOKEN_BEDROCK", "a bearer token"}};
    keys = credentials.credentials();
    if (!keys) return 1;
    std::printf("the environment: %s\n", keys->access_key_id.c_str());

    belfry::ServiceCredentials of_bedrock(bedrock, *settings, transport);
    const auto bearer = of_bedrock.credentials();
    if (!bearer) return 1;
    std::printf("the environment: %s\n", bearer->bearer_token.c_str());
}
