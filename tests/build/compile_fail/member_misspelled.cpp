// SPDX-License-Identifier: Apache-2.0
// first: max_result\b
// The advice of member_misspelled_in_a_call.cpp leads here.
#include <belfry/chime_sdk_voice/list_sip_media_applications.hpp>

namespace voice = belfry::chime_sdk_voice;

bool list(const voice::Client& client) {
    const auto listed = client.list_sip_media_applications(voice::ListSipMediaApplicationsRequest{
#if defined(BELFRY_MUST_FAIL)
        .max_result = 5,
#else
        .max_results = 5,
#endif
    });
    return listed.has_value();
}
