// SPDX-License-Identifier: Apache-2.0
// Events of a conversation by voice: sound that is sent in pieces of 100 ms, each signed, and sound that is
// received. The peer is canned, so that only the library's own work is measured.
#include <belfry/bedrock_runtime/invoke_model_with_bidirectional_stream.hpp>
#include <belfry/events.hpp>

#include "measure.hpp"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace bedrock = belfry::bedrock_runtime;
using InputEvents = bedrock::InvokeModelWithBidirectionalStreamInput;

constexpr int event_count = 200;
/// A tenth of a second of 16,000 samples of 16 bits.
constexpr std::size_t sound_size = 3'200;

[[noreturn]] void give_up(const char* what, const std::string& why) {
    std::printf("%s failed: %s\n", what, why.c_str());
    std::exit(1);
}

/// A peer that takes all bytes and answers with the same ones each time.
class CannedPeer final : public belfry::DuplexTransport {
  public:
    explicit CannedPeer(std::string answer) : answer_(std::move(answer)) {}
    belfry::TransportResult open(const belfry::HttpRequest&,
                                 belfry::DuplexStreamPointer& stream) noexcept override {
        stream = belfry::DuplexStreamPointer(new Stream(answer_));
        return {};
    }

  private:
    class Stream final : public belfry::DuplexStream {
      public:
        explicit Stream(const std::string& answer) : answer_(answer) {}
        belfry::TransportResult write(std::span<const std::byte> bytes) noexcept override {
            measure::keep(bytes);
            return {};
        }
        belfry::TransportResult close_write() noexcept override { return {}; }
        belfry::TransportResult read_head(int& status, belfry::Headers& headers) noexcept override {
            status = 200;
            headers.append("Content-Type", "application/vnd.amazon.eventstream");
            return {};
        }
        belfry::TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
            const std::size_t left = answer_.size() - at_;
            count = left < buffer.size() ? left : buffer.size();
            std::memcpy(buffer.data(), answer_.data() + at_, count);
            at_ += count;
            return {};
        }
        void cancel() noexcept override {}

      private:
        const std::string& answer_;
        std::size_t at_ = 0;
    };

    std::string answer_;
};

/// Events that hold `sound` in Base64, as the service sends them.
std::string encoded_events(int count, const std::string& base64) {
    std::string events;
    std::string fault;
    const std::string payload = R"({"bytes":")" + base64 + R"("})";
    for (int i = 0; i < count; ++i) {
        if (!belfry::encode_event_message(
                {.headers = {belfry::EventHeader::string(":message-type", "event"),
                             belfry::EventHeader::string(":event-type", "chunk"),
                             belfry::EventHeader::string(":content-type", "application/json")},
                 .payload = payload},
                events, fault))
            give_up("encode_event_message", fault);
    }
    return events;
}

void converse(const bedrock::Client& client, CannedPeer& peer, int sends, int receives,
              const InputEvents& sound) {
    auto opened = client.invoke_model_with_bidirectional_stream(peer, {.model_id = "amazon.nova-sonic-v1:0"});
    if (!opened) give_up("opening a stream", opened.error().message);
    auto& stream = *opened;
    for (int i = 0; i < sends; ++i) {
        if (const auto error = stream.send(sound)) give_up("send", error->message);
    }
    if (const auto error = stream.close()) give_up("close", error->message);
    int received = 0;
    for (;;) {
        const auto event = stream.receive();
        if (!event) give_up("receive", event.error().message);
        if (!*event) break;
        const bedrock::BidirectionalOutputPayloadPart* const chunk = (*event)->as_chunk();
        if (chunk == nullptr || !chunk->bytes || chunk->bytes->size() != sound_size)
            give_up("receive", "another event");
        ++received;
    }
    if (received != receives) give_up("receive", std::to_string(received) + " events");
}

} // namespace

int main(int argument_count, char** arguments) {
    // Four letters for each three bytes; the last two bytes of 3,200 take three letters and a filler.
    const std::string base64 = std::string(4'267, 'A') + "=";
    CannedPeer silent((std::string()));
    CannedPeer talking(encoded_events(event_count, base64));
    const InputEvents sound = InputEvents::from_chunk({.bytes = std::string(sound_size, 'x')});
    const bedrock::Client client(
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG"}},
        [](const belfry::HttpRequest&) { return belfry::HttpResponse(); });
    return measure::run(argument_count, arguments, std::to_string(event_count) + " events of 3,200 bytes",
                        {{"a stream without events", [&] { converse(client, silent, 0, 0, sound); }},
                         {"sent and signed", [&] { converse(client, silent, event_count, 0, sound); }},
                         {"received", [&] { converse(client, talking, 0, event_count, sound); }},
                         {"both ways", [&] { converse(client, talking, event_count, event_count, sound); }}},
                        [](const std::vector<measure::Cost>& costs) {
                            const auto rate = [&](const char* name) {
                                return event_count * 1e9 / measure::of(costs, name).nanoseconds;
                            };
                            const bool sends = measure::judge_at_least(
                                "events a second that are sent and signed", rate("sent and signed"), 10'000);
                            const bool receives = measure::judge_at_least("events a second that are received",
                                                                          rate("received"), 10'000);
                            const bool both = measure::judge_at_least(
                                "events a second, each sent and one received", rate("both ways"), 10'000);
                            return sends && receives && both;
                        });
}
