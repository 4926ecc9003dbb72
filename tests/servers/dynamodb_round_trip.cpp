// SPDX-License-Identifier: Apache-2.0
// Amazon DynamoDB: awsJson1_0. Runs against moto and against DynamoDB Local.
#include <belfry/dynamodb/batch_get_item.hpp>
#include <belfry/dynamodb/batch_write_item.hpp>
#include <belfry/dynamodb/create_table.hpp>
#include <belfry/dynamodb/delete_table.hpp>
#include <belfry/dynamodb/describe_table.hpp>
#include <belfry/dynamodb/errors.hpp>
#include <belfry/dynamodb/get_item.hpp>
#include <belfry/dynamodb/put_item.hpp>
#include <belfry/dynamodb/query.hpp>
#include <belfry/dynamodb/scan.hpp>
#include <belfry/dynamodb/transact_write_items.hpp>
#include <belfry/dynamodb/update_item.hpp>

#include "servers/server_test.hpp"

#include <string>
#include <utility>

namespace dynamodb = belfry::dynamodb;
using belfry_servers::require_value;
using dynamodb::AttributeValue;

namespace {

[[nodiscard]] AttributeValue text(std::string value) { return {.s = std::move(value)}; }
[[nodiscard]] AttributeValue number(int value) { return {.n = std::to_string(value)}; }

/// A table that exists while the test runs.
class Table {
  public:
    explicit Table(dynamodb::Client& client, std::string name) : client_(client), name_(std::move(name)) {
        dynamodb::CreateTableInput input{.table_name = name_};
        input.attribute_definitions = {
            {.attribute_name = "tower", .attribute_type = dynamodb::ScalarAttributeType::S},
            {.attribute_name = "bell", .attribute_type = dynamodb::ScalarAttributeType::N}};
        input.key_schema = {{.attribute_name = "tower", .key_type = dynamodb::KeyType::HASH},
                            {.attribute_name = "bell", .key_type = dynamodb::KeyType::RANGE}};
        input.billing_mode = dynamodb::BillingMode::PAY_PER_REQUEST;
        const auto created = client_.create_table(input);
        require_value(created);
        REQUIRE(created->table_description.has_value());
        CHECK(created->table_description->table_name == name_);
        const auto there = client_.poll_until_table_exists({.table_name = name_},
                                                           {.min_delay = belfry::Duration::milliseconds(50)});
        require_value(there);
        CHECK(there->table->table_status == dynamodb::TableStatus::ACTIVE);
    }
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    ~Table() {
        CHECK(client_.delete_table({.table_name = name_}).has_value());
        CHECK(client_
                  .poll_until_table_not_exists({.table_name = name_},
                                               {.min_delay = belfry::Duration::milliseconds(50)})
                  .error()
                  .kind == belfry::ErrorKind::none);
    }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

  private:
    dynamodb::Client& client_;
    std::string name_;
};

[[nodiscard]] belfry::Map<AttributeValue> key(int bell) {
    return {{"tower", text("north")}, {"bell", number(bell)}};
}

} // namespace

TEST_CASE("every kind of attribute value comes back as it was put") {
    dynamodb::Client client{belfry_servers::config(), belfry_servers::transport()};
    const Table table(client, "kinds");
    belfry::Map<AttributeValue> item = key(1);
    item["text"] = text("\u00e9\u20ac\U0001f514 \"\\/\b\f\n\r\t\x01");
    item["number"] = {.n = "-12345678901234567890.123456789"};
    item["bytes"] = {.b = belfry::Blob(std::string("\0\x01\xfe\xff", 4))};
    item["texts"] = {.ss = {"a", "b"}};
    item["numbers"] = {.ns = {"1", "2.5"}};
    item["blobs"] = {.bs = {belfry::Blob("x"), belfry::Blob("yz")}};
    item["yes"] = {.bool_ = true};
    item["nothing"] = {.null = true};
    AttributeValue nested{
        .m = {{"deep", {.l = {number(1), text(""), {.m = {{"deeper", {.bool_ = false}}}}}}}}};
    item["nested"] = nested;
    AttributeValue empty_list;
    empty_list.l.emplace();
    AttributeValue empty_map;
    empty_map.m.emplace();
    item["empty list"] = empty_list;
    item["empty map"] = empty_map;
    require_value(client.put_item({.table_name = table.name(), .item = item}));

    const auto found = client.get_item({.table_name = table.name(), .key = key(1), .consistent_read = true});
    require_value(found);
    CHECK(found->item.size() == item.size());
    for (const auto& [name, value] : item) {
        INFO(name);
        const AttributeValue* const got = found->item.find(name);
        REQUIRE(got != nullptr);
        if (name == "numbers" || name == "texts" || name == "blobs") {
            // Sets have no order.
            CHECK(got->ss.size() == value.ss.size());
            CHECK(got->ns.size() == value.ns.size());
            CHECK(got->bs.size() == value.bs.size());
        } else {
            CHECK(*got == value);
        }
    }
}

TEST_CASE("batches, queries and scans are read by pages") {
    dynamodb::Client client{belfry_servers::config(), belfry_servers::transport()};
    const Table table(client, "pages");
    for (int batch = 0; batch < 4; ++batch) {
        belfry::List<dynamodb::WriteRequest> writes;
        for (int i = 0; i < 25; ++i) {
            belfry::Map<AttributeValue> item = key(batch * 25 + i);
            item["weight"] = number(i);
            writes.push_back({.put_request = dynamodb::PutRequest{.item = item}});
        }
        const auto written = client.batch_write_item({.request_items = {{table.name(), writes}}});
        require_value(written);
        CHECK(written->unprocessed_items.empty());
    }

    int expected = 0;
    for (auto& page : client.paginate_query({.table_name = table.name(),
                                             .limit = 7,
                                             .key_condition_expression = "tower = :t",
                                             .expression_attribute_values = {{":t", text("north")}}})) {
        require_value(page);
        for (const auto& item : page->items) CHECK(item.find("bell")->n == std::to_string(expected++));
    }
    CHECK(expected == 100);

    int scanned = 0;
    for (auto& page : client.paginate_scan({.table_name = table.name(),
                                            .limit = 30,
                                            .filter_expression = "#w < :w",
                                            .expression_attribute_names = {{"#w", "weight"}},
                                            .expression_attribute_values = {{":w", number(5)}}})) {
        require_value(page);
        scanned += page->count.value_or(0);
    }
    CHECK(scanned == 20);

    const auto got = client.batch_get_item(
        {.request_items = {
             {table.name(), dynamodb::KeysAndAttributes{.keys = {key(3), key(99), key(100)}}}}});
    require_value(got);
    REQUIRE(got->responses.find(table.name()) != nullptr);
    CHECK(got->responses.find(table.name())->size() == 2);
}

TEST_CASE("errors are modelled exceptions with their members") {
    dynamodb::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto missing = client.describe_table({.table_name = "nowhere"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == "ResourceNotFoundException");
    CHECK(missing.error().http_status == 400);
    CHECK(missing.error().as<dynamodb::ResourceNotFoundException>().has_value());

    const Table table(client, "conditions");
    require_value(client.put_item({.table_name = table.name(), .item = key(1)}));
    const auto refused = client.put_item(
        {.table_name = table.name(), .item = key(1), .condition_expression = "attribute_not_exists(bell)"});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().as<dynamodb::ConditionalCheckFailedException>().has_value());
    CHECK_FALSE(refused.error().retryable);
    CHECK(refused.error().attempts == 1);

    dynamodb::Put put{.item = key(1), .table_name = table.name()};
    put.condition_expression = "attribute_not_exists(bell)";
    dynamodb::TransactWriteItemsInput transaction{.transact_items = {{{.put = put}}}};
    const auto cancelled = client.transact_write_items(transaction);
    REQUIRE_FALSE(cancelled.has_value());
    const auto why = cancelled.error().as<dynamodb::TransactionCanceledException>();
    REQUIRE(why.has_value());
    REQUIRE(why->cancellation_reasons.size() == 1);
    CHECK(why->cancellation_reasons[0].code == "ConditionalCheckFailed");

    const auto counted = client.update_item({.table_name = table.name(),
                                             .key = key(1),
                                             .return_values = dynamodb::ReturnValue::ALL_NEW,
                                             .update_expression = "ADD rings :one",
                                             .expression_attribute_values = {{":one", number(1)}}});
    require_value(counted);
    CHECK(counted->attributes.find("rings")->n == "1");
}
