// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include <string>

namespace voice = belfry::chime_sdk_voice;

/// Calls two operations, as a user's program does, on a transport that answers from memory. Returns an empty
/// string, or what was wrong. Every translation unit, program and shared object of these tests runs it.
inline std::string use_two_operations() {
    int calls = 0;
    std::string path;
    auto transport = [&](const belfry::HttpRequest& request) {
        ++calls;
        path = request.url;
        const bool start = request.method == "POST";
        return belfry::HttpResponse{
            start ? 201 : 200,
            {{"x-amzn-requestid", "request-1"}},
            start
                ? R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"task-1","SpeakerSearchTaskStatus":"IN_QUEUE"}})"
                : R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"SUCCEEDED","SpeakerSearchDetails":)"
                  R"({"Results":[{"ConfidenceScore":0.5,"VoiceProfileId":"profile-1"}]}}})"};
    };
    voice::Client client{{.region = "us-east-1", .credentials = belfry::Credentials{"AKIDTEST", "secret"}},
                         transport};
    auto started = client.start_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .transaction_id = "transaction",
        .voice_profile_domain_id = "domain",
        .call_leg = voice::CallLegType::Caller,
    });
    if (!started) return "start: " + started.error().message;
    if (started->speaker_search_task->speaker_search_task_id != "task-1") return "start: the wrong task";
    auto got = client.get_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .speaker_search_task_id = *started->speaker_search_task->speaker_search_task_id,
    });
    if (!got) return "get: " + got.error().message;
    if (got->speaker_search_task->speaker_search_details->results.size() != 1) return "get: no results";
    if (path.find("/voice-connectors/abcdef1ghij2klmno3pqr4/speaker-search-tasks/task-1") == path.npos)
        return "get: the wrong URL " + path;
    return calls == 2 ? "" : "the wrong number of calls";
}
