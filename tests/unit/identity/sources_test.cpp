// SPDX-License-Identifier: Apache-2.0
#include <belfry/default_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "unit/identity/loaded_settings.hpp"
#include "unit/identity/scripted.hpp"

#include <csignal>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
using test::ManualEnvironment;
using test::MemorySettings;
using test::ScriptedTransport;
using test::settings_of;

// The document that Amazon ECS and EC2 send (AWS SDKs and Tools Reference Guide, Amazon EC2 User Guide).
const std::string document = R"({"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC",)"
                             R"("AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"wJalrXUtnFEMI",)"
                             R"("Token":"the-token","Expiration":"2026-01-01T06:00:00Z"})";

Result<Credentials> get(CredentialsSource& source, Transport& transport, Environment& environment) {
    const auto fetch = source.fetch();
    return fetch_credentials(*fetch, transport, environment);
}

Result<Credentials> of_container(MemorySettings variables, ScriptedTransport& transport) {
    ManualEnvironment environment;
    ContainerCredentialsSource source(variables);
    return get(source, transport, environment);
}

Result<Credentials> of_instance(InstanceMetadataOptions options, ScriptedTransport& transport,
                                ManualEnvironment& environment) {
    InstanceMetadataCredentialsSource source(std::move(options), environment);
    return get(source, transport, environment);
}

/// Prints prepared output, or fails with a reason.
class FakeRunner final : public ProcessRunner {
  public:
    bool run(const std::vector<std::string>& words, std::string& output) override {
        arguments = words;
        output = text;
        return succeeds;
    }
    std::vector<std::string> arguments;
    std::string text;
    bool succeeds = true;
};

Result<Credentials> of_profile(std::string config, std::string keys = {}, ProcessRunner* runner = nullptr) {
    MemorySettings source({{"HOME", "/h"}}, {{"/h/.aws/config", std::move(config)}});
    if (!keys.empty()) source.files["/h/.aws/credentials"] = std::move(keys);
    FakeRunner none;
    ProfileCredentialsSource profile(settings_of(source), runner != nullptr ? *runner : none);
    ScriptedTransport transport;
    ManualEnvironment environment;
    return get(profile, transport, environment);
}

} // namespace

TEST_CASE("keys of the environment are complete or an error") {
    ScriptedTransport transport;
    ManualEnvironment environment;
    MemorySettings variables;
    EnvironmentCredentialsSource source(variables);
    auto fetch = source.fetch();
    CHECK(fetch_credentials(*fetch, transport, environment).error().code == "NotConfigured");
    CHECK(fetch->is_absent());

    variables.variables = {{"AWS_SECRET_ACCESS_KEY", "very-secret"}};
    fetch = source.fetch();
    Result<Credentials> result = fetch_credentials(*fetch, transport, environment);
    CHECK(result.error().code == "PartialCredentials");
    CHECK(result.error().message.ends_with("set AWS_ACCESS_KEY_ID"));
    CHECK(result.error().message.find("very-secret") == std::string::npos);
    CHECK_FALSE(fetch->is_absent());

    variables.variables = {{"AWS_ACCESS_KEY_ID", "a"},
                           {"AWS_SECRET_ACCESS_KEY", "b"},
                           {"AWS_SESSION_TOKEN", "c"},
                           {"AWS_ACCOUNT_ID", "123456789012"},
                           {"AWS_CREDENTIAL_EXPIRATION", "2026-01-01T06:00:00Z"}};
    result = get(source, transport, environment);
    REQUIRE(result);
    CHECK(result->access_key_id == "a");
    CHECK(result->secret_access_key == "b");
    CHECK(result->session_token == "c");
    CHECK(result->account_id == "123456789012");
    CHECK(result->expiration->seconds == 1'767'247'200);

    variables.variables["AWS_CREDENTIAL_EXPIRATION"] = "soon";
    CHECK(get(source, transport, environment).error().code == "InvalidExpiration");
}

TEST_CASE("a container's server is asked with the token of the file, as the file is now") {
    MemorySettings variables({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:8080/get?a=b"},
                              {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "of-variable"},
                              {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"}},
                             {{"/token", "of-file\n"}});
    ScriptedTransport transport;
    transport.respond(200, document).respond(200, document);
    ContainerCredentialsSource source(variables);
    ManualEnvironment environment;
    const Result<Credentials> result = get(source, transport, environment);
    REQUIRE(result);
    CHECK(result->access_key_id == "AKIDEXAMPLE");
    CHECK(result->session_token == "the-token");
    CHECK(result->expiration->seconds == 1'767'247'200);
    variables.files["/token"] = "of-new-file";
    CHECK(get(source, transport, environment));
    REQUIRE(transport.requests.size() == 2);
    CHECK(transport.requests[0].method == "GET");
    CHECK(transport.requests[0].url == "http://127.0.0.1:8080/get?a=b");
    CHECK(*transport.requests[0].headers.find("Host") == "127.0.0.1:8080");
    CHECK(*transport.requests[0].headers.find("Authorization") == "of-file");
    CHECK(*transport.requests[1].headers.find("Authorization") == "of-new-file");
}

TEST_CASE("a container's token that could add lines to a request is refused") {
    for (const char* const token : {"a\r\nX-Other: b", "a\nb"}) {
        ScriptedTransport transport;
        const Result<Credentials> result =
            of_container(MemorySettings({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/a"},
                                         {"AWS_CONTAINER_AUTHORIZATION_TOKEN", token}},
                                        {}),
                         transport);
        CHECK(result.error().code == "InvalidContainerToken");
        CHECK(transport.requests.empty());
    }
    ScriptedTransport transport;
    const Result<Credentials> missing =
        of_container(MemorySettings({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/a"},
                                     {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/none"}},
                                    {}),
                     transport);
    CHECK(missing.error().message.find("/none") != std::string::npos);
    CHECK(transport.requests.empty());
}

TEST_CASE("a container's server is not asked over http on another machine") {
    for (const char* const url :
         {"http://192.168.1.1/a", "http://127.0.0.1.example.com/a", "http://127.1/a", "http://1270.0.0.1/a",
          "http://169.254.170.2.example.com/", "http://[fd00:ec2::254]/", "http://localhost.example.com/",
          "ftp://localhost/a", "http://user@169.254.170.2/a", "http://127.0.0.1:80@evil.example/"}) {
        INFO(url);
        ScriptedTransport transport;
        const Result<Credentials> result =
            of_container(MemorySettings({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}, {}), transport);
        CHECK(result.error().code == "InvalidContainerEndpoint");
        CHECK(transport.requests.empty());
    }
    for (const char* const url : {"http://127.255.0.1/a", "http://[::1]:80/a", "http://[fd00:ec2::23]/a",
                                  "https://elsewhere.example.com/a", "HTTP://LOCALHOST/a"}) {
        INFO(url);
        ScriptedTransport transport;
        transport.respond(200, document);
        CHECK(of_container(MemorySettings({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}, {}), transport));
    }
}

TEST_CASE("a container's server is asked three times, but not after it refused") {
    const auto variables = [] {
        return MemorySettings({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/a"}}, {});
    };
    ScriptedTransport recovers;
    recovers.fail(TransportStatus::timed_out).respond(503, "busy").respond(200, document);
    CHECK(of_container(variables(), recovers));

    ScriptedTransport broken;
    broken.respond(200, "{").respond(200, "[]").respond(200, R"({"AccessKeyId":1})").respond(200, document);
    const Result<Credentials> unreadable = of_container(variables(), broken);
    CHECK(unreadable.error().code == "CredentialsUnavailable");
    CHECK(broken.requests.size() == 3);

    ScriptedTransport refuses;
    refuses.respond(403, R"({"code":"AccessDenied"})");
    const Result<Credentials> refused = of_container(variables(), refuses);
    CHECK(refused.error().message ==
          "the container's credentials server answered with status 403: {\\\"code\\\":\\\"AccessDenied\\\"}");
    CHECK(refuses.requests.size() == 1);

    for (const char* const body :
         {R"({"SecretAccessKey":"very-secret"})",
          R"({"AccessKeyId":"a","SecretAccessKey":"very-secret","Expiration":"x"})"}) {
        ScriptedTransport transport;
        transport.respond(200, body);
        const Result<Credentials> result = of_container(variables(), transport);
        CHECK(result.error().code == "InvalidCredentials");
        CHECK(result.error().message.find("very-secret") == std::string::npos);
    }
}

TEST_CASE("an instance is asked for a token, its role and the role's credentials") {
    ScriptedTransport transport;
    transport.respond(200, "session").respond(200, "my-role\nother").respond(200, document);
    ManualEnvironment environment;
    const Result<Credentials> result = of_instance({}, transport, environment);
    REQUIRE(result);
    CHECK(result->access_key_id == "AKIDEXAMPLE");
    CHECK(transport.paths() ==
          std::vector<std::string>{
              "PUT http://169.254.169.254/latest/api/token",
              "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
              "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role"});
    CHECK(*transport.requests[0].headers.find("x-aws-ec2-metadata-token-ttl-seconds") == "21600");
    CHECK(*transport.requests[1].headers.find("x-aws-ec2-metadata-token") == "session");
    CHECK(*transport.requests[2].headers.find("x-aws-ec2-metadata-token") == "session");
    CHECK(transport.requests[2].timeouts.total == Duration::seconds(1));
}

TEST_CASE("version 1 of the metadata service is used only where it is allowed") {
    for (const int status : {403, 404, 405}) {
        ManualEnvironment environment;
        ScriptedTransport allowed;
        allowed.respond(status, "").respond(200, "role").respond(200, document);
        CHECK(of_instance({}, allowed, environment));
        CHECK(allowed.requests[1].headers.find("x-aws-ec2-metadata-token") == std::nullopt);
        ScriptedTransport disabled;
        disabled.respond(status, "");
        CHECK(of_instance({.v1_disabled = true}, disabled, environment)
                  .error()
                  .message.find("version 1 of the service is disabled") != std::string::npos);
        CHECK(disabled.requests.size() == 1);
    }
    ManualEnvironment environment;
    ScriptedTransport transport;
    transport.respond(400, "");
    CHECK(of_instance({}, transport, environment).error().code == "CredentialsUnavailable");
    CHECK(transport.requests.size() == 1);
}

TEST_CASE("a machine that is not an instance has no credentials of one") {
    ManualEnvironment environment;
    for (const bool v1_disabled : {false, true}) {
        const TransportStatus status =
            v1_disabled ? TransportStatus::timed_out : TransportStatus::connect_failed;
        ScriptedTransport transport;
        transport.fail(status).fail(status);
        InstanceMetadataCredentialsSource source({.v1_disabled = v1_disabled, .max_attempts = 2},
                                                 environment);
        const auto fetch = source.fetch();
        CHECK_FALSE(fetch_credentials(*fetch, transport, environment));
        CHECK(fetch->is_absent());
        CHECK(transport.is_done());
    }
    ScriptedTransport without_role;
    without_role.respond(200, "session").respond(404, "");
    CHECK(of_instance({}, without_role, environment).error().code == "NotConfigured");
    ScriptedTransport none;
    CHECK(of_instance({.disabled = true}, none, environment).error().code == "NotConfigured");
    CHECK(none.requests.empty());
}

// As botocore's `InstanceMetadataFetcher` does after a `ReadTimeoutError`.
TEST_CASE("a container that a session token does not reach uses version 1 of the metadata service") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    transport.fail(TransportStatus::timed_out).respond(503, "").respond(200, "role").respond(200, document);
    CHECK(of_instance({.max_attempts = 2}, transport, environment));
    REQUIRE(transport.requests.size() == 4);
    CHECK(transport.requests[1].method == "GET");
    for (const HttpRequest& request : transport.requests)
        CHECK(request.headers.find("x-aws-ec2-metadata-token") == std::nullopt);
}

TEST_CASE(
    "a machine that answers neither version of the metadata service has no credentials of an instance") {
    ManualEnvironment environment;
    const auto is_absent = [&](ScriptedTransport& transport, int max_attempts) {
        InstanceMetadataCredentialsSource source({.max_attempts = max_attempts}, environment);
        const auto fetch = source.fetch();
        CHECK_FALSE(fetch_credentials(*fetch, transport, environment));
        CHECK(transport.is_done());
        return fetch->is_absent();
    };
    for (const TransportStatus status : {TransportStatus::connect_failed, TransportStatus::timed_out}) {
        ScriptedTransport silent;
        silent.fail(TransportStatus::timed_out).fail(status).fail(status);
        CHECK(is_absent(silent, 2));
    }
    for (const int status : {401, 403, 404, 503, 200}) {
        INFO(status);
        ScriptedTransport refuses;
        refuses.fail(TransportStatus::timed_out).respond(status, "");
        CHECK(is_absent(refuses, 1));
    }
    // A role that was found is one of an instance.
    ScriptedTransport broken;
    broken.fail(TransportStatus::timed_out).respond(200, "role").fail(TransportStatus::timed_out);
    CHECK_FALSE(is_absent(broken, 1));
}

TEST_CASE("a session token may end with a line break, and no error quotes it") {
    ManualEnvironment environment;
    for (const char* const body : {"session\n", "session\r\n"}) {
        ScriptedTransport transport;
        transport.respond(200, body).respond(200, "role").respond(200, document);
        CHECK(of_instance({}, transport, environment));
        CHECK(*transport.requests[1].headers.find("x-aws-ec2-metadata-token") == "session");
    }
    for (const std::string_view body :
         {std::string_view("session\nX-Other: b"), std::string_view("\nsession"),
          std::string_view("ses\0sion", 8), std::string_view("\n")}) {
        ScriptedTransport transport;
        transport.respond(200, std::string(body));
        const Error error = of_instance({}, transport, environment).error();
        CHECK(error.message == "the metadata service of the EC2 instance answered with status 200");
    }
}

TEST_CASE("an instance whose role cannot be assumed says why") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    transport.respond(200, "session")
        .respond(200, "role")
        .respond(200, R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role"})");
    CHECK(of_instance({}, transport, environment).error().message ==
          "the metadata service of the EC2 instance has no credentials: AssumeRoleUnauthorizedAccess: EC2 "
          "cannot assume the role");
}

TEST_CASE("expired credentials of an instance are used a while longer") {
    ManualEnvironment environment;
    environment.time.seconds = 1'767'247'200 + 60;
    ScriptedTransport transport;
    transport.respond(200, "session").respond(200, "role").respond(200, document);
    const Result<Credentials> result = of_instance({}, transport, environment);
    REQUIRE(result);
    CHECK(result->expiration->seconds == environment.time.seconds + 900);
}

TEST_CASE("a role's name cannot lead to another path") {
    ManualEnvironment environment;
    for (const char* const role : {"role?x", "a b", "a#b", "r\x01"}) {
        ScriptedTransport transport;
        transport.respond(200, "session").respond(200, role);
        CHECK(of_instance({}, transport, environment).error().code == "InvalidCredentials");
        CHECK(transport.requests.size() == 2);
    }
}

TEST_CASE("settings tell how the metadata service is reached") {
    MemorySettings source({{"HOME", "/h"}, {"AWS_EC2_METADATA_DISABLED", "TRUE"}},
                          {{"/h/.aws/config", "[default]\n"
                                              "ec2_metadata_service_endpoint_mode = ipv6\n"
                                              "ec2_metadata_v1_disabled = true\n"
                                              "metadata_service_timeout = 5\n"
                                              "metadata_service_num_attempts = 4\n"}});
    Result<InstanceMetadataOptions> options = instance_metadata_options(settings_of(source));
    REQUIRE(options);
    CHECK(options->endpoint == "http://[fd00:ec2::254]");
    CHECK(options->disabled);
    CHECK(options->v1_disabled);
    CHECK(options->timeout == Duration::seconds(5));
    CHECK(options->max_attempts == 4);
    source.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://localhost:1338/";
    CHECK(instance_metadata_options(settings_of(source))->endpoint == "http://localhost:1338");
    source.variables["AWS_METADATA_SERVICE_TIMEOUT"] = "0";
    CHECK(
        instance_metadata_options(settings_of(source)).error().message ==
        "the environment variable AWS_METADATA_SERVICE_TIMEOUT: metadata_service_timeout: expected a number "
        "from 1 to 3600, not '0'");
}

TEST_CASE("a profile's keys are complete or an error that names the line") {
    const Result<Credentials> result = of_profile("[default]\naws_account_id = 123456789012\n",
                                                  "[default]\naws_access_key_id = a\n"
                                                  "aws_secret_access_key = b\naws_session_token = c\n");
    REQUIRE(result);
    CHECK(result->access_key_id == "a");
    CHECK(result->secret_access_key == "b");
    CHECK(result->session_token == "c");
    CHECK(result->account_id == "123456789012");
    const Result<Credentials> partial = of_profile("[default]\n\naws_secret_access_key = very-secret\n");
    CHECK(partial.error().message ==
          "/h/.aws/config:3: the profile needs both aws_access_key_id and aws_secret_access_key");
    CHECK(of_profile("[default]\nregion = a\n").error().code == "NotConfigured");
}

TEST_CASE("a profile's process is run without a shell") {
    FakeRunner runner;
    runner.text = R"({"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","SessionToken":"c",)"
                  R"("Expiration":"2026-01-01T06:00:00Z"})";
    const std::string config =
        "[default]\naws_account_id = 1\n"
        "credential_process = \"/opt/my tool\" --role 'a $b' c\\ d \"e\\\"f\\g\" | x\n";
    const Result<Credentials> result = of_profile(config, {}, &runner);
    REQUIRE(result);
    CHECK(result->session_token == "c");
    CHECK(result->account_id == "1");
    CHECK(result->expiration->seconds == 1'767'247'200);
    // As Python's shlex.split splits it, which botocore uses.
    CHECK(runner.arguments ==
          std::vector<std::string>{"/opt/my tool", "--role", "a $b", "c d", "e\"f\\g", "|", "x"});

    for (const char* const output : {"", "text", R"({"AccessKeyId":"a","SecretAccessKey":"very-secret"})",
                                     R"({"Version":2,"AccessKeyId":"a","SecretAccessKey":"very-secret"})",
                                     R"({"Version":1,"SecretAccessKey":"very-secret"})"}) {
        INFO(output);
        runner.text = output;
        const Error error = of_profile(config, {}, &runner).error();
        CHECK(error.code == "ProcessFailed");
        CHECK(error.message.starts_with("/h/.aws/config:3: credential_process: '/opt/my tool' printed"));
        CHECK(error.message.find("very-secret") == std::string::npos);
    }
    runner.succeeds = false;
    runner.text = "it exited with status 3";
    CHECK(of_profile(config, {}, &runner).error().message.ends_with("it exited with status 3"));
    CHECK(of_profile("[default]\ncredential_process = 'a\n", {}, &runner).error().code == "InvalidProcess");
}

TEST_CASE("keys in the credentials file come before a process, and that before keys in the config file") {
    FakeRunner runner;
    runner.text = R"({"Version":1,"AccessKeyId":"of-process","SecretAccessKey":"b"})";
    const std::string config = "[default]\naws_access_key_id = of-config\naws_secret_access_key = b\n"
                               "credential_process = p\n";
    CHECK(of_profile(config, {}, &runner)->access_key_id == "of-process");
    CHECK(of_profile(config, "[default]\naws_access_key_id = of-file\naws_secret_access_key = b\n", &runner)
              ->access_key_id == "of-file");
}

TEST_CASE("a profile that needs a service says what it needs and what to do") {
    for (const auto& [line, header] : {std::pair{"role_arn = arn:aws:iam::1:role/r", "role_credentials"},
                                       std::pair{"web_identity_token_file = /t", "role_credentials"},
                                       std::pair{"sso_session = s", "sso_credentials"},
                                       std::pair{"sso_start_url = https://x", "sso_credentials"},
                                       std::pair{"login_session = l", "login_credentials"}}) {
        INFO(line);
        const Error error = of_profile(std::string("[default]\n") + line + "\n").error();
        CHECK(error.code == "UnsupportedProfile");
        CHECK(error.message.starts_with("/h/.aws/config:2: for "));
        CHECK(error.message.find(std::string("include <belfry/") + header + ".hpp>") != std::string::npos);
    }
}

TEST_CASE("a web identity of the environment is an error in a program that does not support it") {
    ManualEnvironment environment;
    MemorySettings source({{"HOME", "/h"}, {"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}}, {});
    ScriptedTransport transport;
    DefaultCredentials credentials(settings_of(source), transport, environment);
    const Error error = credentials.credentials().error();
    CHECK(error.code == "UnsupportedProfile");
    CHECK(error.message.find("AWS_WEB_IDENTITY_TOKEN_FILE") != std::string::npos);
    CHECK(transport.requests.empty());
}

#if !defined(_WIN32)
TEST_CASE("the system runs programs and reads all that they print") {
    SystemProcessRunner runner;
    std::string output;
    CHECK(runner.run({"printf", "%s|%s", "a b", "$HOME"}, output));
    CHECK(output == "a b|$HOME");
    CHECK(runner.run({"head", "-c", "300000", "/dev/zero"}, output));
    CHECK(output.size() == 300'000);
    CHECK_FALSE(runner.run({"false"}, output));
    CHECK(output == "it exited with status 1");
    CHECK_FALSE(runner.run({"/no/such/program"}, output));
    CHECK(output.find("No such file") != std::string::npos);
    CHECK_FALSE(runner.run({"head", "-c", "3000000", "/dev/zero"}, output));
    CHECK(output.find("1 MiB") != std::string::npos);
    CHECK_FALSE(runner.run({"sh", "-c", "kill -9 $$"}, output));
    CHECK(output == "it was ended by signal 9");
}

TEST_CASE("a program whose exit status the system does not keep counts as failed") {
    // POSIX.1-2017, waitpid: with SIGCHLD ignored it fails with ECHILD.
    void (*const before)(int) = std::signal(SIGCHLD, SIG_IGN);
    SystemProcessRunner runner;
    std::string output;
    const bool succeeded = runner.run({"sh", "-c", "echo secret; exit 3"}, output);
    std::signal(SIGCHLD, before);
    CHECK_FALSE(succeeded);
    CHECK(output.starts_with("its exit status cannot be read: "));
    CHECK(output.find("secret") == std::string::npos);
}
#endif

TEST_CASE("the default credentials are those of the first source that is set up") {
    ManualEnvironment environment;
    FakeRunner runner;
    MemorySettings source({{"HOME", "/h"}},
                          {{"/h/.aws/credentials", "[default]\naws_access_key_id = of-default\n"
                                                   "aws_secret_access_key = b\n"
                                                   "[work]\naws_access_key_id = of-work\n"
                                                   "aws_secret_access_key = b\n[empty]\n"}});
    const auto id = [&](std::string profile, ScriptedTransport& transport) {
        DefaultCredentials credentials(settings_of(source, std::move(profile)), transport, environment,
                                       runner);
        Result<Credentials> result = credentials.credentials();
        return result ? result->access_key_id : result.error().message;
    };
    ScriptedTransport unused;
    CHECK(id({}, unused) == "of-default");
    CHECK(id("work", unused) == "of-work");
    source.variables.insert({{"AWS_ACCESS_KEY_ID", "of-environment"}, {"AWS_SECRET_ACCESS_KEY", "b"}});
    CHECK(id({}, unused) == "of-environment");
    // A profile that the program names turns the environment off, as in boto3.
    CHECK(id("work", unused) == "of-work");
    source.variables["AWS_PROFILE"] = "work";
    CHECK(id({}, unused) == "of-environment");
    source.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/a";
    ScriptedTransport container;
    container.respond(200, document);
    CHECK(id("empty", container) == "AKIDEXAMPLE");
    CHECK(unused.requests.empty());
}

TEST_CASE("a source that is set up and fails ends the search") {
    ManualEnvironment environment;
    MemorySettings source(
        {{"HOME", "/h"}, {"AWS_ACCESS_KEY_ID", "a"}},
        {{"/h/.aws/credentials", "[default]\naws_access_key_id = a\naws_secret_access_key = b\n"}});
    ScriptedTransport transport;
    DefaultCredentials credentials(settings_of(source), transport, environment);
    CHECK(credentials.credentials().error().code == "PartialCredentials");
}

TEST_CASE("without any credentials the error names each source and why it was passed over") {
    ManualEnvironment environment;
    MemorySettings source({{"HOME", "/h"}, {"AWS_EC2_METADATA_DISABLED", "true"}}, {});
    ScriptedTransport transport;
    DefaultCredentials credentials(settings_of(source), transport, environment);
    const Error error = credentials.credentials().error();
    CHECK(error.kind == ErrorKind::credentials);
    CHECK(
        error.message ==
        "no source has credentials; the environment: AWS_ACCESS_KEY_ID is not set; the profile: there is no "
        "profile 'default' in the shared files; the container: neither "
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "
        "nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set; the EC2 instance: AWS_EC2_METADATA_DISABLED is true");
    CHECK(transport.requests.empty());
}
