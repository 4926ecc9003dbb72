// SPDX-License-Identifier: Apache-2.0
// first: include <belfry/chime_sdk_voice/async\.hpp>
#include <belfry/async_transport.hpp>
#include <belfry/chime_sdk_voice/client.hpp>
#if !defined(BELFRY_MUST_FAIL)
#include <belfry/chime_sdk_voice/async.hpp>
#endif

void use(const belfry::chime_sdk_voice::Client& client, belfry::AsyncTransport& transport,
         belfry::AsyncTimer& timer) {
    static_cast<void>(client.async(transport, timer));
}
