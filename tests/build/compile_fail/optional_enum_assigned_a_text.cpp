// SPDX-License-Identifier: Apache-2.0
// first: the member is an enum: write Type::Value, or Type\(text\) for a text
// expect: optional_enum_assigned_a_text.cpp:11
// errors: 1
#include <belfry/chime_sdk_voice/types/create_voice_connector_request.hpp>

namespace voice = belfry::chime_sdk_voice;

void set(voice::CreateVoiceConnectorRequest& input) {
#if defined(BELFRY_MUST_FAIL)
    input.aws_region = "us-east-1";
#else
    input.aws_region = voice::VoiceConnectorAwsRegion("us-east-1");
    input.aws_region = voice::VoiceConnectorAwsRegion::us_east_1;
    input.aws_region = {};
#endif
}
