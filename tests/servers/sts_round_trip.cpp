// SPDX-License-Identifier: Apache-2.0
// AWS Security Token Service: awsQuery.
#include <belfry/sts/assume_role.hpp>
#include <belfry/sts/errors.hpp>
#include <belfry/sts/get_caller_identity.hpp>
#include <belfry/sts/get_session_token.hpp>

#include "servers/server_test.hpp"

namespace sts = belfry::sts;
using belfry_servers::require_value;

TEST_CASE("the caller's identity is returned and a role is assumed") {
    sts::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto self = client.get_caller_identity({});
    require_value(self);
    CHECK(self->account == "123456789012");
    CHECK(self->arn.value_or("").rfind("arn:aws:", 0) == 0);
    CHECK_FALSE(self.metadata().request_id.empty());

    const auto role = client.assume_role({.role_arn = "arn:aws:iam::123456789012:role/bell-ringer",
                                          .role_session_name = "sess+ion=1@x",
                                          .duration_seconds = 900,
                                          .tags = {{{.key = "a", .value = "b & c"}}}});
    require_value(role);
    REQUIRE(role->credentials.has_value());
    REQUIRE(role->credentials->session_token.has_value());
    REQUIRE(role->credentials->expiration.has_value());
    CHECK(role->credentials->expiration->seconds > 1'700'000'000);
    REQUIRE(role->assumed_role_user.has_value());
    CHECK(role->assumed_role_user->arn.value_or("").find("sess+ion=1@x") != std::string::npos);

    // The temporary credentials work.
    belfry::ClientConfig config = belfry_servers::config();
    config.credentials = belfry::Credentials{role->credentials->access_key_id.value_or(""),
                                             role->credentials->secret_access_key.value_or(""),
                                             *role->credentials->session_token};
    sts::Client lent{std::move(config), belfry_servers::transport()};
    const auto other = lent.get_caller_identity({});
    require_value(other);
    CHECK(other->arn.value_or("").find("assumed-role/bell-ringer") != std::string::npos);
}
