// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include <span>
#include <string_view>
#include <utility>

/// A start_speaker_search_task on a transport that answers at once.
namespace canned {

namespace voice = belfry::chime_sdk_voice;

inline constexpr std::string_view answer =
    R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",)"
    R"("SpeakerSearchTaskStatus":"IN_QUEUE","CallDetails":{"VoiceConnectorId":"abcdef1ghij2klmno3pqr4",)"
    R"("TransactionId":"3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f","IsCaller":true},"SpeakerSearchDetails":null,)"
    R"("CreatedTimestamp":"2024-03-01T12:00:00.000Z","UpdatedTimestamp":"2024-03-01T12:00:00.000Z",)"
    R"("StartedTimestamp":null,"StatusMessage":null}})";

inline belfry::TransportResult send(const belfry::HttpRequest&, belfry::ResponseSink& sink) {
    belfry::Headers headers;
    headers.append("Content-Type", "application/json");
    headers.append("x-amzn-RequestId", "b25f48e8-84fd-11e6-80d9-574e0c4664cb");
    sink.on_head(201, std::move(headers));
    sink.on_body(std::as_bytes(std::span(answer)));
    return {};
}

[[nodiscard]] inline voice::Client client() {
    return {{.region = "us-east-1",
             .credentials = belfry::Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY"}},
            send};
}

[[nodiscard]] inline belfry::Result<voice::StartSpeakerSearchTaskResponse> call(const voice::Client& client) {
    return client.start_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .transaction_id = "3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f",
        .voice_profile_domain_id = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        .call_leg = voice::CallLegType::Caller,
    });
}

} // namespace canned
