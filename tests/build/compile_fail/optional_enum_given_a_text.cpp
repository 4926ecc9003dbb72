// SPDX-License-Identifier: Apache-2.0
// first: the member is an enum: write Type::Value, or Type\(text\) for a text
// expect-gcc: In instantiation of .*Optional.*VoiceConnectorAwsRegion
// expect-clang: aws_region = "us-east-1"
#include <belfry/chime_sdk_voice/create_voice_connector.hpp>

namespace voice = belfry::chime_sdk_voice;

bool create(const voice::Client& client) {
    const auto created = client.create_voice_connector({
        .name = "connector",
#if defined(BELFRY_MUST_FAIL)
        .aws_region = "us-east-1",
#else
        .aws_region = voice::VoiceConnectorAwsRegion("us-east-1"),
#endif
        .require_encryption = true,
    });
    return created.has_value();
}
