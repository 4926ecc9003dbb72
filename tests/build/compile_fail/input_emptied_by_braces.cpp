// SPDX-License-Identifier: Apache-2.0
// first: required::aws_region
// first: private
// first-gcc: to empty an input, write: input = Owner\(\)
// expect-clang: to empty an input, write: input = Owner\(\)
#include <belfry/chime_sdk_voice/create_sip_media_application.hpp>

namespace voice = belfry::chime_sdk_voice;

// Braces without a required member do not compile; an input without members is written with its name.
void empty(voice::CreateSipMediaApplicationRequest& batch) {
#if defined(BELFRY_MUST_FAIL)
    batch = {};
#else
    batch = voice::CreateSipMediaApplicationRequest();
    batch.endpoints = {};
    batch.tags = {};
#endif
}
