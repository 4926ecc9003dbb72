// SPDX-License-Identifier: Apache-2.0
// first: include <belfry/chime_sdk_voice/list_voice_connectors\.hpp>
#include <belfry/chime_sdk_voice/client.hpp>
#if !defined(BELFRY_MUST_FAIL)
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>
#endif

void use(const belfry::chime_sdk_voice::Client& client) {
    static_cast<void>(client.paginate_list_voice_connectors({}));
}
