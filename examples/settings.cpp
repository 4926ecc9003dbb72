// SPDX-License-Identifier: Apache-2.0
// Settings of the profile and the environment, as the AWS CLI reads them. The overrides make the program
// print the same on each machine; it sends no request.
//
// Prints:
//   region eu-west-1, set by the program
//   GET http://localhost:4566/voice-connectors/abcdef1ghij2klmno3pqr4/speaker-search-tasks/a-task
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/settings.hpp>

#include <cstdio>

namespace voice = belfry::chime_sdk_voice;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

int main() {
    const auto settings = belfry::load_settings({
        .overrides = {{"region", "eu-west-1"}, {"endpoint_url", "http://localhost:4566"}},
    });
    if (!settings) return fail(settings.error());
    const auto region = settings->find("region");
    std::printf("region %s, set by %s\n", region->value.c_str(), belfry::describe_origin(*region).c_str());

    auto config = settings->client_config(voice::service);
    if (!config) return fail(config.error());
    config->credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"};
    const voice::Client client(*std::move(config), [](const belfry::HttpRequest& request) {
        std::printf("%s %s\n", request.method.c_str(), request.url.c_str());
        return belfry::HttpResponse{200, {}, "{}"};
    });
    const auto task = client.get_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .speaker_search_task_id = "a-task",
    });
    return task ? 0 : fail(task.error());
}
