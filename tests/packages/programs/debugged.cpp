// SPDX-License-Identifier: Apache-2.0
// Values that debuggers print: check_debuggers.py stops in `stop_here` and looks at the variables of `main`.
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/core/document.hpp>
#include <belfry/golden_tower/types/slot.hpp>

#include <string>

namespace voice = belfry::chime_sdk_voice;

namespace {
int stops = 0;
}

[[gnu::noinline]] void stop_here(const void* value) {
    if (value != nullptr) ++stops;
}

int main() {
    voice::StartSpeakerSearchTaskRequest request{
        .voice_connector_id = "connector",
        .transaction_id = "transaction",
        .voice_profile_domain_id = "domain",
        .call_leg = voice::CallLegType::Callee,
    };
    voice::CallLegType unknown_leg{"Both"};
    voice::SpeakerSearchTask task;
    task.created_timestamp = belfry::Timestamp(1767323045, 500'000'000);
    task.speaker_search_details.emplace().results.emplace_back().confidence_score = 0.5F;
    belfry::Timestamp far_time(9'000'000'000'000);
    belfry::Duration duration = belfry::Duration::milliseconds(-1500);
    belfry::List<std::string> names{"a", "b"};
    belfry::List<std::string> absent_names;
    belfry::List<bool> flags{true, false};
    belfry::Map<std::string> colours{{"sky", "blue"}};
    belfry::Blob blob{"ab\n"};
    belfry::Document document{"[1]"};
    belfry::Optional<std::string> optional_text{"text"};
    belfry::Optional<std::string> absent_text;
    belfry::Box<std::string> box{std::string("boxed")};
    belfry::Result<voice::CallDetails> failed{belfry::Error{.kind = belfry::ErrorKind::service,
                                                            .code = "NotFoundException",
                                                            .message = "no such task",
                                                            .http_status = 404,
                                                            .request_id = "request-1",
                                                            .attempts = 3,
                                                            .retryable = true}};
    voice::CallDetails details;
    details.is_caller = true;
    belfry::Result<voice::CallDetails> succeeded{details};
    belfry::Headers headers{{"Host", "example"}, {"Authorization", "AWS4-HMAC-SHA256 secret"}};
    belfry::Credentials credentials{"AKIDTEST", "very-secret"};
    using belfry::golden_tower::Slot_2;
    Slot_2 chosen = Slot_2::from_union(Slot_2::from_slot("bell"));
    stop_here(&request);
    const void* const used[] = {&unknown_leg, &task,    &far_time,  &duration, &names,       &absent_names,
                                &flags,       &colours, &blob,      &document, &box,         &optional_text,
                                &absent_text, &failed,  &succeeded, &headers,  &credentials, &chosen};
    for (const void* value : used) stop_here(value);
    return stops == 19 ? 0 : 1;
}
