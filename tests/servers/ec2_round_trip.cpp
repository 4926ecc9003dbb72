// SPDX-License-Identifier: Apache-2.0
// Amazon EC2: ec2Query.
#include <belfry/ec2/create_tags.hpp>
#include <belfry/ec2/describe_images.hpp>
#include <belfry/ec2/describe_instances.hpp>
#include <belfry/ec2/describe_regions.hpp>
#include <belfry/ec2/errors.hpp>
#include <belfry/ec2/run_instances.hpp>
#include <belfry/ec2/terminate_instances.hpp>

#include "servers/server_test.hpp"

#include <string>

namespace ec2 = belfry::ec2;
using belfry_servers::require_value;

TEST_CASE("instances are started, found by filters and terminated") {
    ec2::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto regions = client.describe_regions({});
    require_value(regions);
    CHECK(regions->regions.size() > 10);

    const auto images = client.describe_images({.owners = {"amazon"}});
    require_value(images);
    REQUIRE_FALSE(images->images.empty());
    const std::string image = images->images[0].image_id.value_or("");

    ec2::RunInstancesRequest input{.max_count = 3, .min_count = 3};
    input.image_id = image;
    input.instance_type = ec2::InstanceType::t3_micro;
    input.tag_specifications = {{.resource_type = ec2::ResourceType::instance,
                                 .tags = {{{.key = "Name", .value = "bell & <tower>"}}}}};
    const auto started = client.run_instances(input);
    require_value(started);
    REQUIRE(started->instances.size() == 3);
    belfry::List<std::string> ids;
    for (const auto& instance : started->instances) {
        CHECK(instance.instance_type == ec2::InstanceType::t3_micro);
        REQUIRE(instance.launch_time.has_value());
        CHECK(instance.launch_time->seconds > 1'700'000'000);
        ids.push_back(instance.instance_id.value_or(""));
    }
    const auto running = client.poll_until_instance_running(
        {.instance_ids = ids}, {.min_delay = belfry::Duration::milliseconds(50)});
    require_value(running);

    require_value(client.create_tags({.resources = {ids[0]}, .tags = {{{.key = "first", .value = "yes"}}}}));
    const auto found =
        client.describe_instances({.filters = {{{.name = "tag:first", .values = {"yes"}},
                                                {.name = "instance-state-name", .values = {"running"}}}}});
    require_value(found);
    REQUIRE(found->reservations.size() == 1);
    REQUIRE(found->reservations[0].instances.size() == 1);
    const ec2::Instance& instance = found->reservations[0].instances[0];
    CHECK(instance.instance_id == ids[0]);
    REQUIRE(instance.state.has_value());
    CHECK(instance.state->name == ec2::InstanceStateName::running);
    CHECK(instance.state->code == 16);
    bool named = false;
    for (const auto& tag : instance.tags)
        named = named || (tag.key == "Name" && tag.value == "bell & <tower>");
    CHECK(named);

    const auto ended = client.terminate_instances({.instance_ids = ids});
    require_value(ended);
    CHECK(ended->terminating_instances.size() == 3);

    const auto missing = client.describe_instances({.instance_ids = {"i-0123456789abcdef0"}});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == "InvalidInstanceID.NotFound");
    CHECK(missing.error().http_status == 400);
    CHECK_FALSE(missing.error().request_id.empty());
}
