// SPDX-License-Identifier: Apache-2.0
// Runs the cases of shared files, their places and endpoint URLs that AWS's SDKs published, which lie with
// the conformance data next to the checkout, and compares random settings with botocore's.
#include <belfry/adaptive_retry.hpp>
#include <belfry/settings.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "support/shared_folder.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace {

using namespace belfry;
using Json = nlohmann::json;
namespace fs = std::filesystem;
using Texts = std::map<std::string, std::string>;

fs::path cases_file(const char* name) { return test::shared_folder() / "conformance" / "config" / name; }

Json load(const fs::path& path) {
    std::ifstream file(path);
    REQUIRE(file);
    return Json::parse(file);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

Service service_with_id(std::string_view id) {
    return {.id = id,
            .name = {},
            .api_version = {},
            .signing_name = {},
            .protocol = nullptr,
            .endpoint_rules = nullptr};
}

/// The sections of one kind as the published cases write them.
Json sections(const Profiles& profiles, SectionKind kind) {
    Json result = Json::object();
    for (const ProfileSection& section : profiles.sections) {
        if (section.kind != kind) continue;
        Json& properties = result[section.name] = Json::object();
        for (const ProfileProperty& property : section.properties) properties[property.name] = property.value;
    }
    return result;
}

/// A structure with all endpoint options that settings cover, with the names of S3's, STS's and DynamoDB's.
struct AllOptions {
    std::optional<bool> accelerate{};
    std::optional<std::string> account_id_endpoint_mode{};
    std::optional<bool> disable_multi_region_access_points{};
    std::optional<bool> disable_s3_express_session_auth{};
    std::optional<bool> force_path_style{};
    std::optional<bool> use_arn_region{};
    std::optional<bool> use_global_endpoint{};
};
[[maybe_unused]] constexpr Description<7> belfry_describe(const AllOptions*) {
    using S = AllOptions;
    return {.name = "AllOptions",
            .members = {
                {"Accelerate", type_of<std::optional<bool>>, offsetof(S, accelerate)},
                {"AccountIdEndpointMode", type_of<std::optional<std::string>>,
                 offsetof(S, account_id_endpoint_mode)},
                {"DisableMultiRegionAccessPoints", type_of<std::optional<bool>>,
                 offsetof(S, disable_multi_region_access_points)},
                {"DisableS3ExpressSessionAuth", type_of<std::optional<bool>>,
                 offsetof(S, disable_s3_express_session_auth)},
                {"ForcePathStyle", type_of<std::optional<bool>>, offsetof(S, force_path_style)},
                {"UseArnRegion", type_of<std::optional<bool>>, offsetof(S, use_arn_region)},
                {"UseGlobalEndpoint", type_of<std::optional<bool>>, offsetof(S, use_global_endpoint)},
            }};
}

} // namespace

TEST_CASE("shared files are parsed as the published cases say") {
    if (!fs::exists(cases_file("smithy-rs/profile-parser-tests.json")))
        return; // settings.cmake lists the skipped test
    const Json cases = load(cases_file("smithy-rs/profile-parser-tests.json")).at("tests");
    REQUIRE(cases.size() >= 65);
    for (const Json& test : cases) {
        INFO(test.dump());
        test::MemorySettings source({{"HOME", "/home"}}, {});
        const Json& input = test.at("input");
        if (input.contains("configFile")) source.files["/home/.aws/config"] = input.at("configFile");
        if (input.contains("credentialsFile"))
            source.files["/home/.aws/credentials"] = input.at("credentialsFile");
        const Result<Profiles> profiles = load_profiles(source);
        const Json& output = test.at("output");
        if (output.contains("errorContaining")) {
            REQUIRE(!profiles);
            CHECK(profiles.error().kind == ErrorKind::configuration);
            CHECK(profiles.error().message.starts_with("/home/.aws/config:"));
            CHECK(lower(profiles.error().message).find(lower(output.at("errorContaining"))) !=
                  std::string::npos);
            continue;
        }
        INFO(profiles.error().message);
        REQUIRE(profiles);
        CHECK(sections(*profiles, SectionKind::profile) == output.at("config").at("profiles"));
        if (output.at("config").contains("sso_sessions"))
            CHECK(sections(*profiles, SectionKind::sso_session) == output.at("config").at("sso_sessions"));
    }
}

TEST_CASE("shared files lie where the published cases say") {
    if (!fs::exists(cases_file("smithy-rs/file-location-tests.json")))
        return; // settings.cmake lists the skipped test
    const Json cases = load(cases_file("smithy-rs/file-location-tests.json")).at("tests");
    REQUIRE(cases.size() >= 9);
    for (const Json& test : cases) {
        INFO(test.dump());
        test::MemorySettings source(test.at("environment").get<Texts>(), {});
        if (test.at("platform") == "windows") source.separator = '\\';
        const std::string profile = test.value("profile", "default");
        source.files[test.at("configLocation")] = "[profile " + profile + "]\nregion = here\n";
        source.files[test.at("credentialsLocation")] = "[" + profile + "]\nmax_attempts = 7\n";
        const Result<Settings> settings = load_settings({.source = &source});
        INFO(settings.error().message);
        REQUIRE(settings);
        CHECK(settings->profile() == profile);
        CHECK(test.at("configLocation") == settings->profiles().config_file);
        CHECK(test.at("credentialsLocation") == settings->profiles().credentials_file);
        const std::optional<Setting> region = settings->find("region");
        REQUIRE(region);
        CHECK(region->value == "here");
        CHECK(settings->find("max_attempts")->value == "7");
    }
}

TEST_CASE("endpoint URLs are found as botocore's published cases say") {
    if (!fs::exists(cases_file("botocore/profile-tests.json")))
        return; // settings.cmake lists the skipped test
    std::size_t ran = 0;
    const Json suites = load(cases_file("botocore/profile-tests.json")).at("testSuites");
    for (const Json& suite : suites) {
        std::string config;
        for (const auto& [name, properties] : suite.at("profiles").items()) {
            config += "[profile " + name + "]\n";
            for (const auto& [key, value] : properties.items())
                config += key + " = " + value.get<std::string>() + "\n";
        }
        for (const auto& [name, services] : suite.at("services").items()) {
            config += "[services " + name + "]\n";
            for (const auto& [service, properties] : services.items()) {
                config += service + " =\n";
                for (const auto& [key, value] : properties.items())
                    config += "  " + key + " = " + value.get<std::string>() + "\n";
            }
        }
        for (const Json& test : suite.at("endpointUrlTests")) {
            INFO(test.dump());
            test::MemorySettings source(
                suite.at("environments").at(test.at("environment").get<std::string>()).get<Texts>(),
                {{"/home/.aws/config", config}});
            source.variables["HOME"] = "/home";
            SettingsOptions options{.profile = test.at("profile"), .source = &source};
            for (const auto& [key, value] :
                 suite.at("client_configs").at(test.at("client_config").get<std::string>()).items())
                options.overrides.emplace_back(key,
                                               value.is_string() ? value.get<std::string>() : value.dump());
            const Result<Settings> settings = load_settings(options);
            REQUIRE(settings);
            const std::string service = test.at("service") == "dynamodb" ? "DynamoDB" : "S3";
            const Result<ClientConfig> client = settings->client_config(service_with_id(service));
            INFO(client.error().message);
            REQUIRE(client);
            // The service's own endpoint means that none is configured.
            const std::string url = test.at("output").at("endpointUrl");
            CHECK(client->endpoint == (url.ends_with(".amazonaws.com") ? "" : url));
            ++ran;
        }
    }
    CHECK(ran >= 39);
}

#if defined(BELFRY_TEST_SETTINGS_BOTOCORE)
TEST_CASE("random settings are those of botocore's clients") {
    const Json cases = load(BELFRY_TEST_SETTINGS_BOTOCORE);
    REQUIRE(cases.size() > 1000);
    std::size_t clients = 0;
    for (const Json& test : cases) {
        INFO(test.dump(1));
        test::MemorySettings source(test.at("environment").get<Texts>(), test.at("files").get<Texts>());
        SettingsOptions options{.source = &source, .adaptive = adaptive_retry};
        if (!test.at("profile").is_null()) options.profile = test.at("profile");
        const Service service = service_with_id(test.at("service").get_ref<const std::string&>());
        const Result<Settings> settings = load_settings(options);
        const Json& expected = test.at("expected");
        if (expected.contains("error")) {
            const bool no_profile = expected.at("error") == "ProfileNotFound";
            CHECK(settings.has_value() == !no_profile);
            if (settings)
                CHECK(settings->client_config(service).error().code == "InvalidSetting");
            else
                CHECK(settings.error().code == "ProfileNotFound");
            continue;
        }
        INFO(settings.error().message);
        REQUIRE(settings);
        const Result<ClientConfig> config = settings->client_config(service);
        INFO(config.error().message);
        REQUIRE(config);
        ++clients;
        const Json& endpoint = expected.at("endpoint");
        CHECK(config->endpoint == (endpoint.is_null() ? "" : endpoint.get<std::string>()));
        CHECK(expected.at("region") == config->region);
        CHECK(config->use_fips == expected.at("use_fips"));
        CHECK(config->use_dual_stack == expected.at("use_dual_stack"));
        CHECK(config->inject_host_prefix == expected.at("inject_host_prefix"));
        CHECK(config->retry.max_attempts ==
              (expected.at("max_attempts").is_null() ? 3 : expected.at("max_attempts").get<int>()));
        CHECK((config->retry_mode == &adaptive_retry) == expected.at("adaptive"));
        CHECK(config->disable_compression == expected.at("disable_compression"));
        CHECK((config->request_checksums == ChecksumUse::when_supported) ==
              (expected.at("request_checksums") == "when_supported"));
        CHECK((config->response_checksums == ChecksumUse::when_supported) ==
              (expected.at("response_checksums") == "when_supported"));
        CHECK(config->min_compression_size == expected.at("min_compression_size"));
        const std::string application = expected.at("application");
        CHECK(config->user_agent == (application.empty() ? "" : "app/" + application));
        // botocore's own default is longer.
        const double connect = expected.at("connect_timeout");
        CHECK(config->timeouts.connect.count() ==
              static_cast<std::int64_t>((connect == 60 ? 10 : connect) * 1e9));

        const Result<AllOptions> rules = settings->endpoint_options<AllOptions>(service);
        INFO(rules.error().message);
        REQUIRE(rules);
        CHECK(expected.at("account_id_endpoint_mode") ==
              rules->account_id_endpoint_mode.value_or("preferred"));
        if (service.id == "STS")
            CHECK(rules->use_global_endpoint.value_or(false) == (expected.at("sts_regional") == "legacy"));
        const Result<EndpointDiscoveryMode> discovery = settings->endpoint_discovery();
        REQUIRE(discovery);
        CHECK(expected.at("endpoint_discovery") == (*discovery == EndpointDiscoveryMode::always  ? "true"
                                                    : *discovery == EndpointDiscoveryMode::never ? "false"
                                                                                                 : "auto"));
        if (service.id != "S3") continue;
        CHECK(rules->accelerate.value_or(false) == expected.at("accelerate"));
        CHECK(rules->disable_multi_region_access_points.value_or(false) ==
              expected.at("disable_access_points"));
        CHECK(rules->disable_s3_express_session_auth.value_or(false) == expected.at("disable_express"));
        CHECK(rules->use_global_endpoint.value_or(false) == (expected.at("regional_us_east_1") == "legacy"));
        const SigV4aOptions sigv4a = settings->sigv4a_options();
        CHECK(expected.at("region_set") == sigv4a.region_set);
        CHECK(expected.at("auth_schemes") == sigv4a.auth_scheme_preference);
        const Json& style = expected.at("addressing_style");
        CHECK(rules->force_path_style ==
              (style.is_null() ? std::nullopt : std::optional<bool>(style == "path")));
        const Json& arn = expected.at("use_arn_region");
        CHECK(rules->use_arn_region.value_or(true) == (arn.is_null() ? true : arn.get<bool>()));
    }
    CHECK(clients > 500);
}
#endif
