// SPDX-License-Identifier: Apache-2.0
#include "calls.hpp"

#include <belfry/chime_sdk_voice/create_voice_connector.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/explain.hpp>

#include <utility>

namespace soak {
namespace {

namespace voice = belfry::chime_sdk_voice;
using belfry::Result;

std::string number_in(const voice::CreateVoiceConnectorResponse& output) {
    return output.voice_connector ? output.voice_connector->voice_connector_id.value_or("") : "";
}
template <class Output> std::string number_in(const Output& output) {
    return output.speaker_search_task ? output.speaker_search_task->speaker_search_task_id.value_or("") : "";
}
template <class Output> Outcome outcome_of(const Result<Output>& result) {
    Outcome outcome;
    outcome.succeeded = result.has_value();
    outcome.attempts = result.metadata().attempts;
    if (result)
        outcome.number = number_in(*result);
    else
        outcome.error = result.error();
    return outcome;
}

voice::StartSpeakerSearchTaskRequest start_input(std::uint32_t number) {
    return {.voice_connector_id = text_of(number),
            .transaction_id = "transaction",
            .voice_profile_domain_id = "domain"};
}
void limit_attempts(belfry::CallOptions& options, Kind kind) {
    if (options.max_attempts == 0) options.max_attempts = attempts_of(kind);
}

} // namespace

voice::GetSpeakerSearchTaskRequest get_input(std::uint32_t number) {
    return {.voice_connector_id = "vc", .speaker_search_task_id = text_of(number)};
}
voice::CreateVoiceConnectorRequest create_input(std::uint32_t number) {
    return {.name = text_of(number), .require_encryption = true};
}

Outcome call(const voice::Client& client, std::uint32_t number, belfry::CallOptions options) {
    const Kind kind = kind_of(number);
    limit_attempts(options, kind);
    switch (kind) {
    case Kind::get: return outcome_of(client.get_speaker_search_task(get_input(number), options));
    case Kind::start: return outcome_of(client.start_speaker_search_task(start_input(number), options));
    case Kind::create: break;
    }
    return outcome_of(client.create_voice_connector(create_input(number), options));
}

void start(const belfry::AsyncCaller& caller, std::uint32_t number, belfry::CallOptions options,
           std::function<void(const Outcome&)> done) {
    const Kind kind = kind_of(number);
    limit_attempts(options, kind);
    const auto then = [done = std::move(done)](const auto& result) { done(outcome_of(result)); };
    // The calls go on without their handles.
    belfry::AsyncCall handle;
    switch (kind) {
    case Kind::get:
        return caller.start(handle, voice::operations::GetSpeakerSearchTask{}, get_input(number), options,
                            then);
    case Kind::start:
        return caller.start(handle, voice::operations::StartSpeakerSearchTask{}, start_input(number), options,
                            then);
    case Kind::create: break;
    }
    caller.start(handle, voice::operations::CreateVoiceConnector{}, create_input(number), options, then);
}

belfry::ClientConfig config_for(const std::string& endpoint) {
    belfry::ClientConfig config{.region = "us-east-1",
                                .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                                .endpoint = endpoint};
    config.retry.base_delay = belfry::Duration::milliseconds(2);
    config.retry.throttling_base_delay = belfry::Duration::milliseconds(4);
    config.error_facts = belfry::keep_error_facts;
    return config;
}

} // namespace soak
