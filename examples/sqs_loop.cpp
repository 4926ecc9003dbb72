// SPDX-License-Identifier: Apache-2.0
// Takes messages from a queue of Amazon SQS until it is empty: waits for them at the service, handles them,
// and deletes those that were handled. The client verifies the digests of bodies. A fake of the service
// answers, so that the program runs anywhere.
//
// Prints:
//   handled: ring
//   not handled: crack
//   handled: toll
//   the queue is empty
#include <belfry/sqs/delete_message.hpp>
#include <belfry/sqs/fake.hpp>
#include <belfry/sqs/receive_message.hpp>

#include <cstdio>
#include <string>

namespace sqs = belfry::sqs;

namespace {

const char* const queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/bells";

/// Work of the program; false if it failed and the message shall come again.
bool handle(const std::string& body) { return body != "crack"; }

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

int take_all(const sqs::Client& client) {
    for (;;) {
        // The service answers when a message is there, or after 20 seconds without one.
        const auto received = client.receive_message(
            {.queue_url = queue, .max_number_of_messages = 10, .wait_time_seconds = 20});
        if (!received) return fail(received.error());
        if (received->messages.empty()) break;
        for (const sqs::Message& message : received->messages) {
            const std::string body = message.body.value_or("");
            if (!handle(body)) {
                // It becomes visible again when its visibility timeout ends.
                std::printf("not handled: %s\n", body.c_str());
                continue;
            }
            std::printf("handled: %s\n", body.c_str());
            const auto deleted = client.delete_message(
                {.queue_url = queue, .receipt_handle = message.receipt_handle.value_or("")});
            if (!deleted) return fail(deleted.error());
        }
    }
    std::puts("the queue is empty");
    return 0;
}

sqs::Message message(const char* body, const char* md5) {
    return {.receipt_handle = std::string("receipt-") + body, .md5_of_body = md5, .body = body};
}

} // namespace

int main() {
    sqs::Fake fake{{.allow_unsigned = true}};
    sqs::ReceiveMessageResult batch;
    batch.messages = {message("ring", "1a5df958e0f29d35594c7cf057fe4bd1"),
                      message("crack", "463c8a7593a8a79078cb5c119424e62a"),
                      message("toll", "019e1935b17fdadcf4ce72f256b5468a")};
    fake.on_receive_message().answer_next(batch).answer_next(sqs::ReceiveMessageResult());
    fake.on_delete_message([](const sqs::DeleteMessageRequest&) { return sqs::DeleteMessageResponse(); });

    const sqs::Client client(
        {.region = "eu-central-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}}, fake);
    return take_all(client);
}
