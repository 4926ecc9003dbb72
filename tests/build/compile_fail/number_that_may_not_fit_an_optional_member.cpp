// SPDX-License-Identifier: Apache-2.0
// first: the value may not fit the member: check it, and convert it with static_cast
// expect-gcc: In instantiation of .*Optional.*long unsigned int.*T = int
// expect-clang: max_results = size
#include <belfry/chime_sdk_voice/list_sip_media_applications.hpp>

#include <cstddef>
#include <cstdint>

namespace voice = belfry::chime_sdk_voice;

bool list(const voice::Client& client, std::size_t size) {
    const auto listed = client.list_sip_media_applications({
#if defined(BELFRY_MUST_FAIL)
        .max_results = size,
#else
        .max_results = static_cast<std::int32_t>(size),
#endif
    });
    return listed.has_value();
}
