// SPDX-License-Identifier: Apache-2.0
// The sample at the top of README.md: starts to look for the speaker of a call among the voice profiles of a
// domain, with the settings and credentials that the AWS CLI would use.
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/default_credentials.hpp>
#include <belfry/explain.hpp>
#include <belfry/settings.hpp>
#include <belfry/transport/curl.hpp>

#include <cstdio>
#include <utility>

namespace voice = belfry::chime_sdk_voice;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s\n", belfry::explain(error).c_str());
    return 1;
}

int main() {
    const auto settings = belfry::load_settings(); // environment variables, ~/.aws/config
    if (!settings) return fail(settings.error());
    auto config = settings->client_config(voice::service);
    if (!config) return fail(config.error());

    belfry::CurlTransport transport;
    belfry::DefaultCredentials credentials(*settings, transport); // environment, profile, container, EC2
    config->credentials = credentials;
    config->error_facts = belfry::keep_error_facts; // lets `explain` say more
    const voice::Client client(*std::move(config), transport);

    const auto started = client.start_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4", // required: without it, this does not compile
        .transaction_id = "3ea0ee0e-5c8f-4e0b-9d7e-2f6f3c1c7a10",
        .voice_profile_domain_id = "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
    });
    if (!started) return fail(started.error());
    if (const auto& task = started->speaker_search_task)
        std::printf("started the search %s\n", task->speaker_search_task_id.value_or("?").c_str());
}
