// SPDX-License-Identifier: Apache-2.0
#include <string>

import voice;

int main() {
    std::string path;
    auto transport = [&](const voice::HttpRequest& request) {
        path = request.url;
        return voice::HttpResponse{201, {}, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"task-1"}})"};
    };
    voice::Client client{{.region = "us-east-1", .credentials = voice::Credentials{"AKIDTEST", "secret"}},
                         transport};
    const auto started = client.start_speaker_search_task({
        .voice_connector_id = "connector",
        .transaction_id = "transaction",
        .voice_profile_domain_id = "domain",
        .call_leg = voice::CallLegType::Caller,
    });
    if (!started || started->speaker_search_task->speaker_search_task_id != "task-1") return 1;
    return path.find("/voice-connectors/connector/speaker-search-tasks") == std::string::npos ? 2 : 0;
}
