// SPDX-License-Identifier: Apache-2.0
#if defined(AMALGAMATED)
#include "voice.hpp"
#else
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#endif

#include <string>

std::string task_of_another_file();
std::string task_of_another_file() {
    belfry::chime_sdk_voice::Client client{
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDTEST", "secret"}},
        [](const belfry::HttpRequest&) {
            return belfry::HttpResponse{200, {}, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"task-1"}})"};
        }};
    const auto got = client.get_speaker_search_task(
        {.voice_connector_id = "abcdef1ghij2klmno3pqr4", .speaker_search_task_id = "task-1"});
    return got ? *got->speaker_search_task->speaker_search_task_id : "";
}
