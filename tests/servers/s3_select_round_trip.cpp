// SPDX-License-Identifier: Apache-2.0
// A stream of events in a response of Amazon S3, over an ordinary transport.
#include <belfry/s3/create_bucket.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/s3/select_object_content.hpp>

#include "servers/server_test.hpp"

#include <string>

namespace s3 = belfry::s3;
using belfry_servers::require_value;

TEST_CASE("selected records arrive as events") {
    s3::Client client{belfry_servers::config(), belfry_servers::transport()};
    require_value(client.create_bucket({.bucket = "select"}));
    std::string rows = "name,tone\n";
    for (int i = 0; i < 1'000; ++i) rows += "bell" + std::to_string(i) + (i % 2 == 0 ? ",c\n" : ",d\n");
    require_value(client.put_object({.body = rows, .bucket = "select", .key = "bells.csv"}));

    std::string records;
    bool has_stats = false;
    bool has_end = false;
    const s3::SelectObjectContentRequest input{
        .bucket = "select",
        .key = "bells.csv",
        .expression = "SELECT * FROM S3Object",
        .expression_type = s3::ExpressionType::SQL,
        .input_serialization =
            s3::InputSerialization{.csv = s3::CSVInput{.file_header_info = s3::FileHeaderInfo::USE}},
        .output_serialization = s3::OutputSerialization{.csv = s3::CSVOutput{}}};
    const auto selected =
        client.select_object_content(input, [&](const s3::SelectObjectContentEventStream& event) {
            if (const s3::RecordsEvent* const found = event.as_records()) records += found->payload->view();
            if (const s3::StatsEvent* const stats = event.as_stats())
                has_stats = stats->details.has_value() && stats->details->bytes_returned.has_value();
            if (event.as_end() != nullptr) has_end = true;
        });
    require_value(selected);
    CHECK(records.find("bell1,d") != std::string::npos);
    CHECK(records.find("bell999,d") != std::string::npos);
    CHECK(has_stats);
    CHECK(has_end);

    const auto missing = client.select_object_content({.bucket = "select",
                                                       .key = "nothing",
                                                       .expression = input.expression,
                                                       .expression_type = input.expression_type,
                                                       .input_serialization = input.input_serialization,
                                                       .output_serialization = input.output_serialization},
                                                      [](const s3::SelectObjectContentEventStream&) {});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == belfry::ErrorKind::service);
}
