// SPDX-License-Identifier: Apache-2.0
// first: the member is an enum: write Type::Value, or Type\(text\) for a text
// expect-gcc: In instantiation of .*Required.*PhoneNumberProductType.*required::product_type
// expect-clang: product_type = "VoiceConnector"
#include <belfry/chime_sdk_voice/list_supported_phone_number_countries.hpp>

namespace voice = belfry::chime_sdk_voice;

bool list(const voice::Client& client) {
    const auto listed = client.list_supported_phone_number_countries({
#if defined(BELFRY_MUST_FAIL)
        .product_type = "VoiceConnector",
#else
        .product_type = voice::PhoneNumberProductType::VoiceConnector,
#endif
    });
    return listed.has_value();
}
