// SPDX-License-Identifier: Apache-2.0
// first: include <belfry/chime_sdk_voice/get_speaker_search_task\.hpp>
// The linker would say only that a function is missing.
#include <belfry/chime_sdk_voice/client.hpp>
#include <belfry/chime_sdk_voice/types/get_speaker_search_task_request.hpp>
#include <belfry/chime_sdk_voice/types/get_speaker_search_task_response.hpp>
#if !defined(BELFRY_MUST_FAIL)
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#endif

namespace voice = belfry::chime_sdk_voice;

bool get(const voice::Client& client, const voice::GetSpeakerSearchTaskRequest& input) {
    return client.get_speaker_search_task(input).has_value();
}
