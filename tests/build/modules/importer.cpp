// SPDX-License-Identifier: Apache-2.0
// Includes no header of Belfry.
#include <string>

import belfry.chime_sdk_voice;

namespace voice = belfry::chime_sdk_voice;

int main() {
    std::string path;
    auto transport = [&](const belfry::HttpRequest& request) {
        path = request.url;
        return belfry::HttpResponse{
            200,
            {},
            R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"task-1","SpeakerSearchTaskStatus":"SUCCEEDED"}})"};
    };
    const voice::Client client{
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDTEST", "secret"}}, transport};
    const auto started = client.start_speaker_search_task({
        .voice_connector_id = "connector",
        .transaction_id = "transaction",
        .voice_profile_domain_id = "domain",
        .call_leg = voice::CallLegType::Caller,
    });
    if (!started || started->speaker_search_task->speaker_search_task_id != "task-1") return 1;
    const belfry::Result<voice::GetSpeakerSearchTaskResponse> got =
        client.poll_until_speaker_search_task_complete(
            {.voice_connector_id = "connector", .speaker_search_task_id = "task-1"});
    if (!got ||
        got->speaker_search_task->speaker_search_task_status != voice::SpeakerSearchTaskStatus::SUCCEEDED)
        return 2;
    const auto request =
        belfry::encode(voice::operations::GetSpeakerSearchTask{},
                       {.voice_connector_id = "connector", .speaker_search_task_id = "task-2"});
    if (!request || request->url != "/voice-connectors/connector/speaker-search-tasks/task-2") return 3;
    return path.ends_with("/voice-connectors/connector/speaker-search-tasks/task-1") &&
                   voice::service.signing_name == "chime"
               ? 0
               : 4;
}
