// SPDX-License-Identifier: Apache-2.0
// Compares the credentials of random profiles with roles, web identities and SSO, and the requests that they
// lead to, with botocore's.
#include <belfry/default_credentials.hpp>
#include <belfry/sso_credentials.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/role_credentials.hpp>
#endif

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "support/memory_writer.hpp"
#include "unit/identity/scripted.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using Json = nlohmann::json;
using Texts = std::map<std::string, std::string>;

std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
    }
    return result;
}

std::vector<std::pair<std::string, std::string>> form(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> result;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view field = text.substr(0, end);
        const std::size_t equals = field.find('=');
        result.emplace_back(decoded(field.substr(0, equals)), decoded(field.substr(equals + 1)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

/// Answers the requests as roles_botocore.py does, and keeps what they say.
class Server final : public Transport {
  public:
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        const std::size_t question = request.url.find('?');
        std::string url = request.url.substr(0, question);
        auto query = form(question == std::string::npos ? "" : request.url.substr(question + 1));
        std::sort(query.begin(), query.end());
        Json fields = Json::object();
        if (request.body.find("Action=") != std::string::npos)
            for (auto& [name, value] : form(request.body)) fields[name] = value;
        else if (!request.body.empty())
            fields = Json::parse(request.body);
        if (fields.value("RoleSessionName", "").starts_with("belfry-session-"))
            fields["RoleSessionName"] = "(the default)";
        const auto signature = request.headers.find("Authorization");
        std::string key;
        if (signature.has_value()) {
            key = signature->substr(signature->find("Credential=") + 11);
            key.erase(key.find('/'));
        }
        const auto token = request.headers.find("x-amz-sso_bearer_token");
        requests.push_back({{"method", request.method},
                            {"url", url},
                            {"query", query},
                            {"fields", fields},
                            {"key", key},
                            {"token", token.value_or("")}});
        return belfry::detail::hand_over({200, {}, answer(url, fields, std::to_string(requests.size()))},
                                         sink);
    }

    Json requests = Json::array();

  private:
    static std::string answer(const std::string& url, const Json& fields, const std::string& number) {
        const std::string key = "AKIDEXAMPLE" + number;
        if (fields.contains("Action")) {
            const std::string action = fields.at("Action");
            return "<" + action + "Response><" + action + "Result><Credentials><AccessKeyId>" + key +
                   "</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
                   "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></" +
                   action + "Result></" + action + "Response>";
        }
        if (url.ends_with("/token")) return R"({"accessToken":"token-of-server","expiresIn":28800})";
        if (url.ends_with("/federation/credentials"))
            return R"({"roleCredentials":{"accessKeyId":")" + key +
                   R"(","secretAccessKey":"secret","sessionToken":"token","expiration":4102444800000}})";
        return R"({"AccessKeyId":")" + key +
               R"(","SecretAccessKey":"secret","Token":"token","Expiration":"2100-01-01T00:00:00Z"})";
    }
};

// Only what comes from botocore needs them.
#if BELFRY_TEST_HAS_XML
[[maybe_unused]] constexpr ProfileExtension extension = role_credentials;
[[maybe_unused]] bool is_supported(const Json&) { return true; }
#else
[[maybe_unused]] constexpr ProfileExtension extension = sso_credentials;
[[maybe_unused]] bool is_supported(const Json& test) {
    const std::string text = test.dump();
    return text.find("role_arn") == std::string::npos && text.find("eb_identity") == std::string::npos &&
           text.find("WEB_IDENTITY") == std::string::npos;
}
#endif

/// botocore's list of requests, with the texts in it as JSON.
[[maybe_unused]] Json expected_requests(const Json& test) {
    Json result = test.at("requests");
    for (Json& request : result) {
        request["query"] = Json::parse(request.at("query").get<std::string>());
        request["fields"] = Json::parse(request.at("fields").get<std::string>());
    }
    return result;
}

} // namespace

TEST_CASE("profiles give the credentials that botocore gets, by the same requests") {
#if defined(BELFRY_TEST_ROLES_BOTOCORE)
    std::ifstream file(BELFRY_TEST_ROLES_BOTOCORE);
    REQUIRE(file);
    int with_credentials = 0;
    for (const Json& test : Json::parse(file)) {
        if (!is_supported(test)) continue;
        INFO(test.dump(1));
        test::MemorySettings source(test.at("environment").get<Texts>(), test.at("files").get<Texts>());
        test::ManualEnvironment clock;
        clock.time = Timestamp{test.at("now").get<std::int64_t>()};
        test::MemoryWriter writer(source);
        Server server;
        const Json& profile = test.at("profile");
        const Result<Settings> settings = load_settings(
            {.profile = profile.is_string() ? profile.get<std::string>() : "", .source = &source});
        Result<Credentials> result(settings.error());
        if (settings) {
            DefaultCredentials credentials(
                *settings, server, {.extension = extension, .writer = &writer, .environment = &clock});
            result = credentials.credentials();
        }
        INFO(result.error().code << ": " << result.error().message);
        CHECK(result.has_value() == test.contains("key"));
        if (result && test.contains("key")) CHECK(test.at("key") == result->access_key_id);
        CHECK(server.requests == expected_requests(test));
        if (result) ++with_credentials;
    }
#if BELFRY_TEST_HAS_XML
    CHECK(with_credentials >= 100);
#endif
#endif
}
