// SPDX-License-Identifier: Apache-2.0
#include <belfry/copy_source.hpp>

#include "support/catch.hpp"

#include <string_view>

using belfry::copy_source;

namespace {

/// The parts, and what botocore 1.44.5 makes of them (`botocore.handlers._quote_source_header_from_dict`).
struct Case {
    std::string_view bucket;
    std::string_view key;
    std::string_view version;
    std::string_view expected;
};
constexpr Case cases[] = {
    {"bells", "tower/bell.txt", "", "bells/tower/bell.txt"},
    {"bells", "a b+c%20?x=1&y#z", "", "bells/a%20b%2Bc%2520%3Fx%3D1%26y%23z"},
    {"bells", "\xc3\xbc/\xe2\x98\x83/~-._", "L4kqtJlcpXroDTDmpUMLUo",
     "bells/%C3%BC/%E2%98%83/~-._?versionId=L4kqtJlcpXroDTDmpUMLUo"},
    {"bells", "/lead//dou'ble/", "", "bells//lead//dou%27ble/"},
    {"bells", "..", "null", "bells/..?versionId=null"},
    {"bells", "\n\x7f\"\\", "", "bells/%0A%7F%22%5C"},
    {"arn:aws:s3:us-west-2:123456789012:accesspoint/my-point", "k ey", "v1",
     "arn%3Aaws%3As3%3Aus-west-2%3A123456789012%3Aaccesspoint/my-point/object/k%20ey?versionId=v1"},
    {"arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01/accesspoint/my-point", "k", "",
     "arn%3Aaws%3As3-outposts%3Aus-west-2%3A123456789012%3Aoutpost/op-01/accesspoint/my-point/object/k"},
};

} // namespace

TEST_CASE("the source of a copy is encoded as by botocore") {
    for (const Case& each : cases) CHECK(copy_source(each.bucket, each.key, each.version) == each.expected);
}

TEST_CASE("a version cannot add a parameter") {
    CHECK(copy_source("bells", "k", "a&b=c") == "bells/k?versionId=a%26b%3Dc");
}
