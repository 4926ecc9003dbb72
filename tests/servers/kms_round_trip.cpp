// SPDX-License-Identifier: Apache-2.0
// AWS Key Management Service: awsJson1_1.
#include <belfry/kms/create_key.hpp>
#include <belfry/kms/decrypt.hpp>
#include <belfry/kms/describe_key.hpp>
#include <belfry/kms/encrypt.hpp>
#include <belfry/kms/errors.hpp>
#include <belfry/kms/generate_data_key.hpp>
#include <belfry/kms/list_keys.hpp>

#include "servers/server_test.hpp"

#include <string>

namespace kms = belfry::kms;
using belfry_servers::require_value;

TEST_CASE("bytes are encrypted and decrypted") {
    kms::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto created = client.create_key({.description = "bell",
                                            .key_usage = kms::KeyUsageType::ENCRYPT_DECRYPT,
                                            .tags = {{{.tag_key = "a", .tag_value = "b"}}}});
    require_value(created);
    REQUIRE(created->key_metadata.has_value());
    const std::string id = created->key_metadata->key_id.value_or("");
    CHECK(created->key_metadata->enabled == true);
    CHECK(created->key_metadata->key_usage == kms::KeyUsageType::ENCRYPT_DECRYPT);
    REQUIRE(created->key_metadata->creation_date.has_value());
    CHECK(created->key_metadata->creation_date->seconds > 1'700'000'000);

    std::string secret;
    for (int i = 0; i < 256; ++i) secret += static_cast<char>(i);
    const auto sealed = client.encrypt(
        {.key_id = id, .plaintext = belfry::Blob(secret), .encryption_context = {{"tower", "north"}}});
    require_value(sealed);
    REQUIRE(sealed->ciphertext_blob.has_value());
    CHECK(sealed->ciphertext_blob->view() != secret);

    const auto opened = client.decrypt(
        {.ciphertext_blob = sealed->ciphertext_blob, .encryption_context = {{"tower", "north"}}});
    require_value(opened);
    CHECK(opened->plaintext->view() == secret);

    const auto wrong = client.decrypt(
        {.ciphertext_blob = sealed->ciphertext_blob, .encryption_context = {{"tower", "south"}}});
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().as<kms::InvalidCiphertextException>().has_value());

    const auto data_key = client.generate_data_key({.key_id = id, .number_of_bytes = 32});
    require_value(data_key);
    CHECK(data_key->plaintext->size() == 32);

    bool listed = false;
    for (auto& page : client.paginate_list_keys({.limit = 1})) {
        require_value(page);
        for (const auto& entry : page->keys) listed = listed || entry.key_id == id;
    }
    CHECK(listed);

    const auto missing = client.describe_key({.key_id = "12345678-1234-1234-1234-123456789012"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().as<kms::NotFoundException>().has_value());
}
