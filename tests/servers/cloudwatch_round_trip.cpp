// SPDX-License-Identifier: Apache-2.0
// Amazon CloudWatch: built once for awsJson1_0 and once for awsQuery, with the same results.
#include <belfry/cloudwatch/delete_alarms.hpp>
#include <belfry/cloudwatch/describe_alarms.hpp>
#include <belfry/cloudwatch/errors.hpp>
#include <belfry/cloudwatch/get_dashboard.hpp>
#include <belfry/cloudwatch/get_metric_data.hpp>
#include <belfry/cloudwatch/get_metric_statistics.hpp>
#include <belfry/cloudwatch/list_metrics.hpp>
#include <belfry/cloudwatch/put_dashboard.hpp>
#include <belfry/cloudwatch/put_metric_alarm.hpp>
#include <belfry/cloudwatch/put_metric_data.hpp>

#include "servers/server_test.hpp"

#include <ctime>
#include <string>

namespace cloudwatch = belfry::cloudwatch;
using belfry_servers::require_value;

namespace {

[[nodiscard]] belfry::Timestamp minutes_ago(int minutes) {
    return belfry::Timestamp(static_cast<std::int64_t>(std::time(nullptr)) - minutes * 60);
}

/// Unique, since two programs may call the same server.
[[nodiscard]] std::string own_namespace() {
    return "Belfry/" + std::string(cloudwatch::service.protocol->name);
}

} // namespace

TEST_CASE("metrics are stored, listed and summed") {
    cloudwatch::Client client{belfry_servers::config(), belfry_servers::transport()};
    const belfry::List<cloudwatch::Dimension> north = {{.name = "Tower", .value = "north & south"}};
    belfry::List<cloudwatch::MetricDatum> data;
    for (const double value : {1.5, 2.25, -0.125, 1e-9}) {
        cloudwatch::MetricDatum datum{.metric_name = "Rings"};
        datum.dimensions = north;
        datum.timestamp = minutes_ago(2);
        datum.value = value;
        datum.unit = cloudwatch::StandardUnit::Count;
        data.push_back(datum);
    }
    require_value(client.put_metric_data({.namespace_ = own_namespace(), .metric_data = data}));

    int listed = 0;
    for (auto& page : client.paginate_list_metrics({.namespace_ = own_namespace()})) {
        require_value(page);
        for (const auto& metric : page->metrics) {
            CHECK(metric.metric_name == "Rings");
            REQUIRE(metric.dimensions.size() == 1);
            CHECK(metric.dimensions[0].value == "north & south");
            ++listed;
        }
    }
    CHECK(listed == 1);

    const auto statistics = client.get_metric_statistics(
        {.namespace_ = own_namespace(),
         .metric_name = "Rings",
         .dimensions = north,
         .start_time = minutes_ago(60),
         .end_time = minutes_ago(0),
         .period = 3600,
         .statistics = {cloudwatch::Statistic::Sum, cloudwatch::Statistic::SampleCount,
                        cloudwatch::Statistic::Minimum}});
    require_value(statistics);
    double sum = 0;
    double samples = 0;
    double least = 0;
    for (const auto& point : statistics->datapoints) {
        REQUIRE(point.timestamp.has_value());
        CHECK(point.timestamp->seconds > 1'700'000'000);
        sum += point.sum.value_or(0);
        samples += point.sample_count.value_or(0);
        if (point.minimum && *point.minimum < least) least = *point.minimum;
    }
    CHECK(samples == 4);
    CHECK(sum == 1.5 + 2.25 - 0.125 + 1e-9);
    CHECK(least == -0.125);
}

TEST_CASE("alarms are created, found, awaited and deleted") {
    cloudwatch::Client client{belfry_servers::config(), belfry_servers::transport()};
    const std::string name = own_namespace() + " <loud>";
    cloudwatch::PutMetricAlarmInput alarm{.alarm_name = name,
                                          .evaluation_periods = 2,
                                          .comparison_operator =
                                              cloudwatch::ComparisonOperator::GreaterThanThreshold};
    alarm.metric_name = "Rings";
    alarm.namespace_ = own_namespace();
    alarm.statistic = cloudwatch::Statistic::Average;
    alarm.period = 60;
    alarm.threshold = 0.1;
    alarm.actions_enabled = false;
    require_value(client.put_metric_alarm(alarm));

    const auto there = client.poll_until_alarm_exists({.alarm_names = {name}},
                                                      {.min_delay = belfry::Duration::milliseconds(50)});
    require_value(there);
    REQUIRE(there->metric_alarms.size() == 1);
    const cloudwatch::MetricAlarm& found = there->metric_alarms[0];
    CHECK(found.alarm_name == name);
    CHECK(found.threshold == 0.1);
    CHECK(found.evaluation_periods == 2);
    CHECK(found.actions_enabled == false);
    CHECK(found.comparison_operator == cloudwatch::ComparisonOperator::GreaterThanThreshold);
    require_value(client.delete_alarms({.alarm_names = {name}}));
    const auto gone = client.describe_alarms({.alarm_names = {name}});
    require_value(gone);
    CHECK(gone->metric_alarms.empty());
}

TEST_CASE("a missing dashboard is a modelled exception") {
    cloudwatch::Client client{belfry_servers::config(), belfry_servers::transport()};
    const std::string body = R"({"widgets":[{"type":"text","properties":{"markdown":"ding & \"dong\""}}]})";
    require_value(client.put_dashboard({.dashboard_name = "bells", .dashboard_body = body}));
    const auto found = client.get_dashboard({.dashboard_name = "bells"});
    require_value(found);
    CHECK(found->dashboard_body == body);
    const auto missing = client.get_dashboard({.dashboard_name = "none"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().kind == belfry::ErrorKind::service);
    CHECK(missing.error().code == "ResourceNotFound");
    CHECK(missing.error().http_status == 404);
    CHECK_FALSE(missing.error().retryable);
}
