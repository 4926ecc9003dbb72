// SPDX-License-Identifier: Apache-2.0
#include <belfry/default_credentials.hpp>
#include <belfry/login_credentials.hpp>
#include <belfry/sso_credentials.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/role_credentials.hpp>
#endif

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "support/memory_writer.hpp"
#include "unit/identity/loaded_settings.hpp"
#include "unit/identity/scripted.hpp"

#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using test::ManualEnvironment;
using test::MemorySettings;
using test::MemoryWriter;
using test::ScriptedTransport;
using test::settings_of;

// The session, the name of its file and the key are those of the cases that AWS's SDKs published.
const std::string session = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
const std::string name = "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
const std::string path = "/h/.aws/login/cache/" + name;
const std::string key =
    R"(-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIPt/u8InPLpQeQLJTvVX+sNDzni8vMDMt3Liu+nMBigfoAoGCCqGSM49\n)"
    R"(AwEHoUQDQgAEILkGG7rNOnxiIJlMgimY1UPP8eDMFP0DAY6WGjngP4bvTAiUCQ/I\n)"
    R"(ffut2379uP+OBCm2ovGpBOJRgrl1RspUOQ==\n-----END EC PRIVATE KEY-----\n)";
const std::string config = "[default]\nregion = eu-west-1\nlogin_session = " + session + "\n";
const std::string sign_in = "run `aws login --profile default`";

std::string file_of(const std::string& expires_at, const std::string& pem = key) {
    return R"({"accessToken": {"accessKeyId": "AOLD", "secretAccessKey": "secret-of-AOLD", "sessionToken": )"
           R"("token-of-AOLD", "accountId": "012345678901", "expiresAt": ")" +
           expires_at +
           R"("}, "tokenType": "aws_sigv4", "refreshToken": "old-refresh-token", "idToken": "the.id.token", )"
           R"("clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": ")" +
           pem + "\"}\n";
}
const std::string renewed =
    R"({"accessToken":{"accessKeyId":"ANEW","secretAccessKey":"secret-of-ANEW","sessionToken":)"
    R"("token-of-ANEW"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"new-refresh-\"token"})";

/// Makes the signature (1, 2) with the public key (7, 9).
class FakeEcdsa final : public EcdsaProvider {
  public:
    bool sign(const P256PrivateKey& by, const Sha256Digest& digest, EcdsaSignature& out) noexcept override {
        numbers.push_back(by);
        digests.push_back(digest);
        constexpr unsigned char der[] = {0x30, 6, 2, 1, 1, 2, 1, 2};
        std::memcpy(out.bytes, der, sizeof der);
        out.size = sizeof der;
        return !broken;
    }
    bool derive_public_key(const P256PrivateKey&, P256PublicKey& out) noexcept override {
        out.x[31] = 7;
        out.y[31] = 9;
        return true;
    }
    std::vector<P256PrivateKey> numbers;
    std::vector<Sha256Digest> digests;
    bool broken = false;
};

/// The files of a machine, its clock, and the answers of the service.
struct Machine {
    explicit Machine(const std::string& file = {}, const std::string& profiles = config) {
        source.variables = {{"HOME", "/h"}, {"AWS_EC2_METADATA_DISABLED", "true"}};
        source.files["/h/.aws/config"] = profiles;
        if (!file.empty()) source.files[path] = file;
    }
    [[nodiscard]] CredentialsOptions options(ProfileExtension extension = nullptr) {
        return {.extension = extension, .login = &login, .writer = &writer, .environment = &environment};
    }
    Result<Credentials> credentials(std::string profile = {}, ProfileExtension extension = nullptr) {
        DefaultCredentials provider(settings_of(source, std::move(profile)), transport, options(extension));
        Result<Credentials> result = provider.credentials();
        for (const char* const secret :
             {"refresh-token", "secret-of-", "token-of-", "the.id.token", "MHcCAQ", "PRIVATE"})
            CHECK(result.error().message.find(secret) == std::string::npos);
        return result;
    }
    Error error(std::string profile = {}) { return credentials(std::move(profile)).error(); }

    MemorySettings source{};
    MemoryWriter writer{source};
    ManualEnvironment environment{};
    ScriptedTransport transport{};
    FakeEcdsa ecdsa{};
    LoginCredentials login{ecdsa};
};

std::vector<std::string> parts_of(const std::string& proof) {
    std::vector<std::string> parts(1);
    for (const char c : proof) {
        if (c == '.')
            parts.emplace_back();
        else
            parts.back() += c == '-' ? '+' : c == '_' ? '/' : c;
    }
    for (std::string& part : parts) {
        part.append((4 - part.size() % 4) % 4, '=');
        std::string decoded;
        REQUIRE(decode_base64(part, decoded));
        part = decoded;
    }
    return parts;
}

} // namespace

TEST_CASE("a session's credentials are used while they are valid for five minutes") {
    Machine machine(file_of("2026-01-01T00:05:01Z"));
    const Result<Credentials> result = machine.credentials();
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->access_key_id == "AOLD");
    CHECK(result->secret_access_key == "secret-of-AOLD");
    CHECK(result->session_token == "token-of-AOLD");
    CHECK(result->account_id == "012345678901");
    CHECK(result->expiration->seconds == 1'767'225'901);
    CHECK(machine.transport.requests.empty());
    CHECK(machine.writer.count == 0);
}

TEST_CASE("a session that expires within five minutes is renewed and written back") {
    const std::string before = file_of("2026-01-01T00:05:00Z");
    Machine machine(before);
    machine.transport.respond(200, renewed);
    const Result<Credentials> result = machine.credentials();
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->access_key_id == "ANEW");
    CHECK(result->secret_access_key == "secret-of-ANEW");
    CHECK(result->session_token == "token-of-ANEW");
    CHECK(result->account_id == "012345678901");
    CHECK(result->expiration->seconds == 1'767'226'500);

    REQUIRE(machine.transport.requests.size() == 1);
    const HttpRequest& request = machine.transport.requests[0];
    CHECK(request.method == "POST");
    CHECK(request.url == "https://eu-west-1.signin.aws.amazon.com/v1/token");
    CHECK(request.body == R"({"clientId":"arn:aws:signin:::devtools/same-device",)"
                          R"("grantType":"refresh_token","refreshToken":"old-refresh-token"})");
    CHECK_FALSE(request.headers.contains("Authorization"));
    REQUIRE(request.headers.find("DPoP") != std::nullopt);
    const std::string proof(*request.headers.find("DPoP"));
    const std::vector<std::string> parts = parts_of(proof);
    REQUIRE(parts.size() == 3);
    CHECK(parts[0] == R"({"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC",)"
                      R"("x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAc",)"
                      R"("y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAk","crv":"P-256"}})");
    CHECK(parts[1] == R"({"htm":"POST","htu":"https://eu-west-1.signin.aws.amazon.com/v1/token",)"
                      R"("iat":1767225600,"jti":"ffffffff-ffff-4fff-bfff-ffffffffffff"})");
    CHECK(parts[2] == std::string(31, '\0') + '\1' + std::string(31, '\0') + '\2');
    REQUIRE(machine.ecdsa.digests.size() == 1);
    CHECK(machine.ecdsa.digests[0] == sha256(proof.substr(0, proof.rfind('.'))));
    CHECK(machine.ecdsa.numbers[0].bytes[0] == 0xfb);
    CHECK(machine.ecdsa.numbers[0].bytes[31] == 0x1f);

    // The other members stay as they were.
    std::string expected = before;
    const auto put = [&](const std::string& old, const std::string& fresh) {
        const std::size_t at = expected.find(old);
        REQUIRE(at != std::string::npos);
        expected.replace(at, old.size(), fresh);
    };
    const std::size_t begin = before.find(R"({"accessKeyId")");
    put(before.substr(begin, before.find('}') + 1 - begin),
        R"({"accessKeyId":"ANEW","secretAccessKey":"secret-of-ANEW","sessionToken":"token-of-ANEW",)"
        R"("accountId":"012345678901","expiresAt":"2026-01-01T00:15:00Z"})");
    put("\"old-refresh-token\"", R"("new-refresh-\"token")");
    CHECK(machine.source.files.at(path) == expected);
    // They are valid, and the next renewal uses the new token.
    CHECK(machine.credentials()->access_key_id == "ANEW");
    CHECK(machine.transport.requests.size() == 1);
    machine.environment.time.seconds += 600;
    machine.transport.respond(200, renewed);
    CHECK(machine.credentials());
    CHECK(machine.transport.requests.at(1).body.find(R"(new-refresh-\"token)") != std::string::npos);
}

TEST_CASE("a session is renewed where it was begun, else in the region of the settings") {
    std::string file = file_of("2026-01-01T00:00:00Z");
    file.insert(1, R"("signInRegion": "us-gov-west-1", )");
    Machine machine(file);
    machine.transport.respond(200, renewed);
    CHECK(machine.credentials());
    CHECK(machine.transport.requests.at(0).url ==
          "https://us-gov-west-1.signin.amazonaws-us-gov.com/v1/token");
    Machine endpoint(file);
    endpoint.source.variables["AWS_ENDPOINT_URL_SIGNIN"] = "http://localhost:4566/base";
    endpoint.transport.respond(200, renewed);
    CHECK(endpoint.credentials());
    CHECK(endpoint.transport.requests.at(0).url == "http://localhost:4566/base/v1/token");

    Machine nowhere(file_of("2026-01-01T00:00:00Z"), "[default]\nlogin_session = " + session + "\n");
    CHECK(nowhere.error().message == "cannot renew the login session in " + path +
                                         ": the region is not known; set AWS_REGION or the profile's region");
    CHECK(nowhere.error().code == "NoRegion");
}

TEST_CASE("the folder of sessions is that of the environment, else one of the home directory") {
    Machine machine;
    machine.source.variables["AWS_LOGIN_CACHE_DIRECTORY"] = "~/sessions/";
    machine.source.files["/h/sessions/" + name] = file_of("2026-01-01T08:00:00Z");
    CHECK(machine.credentials()->access_key_id == "AOLD");
    machine.source.variables["AWS_LOGIN_CACHE_DIRECTORY"] = "/s";
    CHECK(machine.error().message == "there is no login session in /s/" + name + "; " + sign_in);
    machine.source.variables.erase("AWS_LOGIN_CACHE_DIRECTORY");
    CHECK(machine.error().message == "there is no login session in " + path + "; " + sign_in);
    machine.source.variables["AWS_CONFIG_FILE"] = "/h/.aws/config";
    machine.source.variables.erase("HOME");
    CHECK(machine.error().message ==
          "the home directory with the login session is not known; set HOME or AWS_LOGIN_CACHE_DIRECTORY");
    machine.source.variables["HOME"] = "C:\\me";
    machine.source.separator = '\\';
    CHECK(
        machine.error().message.starts_with("there is no login session in C:\\me\\.aws\\login\\cache\\4b0b"));
}

TEST_CASE("a session's file that is malformed says to sign in") {
    const std::string good = file_of("2026-01-01T08:00:00Z");
    Machine machine;
    for (const std::string& text : {std::string("[]"), std::string("null"), good.substr(0, good.size() / 2),
                                    "[" + good + "]", good + "}", std::string(R"({"accessToken":"text"})")}) {
        INFO(text);
        machine.source.files[path] = text;
        const Error error = machine.error();
        CHECK(error.kind == ErrorKind::credentials);
        CHECK(error.code == "InvalidToken");
        CHECK(error.message == path + " is not the file of a login session; " + sign_in);
    }
    for (const std::string member : {"accessToken", "accessKeyId", "secretAccessKey", "sessionToken",
                                     "expiresAt", "refreshToken", "clientId", "dpopKey"}) {
        std::string text = good;
        text.insert(text.find('"' + member + '"') + 1, "un");
        machine.source.files[path] = text;
        const bool is_key = member == "secretAccessKey" || member == "sessionToken" ||
                            member == "expiresAt" || member == "accessKeyId";
        CHECK(machine.error().message ==
              path + " does not have a valid " + (is_key ? "accessToken." : "") + member + "; " + sign_in);
    }
    machine.source.files[path] = file_of("soon");
    CHECK(machine.error().message == path + " does not have a valid accessToken.expiresAt; " + sign_in);
    CHECK(machine.transport.requests.empty());
}

TEST_CASE("a key that cannot sign is an error as soon as the credentials have expired") {
    for (const std::string& pem :
         {std::string("key"), key.substr(0, key.size() / 2),
          std::string(R"(-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ)"
                      R"(EBAQEBAQEB\n-----END PRIVATE KEY-----\n)")}) {
        Machine machine(file_of("2026-01-01T00:05:00Z", pem));
        CHECK(machine.credentials()->access_key_id == "AOLD");
        machine.environment.time.seconds += 300;
        const Error error = machine.error();
        CHECK(error.code == "InvalidToken");
        CHECK(error.message == "cannot renew the login session in " + path +
                                   ": its dpopKey is not a private key of P-256 in PEM; " + sign_in);
        CHECK(machine.transport.requests.empty());
    }
    Machine machine(file_of("2026-01-01T00:00:00Z"));
    machine.ecdsa.broken = true;
    CHECK(machine.error().message ==
          "cannot renew the login session in " + path + ": signing with its dpopKey fails; " + sign_in);
    CHECK(machine.transport.requests.empty());
}

TEST_CASE("a refusal of the service is explained") {
    const auto refuse = [](const std::string& reason) {
        Machine machine(file_of("2026-01-01T00:00:00Z"));
        machine.transport.respond(400, R"({"error":")" + reason +
                                           R"(","message":"no old-refresh-token for secret-of-AOLD"})");
        machine.transport.add_header("x-amzn-errortype", "AccessDeniedException");
        Error error = machine.error();
        CHECK(error.kind == ErrorKind::credentials);
        CHECK(error.http_status == 400);
        CHECK(machine.transport.requests.size() == 1);
        CHECK(machine.writer.count == 0);
        return error;
    };
    const std::string start = "cannot renew the login session in " + path +
                              ": CreateOAuth2Token: AccessDeniedException: no (secret) for (secret)";
    CHECK(refuse("TOKEN_EXPIRED").message == start + "; the session has ended: " + sign_in);
    CHECK(refuse("TOKEN_EXPIRED").code == "ExpiredToken");
    CHECK(refuse("USER_CREDENTIALS_CHANGED").message ==
          start + "; the user's credentials have changed since the sign-in: " + sign_in);
    CHECK(refuse("USER_CREDENTIALS_CHANGED").code == "ExpiredToken");
    CHECK(refuse("INSUFFICIENT_PERMISSIONS").message ==
          start + "; the user needs a permission for signin:CreateOAuth2Token");
    CHECK(refuse("INSUFFICIENT_PERMISSIONS").code == "CredentialsUnavailable");
    CHECK(refuse("SOMETHING_ELSE").message == start + ": " + sign_in);
}

TEST_CASE("credentials that cannot be renewed are used until they expire") {
    Machine machine(file_of("2026-01-01T00:05:00Z"));
    machine.transport.respond(400, R"({"message":"no"})");
    CHECK(machine.credentials()->access_key_id == "AOLD");
    CHECK(machine.writer.count == 0);
    machine.environment.time.seconds += 300;
    machine.transport.respond(400, R"({"message":"no"})");
    CHECK(machine.error().message.ends_with(": no: " + sign_in));
}

TEST_CASE("a service that fails is asked again, with another proof") {
    Machine machine(file_of("2026-01-01T00:00:00Z"));
    machine.transport.respond(500, "").fail(TransportStatus::connection_reset, "reset").respond(200, renewed);
    CHECK(machine.credentials()->access_key_id == "ANEW");
    REQUIRE(machine.transport.requests.size() == 3);
    CHECK(machine.ecdsa.digests.size() == 3);
    for (const HttpRequest& request : machine.transport.requests) {
        int proofs = 0;
        for (const Header& header : request.headers)
            if (header.name == "DPoP") ++proofs;
        CHECK(proofs == 1);
    }
    // Signing in again would not help.
    Machine broken(file_of("2026-01-01T00:00:00Z"));
    for (int i = 0; i < 3; ++i) broken.transport.respond(503, "");
    const Error error = broken.error();
    CHECK(error.attempts == 3);
    CHECK(error.message.starts_with("cannot renew the login session in " + path + ": CreateOAuth2Token: "));
    CHECK(error.message.find("aws login") == std::string::npos);
    Machine offline(file_of("2026-01-01T00:00:00Z"));
    offline.transport.fail(TransportStatus::failed, "no such library");
    CHECK(offline.error().message.ends_with(": no such library"));
}

TEST_CASE("no answer that is wrong gives credentials") {
    for (const auto& [body, end] :
         {std::pair{std::string("secret-of-ANEW"), "CreateOAuth2Token: the answer cannot be read"},
          std::pair{renewed.substr(0, renewed.size() - 20), "CreateOAuth2Token: the answer cannot be read"},
          std::pair{std::string("{}"), "no valid accessToken; "},
          std::pair{std::string(R"({"accessToken":{}})"), "no valid accessKeyId; "},
          std::pair{std::string(R"({"accessToken":{"accessKeyId":"a","secretAccessKey":"b"}})"),
                    "no valid sessionToken; "},
          std::pair{std::string(R"({"accessToken":{"accessKeyId":"a","secretAccessKey":"b",)"
                                R"("sessionToken":"c"},"refreshToken":"d","expiresIn":0})"),
                    "no valid expiresIn; "},
          std::pair{std::string(R"({"accessToken":{"accessKeyId":"a","secretAccessKey":"b",)"
                                R"("sessionToken":"c"},"expiresIn":9})"),
                    "no valid refreshToken; "}}) {
        INFO(body);
        Machine machine(file_of("2026-01-01T00:00:00Z"));
        for (int i = 0; i < 3; ++i) machine.transport.respond(200, body);
        const Error error = machine.error();
        INFO(error.message);
        CHECK(error.kind == ErrorKind::credentials);
        CHECK(error.message.starts_with("cannot renew the login session in " + path + ": "));
        CHECK(error.message.find(end) != std::string::npos);
        CHECK(machine.writer.count == 0);
    }
}

TEST_CASE("a session that another program renews at the same time is read again") {
    Machine machine(file_of("2026-01-01T00:00:00Z"));
    LoginCredentialsSource source({.session = session}, settings_of(machine.source), machine.ecdsa,
                                  machine.environment, machine.writer);
    CHECK(source.name() == "the login session");
    const auto fetch = source.fetch();
    REQUIRE(fetch->start() == CredentialsFetch::Step::send);
    machine.source.files[path] = file_of("2026-01-01T00:15:00Z");
    REQUIRE(fetch->on_sent({}, {400, {}, R"({"error":"TOKEN_EXPIRED","message":"used"})"}) ==
            CredentialsFetch::Step::done);
    REQUIRE(fetch->result());
    CHECK(fetch->result()->access_key_id == "AOLD");
    CHECK(fetch->origin() == "the login session in " + path);
}

TEST_CASE("a session that changes while it is renewed is not overwritten") {
    for (const bool is_deleted : {false, true}) {
        Machine machine(file_of("2026-01-01T00:00:00Z"));
        LoginCredentialsSource source({.session = session}, settings_of(machine.source), machine.ecdsa,
                                      machine.environment, machine.writer);
        const auto fetch = source.fetch();
        REQUIRE(fetch->start() == CredentialsFetch::Step::send);
        // The user signs in again, or out.
        machine.source.files[path] = file_of("2026-01-01T00:14:00Z");
        if (is_deleted) machine.source.files.erase(path);
        REQUIRE(fetch->on_sent({}, {200, {}, renewed}) == CredentialsFetch::Step::done);
        CHECK(fetch->result()->access_key_id == "ANEW");
        CHECK(machine.writer.count == 0);
        CHECK(fetch->origin() == "CreateOAuth2Token for the login session in " + path +
                                     ", which was not written: it has changed in the meantime");
    }
}

TEST_CASE("renewed credentials are used even if they cannot be written") {
    Machine machine(file_of("2026-01-01T00:00:00Z"));
    machine.writer.broken = true;
    LoginCredentialsSource source({.session = session}, settings_of(machine.source), machine.ecdsa,
                                  machine.environment, machine.writer);
    machine.transport.respond(200, renewed);
    const auto fetch = source.fetch();
    CHECK(fetch_credentials(*fetch, machine.transport, machine.environment)->access_key_id == "ANEW");
    CHECK(machine.writer.count == 1);
    CHECK(fetch->origin() == "CreateOAuth2Token for the login session in " + path +
                                 ", which was not written: the disk is read-only");
}

TEST_CASE("a login session comes after keys of the credentials file and before a process") {
    Machine machine(file_of("2026-01-01T08:00:00Z"),
                    config +
                        "credential_process = fails\naws_access_key_id = a\naws_secret_access_key = b\n");
    CHECK(machine.credentials()->access_key_id == "AOLD");
    machine.source.files["/h/.aws/credentials"] =
        "[default]\naws_access_key_id = AFILE\naws_secret_access_key = b\n";
    CHECK(machine.credentials()->access_key_id == "AFILE");
}

TEST_CASE("login sessions work beside SSO and as the end of a chain of roles") {
    Machine machine(file_of("2026-01-01T08:00:00Z"),
                    config + "[profile role]\nregion = us-east-1\nrole_arn = arn:aws:iam::1:role/r\n"
                             "source_profile = middle\n[profile middle]\nrole_arn = arn:aws:iam::1:role/m\n"
                             "source_profile = default\n[profile sso]\nsso_session = dev\n"
                             "sso_account_id = 1\nsso_role_name = r\nlogin_session = l\n[sso-session dev]\n"
                             "sso_region = us-east-1\nsso_start_url = u\n");
    CHECK(machine.credentials({}, sso_credentials)->access_key_id == "AOLD");
    CHECK(machine.credentials("sso", sso_credentials).error().message.find("there is no SSO token") == 0);
#if BELFRY_TEST_HAS_XML
    CHECK(machine.credentials({}, role_credentials)->access_key_id == "AOLD");
    const auto answer = [](const std::string& id) {
        return "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" + id +
               "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
               "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
               "</AssumeRoleResponse>";
    };
    machine.source.files[path] = file_of("2026-01-01T00:00:00Z");
    machine.transport.respond(200, renewed).respond(200, answer("AMIDDLE")).respond(200, answer("AROLE"));
    const Result<Credentials> result = machine.credentials("role", role_credentials);
    INFO(result.error().message);
    CHECK(result->access_key_id == "AROLE");
    REQUIRE(machine.transport.requests.size() == 3);
    CHECK(machine.transport.requests[1].headers.find("Authorization")->find("Credential=ANEW/") !=
          std::string::npos);
    CHECK(machine.transport.requests[2].headers.find("Authorization")->find("Credential=AMIDDLE/") !=
          std::string::npos);
    // An error of the base names the base's profile.
    machine.source.files.erase(path);
    CHECK(machine.credentials("role", role_credentials)
              .error()
              .message.ends_with(": there is no login session in " + path + "; " + sign_in));
#endif
}

TEST_CASE("a program without the class says which header it needs") {
    Machine machine(file_of("2026-01-01T08:00:00Z"));
    DefaultCredentials provider(settings_of(machine.source), machine.transport,
                                {.environment = &machine.environment});
    const Error error = provider.credentials().error();
    CHECK(error.code == "UnsupportedProfile");
    CHECK(error.message == "/h/.aws/config:3: for login_session, the program must include "
                           "<belfry/login_credentials.hpp> and give its CredentialsOptions::login a "
                           "belfry::LoginCredentials");
}

TEST_CASE("members of a JSON object are replaced where they stand") {
    std::string out;
    REQUIRE(detail::replace_members("{ \"a\" : 1, \"b\":[{\"a\":2}] ,\"\\u0061\":null}\n",
                                    {{"a", "{}"}, {"c", "3"}}, out));
    CHECK(out == "{ \"a\" : {}, \"b\":[{\"a\":2}] ,\"\\u0061\":{}}\n");
    REQUIRE(detail::replace_members("{}", {{"a", "1"}}, out));
    CHECK(out == "{}");
    for (const char* const wrong : {"", "[]", "{\"a\":1", "{\"a\"", "{\"a\":}", "{a:1}"})
        CHECK_FALSE(detail::replace_members(wrong, {{"a", "1"}}, out));
}
