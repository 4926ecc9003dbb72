// SPDX-License-Identifier: Apache-2.0
// How inputs are written and outputs are read: required members, members that may be absent, enums that may
// get new values, lists, times, and printing. A stand-in for the network prints what it gets.
//
// Prints:
//   {"TransactionId":"t-1","VoiceProfileDomainId":"d-1","ClientRequestToken":"search-1","CallLeg":"Caller"}
//   status: IN_REVIEW, which this program does not know
//   score 0.92 of ann
//   started on day 20424 since 1970
//   no message
//   SpeakerSearchTask{SpeakerSearchTaskStatus="IN_REVIEW", SpeakerSearchDetails=...}
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/chrono.hpp>
#include <belfry/print.hpp>

#include <chrono>
#include <cstdio>
#include <string>

namespace voice = belfry::chime_sdk_voice;

namespace {

belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    std::printf("%s\n", request.body.c_str());
    return {201, {}, R"({"SpeakerSearchTask": {
        "SpeakerSearchTaskStatus": "IN_REVIEW",
        "SpeakerSearchDetails": {"Results": [{"ConfidenceScore": 0.92, "VoiceProfileId": "ann"}]},
        "StartedTimestamp": "2025-12-02T09:30:00Z"}})"};
}

} // namespace

int main() {
    const voice::Client client(
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}}, answer);

    // Members have the order of the model. Without a required one this does not compile.
    voice::StartSpeakerSearchTaskRequest input{
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .transaction_id = "t-1",
        .voice_profile_domain_id = "d-1",
        .client_request_token = "search-1",
    };
    input.call_leg = voice::CallLegType::Caller; // a member can also be set later

    const auto started = client.start_speaker_search_task(input);
    if (!started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    // A structure that the response does not have is an empty optional.
    if (!started->speaker_search_task) return 1;
    const voice::SpeakerSearchTask& task = *started->speaker_search_task;

    if (task.speaker_search_task_status && !task.speaker_search_task_status->is_known())
        std::printf("status: %s, which this program does not know\n",
                    std::string(task.speaker_search_task_status->to_string()).c_str());
    if (task.speaker_search_details) {
        for (const auto& match : task.speaker_search_details->results)
            std::printf("score %.2f of %s\n", match.confidence_score.value_or(0.0F),
                        match.voice_profile_id.value_or("?").c_str());
    }
    if (task.started_timestamp) {
        const auto since_1970 = belfry::to_time_point(*task.started_timestamp).time_since_epoch();
        const auto days = std::chrono::duration_cast<std::chrono::hours>(since_1970).count() / 24;
        std::printf("started on day %lld since 1970\n", static_cast<long long>(days));
    }
    std::puts(task.status_message.value_or("no message").c_str());
    std::puts(belfry::to_string(task).c_str()); // for logs: without sensitive values
}
