// SPDX-License-Identifier: Apache-2.0
// Serves fakes whose operations answer with events for test_botocore_events.py, until its standard input
// ends: of four services, in three protocols. Prints a line for each, `NAME ENDPOINT`, and in the end what
// was refused.
#include <belfry/bedrock_runtime/converse_stream.hpp>
#include <belfry/bedrock_runtime/errors.hpp>
#include <belfry/bedrock_runtime/fake.hpp>
#include <belfry/bedrock_runtime/invoke_model_with_response_stream.hpp>
#include <belfry/cloudwatch_logs/fake.hpp>
#include <belfry/cloudwatch_logs/start_live_tail.hpp>
#include <belfry/kinesis/errors.hpp>
#include <belfry/kinesis/fake.hpp>
#include <belfry/kinesis/subscribe_to_shard.hpp>
#include <belfry/s3/fake.hpp>
#include <belfry/s3/select_object_content.hpp>
#include <belfry/testing/server.hpp>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace bedrock = belfry::bedrock_runtime;
namespace kinesis = belfry::kinesis;
namespace logs = belfry::cloudwatch_logs;
namespace s3 = belfry::s3;
namespace testing = belfry::testing;
using belfry::Error;

namespace {

const testing::FakeOptions options{.credentials =
                                       belfry::Credentials{"AKIDEXAMPLE", "secret", "a/session+token"}};

using Selecting = testing::ServiceStream<s3::operations::SelectObjectContent>;
using Subscribing = testing::ServiceStream<kinesis::operations::SubscribeToShard>;
using Conversing = testing::ServiceStream<bedrock::operations::ConverseStream>;
using Invoking = testing::ServiceStream<bedrock::operations::InvokeModelWithResponseStream>;
using Tailing = testing::ServiceStream<logs::operations::StartLiveTail>;

/// Sends the expression back in two records, and what the query cost.
void add_handler(s3::Fake& fake) {
    fake.on_select_object_content([](const s3::SelectObjectContentRequest& input, Selecting& stream) {
        using Event = s3::SelectObjectContentEventStream;
        stream.send(Event::from_records({.payload = belfry::Blob(*input.expression + "\n")}));
        stream.send(Event::from_cont({}));
        stream.send(Event::from_records({.payload = belfry::Blob(*input.bucket + "/" + *input.key)}));
        stream.send(Event::from_stats(
            {.details = s3::Stats{.bytes_scanned = 101, .bytes_processed = 102, .bytes_returned = 103}}));
        stream.send(Event::from_end({}));
    });
}

/// Sends one event, and then an exception if the shard's name asks for it.
void add_handler(kinesis::Fake& fake) {
    fake.on_subscribe_to_shard([](const kinesis::SubscribeToShardInput& input,
                                  Subscribing& stream) -> std::optional<Error> {
        if (input.shard_id == "gone")
            return testing::service_error(kinesis::ResourceNotFoundException{.message = "no shard"});
        kinesis::SubscribeToShardEvent event;
        event.records = {{.sequence_number = "1",
                          .approximate_arrival_timestamp = belfry::Timestamp{1'700'000'000, 0},
                          .data = belfry::Blob("\xff of " + *input.shard_id),
                          .partition_key = "p"}};
        event.continuation_sequence_number = "2";
        event.millis_behind_latest = 0;
        stream.send(kinesis::SubscribeToShardEventStream::from_subscribe_to_shard_event(std::move(event)));
        if (input.shard_id == "busy")
            return testing::service_error(kinesis::ResourceInUseException{.message = "in use"});
        return std::nullopt;
    });
}

void add_handlers(bedrock::Fake& fake) {
    fake.on_converse_stream(
        [](const bedrock::ConverseStreamRequest& input, Conversing& stream) -> std::optional<Error> {
            using Event = bedrock::ConverseStreamOutput;
            const std::string said = *input.messages[0].content[0].as_text();
            stream.send(Event::from_message_start({.role = bedrock::ConversationRole::assistant}));
            // Half of a character is not UTF-8, so that it cannot be sent.
            const std::size_t size = input.model_id == "broken" ? 4 : 5;
            for (std::size_t i = 0; i < said.size(); i += size) {
                bedrock::ContentBlockDeltaEvent delta;
                delta.delta = bedrock::ContentBlockDelta::from_text(said.substr(i, size));
                delta.content_block_index = 0;
                if (!stream.send(Event::from_content_block_delta(std::move(delta)))) return std::nullopt;
            }
            stream.send(Event::from_message_stop({.stop_reason = bedrock::StopReason::end_turn}));
            return std::nullopt;
        });
    fake.on_invoke_model_with_response_stream([](const bedrock::InvokeModelWithResponseStreamRequest& input,
                                                 Invoking& stream) {
        bedrock::InvokeModelWithResponseStreamResponse output;
        output.content_type = "application/x-" + *input.model_id;
        stream.respond(output);
        stream.send(bedrock::ResponseStream::from_chunk({.bytes = belfry::Blob(std::string("\0\xff", 2))}));
        return testing::service_error("InternalFailure", "the model broke down", 500);
    });
}

/// Sends updates until the client goes away.
void add_handler(logs::Fake& fake, std::atomic<bool>& stopped) {
    fake.on_start_live_tail([&stopped](const logs::StartLiveTailRequest& input, Tailing& stream) {
        using Event = logs::StartLiveTailResponseStream;
        stream.send(Event::from_session_start({.log_group_identifiers = input.log_group_identifiers}));
        logs::LiveTailSessionUpdate update;
        update.session_results = {{.message = std::string(1'000, 'm'), .timestamp = 1'700'000'000'000}};
        while (stream.send(Event::from_session_update(update))) {
        }
        stopped = true;
    });
}

void serve(const char* name, const testing::Server& server) {
    std::printf("%s %s\n", name, server.endpoint().c_str());
}

} // namespace

int main() {
    s3::Fake s3_fake(options);
    kinesis::Fake kinesis_fake(options);
    bedrock::Fake bedrock_fake(options);
    logs::Fake logs_fake(options);
    std::atomic<bool> stopped{false};
    add_handler(s3_fake);
    add_handler(kinesis_fake);
    add_handlers(bedrock_fake);
    add_handler(logs_fake, stopped);
    const testing::Server s3_server(s3_fake);
    const testing::Server kinesis_server(kinesis_fake);
    const testing::Server bedrock_server(bedrock_fake);
    const testing::Server logs_server(logs_fake);
    serve("s3", s3_server);
    serve("kinesis", kinesis_server);
    serve("bedrock-runtime", bedrock_server);
    serve("logs", logs_server);
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    std::printf("live tail %s\n", stopped ? "stopped" : "runs");
    const testing::Fake* const fakes[] = {&s3_fake, &kinesis_fake, &bedrock_fake, &logs_fake};
    for (const testing::Fake* const fake : fakes)
        for (const std::string& line : fake->refused()) std::printf("%s\n", line.c_str());
    return 0;
}
