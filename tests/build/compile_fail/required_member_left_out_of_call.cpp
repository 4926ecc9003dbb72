// SPDX-License-Identifier: Apache-2.0
// expect: speaker_search_task_id|SpeakerSearchTaskId
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>

namespace voice = belfry::chime_sdk_voice;

bool get(voice::Client& client) {
    auto got = client.get_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
#if !defined(BELFRY_MUST_FAIL)
        .speaker_search_task_id = "task",
#endif
    });
    return got.has_value();
}
