// SPDX-License-Identifier: Apache-2.0
// AWS Identity and Access Management: awsQuery, with one endpoint for all regions.
#include <belfry/iam/create_access_key.hpp>
#include <belfry/iam/create_user.hpp>
#include <belfry/iam/delete_user.hpp>
#include <belfry/iam/errors.hpp>
#include <belfry/iam/get_user.hpp>
#include <belfry/iam/list_user_tags.hpp>
#include <belfry/iam/list_users.hpp>
#include <belfry/iam/tag_user.hpp>

#include "servers/server_test.hpp"

#include <string>

namespace iam = belfry::iam;
using belfry_servers::require_value;

TEST_CASE("users are created, tagged, listed by pages and deleted") {
    iam::Client client{belfry_servers::config(), belfry_servers::transport()};
    for (int i = 0; i < 11; ++i) {
        const auto created = client.create_user({.path = "/tower/north/",
                                                 .user_name = "ringer-" + std::to_string(i),
                                                 .tags = {{{.key = "nr", .value = std::to_string(i)}}}});
        require_value(created);
        REQUIRE(created->user.has_value());
        CHECK(created->user->path == "/tower/north/");
        REQUIRE(created->user->create_date.has_value());
        CHECK(created->user->create_date->seconds > 1'700'000'000);
    }
    require_value(
        client.tag_user({.user_name = "ringer-3", .tags = {{{.key = "a=b&c", .value = "\u00e9 +%"}}}}));
    const auto tags = client.list_user_tags({.user_name = "ringer-3"});
    require_value(tags);
    REQUIRE(tags->tags.size() == 2);
    bool found = false;
    for (const auto& tag : tags->tags) found = found || (tag.key == "a=b&c" && tag.value == "\u00e9 +%");
    CHECK(found);

    int listed = 0;
    for (auto& page : client.paginate_list_users({.path_prefix = "/tower/", .max_items = 4})) {
        require_value(page);
        listed += static_cast<int>(page->users.size());
    }
    CHECK(listed == 11);

    const auto key = client.create_access_key({.user_name = "ringer-3"});
    require_value(key);
    CHECK_FALSE(key->access_key->secret_access_key.value_or("").empty());

    const auto twice = client.create_user({.user_name = "ringer-3"});
    REQUIRE_FALSE(twice.has_value());
    CHECK(twice.error().code == "EntityAlreadyExists");
    CHECK(twice.error().as<iam::EntityAlreadyExistsException>().has_value());
    const auto missing = client.get_user({.user_name = "nobody"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().http_status == 404);
    CHECK(missing.error().code == "NoSuchEntity");
    CHECK(missing.error().as<iam::NoSuchEntityException>().has_value());
    CHECK_FALSE(missing.error().message.empty());
    CHECK_FALSE(missing.error().request_id.empty());
    require_value(client.delete_user({.user_name = "ringer-5"}));
}
