// SPDX-License-Identifier: Apache-2.0
// Queries of Amazon Timestream, which go to an endpoint that the service returns. The transport of this
// program sends no request, but prints it, and answers as Timestream does.
//
// Prints:
//   Timestream_20181101.DescribeEndpoints at https://query.timestream.us-east-1.amazonaws.com/
//   Timestream_20181101.Query at https://query-cell1.timestream.us-east-1.amazonaws.com/
//   Timestream_20181101.Query at https://query-cell1.timestream.us-east-1.amazonaws.com/
#include <belfry/endpoint_discovery.hpp>
#include <belfry/settings.hpp>
#include <belfry/timestream_query/describe_endpoints.hpp>
#include <belfry/timestream_query/query.hpp>

#include <cstdio>

namespace query = belfry::timestream_query;

belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    const std::string target(*request.headers.find("X-Amz-Target"));
    std::printf("%s at %s\n", target.c_str(), request.url.c_str());
    if (target.ends_with("Query")) return {200, {}, R"({"QueryId": "q", "Rows": [], "ColumnInfo": []})"};
    return {200,
            {},
            R"({"Endpoints": [{
                "Address": "query-cell1.timestream.us-east-1.amazonaws.com", "CachePeriodInMinutes": 1440
            }]})"};
}

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

int main() {
    // The overrides make the program print the same on each machine.
    const auto settings = belfry::load_settings({
        .overrides = {{"region", "us-east-1"}, {"endpoint_discovery_enabled", "auto"}},
    });
    if (!settings) return fail(settings.error());
    const auto mode = settings->endpoint_discovery();
    if (!mode) return fail(mode.error());

    belfry::ClientConfig config;
    config.region = settings->find("region")->value;
    config.credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"};
    belfry::EndpointDiscovery discovery(query::Client(config, answer), query::operations::DescribeEndpoints{},
                                        *mode);
    config.interceptor = &discovery;
    const query::Client client(config, answer);
    for (const char* const text : {"SELECT 1", "SELECT 2"})
        if (const auto rows = client.query({.query_string = text}); !rows) return fail(rows.error());
    return 0;
}
