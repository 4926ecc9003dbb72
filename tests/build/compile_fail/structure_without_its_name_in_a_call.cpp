// SPDX-License-Identifier: Apache-2.0
// first: \.server_side_encryption_configuration = ServerSideEncryptionConfiguration\{\.\.\.\}
#include <belfry/chime_sdk_voice/create_voice_profile_domain.hpp>

namespace voice = belfry::chime_sdk_voice;
#if defined(BELFRY_MUST_FAIL)
#define NAME
#else
#define NAME voice::ServerSideEncryptionConfiguration
#endif

bool create(const voice::Client& client) {
    const auto created = client.create_voice_profile_domain(
        {.name = "domain",
         .server_side_encryption_configuration = NAME{.kms_key_arn = "arn:aws:kms:us-east-1:1:key/k"},
         .tags = {{.key = "elements of lists", .value = "need no name"}}});
    return created.has_value();
}
