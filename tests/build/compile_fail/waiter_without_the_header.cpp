// SPDX-License-Identifier: Apache-2.0
// first: include <belfry/chime_sdk_voice/get_speaker_search_task\.hpp>
#include <belfry/chime_sdk_voice/client.hpp>
#if !defined(BELFRY_MUST_FAIL)
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#endif

void use(const belfry::chime_sdk_voice::Client& client) {
    static_cast<void>(client.poll_until_speaker_search_task_complete(
        {.voice_connector_id = "v", .speaker_search_task_id = "t"}));
}
