// SPDX-License-Identifier: Apache-2.0
// Talks with a model of Amazon Bedrock on an event loop: sends and receives events at the same time, in one
// coroutine each. A fake stands in for the service. A program that calls the service has a
// belfry::AsyncNghttp2Transport (belfry/transport/async_nghttp2.hpp) in place of the AsyncDuplexFake.
//
// Prints:
//   you: hello
//   you: goodbye
//   model: HELLO
//   model: GOODBYE
//   the model has ended the conversation
#include <belfry/bedrock_runtime/async.hpp>
#include <belfry/bedrock_runtime/fake.hpp>
#include <belfry/bedrock_runtime/invoke_model_with_bidirectional_stream.hpp>
#include <belfry/testing/async_duplex_fake.hpp>
#include <belfry/transport/poll_loop.hpp>

#include <coroutine>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace bedrock = belfry::bedrock_runtime;
namespace testing = belfry::testing;

namespace {

using Operation = bedrock::operations::InvokeModelWithBidirectionalStream;
using Spoken = bedrock::InvokeModelWithBidirectionalStreamInput;
using Answer = bedrock::InvokeModelWithBidirectionalStreamOutput;
using Stream = belfry::AsyncEventStream<Operation>;

/// The smallest coroutine that can be awaited by nothing: it runs until it has ended.
struct Task {
    struct promise_type {
        Task get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { std::terminate(); }
    };
};

/// The stand-in for the model, on its own thread: when the program has ended, it repeats what was said, in
/// capitals.
void answer(const bedrock::InvokeModelWithBidirectionalStreamRequest&,
            testing::ServiceStream<Operation>& stream) {
    std::string texts[2];
    for (std::string& text : texts) {
        const auto event = stream.receive();
        if (!event || !*event) return;
        text = (*event)->as_chunk()->bytes->bytes();
        for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    for (const std::string& text : texts) stream.send(Answer::from_chunk({.bytes = belfry::Blob(text)}));
}

Task speak(Stream& stream) {
    for (const char* const text : {"hello", "goodbye"}) {
        std::printf("you: %s\n", text);
        const Spoken event = Spoken::from_chunk({.bytes = belfry::Blob(text)});
        // Goes on when the transport can take more.
        if (const std::optional<belfry::Error> error = co_await stream.send(event)) {
            std::printf("not sent: %s\n", error->message.c_str());
            co_return;
        }
    }
    static_cast<void>(co_await stream.close());
}

Task converse(bedrock::AsyncClient client, belfry::AsyncDuplexTransport& transport, bool& done) {
    const bedrock::InvokeModelWithBidirectionalStreamRequest input{.model_id = "amazon.nova-sonic-v1:0"};
    auto opened = co_await client.invoke_model_with_bidirectional_stream(transport, input);
    if (opened) {
        Stream& stream = *opened;
        speak(stream);
        for (;;) {
            const auto event = co_await stream.receive();
            if (!event) std::printf("%s: %s\n", event.error().code.c_str(), event.error().message.c_str());
            if (!event || !*event) break;
            if (const auto* const chunk = (*event)->as_chunk())
                std::printf("model: %s\n", chunk->bytes->bytes().c_str());
        }
        std::printf("the model has ended the conversation\n");
    } else {
        std::printf("%s: %s\n", opened.error().code.c_str(), opened.error().message.c_str());
    }
    done = true;
}

} // namespace

int main() {
    const belfry::Credentials key{"AKIDEXAMPLE", "secret"};
    bedrock::Fake fake{{.credentials = key}};
    fake.on_invoke_model_with_bidirectional_stream(answer);

    belfry::PollLoop loop;
    testing::AsyncDuplexFake transport(fake, loop);
    belfry::StreamsOnly none;
    const bedrock::Client client({.region = "us-east-1", .credentials = key}, belfry::AsyncOnly{});

    bool done = false;
    converse(client.async(none, loop), transport, done);
    loop.run_until([&] { return done; });
}
