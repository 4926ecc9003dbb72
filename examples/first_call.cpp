// SPDX-License-Identifier: Apache-2.0
// The sample at the top of README.md: looks for the speaker of a call among the voice profiles of a domain.
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/transport/curl.hpp>

#include <cstdio>
#include <string>

namespace voice = belfry::chime_sdk_voice;

int fail(const std::string& code, const std::string& message) {
    std::fprintf(stderr, "%s: %s\n", code.c_str(), message.c_str());
    return 1;
}

int main() {
    belfry::CurlTransport transport;
    const voice::Client client({.region = "us-east-1", .credentials = belfry::credentials_from_environment()},
                               transport);

    const auto started = client.start_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4", // required: without it, this does not compile
        .transaction_id = "3ea0ee0e-5c8f-4e0b-9d7e-2f6f3c1c7a10",
        .voice_profile_domain_id = "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
    });
    if (!started) return fail(started.error().code, started.error().message);
    const auto& task = started->speaker_search_task;
    if (!task || !task->speaker_search_task_id) return fail("NoTask", "the response names no task");

    const auto done = client.poll_until_speaker_search_task_complete({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .speaker_search_task_id = *task->speaker_search_task_id,
    });
    if (!done) return fail(done.error().code, done.error().message);
    const auto& details = done->speaker_search_task->speaker_search_details;
    if (!details || details->results.empty()) return fail("NoMatch", "no voice profile matches");
    for (const auto& match : details->results)
        std::printf("%s %.2f\n", match.voice_profile_id.value_or("?").c_str(),
                    match.confidence_score.value_or(0));
}
