// SPDX-License-Identifier: Apache-2.0
// Credentials from where the AWS CLI finds them: environment, profile, container or EC2 instance. A callable
// plays the server of a container, so that the program prints the same on each machine.
//
// Prints:
//   credentials from http://169.254.170.2/v2/credentials
//   signed by AKIDEXAMPLE
//   signed by AKIDEXAMPLE
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/default_credentials.hpp>

#include <cstdio>
#include <string>

namespace voice = belfry::chime_sdk_voice;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

/// Environment variables of a container, and no files.
class Container final : public belfry::SettingsSource {
  public:
    std::optional<std::string> variable(const char* name) override {
        if (name == std::string("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) return "/v2/credentials";
        if (name == std::string("AWS_REGION")) return "us-east-1";
        return std::nullopt;
    }
    belfry::FileStatus read_file(const std::string&, std::string&) override {
        return belfry::FileStatus::missing;
    }
};

/// The container's server of credentials, and the service.
belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    if (request.url.starts_with("http://169.254.170.2/")) {
        std::printf("credentials from %s\n", request.url.c_str());
        return {200, {}, R"({"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"secret","Token":"token"})"};
    }
    const std::string signature(*request.headers.find("Authorization"));
    const std::size_t key = signature.find("Credential=") + 11;
    std::printf("signed by %s\n", signature.substr(key, signature.find('/', key) - key).c_str());
    return {200, {}, "{}"};
}

int main() {
    Container container; // a program on a real machine leaves `source` out
    const auto settings = belfry::load_settings({.source = &container});
    if (!settings) return fail(settings.error());
    auto config = settings->client_config(voice::service);
    if (!config) return fail(config.error());

    const belfry::TransportHandle server(answer);
    belfry::Transport& transport = server.get();
    belfry::DefaultCredentials credentials(*settings, transport);
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
