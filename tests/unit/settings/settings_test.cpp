// SPDX-License-Identifier: Apache-2.0
#include <belfry/settings.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

using namespace belfry;
using test::MemorySettings;

constexpr Service s3{.id = "S3",
                     .name = "s3",
                     .api_version = {},
                     .signing_name = "s3",
                     .protocol = nullptr,
                     .endpoint_rules = nullptr};

MemorySettings with_config(std::string config) {
    return MemorySettings({{"HOME", "/home/me"}}, {{"/home/me/.aws/config", std::move(config)}});
}

ProfileSection default_of(std::string_view config) {
    MemorySettings source = with_config(std::string(config));
    const Result<Profiles> profiles = load_profiles(source);
    INFO(profiles.error().message);
    REQUIRE(profiles);
    const ProfileSection* const section = profiles->find(SectionKind::profile, "default");
    REQUIRE(section != nullptr);
    return *section;
}

std::string problem_of(std::string_view config) {
    MemorySettings source = with_config(std::string(config));
    const Result<Settings> settings = load_settings({.source = &source});
    if (!settings) {
        CHECK(settings.error().kind == ErrorKind::configuration);
        return settings.error().message;
    }
    const Result<ClientConfig> client = settings->client_config(s3);
    CHECK(client.error().kind == (client ? ErrorKind::none : ErrorKind::configuration));
    return client.error().message;
}

} // namespace

// Python's configparser reads these files in the same way; the values are its.
TEST_CASE("indented properties are properties, and lines indented further continue one") {
    const ProfileSection section = default_of("[default]\n"
                                              "  region = eu-west-1\n"
                                              "  s3 =\n"
                                              "    addressing_style = path\n"
                                              "  max_attempts = 5\n"
                                              "output = json\n");
    REQUIRE(section.properties.size() == 4);
    CHECK(section.find("region")->value == "eu-west-1");
    CHECK(section.find("region")->line == 2);
    CHECK(section.find("s3")->find("Addressing_Style")->value == "path");
    CHECK(section.find("s3")->find("addressing_style")->line == 4);
    CHECK(section.find("max_attempts")->value == "5");
    CHECK(section.find("output")->value == "json");
}

TEST_CASE("lines end in any way, and a byte order mark is skipped") {
    const ProfileSection section = default_of("\xef\xbb\xbf[default]\rregion = a\r\n\r\nmax_attempts = 2");
    CHECK(section.find("region")->line == 2);
    CHECK(section.find("max_attempts")->value == "2");
    CHECK(section.find("max_attempts")->line == 4);
}

TEST_CASE("a nested property may have a comment") {
    const ProfileSection section = default_of("[default]\ns3 =\n  a = b # c\n  # d\n  e = f;g\n");
    CHECK(section.find("s3")->find("a")->value == "b");
    CHECK(section.find("s3")->find("e")->value == "f;g");
}

TEST_CASE("a quoted name of a profile may have any character") {
    MemorySettings source = with_config("[profile \"my profile]\"] # mine\nregion = a\n[profile 'b c']\n");
    const Result<Profiles> profiles = load_profiles(source);
    REQUIRE(profiles);
    CHECK(profiles->find(SectionKind::profile, "my profile]") != nullptr);
    CHECK(profiles->find(SectionKind::profile, "b c") != nullptr);
    CHECK(profiles->ignored.empty());
}

TEST_CASE("an error in a file names file and line, and quotes nothing of it") {
    for (const std::string_view config :
         {"[default]\n\naws_secret_access_key secret\n", "[default]\nx=1\nsecret\n",
          "[default]\ns3 =\n  secret\n", "[default]\n\n= secret\n", "[default]\n\n  secret\n"}) {
        INFO(config);
        const std::string problem = problem_of(config);
        CHECK(problem.starts_with("/home/me/.aws/config:3: "));
        CHECK(problem.find("secret") == std::string::npos);
    }
}

TEST_CASE("a wrong setting is an error that names its place and what is expected") {
    CHECK(problem_of("[default]\nregion = a\nmax_attempts = none\n") ==
          "/home/me/.aws/config:3: max_attempts: expected a number from 1 to 1000000, not 'none'");
    CHECK(problem_of("[default]\nuse_fips_endpoint = yes\n") ==
          "/home/me/.aws/config:2: use_fips_endpoint: expected 'false' or 'true', not 'yes'");
    CHECK(problem_of("[default]\nretry_mode = adaptive\n") ==
          "/home/me/.aws/config:2: retry_mode: the mode 'adaptive' needs `SettingsOptions::adaptive`; set it "
          "to `belfry::adaptive_retry` (belfry/adaptive_retry.hpp)");
    CHECK(problem_of("[default]\nrequest_checksum_calculation = never\n") ==
          "/home/me/.aws/config:2: request_checksum_calculation: expected 'when_supported' or "
          "'when_required', not 'never'");
    CHECK(problem_of("[default]\nmax_attempts = 99999999999999999999999\n").find("expected a number") !=
          std::string::npos);
    CHECK(problem_of("[default]\ndefaults_mode = fast\n").find("'mobile' or 'auto', not 'fast'") !=
          std::string::npos);
    CHECK(problem_of("[default]\nendpoint_url = localhost:80\n").find("expected a URL") != std::string::npos);
    // A value may hold a line feed, which must not break a line of a log.
    CHECK(problem_of("[default]\nretry_mode = a\n  b\n").find("not 'a\\x0ab'") != std::string::npos);
}

TEST_CASE("endpoint discovery has a setting with two variables") {
    MemorySettings source = with_config("[default]\nendpoint_discovery_enabled = True\n");
    const auto mode = [&] { return *load_settings({.source = &source})->endpoint_discovery(); };
    CHECK(mode() == EndpointDiscoveryMode::always);
    source.variables["AWS_ENABLE_ENDPOINT_DISCOVERY"] = "false";
    CHECK(mode() == EndpointDiscoveryMode::never);
    source.variables["AWS_ENDPOINT_DISCOVERY_ENABLED"] = "AUTO";
    CHECK(mode() == EndpointDiscoveryMode::required_only);
    source = with_config("[default]\nendpoint_discovery_enabled = yes\n");
    CHECK(
        load_settings({.source = &source})->endpoint_discovery().error().message ==
        "/home/me/.aws/config:2: endpoint_discovery_enabled: expected 'auto', 'true' or 'false', not 'yes'");
    source = with_config("");
    CHECK(mode() == EndpointDiscoveryMode::required_only);
}

TEST_CASE("settings turn off compression and the correction of the clock") {
    MemorySettings source = with_config("[default]\ndisable_clock_skew_correction = true\n");
    source.variables["AWS_DISABLE_REQUEST_COMPRESSION"] = "TRUE";
    const Result<Settings> settings = load_settings({.source = &source});
    REQUIRE(settings);
    const Result<ClientConfig> config = settings->client_config(s3);
    REQUIRE(config);
    CHECK_FALSE(config->correct_clock_skew);
    CHECK(config->disable_compression);
    CHECK(config->retry_mode == nullptr);
    CHECK(problem_of("[default]\ndisable_clock_skew_correction = maybe\n").find("not 'maybe'") !=
          std::string::npos);
}

TEST_CASE("without a setting a client has the attempts of its service") {
    MemorySettings source = with_config("[default]\n");
    Service service = s3;
    service.max_attempts = 4;
    const Result<Settings> settings = load_settings({.source = &source});
    REQUIRE(settings);
    CHECK(settings->client_config(service)->retry.max_attempts == 4);
    source.variables["AWS_MAX_ATTEMPTS"] = "3";
    CHECK(settings->client_config(service)->retry.max_attempts == 3);
}

TEST_CASE("a property or variable without a value counts as absent") {
    MemorySettings source = with_config("[default]\nendpoint_url =\nuse_fips_endpoint =\nregion =\n");
    source.variables["AWS_MAX_ATTEMPTS"] = "";
    const Result<Settings> settings = load_settings({.source = &source});
    REQUIRE(settings);
    CHECK_FALSE(settings->find("region"));
    const Result<ClientConfig> config = settings->client_config(s3);
    REQUIRE(config);
    CHECK(config->endpoint.empty());
    CHECK_FALSE(config->use_fips);
    CHECK(config->retry.max_attempts == 3);
}

TEST_CASE("a URL with a password is refused and not quoted") {
    CHECK(problem_of("[default]\nendpoint_url = https://user:secret@host\n") ==
          "/home/me/.aws/config:2: endpoint_url: the URL must not hold a user or password");
}

TEST_CASE("a section services that does not exist is an error") {
    CHECK(problem_of("[default]\nservices = mine\n") ==
          "/home/me/.aws/config:2: services: there is no section [services mine] in the file");
}

TEST_CASE("a profile that does not exist is an error that names who asked for it") {
    MemorySettings source = with_config("[default]\n");
    const Result<Settings> in_code = load_settings({.profile = "work", .source = &source});
    CHECK(in_code.error().code == "ProfileNotFound");
    CHECK(in_code.error().message == "the program: there is no profile 'work' in /home/me/.aws/config or "
                                     "/home/me/.aws/credentials (the file does not exist)");
    source.variables["AWS_PROFILE"] = "work";
    CHECK(load_settings({.source = &source})
              .error()
              .message.starts_with("the environment variable AWS_PROFILE: "));
    source.variables.clear();
    CHECK(load_settings({.profile = "work", .source = &source}).error().message.find("~/.aws") !=
          std::string::npos);
}

TEST_CASE("the error for a missing profile says how to write the one that is meant") {
    MemorySettings source = with_config("[work]\nregion = a\n[profile my own]\n");
    source.files["/home/me/.aws/credentials"] = "[profile play]\n";
    CHECK(load_settings({.profile = "work", .source = &source})
              .error()
              .message.ends_with("; /home/me/.aws/config:1: write [profile work]"));
    CHECK(load_settings({.profile = "my own", .source = &source})
              .error()
              .message.ends_with("; /home/me/.aws/config:3: write [profile \"my own\"]"));
    CHECK(load_settings({.profile = "play", .source = &source})
              .error()
              .message.ends_with("; /home/me/.aws/credentials:1: write [play]"));
}

// Python's configparser reads all of these sections; botocore leaves out those whose quotes are not paired.
TEST_CASE("a quote within the name of a section is a character, and leaves the other sections as they are") {
    for (const char* const section :
         {"[profile bob's]", "[profile 'a]", "[profile \"a]", "[it's]", "[profile 'a' b]", "['x]y']",
          "[bob's] # it's", "[profile a]b]", "[profile']"}) {
        INFO(section);
        MemorySettings source = with_config(std::string(section) + "\nregion = a\n[default]\nregion = b\n");
        const Result<Profiles> profiles = load_profiles(source);
        INFO(profiles.error().message);
        REQUIRE(profiles);
        CHECK(profiles->sections.size() == 1);
        CHECK(profiles->find(SectionKind::profile, "default")->find("region")->value == "b");
        REQUIRE(profiles->ignored.size() == 1);
    }
    MemorySettings quoted = with_config("[profile 'a]b'] # it's\nregion = a\n[default]\nregion = b\n");
    CHECK(load_profiles(quoted)->find(SectionKind::profile, "a]b")->find("region")->value == "a");

    MemorySettings keys({{"HOME", "/h"}},
                        {{"/h/.aws/credentials", "[it's]\nregion = a\n['b c']\n[default]\nregion = b\n"}});
    const Result<Profiles> profiles = load_profiles(keys);
    INFO(profiles.error().message);
    REQUIRE(profiles);
    CHECK(profiles->find(SectionKind::profile, "default")->find("region")->value == "b");
    CHECK(profiles->ignored.size() == 2);

    MemorySettings source = with_config("[profile bob's]\n[profile x\n");
    CHECK(load_profiles(source).error().message ==
          "/home/me/.aws/config:2: the profile definition must end with ']'");
}

TEST_CASE("the error for a profile whose name has a quote says how to write it") {
    MemorySettings source = with_config("[default]\n[profile bob's]\n");
    CHECK(load_settings({.profile = "bob's", .source = &source})
              .error()
              .message.ends_with("; /home/me/.aws/config:2: write [profile \"bob's\"]"));
}

// As botocore.session.Session does, with AWS_PROFILE=default and without files.
TEST_CASE("the profile 'default' must exist if it is named") {
    MemorySettings source({{"HOME", "/home/me"}, {"AWS_PROFILE", "default"}}, {});
    CHECK(load_settings({.source = &source}).error().code == "ProfileNotFound");
    source.variables.erase("AWS_PROFILE");
    CHECK(load_settings({.source = &source}));
    CHECK(load_settings({.profile = "default", .source = &source}).error().code == "ProfileNotFound");
}

TEST_CASE("a missing default profile leaves the defaults") {
    MemorySettings source({{"HOME", "/home/me"}, {"AWS_REGION", "eu-west-1"}, {"AWS_PROFILE", ""}}, {});
    const Result<Settings> settings = load_settings({.source = &source});
    REQUIRE(settings);
    CHECK(settings->profile() == "default");
    CHECK_FALSE(settings->profiles().has_config_file);
    const Result<ClientConfig> config = settings->client_config(s3);
    REQUIRE(config);
    CHECK(config->region == "eu-west-1");
    CHECK(config->retry.max_attempts == 3);
    CHECK(config->inject_host_prefix);
}

TEST_CASE("the program comes before the environment, and that before the profile") {
    MemorySettings source = with_config("[default]\nregion = of-file\n");
    Result<Settings> settings = load_settings({.source = &source});
    REQUIRE(settings);
    CHECK(describe_origin(*settings->find("region")) == "/home/me/.aws/config:2");
    source.variables["AWS_DEFAULT_REGION"] = "of-second-variable";
    CHECK(describe_origin(*settings->find("region")) == "the environment variable AWS_DEFAULT_REGION");
    source.variables["AWS_REGION"] = "of-variable";
    CHECK(settings->find("region")->value == "of-variable");
    settings = load_settings({.overrides = {{"region", "of-code"}}, .source = &source});
    REQUIRE(settings);
    CHECK(settings->find("region")->value == "of-code");
    CHECK(describe_origin(*settings->find("region")) == "the program");
    CHECK_FALSE(settings->find("no_such_setting"));
}

TEST_CASE("the mode auto is in-region or cross-region where the environment tells the region") {
    MemorySettings source = with_config("[default]\ndefaults_mode = auto\n");
    const auto connect = [&](SettingsOptions options) {
        options.source = &source;
        const Result<Settings> settings = load_settings(options);
        REQUIRE(settings);
        const Result<ClientConfig> config = settings->client_config(s3);
        REQUIRE(config);
        return config->timeouts.connect;
    };
    CHECK(connect({}) == Duration::milliseconds(3100));
    source.variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_provided.al2023";
    source.variables["AWS_REGION"] = "eu-west-1";
    CHECK(connect({}) == Duration::milliseconds(1100));
    CHECK(connect({.overrides = {{"region", "us-east-1"}}}) == Duration::milliseconds(3100));
}

TEST_CASE("the name of an application becomes a token of the user agent") {
    MemorySettings source = with_config("[default]\nsdk_ua_app_id = my app/1\n");
    CHECK(load_settings({.source = &source})->client_config(s3)->user_agent == "app/my-app-1");
}

TEST_CASE("a path that begins with a tilde is in the home directory") {
    MemorySettings source({{"HOME", "/home/me"}, {"AWS_CONFIG_FILE", "~/other"}},
                          {{"/home/me/other", "[default]\nregion = a\n"}});
    const Result<Settings> settings =
        load_settings({.files = {.credentials_file = "~/keys"}, .source = &source});
    REQUIRE(settings);
    CHECK(settings->find("region")->value == "a");
    CHECK(settings->profiles().credentials_file == "/home/me/keys");
}

TEST_CASE("files of the system are read, and what cannot be read is an error") {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / "belfry settings test";
    fs::create_directories(folder);
    const std::string path = (folder / "config").string();
    std::ofstream(path) << "[default]\nregion = " << std::string(10'000, 'r') << "\n";
    Result<Settings> settings =
        load_settings({.files = {.config_file = path, .credentials_file = (folder / "none").string()}});
    REQUIRE(settings);
    CHECK(settings->profiles().has_config_file);
    CHECK_FALSE(settings->profiles().has_credentials_file);
    CHECK(settings->profiles().find(SectionKind::profile, "default")->find("region")->value.size() == 10'000);
    settings = load_settings({.files = {.config_file = folder.string(), .credentials_file = path}});
    CHECK(settings.error().code == "UnreadableProfileFile");
    CHECK(settings.error().message.find(folder.string()) != std::string::npos);
#if defined(__linux__)
    // It has no end.
    settings = load_settings({.files = {.config_file = "/dev/zero", .credentials_file = path}});
    CHECK(settings.error().message == "cannot read /dev/zero: it has more than 16 MiB");
#endif
    fs::remove_all(folder);
}
