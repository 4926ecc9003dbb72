// SPDX-License-Identifier: Apache-2.0
// Amazon Simple Queue Service: awsJson1_0 with the error codes of the query protocol.
#include <belfry/sqs/create_queue.hpp>
#include <belfry/sqs/delete_message.hpp>
#include <belfry/sqs/delete_queue.hpp>
#include <belfry/sqs/errors.hpp>
#include <belfry/sqs/get_queue_attributes.hpp>
#include <belfry/sqs/get_queue_url.hpp>
#include <belfry/sqs/list_queues.hpp>
#include <belfry/sqs/receive_message.hpp>
#include <belfry/sqs/send_message.hpp>
#include <belfry/sqs/send_message_batch.hpp>

#include "servers/server_test.hpp"

#include <string>

namespace sqs = belfry::sqs;
using belfry_servers::require_value;

TEST_CASE("a message that is sent to a queue is received from it") {
    sqs::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto created =
        client.create_queue({.queue_name = "bells", .attributes = {{"VisibilityTimeout", "45"}}});
    require_value(created);
    const std::string url = created->queue_url.value_or("");
    REQUIRE(url.find("bells") != std::string::npos);

    const std::string body = "ding <&> \u00e9\U0001f514 \"quoted\"";
    const auto sent = client.send_message(
        {.queue_url = url,
         .message_body = body,
         .message_attributes = {
             {"tone", {.string_value = "c#", .data_type = "String"}},
             {"wave", {.binary_value = belfry::Blob(std::string("\0\xff", 2)), .data_type = "Binary"}}}});
    require_value(sent);
    CHECK(sent->md5_of_message_body.value_or("").size() == 32);

    const auto received =
        client.receive_message({.queue_url = url,
                                .message_system_attribute_names = {{sqs::MessageSystemAttributeName::All}},
                                .message_attribute_names = {"All"},
                                .max_number_of_messages = 10});
    require_value(received);
    REQUIRE(received->messages.size() == 1);
    const sqs::Message& message = received->messages[0];
    CHECK(message.body == body);
    REQUIRE(message.message_attributes.find("wave") != nullptr);
    CHECK(message.message_attributes.find("wave")->binary_value->view() == std::string_view("\0\xff", 2));
    CHECK(message.message_attributes.find("tone")->string_value == "c#");
    CHECK(message.attributes.find("ApproximateReceiveCount") != nullptr);
    require_value(
        client.delete_message({.queue_url = url, .receipt_handle = message.receipt_handle.value_or("")}));

    const auto batch = client.send_message_batch(
        {.queue_url = url,
         .entries = {{{.id = "1", .message_body = "one"}, {.id = "2", .message_body = "two"}}}});
    require_value(batch);
    CHECK(batch->successful.size() == 2);
    CHECK(batch->failed.empty());

    const auto attributes =
        client.get_queue_attributes({.queue_url = url, .attribute_names = {sqs::QueueAttributeName::All}});
    require_value(attributes);
    CHECK(*attributes->attributes.find("VisibilityTimeout") == "45");
    CHECK(*attributes->attributes.find("ApproximateNumberOfMessages") == "2");

    int listed = 0;
    for (auto& page : client.paginate_list_queues({.queue_name_prefix = "bel"})) {
        require_value(page);
        listed += static_cast<int>(page->queue_urls.size());
    }
    CHECK(listed == 1);
    require_value(client.delete_queue({.queue_url = url}));
}

TEST_CASE("a missing queue is a modelled exception") {
    sqs::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto found = client.get_queue_url({.queue_name = "no-such-queue"});
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().http_status == 400);
    // The code that the service had in the query protocol, as boto3 reports it.
    CHECK(found.error().code == "AWS.SimpleQueueService.NonExistentQueue");
    CHECK(found.error().as<sqs::QueueDoesNotExist>().has_value());
}
