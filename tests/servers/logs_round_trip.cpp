// SPDX-License-Identifier: Apache-2.0
// Amazon CloudWatch Logs: awsJson1_1, and pages that end where a token is repeated.
#include <belfry/cloudwatch_logs/create_log_group.hpp>
#include <belfry/cloudwatch_logs/create_log_stream.hpp>
#include <belfry/cloudwatch_logs/get_log_events.hpp>
#include <belfry/cloudwatch_logs/put_log_events.hpp>

#include "servers/server_test.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace logs = belfry::cloudwatch_logs;
using belfry_servers::require_value;

TEST_CASE("all events of a log stream are paged, and the repeated token ends them without an error") {
    logs::Client client{belfry_servers::config(), belfry_servers::transport()};
    require_value(client.create_log_group({.log_group_name = "tower"}));
    require_value(client.create_log_stream({.log_group_name = "tower", .log_stream_name = "bells"}));

    // The service refuses events that are too old.
    const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
    std::vector<std::string> expected;
    belfry::List<logs::InputLogEvent> events;
    for (int i = 0; i < 7; ++i) {
        expected.push_back("ring " + std::to_string(i));
        events.push_back({.timestamp = now - 7000 + i, .message = expected.back()});
    }
    require_value(client.put_log_events(
        {.log_group_name = "tower", .log_stream_name = "bells", .log_events = std::move(events)}));

    std::vector<std::string> messages;
    int pages = 0;
    for (auto& page : client.paginate_get_log_events(
             {.log_group_name = "tower", .log_stream_name = "bells", .limit = 3, .start_from_head = true})) {
        require_value(page);
        REQUIRE(++pages < 10);
        for (const logs::OutputLogEvent& event : page->events) messages.push_back(event.message.value_or(""));
    }
    CHECK(messages == expected);
    CHECK(pages >= 3);
}
