// SPDX-License-Identifier: Apache-2.0
// first-gcc: Required<.*ServerSideEncryptionConfiguration.*server_side_encryption_configuration>
// first-clang: Required<.*ServerSideEncryptionConfiguration|server_side_encryption_configuration
#include <belfry/chime_sdk_voice/create_voice_profile_domain.hpp>

namespace voice = belfry::chime_sdk_voice;
#if defined(BELFRY_MUST_FAIL)
#define NAME
#else
#define NAME voice::ServerSideEncryptionConfiguration
#endif

voice::CreateVoiceProfileDomainRequest request() {
    return voice::CreateVoiceProfileDomainRequest{.name = "domain",
                                                  .server_side_encryption_configuration =
                                                      NAME{.kms_key_arn = "arn:aws:kms:us-east-1:1:key/k"}};
}
