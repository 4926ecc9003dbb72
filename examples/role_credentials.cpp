// SPDX-License-Identifier: Apache-2.0
// Credentials of a role that a profile assumes. A callable plays AWS STS and the service, so that the program
// prints the same on each machine.
//
// Prints:
//   AssumeRole, signed by AKIDEXAMPLE
//   signed by ASIAEXAMPLE
//   signed by ASIAEXAMPLE
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/default_credentials.hpp>
#include <belfry/role_credentials.hpp>

#include <cstdio>
#include <optional>
#include <string>

namespace voice = belfry::chime_sdk_voice;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

/// The file ~/.aws/config.
class Home final : public belfry::SettingsSource {
  public:
    std::optional<std::string> variable(const char* name) override {
        if (name == std::string("HOME")) return "/home/me";
        return std::nullopt;
    }
    belfry::FileStatus read_file(const std::string& path, std::string& text) override {
        if (path != "/home/me/.aws/config") return belfry::FileStatus::missing;
        text = "[default]\n"
               "region = us-east-1\n"
               "role_arn = arn:aws:iam::123456789012:role/ringer\n"
               "source_profile = base\n"
               "[profile base]\n"
               "aws_access_key_id = AKIDEXAMPLE\n"
               "aws_secret_access_key = secret\n";
        return belfry::FileStatus::read;
    }
};

/// AWS STS, and the service.
belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    const std::string signature(*request.headers.find("Authorization"));
    const std::size_t at = signature.find("Credential=") + 11;
    const std::string key = signature.substr(at, signature.find('/', at) - at);
    if (request.url != "https://sts.us-east-1.amazonaws.com/") {
        std::printf("signed by %s\n", key.c_str());
        return {200, {}, "{}"};
    }
    std::printf("AssumeRole, signed by %s\n", key.c_str());
    return {200,
            {},
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>"
            "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
            "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></"
            "AssumeRoleResponse>"};
}

int main() {
    Home home; // a program on a real machine leaves `source` out
    const auto settings = belfry::load_settings({.source = &home});
    if (!settings) return fail(settings.error());
    auto config = settings->client_config(voice::service);
    if (!config) return fail(config.error());

    const belfry::TransportHandle server(answer);
    belfry::Transport& transport = server.get();
    belfry::DefaultCredentials credentials(*settings, transport, {.extension = belfry::role_credentials});
    config->credentials = credentials;

    const voice::Client client(*std::move(config), transport);
    for (int i = 0; i < 2; ++i) {
        const auto task = client.get_speaker_search_task({
            .voice_connector_id = "abcdef1ghij2klmno3pqr4",
            .speaker_search_task_id = "a-task",
        });
        if (!task) return fail(task.error());
    }
}
