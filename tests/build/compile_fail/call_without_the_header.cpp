// SPDX-License-Identifier: Apache-2.0
// first: include <belfry/chime_sdk_voice/create_voice_profile_domain\.hpp>
// The method is declared here, its types are not defined.
#include <belfry/chime_sdk_voice/client.hpp>
#if !defined(BELFRY_MUST_FAIL)
#include <belfry/chime_sdk_voice/create_voice_profile_domain.hpp>
#endif

#if defined(BELFRY_MUST_FAIL)
bool create(const belfry::chime_sdk_voice::Client& client) {
    return client.create_voice_profile_domain({.name = "domain"}).has_value();
}
#else
bool create(const belfry::chime_sdk_voice::Client& client) {
    namespace voice = belfry::chime_sdk_voice;
    return client
        .create_voice_profile_domain(
            {.name = "domain",
             .server_side_encryption_configuration =
                 voice::ServerSideEncryptionConfiguration{.kms_key_arn = "arn:aws:kms:us-east-1:1:key/k"}})
        .has_value();
}
#endif
