// SPDX-License-Identifier: Apache-2.0
// expect: transaction_id|TransactionId
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

namespace voice = belfry::chime_sdk_voice;

int use(voice::StartSpeakerSearchTaskRequest& request);

int start() {
    voice::StartSpeakerSearchTaskRequest request{
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
#if !defined(BELFRY_MUST_FAIL)
        .transaction_id = "transaction",
#endif
        .voice_profile_domain_id = "domain",
        .call_leg = voice::CallLegType::Caller,
    };
    return use(request);
}

// Setting members one after another always works.
int start_in_steps() {
    voice::StartSpeakerSearchTaskRequest request;
    request.voice_connector_id = "abcdef1ghij2klmno3pqr4";
    request.transaction_id = "transaction";
    return use(request);
}
