// SPDX-License-Identifier: Apache-2.0
// Runs the cases of `aws login` that AWS's SDKs published, which lie with the conformance data next to the
// checkout. tests/differential/test_login_calls.py compares requests and their proofs with botocore's.
#include "support/catch.hpp"

#if BELFRY_TEST_HAS_OPENSSL
#include <belfry/default_credentials.hpp>
#include <belfry/login_credentials.hpp>
#include <belfry/openssl_ecdsa.hpp>

#include "support/memory_settings.hpp"
#include "support/memory_writer.hpp"
#include "support/shared_folder.hpp"
#include "unit/identity/scripted.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

using namespace belfry;
using Json = nlohmann::json;
namespace fs = std::filesystem;

fs::path cases_file() {
    return test::shared_folder() / "conformance" / "config" / "smithy-rs" / "login-provider-test-cases.json";
}

} // namespace

TEST_CASE("login sessions give the credentials and files that the published cases say") {
    if (!fs::exists(cases_file())) return; // settings.cmake lists the skipped test
    std::ifstream file(cases_file(), std::ios::binary);
    const Json cases = Json::parse(file);
    REQUIRE(cases.size() >= 8);
    const std::string folder = "/h/.aws/login/cache/";
    for (const Json& test : cases) {
        INFO(test.at("documentation").get<std::string>());
        test::MemorySettings source({{"HOME", "/h"}, {"AWS_REGION", "us-east-1"}},
                                    {{"/h/.aws/config", test.at("configContents")}});
        for (const auto& [name, document] : test.at("cacheContents").items())
            source.files[folder + name] = document.dump(1);
        test::ScriptedTransport transport;
        const Json calls = test.value("mockApiCalls", Json::array());
        for (const Json& call : calls) {
            if (call.contains("response"))
                transport.respond(200, call.at("response").at("tokenOutput").dump());
            else
                transport.respond(call.at("responseCode"), {});
        }
        test::ManualEnvironment clock;
        // 2025-11-19T00:00:00Z, a quarter of an hour before the published credentials expire.
        clock.time = Timestamp{1'763'510'400};
        test::MemoryWriter writer(source);
        OpenSslEcdsa ecdsa;
        LoginCredentials login(ecdsa);
        const Result<Settings> settings = load_settings({.profile = "signin", .source = &source});
        REQUIRE(settings);
        ProfileCredentialsSource profile(*settings,
                                         {.login = &login, .writer = &writer, .environment = &clock});
        const Result<Credentials> result = fetch_credentials(*profile.fetch(), transport, clock);
        INFO(result.error().message);

        REQUIRE(transport.requests.size() == calls.size());
        for (std::size_t i = 0; i < calls.size(); ++i) {
            CHECK(Json::parse(transport.requests[i].body) == calls[i].at("request").at("tokenInput"));
            CHECK(transport.requests[i].headers.contains("DPoP"));
        }
        for (const Json& outcome : test.at("outcomes")) {
            const std::string kind = outcome.at("result");
            CHECK(result.has_value() == (kind != "error"));
            if (kind == "credentials") {
                CHECK(result->access_key_id == outcome.at("accessKeyId").get<std::string>());
                CHECK(result->secret_access_key == outcome.at("secretAccessKey").get<std::string>());
                CHECK(result->session_token == outcome.at("sessionToken").get<std::string>());
                CHECK(result->account_id == outcome.at("accountId").get<std::string>());
                Timestamp time;
                REQUIRE(detail::parse_time(outcome.at("expiresAt").get<std::string>(), time));
                CHECK(result->expiration == time);
            } else if (kind == "cacheContents") {
                for (const auto& [name, document] : outcome.items())
                    if (name != "result") CHECK(Json::parse(source.files.at(folder + name)) == document);
            } else {
                CHECK(kind == "error");
            }
        }
    }
}
#endif
