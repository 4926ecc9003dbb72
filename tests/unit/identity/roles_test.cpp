// SPDX-License-Identifier: Apache-2.0
// Needs pugixml, because STS answers in XML.
#if BELFRY_TEST_HAS_XML
#include <belfry/default_credentials.hpp>
#include <belfry/role_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "unit/identity/loaded_settings.hpp"
#include "unit/identity/scripted.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace belfry;
using test::ManualEnvironment;
using test::MemorySettings;
using test::ScriptedTransport;
using test::settings_of;

const std::string arn = "arn:aws:iam::123456789012:role/reader";

/// The document in which STS gives credentials (AWS STS API Reference, "AssumeRole").
std::string document(const std::string& key, const std::string& operation = "AssumeRole",
                     const std::string& expiration = "2026-01-01T01:00:00Z") {
    return "<" + operation + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + operation +
           "Result><AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>"
           "<Arn>arn:aws:sts::210987654321:assumed-role/reader/s</Arn></AssumedRoleUser><Credentials>"
           "<AccessKeyId>" +
           key + "</AccessKeyId><SecretAccessKey>secret-of-" + key +
           "</SecretAccessKey><SessionToken>token-of-" + key + "</SessionToken><Expiration>" + expiration +
           "</Expiration></Credentials></" + operation + "Result></" + operation + "Response>";
}
std::string fault(const std::string& code, const std::string& message) {
    return "<ErrorResponse "
           "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>" +
           code + "</Code><Message>" + message +
           "</Message></Error><RequestId>the-id</RequestId></ErrorResponse>";
}

Result<Credentials> get(CredentialsSource& source, Transport& transport, Environment& environment) {
    const auto fetch = source.fetch();
    return fetch_credentials(*fetch, transport, environment);
}

/// The files and variables of a machine, its clock, and what STS answers.
struct Machine {
    explicit Machine(std::string config, std::string keys = {}) {
        source.files["/h/.aws/config"] = std::move(config);
        if (!keys.empty()) source.files["/h/.aws/credentials"] = std::move(keys);
    }
    Result<Credentials> credentials(std::string profile = {}) {
        DefaultCredentials provider(settings_of(source, std::move(profile)), transport,
                                    {.extension = role_credentials, .mfa = mfa, .environment = &environment});
        return provider.credentials();
    }
    Error error(std::string profile = {}) { return credentials(std::move(profile)).error(); }

    MemorySettings source{{{"HOME", "/h"}, {"AWS_EC2_METADATA_DISABLED", "true"}}, {}};
    ManualEnvironment environment{};
    ScriptedTransport transport{};
    MfaCodeProvider* mfa = nullptr;
};

std::string key_that_signed(const HttpRequest& request) {
    const auto text = request.headers.find("Authorization");
    if (!text.has_value()) return {};
    const std::size_t at = text->find("Credential=") + 11;
    return std::string(text->substr(at, text->find('/', at) - at));
}

class Device final : public MfaCodeProvider {
  public:
    Result<std::string> code(std::string_view serial) override {
        asked_for = serial;
        if (number.empty()) return detail::credentials_error("Cancelled", {"the user has cancelled"});
        return number;
    }
    std::string asked_for;
    std::string number = "123456";
};

} // namespace

TEST_CASE("a role is assumed with the credentials of another source") {
    MemorySettings variables({{"AWS_REGION", "eu-west-1"}}, {});
    ManualEnvironment environment;
    ScriptedTransport transport;
    transport.respond(200, document("AROLE"));
    OwnCredentialsSource base(Credentials{"ABASE", "secret", "token-of-base"});
    AssumeRoleSource source(
        base,
        {.role_arn = arn, .session_name = "nightly", .external_id = "of=owner", .duration_seconds = 900},
        settings_of(variables), environment);
    const Result<Credentials> result = get(source, transport, environment);
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->access_key_id == "AROLE");
    CHECK(result->secret_access_key == "secret-of-AROLE");
    CHECK(result->session_token == "token-of-AROLE");
    CHECK(result->expiration->seconds == environment.time.seconds + 3600);
    CHECK(result->account_id == "210987654321");
    REQUIRE(transport.requests.size() == 1);
    const HttpRequest& request = transport.requests[0];
    CHECK(request.url == "https://sts.eu-west-1.amazonaws.com/");
    CHECK(request.body ==
          "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%"
          "2Freader&RoleSessionName=nightly&DurationSeconds=900&ExternalId=of%3Downer");
    CHECK(key_that_signed(request) == "ABASE");
    CHECK(*request.headers.find("X-Amz-Security-Token") == "token-of-base");
    CHECK(request.headers.find("Authorization")->find("/eu-west-1/sts/") != std::string::npos);
}

TEST_CASE("a session without a name is named by the time") {
    MemorySettings variables({{"AWS_REGION", "eu-west-1"}}, {});
    ManualEnvironment environment;
    ScriptedTransport transport;
    transport.respond(200, document("AROLE"));
    OwnCredentialsSource base(Credentials{"ABASE", "secret"});
    AssumeRoleSource source(base, {.role_arn = arn, .region = "us-west-2"}, settings_of(variables),
                            environment);
    CHECK(get(source, transport, environment));
    CHECK(transport.requests[0].url == "https://sts.us-west-2.amazonaws.com/");
    CHECK(transport.requests[0].body.ends_with("&RoleSessionName=belfry-session-1767225600"));
}

TEST_CASE("STS is asked where the settings say") {
    const std::string config = "[default]\nregion = us-east-1\nrole_arn = " + arn +
                               "\nsource_profile = base\n" +
                               "[profile base]\naws_access_key_id = ABASE\naws_secret_access_key = secret\n";
    const auto url = [&](std::map<std::string, std::string> variables, const std::string& more = {}) {
        Machine machine(config + more);
        machine.source.variables.merge(variables);
        machine.transport.respond(200, document("AROLE"));
        const Result<Credentials> result = machine.credentials();
        return result ? machine.transport.requests.at(0).url : result.error().message;
    };
    CHECK(url({}) == "https://sts.us-east-1.amazonaws.com/");
    CHECK(url({{"AWS_STS_REGIONAL_ENDPOINTS", "legacy"}}) == "https://sts.amazonaws.com/");
    CHECK(url({{"AWS_REGION", "cn-north-1"}}) == "https://sts.cn-north-1.amazonaws.com.cn/");
    CHECK(url({{"AWS_USE_FIPS_ENDPOINT", "true"}}) == "https://sts-fips.us-east-1.amazonaws.com/");
    CHECK(url({{"AWS_ENDPOINT_URL_STS", "http://localhost:4566"}}) == "http://localhost:4566/");
    CHECK(url({{"AWS_ENDPOINT_URL", "http://localhost:4567"}}) == "http://localhost:4567/");
    CHECK(
        url({{"AWS_STS_REGIONAL_ENDPOINTS", "global"}}) ==
        "the environment variable AWS_STS_REGIONAL_ENDPOINTS: sts_regional_endpoints: expected 'regional' or "
        "'legacy', not 'global'");
    Machine machine("[default]\nrole_arn = " + arn + "\nsource_profile = default\naws_access_key_id = a\n" +
                    "aws_secret_access_key = very-secret\n");
    const Error error = machine.error();
    CHECK(error.code == "NoRegion");
    CHECK(error.message.find("AWS_REGION") != std::string::npos);
}

TEST_CASE("profiles of a chain assume one role with the credentials of the other") {
    Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn +
                        "\nsource_profile = middle\nexternal_id = x\nrole_session_name = top\n"
                        "duration_seconds = 1800\n"
                        "[profile middle]\nregion = us-west-1\nrole_arn = arn:aws:iam::1:role/middle-role\n"
                        "source_profile = base\nrole_session_name = mid\n",
                    // A profile with keys ends the chain, even if it has a role.
                    "[base]\naws_access_key_id = ABASE\naws_secret_access_key = secret\n"
                    "role_arn = arn:aws:iam::1:role/not-used\nsource_profile = base\n");
    machine.transport.respond(200, document("AMIDDLE")).respond(200, document("ATOP"));
    const Result<Credentials> result = machine.credentials();
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->access_key_id == "ATOP");
    REQUIRE(machine.transport.requests.size() == 2);
    const auto& [first, second] = std::pair(machine.transport.requests[0], machine.transport.requests[1]);
    CHECK(key_that_signed(first) == "ABASE");
    CHECK(first.body.find("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fmiddle-role&RoleSessionName=mid") !=
          std::string::npos);
    CHECK(key_that_signed(second) == "AMIDDLE");
    CHECK(*second.headers.find("X-Amz-Security-Token") == "token-of-AMIDDLE");
    CHECK(second.body.ends_with("&RoleSessionName=top&DurationSeconds=1800&ExternalId=x"));
    // The region is that of the profile that the program uses, as with boto3.
    CHECK(first.url == "https://sts.us-east-1.amazonaws.com/");
}

TEST_CASE("a profile with keys may name itself") {
    Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn + "\nsource_profile = default\n",
                    "[default]\naws_access_key_id = ASELF\naws_secret_access_key = secret\n");
    machine.transport.respond(200, document("AROLE"));
    CHECK(machine.credentials()->access_key_id == "AROLE");
    CHECK(key_that_signed(machine.transport.requests.at(0)) == "ASELF");
}

TEST_CASE("profiles that name each other are an error that names the cycle") {
    const std::string role = "role_arn = " + arn + "\n";
    Machine machine("[profile a]\n" + role + "source_profile = b\n[profile b]\n" + role +
                    "source_profile = c\n[profile c]\n" + role + "source_profile = b\n[default]\n" + role +
                    "source_profile = default\n");
    Error error = machine.error("a");
    CHECK(error.kind == ErrorKind::configuration);
    CHECK(error.message.find(
              "/h/.aws/config:9: source_profile: the profiles name each other: b -> c -> b; one of "
              "them needs keys") != std::string::npos);
    error = machine.error();
    CHECK(error.message.ends_with(": default -> default; one of them needs keys"));
    CHECK(machine.transport.requests.empty());
}

TEST_CASE("a profile that assumes a role wrongly is an error that names the line") {
    const auto message = [](const std::string& lines) {
        Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn + "\n" + lines + "\n");
        const Error error = machine.error();
        CHECK(error.kind == ErrorKind::configuration);
        CHECK(machine.transport.requests.empty());
        return error.message;
    };
    CHECK(message("") == "/h/.aws/config:3: the profile has role_arn and neither source_profile nor "
                         "credential_source; add the one whose credentials assume the role");
    CHECK(message("source_profile = a\ncredential_source = Environment") ==
          "/h/.aws/config:5: the profile has credential_source and source_profile; remove one of them");
    CHECK(message("credential_source = environment") ==
          "/h/.aws/config:4: credential_source: expected 'Environment', 'Ec2InstanceMetadata' or "
          "'EcsContainer', "
          "not 'environment'");
    CHECK(message("source_profile = none") ==
          "/h/.aws/config:4: source_profile: there is no profile 'none' in the shared files");
    CHECK(message("credential_source = Environment\nduration_seconds = 1h") ==
          "/h/.aws/config:5: duration_seconds: expected a number from 900 to 43200, not '1h'");
}

TEST_CASE("the base of a role may be the environment, a container, an instance or a process") {
    const std::string role = "[default]\nregion = us-east-1\nrole_arn = " + arn + "\n";
    SECTION("environment") {
        Machine machine(role + "credential_source = Environment\n");
        machine.source.variables.insert({{"AWS_ACCESS_KEY_ID", "AENV"}, {"AWS_SECRET_ACCESS_KEY", "b"}});
        machine.transport.respond(200, document("AROLE"));
        // The keys themselves come first in the default order, unless the program names the profile.
        CHECK(machine.credentials()->access_key_id == "AENV");
        CHECK(machine.credentials("default")->access_key_id == "AROLE");
        CHECK(key_that_signed(machine.transport.requests.at(0)) == "AENV");
        machine.source.variables.erase("AWS_ACCESS_KEY_ID");
        CHECK(machine.error("default").message.find("no credentials to assume the role with: only one of") !=
              std::string::npos);
        machine.source.variables.erase("AWS_SECRET_ACCESS_KEY");
        CHECK(machine.error("default").message.ends_with(
            "no credentials to assume the role with: AWS_ACCESS_KEY_ID is not set"));
    }
    const std::string json = R"({"Code":"Success","AccessKeyId":"ANEAR","SecretAccessKey":"b","Token":"c",)"
                             R"("Expiration":"2026-01-01T06:00:00Z"})";
    SECTION("container") {
        Machine machine(role + "credential_source = EcsContainer\n");
        machine.source.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2";
        machine.transport.respond(200, json).respond(200, document("AROLE"));
        CHECK(machine.credentials()->access_key_id == "AROLE");
        CHECK(machine.transport.paths().at(0) == "GET http://169.254.170.2/v2");
        CHECK(key_that_signed(machine.transport.requests.at(1)) == "ANEAR");
    }
    SECTION("instance") {
        Machine machine(role + "credential_source = Ec2InstanceMetadata\n");
        machine.source.variables.erase("AWS_EC2_METADATA_DISABLED");
        machine.transport.respond(200, "session").respond(200, "role").respond(200, json);
        machine.transport.respond(200, document("AROLE"));
        CHECK(machine.credentials()->access_key_id == "AROLE");
        CHECK(key_that_signed(machine.transport.requests.at(3)) == "ANEAR");
    }
    SECTION("process") {
        class Runner final : public ProcessRunner {
          public:
            bool run(const std::vector<std::string>&, std::string& output) override {
                output = R"({"Version":1,"AccessKeyId":"APROCESS","SecretAccessKey":"b"})";
                return true;
            }
        } runner;
        Machine machine(role + "source_profile = tool\n[profile tool]\ncredential_process = tool\n");
        machine.transport.respond(200, document("AROLE"));
        DefaultCredentials provider(
            settings_of(machine.source), machine.transport,
            {.extension = role_credentials, .runner = &runner, .environment = &machine.environment});
        CHECK(provider.credentials()->access_key_id == "AROLE");
        CHECK(key_that_signed(machine.transport.requests.at(0)) == "APROCESS");
    }
    SECTION("a profile without credentials") {
        Machine machine(role + "source_profile = empty\n[profile empty]\nregion = a\n");
        const Error error = machine.error();
        CHECK(error.message.ends_with("no credentials to assume the role with: the profile 'empty' does not "
                                      "have credentials"));
        CHECK(error.message.starts_with("AssumeRole for the role '" + arn + "' of /h/.aws/config:3: "));
    }
}

TEST_CASE("a role that needs a code asks for that of the device each time") {
    Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn +
                    "\nsource_profile = default\nmfa_serial = arn:aws:iam::1:mfa/me\n"
                    "aws_access_key_id = a\naws_secret_access_key = b\n");
    Error error = machine.error();
    CHECK(error.code == "NoMfaCode");
    CHECK(error.message.find("'arn:aws:iam::1:mfa/me'; give the program an MfaCodeProvider") !=
          std::string::npos);
    Device device;
    machine.mfa = &device;
    machine.transport.respond(200, document("AROLE")).respond(200, document("AROLE"));
    CHECK(machine.credentials());
    CHECK(device.asked_for == "arn:aws:iam::1:mfa/me");
    device.number = "654321";
    CHECK(machine.credentials());
    CHECK(machine.transport.requests.at(1).body.ends_with(
        "&SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fme&TokenCode=654321"));
    device.number.clear();
    CHECK(machine.error().message.ends_with("'arn:aws:iam::1:mfa/me': the user has cancelled"));
    CHECK(machine.transport.requests.size() == 2);
}

TEST_CASE("STS is asked again after an error of the server") {
    Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn +
                    "\nsource_profile = default\naws_access_key_id = a\naws_secret_access_key = b\n");
    machine.transport.respond(503, "").fail(TransportStatus::connection_reset);
    machine.transport.respond(200, document("AROLE"));
    CHECK(machine.credentials()->access_key_id == "AROLE");
    REQUIRE(machine.transport.requests.size() == 3);
    CHECK(machine.environment.slept > 0);
    Machine refused(machine.source.files.at("/h/.aws/config"));
    for (int i = 0; i < 3; ++i) refused.transport.respond(500, fault("InternalFailure", "try later"));
    const Error error = refused.error();
    CHECK(error.code == "CredentialsUnavailable");
    CHECK(error.http_status == 500);
    CHECK(error.request_id == "the-id");
    CHECK(error.attempts == 3);
    CHECK(error.retryable);
    CHECK(error.message ==
          "AssumeRole for the role '" + arn + "' of /h/.aws/config:3: InternalFailure: try later");
}

TEST_CASE("a clock that is wrong is corrected by that of STS") {
    Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn +
                    "\nsource_profile = default\naws_access_key_id = a\naws_secret_access_key = b\n");
    // 20 minutes late.
    ScriptedTransport& transport = machine.transport;
    transport.respond(403, fault("SignatureDoesNotMatch", "Signature expired"));
    transport.add_header("Date", "Thu, 01 Jan 2026 00:20:00 GMT");
    transport.respond(200, document("AROLE"));
    const Result<Credentials> result = machine.credentials();
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(transport.requests.at(0).headers.find("X-Amz-Date")->starts_with("20260101T0000"));
    CHECK(transport.requests.at(1).headers.find("X-Amz-Date")->starts_with("20260101T0020"));
}

TEST_CASE("no answer that is wrong gives credentials, and no error tells a secret") {
    const auto error_for = [](int status, const std::string& body) {
        Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn +
                        "\nsource_profile = default\naws_access_key_id = a\n"
                        "aws_secret_access_key = very-secret-key\naws_session_token = very-secret-token\n");
        for (int i = 0; i < 3; ++i) machine.transport.respond(status, body);
        const Result<Credentials> result = machine.credentials();
        CHECK_FALSE(result);
        CHECK(result.error().message.find("secret-") == std::string::npos);
        return result.error();
    };
    const std::string good = document("AROLE");
    CHECK(error_for(200, "").code == "CredentialsUnavailable");
    CHECK(error_for(200, "{\"Credentials\": \"secret-of-AROLE\"}")
              .message.ends_with("the answer cannot be read"));
    CHECK(error_for(200, good.substr(0, good.find("</SecretAccessKey>")))
              .message.ends_with("the answer cannot be read"));
    std::string other = good;
    other.replace(other.find("2026-01-01T01:00:00Z"), 20, "secret-of-AROLE12345");
    CHECK(error_for(200, other).message.ends_with("the answer cannot be read"));
    for (const char* const member : {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}) {
        std::string without = good;
        const std::string begin = std::string("<") + member + ">";
        const std::string end = std::string("</") + member + ">";
        const std::size_t at = without.find(begin);
        without.erase(at, without.find(end) + end.size() - at);
        const Error error = error_for(200, without);
        CHECK(error.code == "InvalidCredentials");
        CHECK(error.message.ends_with(std::string("STS answered without a valid ") + member));
    }
    CHECK(error_for(200, "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>")
              .message.ends_with("STS answered without a valid Credentials"));
    CHECK(error_for(200, document("AROLE", "AssumeRole", "2025-12-31T23:59:59Z"))
              .message.ends_with("credentials that have expired; check the clock"));
    // The message of a wrong signature repeats the headers.
    CHECK(error_for(403, fault("SignatureDoesNotMatch", "POST x-amz-security-token:very-secret-token POST"))
              .message.ends_with("SignatureDoesNotMatch: POST x-amz-security-token:(secret) POST"));
    CHECK(error_for(403, fault("AccessDenied", "very-secret-key\nnext")).message.find('\n') ==
          std::string::npos);
    CHECK(error_for(400, fault("X", std::string(5000, 'x'))).message.size() < 700);
}

TEST_CASE("the credentials of a role are cached until shortly before they expire") {
    Machine machine("[default]\nregion = us-east-1\nrole_arn = " + arn +
                    "\nsource_profile = default\naws_access_key_id = a\naws_secret_access_key = b\n");
    machine.transport.respond(200, document("AFIRST"));
    machine.transport.respond(200, document("ASECOND", "AssumeRole", "2026-01-01T02:00:00Z"));
    DefaultCredentials provider(settings_of(machine.source), machine.transport,
                                {.extension = role_credentials, .environment = &machine.environment});
    CHECK(provider.credentials()->access_key_id == "AFIRST");
    machine.environment.time.seconds += 3000;
    CHECK(provider.credentials()->access_key_id == "AFIRST");
    machine.environment.time.seconds += 400;
    CHECK(provider.credentials()->access_key_id == "ASECOND");
}

TEST_CASE("a web identity of the environment is exchanged without a signature") {
    Machine machine("[default]\nregion = us-east-1\n");
    machine.source.variables.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/var/token"},
                                     {"AWS_ROLE_ARN", arn},
                                     {"AWS_ROLE_SESSION_NAME", "pod"}});
    machine.source.files["/var/token"] = "first.token\n";
    machine.transport.respond(200, document("AWEB", "AssumeRoleWithWebIdentity"));
    machine.transport.respond(200, document("AWEB", "AssumeRoleWithWebIdentity"));
    const Result<Credentials> result = machine.credentials();
    INFO(result.error().message);
    REQUIRE(result);
    CHECK(result->access_key_id == "AWEB");
    CHECK(result->account_id == "210987654321");
    const HttpRequest& request = machine.transport.requests.at(0);
    CHECK(request.url == "https://sts.us-east-1.amazonaws.com/");
    CHECK(request.body == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%"
                          "3A123456789012%3Arole%"
                          "2Freader&RoleSessionName=pod&WebIdentityToken=first.token");
    CHECK_FALSE(request.headers.contains("Authorization"));
    // The token was replaced.
    machine.source.files["/var/token"] = "second.token";
    CHECK(machine.credentials());
    CHECK(machine.transport.requests.at(1).body.ends_with("&WebIdentityToken=second.token"));
}

TEST_CASE("a web identity comes behind a profile's role and before its keys") {
    const std::string keys = "aws_access_key_id = AKEYS\naws_secret_access_key = b\n";
    Machine machine(
        "[default]\nregion = us-east-1\n" + keys + "[profile role]\nregion = us-east-1\nrole_arn = " + arn +
        "\nsource_profile = default\n[profile web]\nregion = us-east-1\n" + keys + "role_arn = " + arn +
        "\nweb_identity_token_file = /of-profile\nsource_profile = default\n");
    machine.source.files["/of-profile"] = "of-profile";
    machine.source.files["/of-variable"] = "of-variable";
    for (int i = 0; i < 2; ++i) machine.transport.respond(200, document("AWEB", "AssumeRoleWithWebIdentity"));
    const auto sent = [&] { return machine.transport.requests.back().body; };
    CHECK(machine.credentials("web")->access_key_id == "AWEB");
    CHECK(sent().ends_with("=of-profile"));
    machine.source.variables.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/of-variable"}, {"AWS_ROLE_ARN", arn}});
    CHECK(machine.credentials()->access_key_id == "AWEB");
    CHECK(sent().ends_with("=of-variable"));
    // A profile that the program names turns the variables off.
    CHECK(machine.credentials("default")->access_key_id == "AKEYS");
    machine.source.variables["AWS_PROFILE"] = "role";
    machine.transport.respond(200, document("AROLE"));
    CHECK(machine.credentials()->access_key_id == "AROLE");
    CHECK(key_that_signed(machine.transport.requests.back()) == "AKEYS");
}

TEST_CASE("an identity provider that STS cannot reach is asked for again") {
    Machine machine("[default]\nregion = us-east-1\n");
    machine.source.variables.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}, {"AWS_ROLE_ARN", arn}});
    machine.source.files["/t"] = "the.token";
    machine.transport.respond(400, fault("IDPCommunicationError", "no route"));
    machine.transport.respond(200, document("AWEB", "AssumeRoleWithWebIdentity"));
    CHECK(machine.credentials()->access_key_id == "AWEB");
    machine.transport.respond(400, fault("ExpiredTokenException", "the token the.token has expired"));
    CHECK(machine.error().message == "AssumeRoleWithWebIdentity for the role '" + arn +
                                         "' of the environment variable AWS_WEB_IDENTITY_TOKEN_FILE: "
                                         "ExpiredTokenException: the token (secret) has expired");
    CHECK(machine.transport.requests.size() == 3);
}

TEST_CASE("a token that is missing or half written is an error that names the file") {
    Machine machine("[default]\nregion = us-east-1\n");
    machine.source.variables.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/t"}, {"AWS_ROLE_ARN", arn}});
    CHECK(machine.error().message.ends_with("cannot read the token in '/t': the file does not exist"));
    machine.source.files["/t"] = "\n";
    CHECK(
        machine.error().message.ends_with("the token's file '/t' is empty; its writer may not be done yet"));
    machine.source.files["/t"] = "token";
    machine.source.variables.erase("AWS_ROLE_ARN");
    CHECK(machine.error().message.find("set AWS_ROLE_ARN") != std::string::npos);
    CHECK(machine.transport.requests.empty());
}

#endif
