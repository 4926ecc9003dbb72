// SPDX-License-Identifier: Apache-2.0
#include <belfry/endpoint/partitions.hpp>
#include <belfry/endpoint/region.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>

namespace {
std::string partition_of(std::string_view region, const belfry::Partitions& all = belfry::aws_partitions) {
    return belfry::detail::find_partition(all, region.data(), region.size())->name;
}
} // namespace

TEST_CASE("a listed region has the partition that lists it") {
    CHECK(partition_of("us-east-1") == "aws");
    CHECK(partition_of("us-west-2") == "aws");
    CHECK(partition_of("aws-global") == "aws");
    CHECK(partition_of("cn-northwest-1") == "aws-cn");
    CHECK(partition_of("us-gov-west-1") == "aws-us-gov");
    CHECK(partition_of("aws-iso-f-global") == "aws-iso-f");
    CHECK(partition_of("eusc-de-east-1") == "aws-eusc");
}

TEST_CASE("an unlisted region has the partition whose pattern it matches") {
    CHECK(partition_of("us-moon-12") == "aws");
    CHECK(partition_of("mx-x_Y9-1") == "aws");
    CHECK(partition_of("cn-moon-1") == "aws-cn");
    CHECK(partition_of("us-gov-moon-1") == "aws-us-gov");
    CHECK(partition_of("us-iso-moon-1") == "aws-iso");
    CHECK(partition_of("us-isob-moon-1") == "aws-iso-b");
    CHECK(partition_of("eu-isoe-moon-1") == "aws-iso-e");
    CHECK(partition_of("eusc-de-moon-1") == "aws-eusc");
}

TEST_CASE("a region that matches no pattern has the first partition") {
    for (const std::string_view region :
         {"", " ", "-", "-1", "--1", "cn", "cn-", "cn-north", "cn-north-", "cn--1", "cn-north-1-",
          "cn-north-1 ", "xcn-moon-1", "cn-moon-1x", "cn-a.b-1", "us-gov-", "\xff\xff-1", "eusc-fr-east-1"})
        CHECK(partition_of(region) == "aws");
    CHECK(partition_of(std::string_view("cn-north-1\0", 11)) == "aws");
    CHECK(partition_of(std::string(100000, '1')) == "aws");
}

TEST_CASE("a region's own outputs replace its partition's") {
    const belfry::Partition rows[] = {
        {"aws", "all.test", "dual.test", "us-east-1", true, true, "us-east-1 us-east-2", "us-"},
        {"aws", "one.test", "dual.test", "us-east-1", false, true, "us-west-1", ""},
    };
    const belfry::Partitions all{.first = rows, .count = 2};
    CHECK(belfry::detail::find_partition(all, "us-west-1", 9) == rows + 1);
    CHECK(belfry::detail::find_partition(all, "us-west-2", 9) == rows);
    CHECK(belfry::detail::find_partition(all, "us-east-2", 9) == rows);
}

TEST_CASE("a client's region must be a host label and not a number") {
    for (const std::string_view region : {"us-east-1", "x", "1a", "A-b", "local"})
        CHECK(belfry::is_valid_region(region));
    CHECK(belfry::is_valid_region(std::string(63, 'a')));
    CHECK_FALSE(belfry::is_valid_region(std::string(64, 'a')));
    for (const std::string_view region :
         {"", "1", "123", "-a", "a-", "a.b", "a b", "a/b", "a@b", "us-east-1\n", "\xc3\xa4", "a_b", "a:1"})
        CHECK_FALSE(belfry::is_valid_region(region));
}
