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

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

namespace {

/// Replaces a text in the bodies of responses, as a fault on the way would.
class Tampering final : public belfry::Transport, private belfry::ResponseSink {
  public:
    Tampering(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {}

    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        body_.clear();
        belfry::TransportResult sent = belfry_servers::transport().send(request, *this);
        if (sent.status != belfry::TransportStatus::ok) return sent;
        const std::size_t at = body_.find(from_);
        if (at == std::string::npos) return {belfry::TransportStatus::failed, "there is nothing to replace"};
        body_.replace(at, from_.size(), to_);
        static_cast<void>(sink.on_head(status_, {}));
        static_cast<void>(sink.on_body(std::as_bytes(std::span(body_))));
        return sent;
    }

  private:
    bool on_head(int status, belfry::Headers) noexcept override {
        status_ = status;
        return true;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        body_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return true;
    }

    [[nodiscard]] bool cancelled() const noexcept override { return false; }

    std::string from_;
    std::string to_;
    std::string body_{};
    int status_ = 0;
};

/// A transport that always gives this response.
class Canned final : public belfry::Transport {
  public:
    explicit Canned(std::string body) : body_(std::move(body)) {}
    belfry::TransportResult send(const belfry::HttpRequest&, belfry::ResponseSink& sink) noexcept override {
        ++requests;
        static_cast<void>(sink.on_head(200, {}));
        static_cast<void>(sink.on_body(std::as_bytes(std::span(body_))));
        return {};
    }
    int requests = 0;

  private:
    std::string body_;
};

belfry::ClientConfig offline() {
    belfry::ClientConfig made;
    made.region = "us-east-1";
    made.endpoint = "http://localhost";
    made.credentials = belfry::Credentials{"AKIDEXAMPLE", "secret", ""};
    return made;
}

/// The digests that AWS gives for these values: LocalStack's and moto's tests have them from AWS.
constexpr const char* trace_header =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
constexpr const char* trace_digest = "5ae4d5d7636402d80f4eb6d213245a88";
constexpr const char* timestamp_digest = "235c5c510d26fb653d073faed50ae77c";
/// MD5 of "This is a test message", as in the API reference of SendMessage.
constexpr const char* body_digest = "fafb00f5732ab283681e124bf8747ed1";
constexpr const char* wrong_digest = "00000000000000000000000000000000";

sqs::SendMessageRequest message() {
    return {.queue_url = "http://localhost/queue",
            .message_body = "This is a test message",
            .message_attributes = {{"timestamp", {.string_value = "1493147359900", .data_type = "Number"}}},
            .message_system_attributes = {
                {"AWSTraceHeader", {.string_value = trace_header, .data_type = "String"}}}};
}

std::string digests(std::string_view body, std::string_view attributes, std::string_view system) {
    std::string json = R"("MD5OfMessageBody":")";
    json.append(body).append(R"(","MD5OfMessageAttributes":")").append(attributes);
    return json.append(R"(","MD5OfMessageSystemAttributes":")").append(system).append("\"");
}

} // namespace

TEST_CASE("digests that AWS has given for a message are accepted") {
    Canned transport("{" + digests(body_digest, timestamp_digest, trace_digest) + "}");
    const sqs::Client client{offline(), transport};
    require_value(client.send_message(message()));
}

TEST_CASE("a digest that differs is an error, for each part of a message that is sent") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {digests(wrong_digest, timestamp_digest, trace_digest), "the MD5 of the body is wrong"},
        {digests(body_digest, wrong_digest, trace_digest), "the MD5 of the attributes is wrong"},
        {digests(body_digest, timestamp_digest, wrong_digest), "the MD5 of the system attributes is wrong"},
    };
    for (const auto& [json, expected] : cases) {
        Canned transport("{" + json + "}");
        const sqs::Client client{offline(), transport};
        const auto sent = client.send_message(message());
        REQUIRE_FALSE(sent.has_value());
        CHECK(sent.error().kind == belfry::ErrorKind::response);
        CHECK(sent.error().code == "MessageDigestMismatch");
        INFO(sent.error().message);
        CHECK(sent.error().message.find("SendMessage: " + expected) == 0);
        CHECK(sent.error().message.find("send it again") != std::string::npos);
        CHECK(sent.error().http_status == 200);
        // The message is in the queue already: only the program can decide to send it twice.
        CHECK(transport.requests == 1);

        belfry::ClientConfig lenient = offline();
        lenient.verify_message_digests = false;
        Canned again("{" + json + "}");
        require_value(sqs::Client{lenient, again}.send_message(message()));
    }
}

TEST_CASE("a digest that is not in the response is not compared") {
    Canned transport(R"({"MessageId":"1"})");
    const sqs::Client client{offline(), transport};
    require_value(client.send_message(message()));
}

TEST_CASE("the entries of a batch are compared by their ids") {
    const auto send = [](const std::string& one, const std::string& two) {
        Canned transport(R"({"Failed":[],"Successful":[{"Id":"two",)" +
                         digests(two, timestamp_digest, trace_digest) + R"(},{"Id":"one",)" +
                         R"("MD5OfMessageBody":")" + one + R"("}]})");
        const sqs::SendMessageRequest second = message();
        return sqs::Client{offline(), transport}.send_message_batch(
            {.queue_url = "http://localhost/queue",
             .entries = {{{.id = "one", .message_body = ""},
                          {.id = "two",
                           .message_body = second.message_body,
                           .message_attributes = second.message_attributes,
                           .message_system_attributes = second.message_system_attributes}}}});
    };
    // MD5 of nothing: RFC 1321 A.5.
    const std::string empty = "d41d8cd98f00b204e9800998ecf8427e";
    require_value(send(empty, body_digest));
    const auto swapped = send(body_digest, empty);
    REQUIRE_FALSE(swapped.has_value());
    CHECK(swapped.error().code == "MessageDigestMismatch");
    const auto wrong = send(wrong_digest, body_digest);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().message.find("SendMessageBatch: the MD5 of the body of message 'one' is wrong") == 0);
}

TEST_CASE("each message that is received is compared with its digests") {
    const auto receive = [](std::string_view body, std::string_view attributes) {
        std::string json = R"({"Messages":[{"MessageId":"m0","Body":""},{"MessageId":"m1","MD5OfBody":")";
        json.append(body).append(R"(","Body":"This is a test message","MD5OfMessageAttributes":")");
        json.append(attributes).append(R"(","MessageAttributes":{"timestamp":{"DataType":"Number",)");
        json.append(R"("StringValue":"1493147359900"}}}]})");
        Canned transport(json);
        return sqs::Client{offline(), transport}.receive_message({.queue_url = "http://localhost/queue"});
    };
    require_value(receive(body_digest, timestamp_digest));
    const auto body = receive(wrong_digest, timestamp_digest);
    REQUIRE_FALSE(body.has_value());
    CHECK(body.error().message.find("ReceiveMessage: the MD5 of the body of message 'm1' is wrong") == 0);
    CHECK(body.error().message.find("do not delete it") != std::string::npos);
    const auto attributes = receive(body_digest, wrong_digest);
    REQUIRE_FALSE(attributes.has_value());
    CHECK(attributes.error().message.find("the MD5 of the attributes of message 'm1' is wrong") !=
          std::string::npos);
}

TEST_CASE("a message that changes between the server and the program is not accepted") {
    sqs::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto created = client.create_queue({.queue_name = "tampered"});
    require_value(created);
    const std::string url = created->queue_url.value_or("");
    require_value(client.send_message(
        {.queue_url = url,
         .message_body = "ring the large bell",
         .message_attributes = {{"tone", {.string_value = "c#", .data_type = "String"}},
                                {"Weight", {.string_value = "12.5", .data_type = "Number.t"}}}}));
    const sqs::ReceiveMessageRequest ask{
        .queue_url = url, .message_attribute_names = {"All"}, .visibility_timeout = 0};
    require_value(client.receive_message(ask));
    for (const auto& [from, to] : {std::pair{"large", "small"}, std::pair{"12.5", "1.25"}}) {
        Tampering transport(from, to);
        const auto received = sqs::Client{belfry_servers::config(), transport}.receive_message(ask);
        REQUIRE_FALSE(received.has_value());
        CHECK(received.error().code == "MessageDigestMismatch");
    }
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
