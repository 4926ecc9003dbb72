// SPDX-License-Identifier: Apache-2.0
// expect: a handler takes neither an error of the operation nor belfry::Error
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/visit_error.hpp>

namespace voice = belfry::chime_sdk_voice;

bool handle(const belfry::Error& error) {
#if defined(BELFRY_MUST_FAIL)
    using Exception = voice::ResourceLimitExceededException;
#else
    using Exception = voice::NotFoundException;
#endif
    return belfry::visit_error(voice::operations::GetSpeakerSearchTask{}, error, [](const Exception&) {});
}
