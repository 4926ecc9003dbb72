// SPDX-License-Identifier: Apache-2.0
#include <belfry/bearer_token.hpp>
#include <belfry/default_credentials.hpp>
#include <belfry/sso_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "support/memory_writer.hpp"
#include "unit/identity/loaded_settings.hpp"
#include "unit/identity/scripted.hpp"

#include <string>
#include <string_view>
#include <utility>

#if !defined(_WIN32)
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace {

using namespace belfry;
using test::ManualEnvironment;
using test::MemorySettings;
using test::MemoryWriter;
using test::ScriptedTransport;
using test::settings_of;

const std::string url = "https://d-abc123.awsapps.com/start";

const std::string session_profile = "[default]\nsso_session = dev\nsso_account_id = 012345678901\n"
                                    "sso_role_name = Reader\nregion = eu-west-1\n"
                                    "[sso-session dev]\nsso_region = us-east-1\nsso_start_url = " +
                                    url + "\n";
const std::string legacy_profile = "[profile old]\nsso_account_id = 012345678901\nsso_role_name = Reader\n"
                                   "sso_region = us-east-1\nsso_start_url = " +
                                   url + "\n";

// As the published cases of AWS's SDKs have it: the SHA-1 of `dev`.
const std::string path = "/h/.aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json";
// hashlib.sha1(url.encode()).hexdigest()
const std::string legacy_path = "/h/.aws/sso/cache/40a89917e3175433e361b710a9d43528d7f1890a.json";

std::string token(const std::string& expires_at, bool renewable = true) {
    std::string text = R"({"startUrl":")" + url +
                       R"(","region":"us-east-1","accessToken":"old-access-token",)" + R"("expiresAt":")" +
                       expires_at + '"';
    if (renewable)
        text += R"(,"clientId":"the-client","clientSecret":"the-client-secret",)"
                R"("registrationExpiresAt":"2026-03-01T00:00:00Z","refreshToken":"old-refresh-token",)"
                R"("unknown":[1]})";
    else
        text += '}';
    return text;
}
const std::string keys = R"({"roleCredentials":{"accessKeyId":"ASSO","secretAccessKey":"secret-of-ASSO",)"
                         R"("sessionToken":"token-of-ASSO","expiration":1767229200000}})";
const std::string renewed = R"({"accessToken":"new-access-token","expiresIn":28800,)"
                            R"("refreshToken":"new-refresh-token","tokenType":"Bearer"})";

/// The files of a machine, its clock, and what the Identity Center answers.
struct Machine {
    explicit Machine(const std::string& config = session_profile) {
        source.variables = {{"HOME", "/h"}, {"AWS_EC2_METADATA_DISABLED", "true"}};
        source.files["/h/.aws/config"] = config;
    }
    [[nodiscard]] CredentialsOptions options() {
        return {.extension = sso_credentials, .writer = &writer, .environment = &environment};
    }
    Result<Credentials> credentials(std::string profile = {}) {
        DefaultCredentials provider(settings_of(source, std::move(profile)), transport, options());
        Result<Credentials> result = provider.credentials();
        for (const char* const secret :
             {"access-token", "refresh-token", "the-client-secret", "secret-of-ASSO", "token-of-ASSO"})
            CHECK(result.error().message.find(secret) == std::string::npos);
        return result;
    }
    Error error(std::string profile = {}) { return credentials(std::move(profile)).error(); }

    MemorySettings source{};
    MemoryWriter writer{source};
    ManualEnvironment environment{};
    ScriptedTransport transport{};
};

const std::string sign_in = "sign in with `aws sso login --profile default`";

} // namespace

TEST_CASE("a token of a session is exchanged for the credentials of the role") {
    Machine machine;
    machine.source.files[path] = token("2026-01-01T08:00:00Z");
    machine.transport.respond(200, keys);
    const Result<Credentials> result = machine.credentials();
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->access_key_id == "ASSO");
    CHECK(result->secret_access_key == "secret-of-ASSO");
    CHECK(result->session_token == "token-of-ASSO");
    CHECK(result->account_id == "012345678901");
    CHECK(result->expiration->seconds == 1'767'229'200);
    REQUIRE(machine.transport.requests.size() == 1);
    const HttpRequest& request = machine.transport.requests[0];
    CHECK(request.method == "GET");
    CHECK(request.url == "https://portal.sso.us-east-1.amazonaws.com/federation/credentials?role_name=Reader&"
                         "account_id=012345678901");
    CHECK(*request.headers.find("x-amz-sso_bearer_token") == "old-access-token");
    CHECK_FALSE(request.headers.contains("Authorization"));
    CHECK(machine.writer.count == 0);
}

TEST_CASE("a token of the older form is named by its URL") {
    Machine machine(legacy_profile);
    // Older versions of the AWS CLI write the time so.
    machine.source.files[legacy_path] = token("2026-01-01T00:00:01UTC");
    machine.transport.respond(200, keys);
    CHECK(machine.credentials("old")->access_key_id == "ASSO");
    // It cannot be renewed.
    machine.environment.time.seconds += 1;
    CHECK(machine.error("old").message ==
          "the SSO token in " + legacy_path + " has expired; sign in with `aws sso login --profile old`");
    CHECK(machine.transport.requests.size() == 1);
}

TEST_CASE("a token that expires within 15 minutes is renewed and written back") {
    Machine machine;
    machine.source.files[path] = token("2026-01-01T00:15:00Z");
    machine.transport.respond(200, keys);
    CHECK(machine.credentials());
    CHECK(machine.writer.count == 0);

    machine.environment.time.seconds += 1;
    machine.transport.respond(200, renewed).respond(200, keys);
    CHECK(machine.credentials()->access_key_id == "ASSO");
    REQUIRE(machine.transport.requests.size() == 3);
    const HttpRequest& request = machine.transport.requests[1];
    CHECK(request.method == "POST");
    CHECK(request.url == "https://oidc.us-east-1.amazonaws.com/token");
    CHECK(request.body == R"({"clientId":"the-client","clientSecret":"the-client-secret",)"
                          R"("grantType":"refresh_token","refreshToken":"old-refresh-token"})");
    CHECK_FALSE(request.headers.contains("Authorization"));
    CHECK(*machine.transport.requests[2].headers.find("x-amz-sso_bearer_token") == "new-access-token");
    CHECK(machine.source.files.at(path) ==
          R"({"startUrl":"https://d-abc123.awsapps.com/start","region":"us-east-1",)"
          R"("accessToken":"new-access-token","expiresAt":"2026-01-01T08:00:01Z","clientId":"the-client",)"
          R"("clientSecret":"the-client-secret","registrationExpiresAt":"2026-03-01T00:00:00Z",)"
          R"("refreshToken":"new-refresh-token"})");
    // The new one is valid.
    machine.transport.respond(200, keys);
    CHECK(machine.credentials());
    CHECK(machine.transport.requests.size() == 4);
}

TEST_CASE("a token that cannot be renewed is used until it expires") {
    Machine machine;
    machine.source.files[path] = token("2026-01-01T00:05:00Z");
    machine.transport.respond(400, R"({"error":"invalid_grant","error_description":"no old-refresh-token"})");
    machine.transport.respond(200, keys);
    CHECK(machine.credentials()->access_key_id == "ASSO");
    CHECK(machine.writer.count == 0);
    machine.environment.time.seconds += 300;
    machine.transport.respond(400, R"({"error":"invalid_grant","error_description":"no old-refresh-token"})");
    const Error error = machine.error();
    CHECK(error.kind == ErrorKind::credentials);
    CHECK(error.code == "ExpiredToken");
    CHECK(error.message.starts_with("the SSO token in " + path + " has expired; " + sign_in +
                                    ": CreateToken, "));
    CHECK(error.message.ends_with("no (secret)"));
    // A token without the means to renew it, or with a registration that has expired.
    machine.source.files[path] = token("2026-01-01T00:00:00Z", false);
    CHECK(machine.error().message == "the SSO token in " + path + " has expired; " + sign_in);
    machine.source.files[path] = token("2026-01-01T00:00:00Z");
    machine.environment.time.seconds += 100 * 24 * 3600;
    CHECK(machine.error().message == "the SSO token in " + path + " has expired; " + sign_in);
    CHECK(machine.transport.is_done());
    CHECK(machine.transport.requests.size() == 3);
}

TEST_CASE("a token that another program renews at the same time is read again") {
    Machine machine;
    machine.source.files[path] = token("2026-01-01T00:00:00Z");
    SsoCredentialsSource sso(
        {.session = "dev", .start_url = url, .region = "us-east-1", .account_id = "1", .role_name = "r"},
        settings_of(machine.source, "default"), machine.environment, machine.writer);
    const auto source = sso.fetch();
    REQUIRE(source->start() == CredentialsFetch::Step::send);
    CHECK(source->request().url == "https://oidc.us-east-1.amazonaws.com/token");
    machine.source.files[path] = R"({"accessToken":"other-access-token","expiresAt":"2026-01-01T08:00:00Z"})";
    REQUIRE(source->on_sent({}, {400, {}, R"({"error":"invalid_grant"})"}) == CredentialsFetch::Step::send);
    CHECK(*source->request().headers.find("x-amz-sso_bearer_token") == "other-access-token");
    REQUIRE(source->on_sent({}, {200, {}, keys}) == CredentialsFetch::Step::done);
    CHECK(source->result()->access_key_id == "ASSO");
}

TEST_CASE("a renewed token is used even if it cannot be written") {
    Machine machine;
    machine.source.files[path] = token("2026-01-01T00:00:00Z");
    machine.writer.broken = true;
    machine.transport.respond(200, R"({"accessToken":"new-access-token","expiresIn":600})")
        .respond(200, keys);
    CHECK(machine.credentials()->access_key_id == "ASSO");
    CHECK(machine.writer.count == 1);
    // Without a new one, the old refresh token stays.
    machine.writer.broken = false;
    machine.transport.respond(200, R"({"accessToken":"new-access-token","expiresIn":600})")
        .respond(200, keys);
    CHECK(machine.credentials());
    CHECK(machine.source.files.at(path).find(R"("refreshToken":"old-refresh-token")") != std::string::npos);
}

TEST_CASE("a token's file that is missing or malformed says to sign in") {
    Machine machine;
    CHECK(machine.error().message == "there is no SSO token in " + path + "; " + sign_in);
    const std::string good = token("2026-01-01T08:00:00Z");
    for (const std::string& text :
         {std::string(), std::string("{}"), good.substr(0, good.size() / 2), std::string("[") + good + "]",
          std::string(R"({"accessToken":"","expiresAt":"2026-01-01T08:00:00Z"})"),
          std::string(R"({"accessToken":["old-access-token"],"expiresAt":"2026-01-01T08:00:00Z"})"),
          std::string(R"({"accessToken":"old-access-token","expiresAt":"soon"})")}) {
        INFO(text);
        machine.source.files[path] = text;
        const Error error = machine.error();
        CHECK(error.code == "InvalidToken");
        CHECK(error.message ==
              path + " is not the file of an SSO token with accessToken and expiresAt; " + sign_in);
    }
    CHECK(machine.transport.requests.empty());
}

TEST_CASE("an Identity Center that refuses the token says to sign in") {
    Machine machine;
    machine.source.files[path] = token("2026-01-01T08:00:00Z");
    machine.transport.respond(401, R"({"message":"Session token not found or invalid: old-access-token"})");
    machine.transport.add_header("x-amzn-errortype", "UnauthorizedException");
    const Error error = machine.error();
    CHECK(error.code == "ExpiredToken");
    CHECK(error.http_status == 401);
    CHECK(error.message.ends_with("invalid: (secret); the SSO token is not valid any more: " + sign_in));
}

TEST_CASE("no answer of the Identity Center that is wrong gives credentials") {
    for (const auto& [body, end] :
         {std::pair{std::string("secret-of-ASSO"), "the answer cannot be read"},
          std::pair{keys.substr(0, keys.size() - 20), "the answer cannot be read"},
          std::pair{std::string("{}"), "the answer has no valid roleCredentials"},
          std::pair{std::string(R"({"roleCredentials":{}})"), "the answer has no valid accessKeyId"},
          std::pair{std::string(R"({"roleCredentials":{"accessKeyId":"a","secretAccessKey":"b",)"
                                R"("sessionToken":"c"}})"),
                    "the answer has no valid expiration"},
          std::pair{std::string(R"({"roleCredentials":{"accessKeyId":"a","secretAccessKey":"b",)"
                                R"("sessionToken":"c","expiration":1767225600000}})"),
                    "the answer has credentials that have expired; check the clock"}}) {
        INFO(body);
        Machine machine;
        machine.source.files[path] = token("2026-01-01T08:00:00Z");
        for (int i = 0; i < 3; ++i) machine.transport.respond(200, body);
        const Error error = machine.error();
        CHECK(error.kind == ErrorKind::credentials);
        CHECK(error.message.starts_with(
            "GetRoleCredentials for the role 'Reader' of the account 012345678901: "));
        CHECK(error.message.ends_with(end));
    }
    Machine machine;
    machine.source.files[path] = token("2026-01-01T08:00:00Z");
    machine.transport.respond(500, "").respond(200, keys);
    CHECK(machine.credentials());
    CHECK(machine.transport.requests.size() == 2);
}

TEST_CASE("a profile that signs in wrongly is an error that names the line") {
    const auto message = [](const std::string& config) {
        Machine machine(config);
        const Error error = machine.error();
        CHECK(error.kind == ErrorKind::configuration);
        return error.message;
    };
    CHECK(message("[default]\nsso_session = dev\nsso_account_id = 1\nsso_role_name = r\n") ==
          "/h/.aws/config:2: there is no section [sso-session dev] in the config file");
    CHECK(message("[default]\nsso_account_id = 1\nsso_start_url = u\n") ==
          "/h/.aws/config:3: the profile 'default' signs in by SSO and does not have sso_region and "
          "sso_role_name");
    CHECK(message("[default]\nsso_session = dev\nsso_account_id = 1\nsso_role_name = r\nsso_region = a\n"
                  "[sso-session dev]\nsso_region = b\nsso_start_url = u\n") ==
          "/h/.aws/config:5: sso_region is 'a' here and 'b' at /h/.aws/config:7; remove one of them");
    Machine role("[default]\nrole_arn = r\nsso_account_id = 1\n");
    CHECK(role.error().message.find("include <belfry/role_credentials.hpp>") != std::string::npos);
}

TEST_CASE("SSO comes before keys, and a session without a role has no credentials") {
    Machine machine(session_profile + "[profile session]\nsso_session = dev\n");
    machine.source.files["/h/.aws/credentials"] =
        "[default]\naws_access_key_id = a\naws_secret_access_key = b\n";
    machine.source.files[path] = token("2026-01-01T08:00:00Z");
    machine.transport.respond(200, keys);
    CHECK(machine.credentials()->access_key_id == "ASSO");
    CHECK(machine.error("session").message.find("sso_account_id and sso_role_name") != std::string::npos);
}

TEST_CASE("a bearer token is that of the service's variable, else of the profile's session") {
    constexpr Service service{.id = "Bedrock Runtime",
                              .name = "bedrock-runtime",
                              .api_version = {},
                              .signing_name = "my bed-rock",
                              .protocol = nullptr,
                              .endpoint_rules = nullptr};
    Machine machine;
    machine.source.files[path] = token("2026-01-01T08:00:00Z");
    const auto get = [&](const std::string& profile) {
        DefaultBearerToken provider(service, settings_of(machine.source, profile), machine.transport,
                                    machine.options());
        return provider.credentials();
    };
    Result<Credentials> result = get("default");
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->bearer_token == "old-access-token");
    CHECK(result->access_key_id.empty());
    CHECK(result->expiration->seconds == 1'767'254'400);
    machine.source.variables["AWS_BEARER_TOKEN_MY_BED_ROCK"] = "of-variable";
    result = get("default");
    CHECK(result->bearer_token == "of-variable");
    CHECK_FALSE(result->expiration);
    CHECK(machine.transport.requests.empty());

    machine.source.variables.erase("AWS_BEARER_TOKEN_MY_BED_ROCK");
    machine.source.files[path] = token("2026-01-01T00:01:00Z");
    machine.transport.respond(200, renewed);
    CHECK(get("default")->bearer_token == "new-access-token");
    CHECK(machine.writer.count == 1);

    machine.source.files["/h/.aws/config"] += "[profile other]\nregion = a\n";
    CHECK(get("other").error().message == "no source has credentials; the environment: "
                                          "AWS_BEARER_TOKEN_MY_BED_ROCK is not set; the SSO sign-in: "
                                          "the profile 'other' does not have an sso_session");
    machine.source.files["/h/.aws/config"] += "[profile broken]\nsso_session = none\n";
    CHECK(
        get("broken").error().message.ends_with("there is no section [sso-session none] in the config file"));
}

#if !defined(_WIN32)
TEST_CASE("a file of secrets is replaced as a whole and is the user's alone") {
    std::string folder = "/tmp/belfry-secret-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const std::string file = folder + "/token.json";
    SystemSecretFileWriter writer;
    std::string problem;
    for (const char* const text : {"first", "second"}) {
        REQUIRE(writer.replace(file, text, problem));
        std::string read;
        CHECK(detail::system_settings_source.read_file(file, read) == FileStatus::read);
        CHECK(read == text);
        struct ::stat status{};
        REQUIRE(::stat(file.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
    CHECK_FALSE(writer.replace(folder + "/none/token.json", "text", problem));
    CHECK(problem.find("No such file") != std::string::npos);
    // A folder cannot be replaced by a file, and the new file does not stay behind.
    const std::string taken = folder + "/taken";
    REQUIRE(::mkdir(taken.c_str(), 0700) == 0);
    CHECK_FALSE(writer.replace(taken, "text", problem));
    REQUIRE(::rmdir(taken.c_str()) == 0);
    REQUIRE(::unlink(file.c_str()) == 0);
    CHECK(::rmdir(folder.c_str()) == 0);
}
#endif
