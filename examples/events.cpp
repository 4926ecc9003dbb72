// SPDX-License-Identifier: Apache-2.0
// Prints what a model of Amazon Bedrock writes while it writes it. Events come over any transport; here it is
// a lambda with a canned response, so that the program runs anywhere.
//
// Prints:
//   A belfry is the room of the bells.
//   the model stopped: end_turn
#include <belfry/bedrock_runtime/converse_stream.hpp>
#include <belfry/events.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace bedrock = belfry::bedrock_runtime;

namespace {

/// One encoded event: its type in a header, its members as JSON.
void append_event(std::string& body, std::string_view type, std::string_view json) {
    std::string fault;
    const bool valid = belfry::encode_event_message(
        {.headers = {belfry::EventHeader::string(":message-type", "event"),
                     belfry::EventHeader::string(":event-type", type),
                     belfry::EventHeader::string(":content-type", "application/json")},
         .payload = json},
        body, fault);
    if (!valid) std::fprintf(stderr, "%s\n", fault.c_str());
}

belfry::HttpResponse answer(const belfry::HttpRequest&) {
    belfry::HttpResponse response{200, {{"Content-Type", "application/vnd.amazon.eventstream"}}, {}};
    append_event(response.body, "messageStart", R"({"role": "assistant"})");
    append_event(response.body, "contentBlockDelta",
                 R"({"contentBlockIndex": 0, "delta": {"text": "A belfry is "}})");
    append_event(response.body, "contentBlockDelta",
                 R"({"contentBlockIndex": 0, "delta": {"text": "the room of the bells."}})");
    append_event(response.body, "messageStop", R"({"stopReason": "end_turn"})");
    return response;
}

} // namespace

int main() {
    const bedrock::Client client(
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}}, answer);

    const auto result = client.converse_stream(
        {.model_id = "amazon.nova-lite-v1:0",
         .messages = {{.role = bedrock::ConversationRole::user,
                       .content = {bedrock::ContentBlock::from_text("What is a belfry?")}}}},
        [](const bedrock::ConverseStreamOutput& event) {
            if (const auto* delta = event.as_content_block_delta(); delta != nullptr && delta->delta) {
                if (const std::string* text = delta->delta->as_text()) {
                    std::fputs(text->c_str(), stdout);
                    std::fflush(stdout);
                }
            } else if (const auto* stop = event.as_message_stop(); stop != nullptr && stop->stop_reason) {
                std::printf("\nthe model stopped: %s\n", std::string(stop->stop_reason->to_string()).c_str());
            }
            return true; // false ends the call
        });
    if (!result) { // also if the service reported an exception after some events
        std::fprintf(stderr, "%s: %s\n", result.error().code.c_str(), result.error().message.c_str());
        return 1;
    }
}
