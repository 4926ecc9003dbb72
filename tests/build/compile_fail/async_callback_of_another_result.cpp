// SPDX-License-Identifier: Apache-2.0
// first: the callback does not take a belfry::Result<GetPhoneNumberResponse>, or
// The callback takes the result of another operation.
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_phone_number.hpp>
#include <belfry/chime_sdk_voice/get_phone_number_order.hpp>

#if defined(BELFRY_MUST_FAIL)
using Taken = belfry::chime_sdk_voice::GetPhoneNumberOrderResponse;
#else
using Taken = belfry::chime_sdk_voice::GetPhoneNumberResponse;
#endif

void use(const belfry::chime_sdk_voice::AsyncClient& voice) {
    voice.get_phone_number({.phone_number_id = "1"},
                           [](const belfry::Result<Taken>& result) { static_cast<void>(result); });
}
