// SPDX-License-Identifier: Apache-2.0
// first: include <belfry/chime_sdk_voice/delete_phone_number\.hpp>
#include <belfry/chime_sdk_voice/async.hpp>
#if !defined(BELFRY_MUST_FAIL)
#include <belfry/chime_sdk_voice/delete_phone_number.hpp>
#endif

void use(const belfry::chime_sdk_voice::AsyncClient& voice) {
    voice.delete_phone_number({.phone_number_id = "1"},
                              [](const auto& result) { static_cast<void>(result); });
}
