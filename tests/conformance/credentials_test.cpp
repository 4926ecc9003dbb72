// SPDX-License-Identifier: Apache-2.0
// Runs the cases of credentials that AWS's SDKs published, which lie with the conformance data next to the
// checkout: servers of containers, and profiles, with the requests to STS and IAM Identity Center that they
// lead to.
#include <belfry/default_credentials.hpp>
#include <belfry/sso_credentials.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/role_credentials.hpp>
#endif

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "support/shared_folder.hpp"
#include "unit/identity/scripted.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace belfry;
using Json = nlohmann::json;
namespace fs = std::filesystem;
using Texts = std::map<std::string, std::string>;

fs::path cases_folder() { return test::shared_folder() / "conformance" / "config" / "smithy-rs"; }

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The published commands are pipelines, which SDKs for Rust give to a shell. Belfry and boto3 do not.
class ShellRunner final : public ProcessRunner {
  public:
    bool run(const std::vector<std::string>& words, std::string& output) override {
        std::string command;
        for (const std::string& word : words) command += word + " ";
        return detail::system_process_runner.run({"sh", "-c", command}, output);
    }
};

/// The requests that a case expects, and the answers to them.
struct Traffic {
    explicit Traffic(const fs::path& file) {
        if (!fs::exists(file)) return;
        const Json traffic = Json::parse(text_of(file));
        int status = 0;
        for (const Json& event : traffic.at("events")) {
            const Json& action = event.at("action");
            if (action.contains("Request")) {
                const Json& request = action.at("Request").at("request");
                std::string url = request.at("uri");
                if (url.find('/', url.find("://") + 3) == std::string::npos) url += '/';
                requests.push_back(request.at("method").get<std::string>() + ' ' + url);
                bodies.emplace_back();
            } else if (action.contains("Response")) {
                status = action.at("Response").at("response").at("Ok").at("status");
                if (status != 200) transport.respond(status, {});
            } else if (action.contains("Data")) {
                const std::string text = action.at("Data").at("data").at("Utf8");
                if (action.at("Data").at("direction") == "Request")
                    bodies.back() = text;
                else if (status == 200)
                    transport.respond(status, text);
            }
        }
    }
    /// Compares what was sent. The published names of sessions are another SDK's.
    void check() const {
        CHECK(transport.paths() == requests);
        for (std::size_t i = 0; i < transport.requests.size() && i < bodies.size(); ++i)
            CHECK(without_session(transport.requests[i].body) == without_session(bodies[i]));
    }

    test::ScriptedTransport transport;
    std::vector<std::string> requests;
    std::vector<std::string> bodies;

  private:
    static std::string without_session(const std::string& body) {
        return body.substr(0, body.find("&RoleSessionName="));
    }
};

/// The error of each case that is one. The published texts are another SDK's.
const Texts errors = {
    {"empty_config", "NotConfigured"},
    // A session without a role is for a bearer token. boto3 asks the next source, too.
    {"invalid_sso_credentials_config", "NotConfigured"},
    {"sso_token", "NotConfigured"},
    {"invalid_config", "MalformedProfileFile"},
    {"credential_process_failure", "ProcessFailed"},
    {"credential_process_invalid", "ProcessFailed"},
};
#if BELFRY_TEST_HAS_XML
constexpr ProfileExtension extension = role_credentials;
const std::set<std::string> needs_xml;
#else
constexpr ProfileExtension extension = sso_credentials;
const std::set<std::string> needs_xml = {
    "assume_role_override_global_env_url",
    "assume_role_override_global_profile_url",
    "assume_role_override_service_env_url",
    "assume_role_override_service_profile_url",
    "e2e_assume_role",
    "e2e_fips_and_dual_stack_sts",
    "region_override",
    "retry_on_error",
};
#endif

} // namespace

TEST_CASE("a container's server is asked where the published cases say") {
    if (!fs::exists(cases_folder() / "ecs-tests.json")) return; // settings.cmake lists the skipped test
    const Json cases = Json::parse(text_of(cases_folder() / "ecs-tests.json")).at("tests");
    REQUIRE(cases.size() >= 11);
    for (const Json& test : cases) {
        INFO(test.dump());
        test::MemorySettings variables(test.at("env").get<Texts>(), {});
        ContainerCredentialsSource source(variables);
        const auto fetch = source.fetch();
        const CredentialsFetch::Step step = fetch->start();
        const Json& expected = test.at("result");
        if (expected.contains("Ok")) {
            REQUIRE(step == CredentialsFetch::Step::send);
            CHECK(fetch->request().url == expected.at("Ok").get<std::string>());
        } else {
            REQUIRE(step == CredentialsFetch::Step::done);
            CHECK_FALSE(fetch->result());
            // Without variables the next source is asked.
            CHECK(fetch->is_absent() == test.at("env").empty());
        }
    }
}

#if !defined(_WIN32)
TEST_CASE("profiles give the credentials that the published cases say") {
    if (!fs::exists(cases_folder() / "profile-provider")) return; // settings.cmake lists the skipped test
    int ran = 0;
    for (const fs::directory_entry& folder : fs::directory_iterator(cases_folder() / "profile-provider")) {
        const std::string name = folder.path().filename().string();
        INFO(name);
        test::MemorySettings source(Json::parse(text_of(folder.path() / "env.json")).get<Texts>(), {});
        if (fs::exists(folder.path() / "fs"))
            for (const fs::directory_entry& file : fs::recursive_directory_iterator(folder.path() / "fs"))
                if (file.is_regular_file())
                    source.files["/" + fs::relative(file.path(), folder.path() / "fs").generic_string()] =
                        text_of(file.path());
        const Json expected = Json::parse(text_of(folder.path() / "test-case.json")).at("result");
        const Result<Settings> settings = load_settings({.source = &source});
        Result<Credentials> result(settings.error());
        Traffic traffic(folder.path() / "http-traffic.json");
        if (settings) {
            ShellRunner runner;
            test::ManualEnvironment clock;
            // Before the published credentials expire.
            clock.time = Timestamp{1'628'189'882};
            ProfileCredentialsSource profile(
                *settings, {.extension = extension, .runner = &runner, .environment = &clock});
            result = fetch_credentials(*profile.fetch(), traffic.transport, clock);
        }
        INFO(result.error().message);
        if (needs_xml.contains(name)) {
            CHECK(result.error().code == "UnsupportedProfile");
            continue;
        }
        ++ran;
        if (!expected.contains("Ok")) {
            REQUIRE(errors.contains(name));
            CHECK(result.error().code == errors.at(name));
            continue;
        }
        const Json& keys = expected.at("Ok");
        REQUIRE(result);
        traffic.check();
        CHECK(keys.at("access_key_id") == result->access_key_id);
        CHECK(keys.at("secret_access_key") == result->secret_access_key);
        CHECK(keys.at("session_token") == result->session_token);
        CHECK(keys.at("account_id") == result->account_id);
        CHECK(result->expiration->seconds == keys.at("expiry"));
    }
    CHECK(ran >= (needs_xml.empty() ? 18 : 10));
}
#endif
