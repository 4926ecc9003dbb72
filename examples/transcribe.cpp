// SPDX-License-Identifier: Apache-2.0
// Sends sound to Amazon Transcribe while it receives the words: one thread sends, another one receives. A
// fake of the service answers, so that the program runs anywhere. It needs a transport that does both at
// once; with the service that is `Nghttp2Transport`.
//
// Prints:
//   ... the bells
//   the bells ring at noon
//   the service took 3200 bytes in 4 pieces
#include <belfry/testing/duplex_fake.hpp>
#include <belfry/transcribe_streaming/fake.hpp>
#include <belfry/transcribe_streaming/start_stream_transcription.hpp>

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace transcribe = belfry::transcribe_streaming;
using Transcription = belfry::EventStream<transcribe::operations::StartStreamTranscription>;

namespace {

/// Samples of 16 bits, 8000 a second: 100 ms are 1600 bytes.
constexpr int rate = 8000;

std::optional<belfry::Error> send_sound(Transcription& stream, std::string_view sound) {
    constexpr std::size_t piece = 800; // 50 ms
    while (!sound.empty()) {
        const std::string_view next = sound.substr(0, piece);
        auto failed =
            stream.send(transcribe::AudioStream::from_audio_event({.audio_chunk = belfry::Blob(next)}));
        if (failed) {
            static_cast<void>(stream.close()); // the service still answers what it has
            return failed;
        }
        sound.remove_prefix(next.size());
    }
    return stream.close(); // the service then sends the last words, and ends
}

void print(const transcribe::Transcript& transcript) {
    for (const transcribe::Result& result : transcript.results) {
        if (result.alternatives.empty()) continue;
        const std::string words = result.alternatives[0].transcript.value_or("");
        std::printf("%s%s\n", result.is_partial.value_or(false) ? "... " : "", words.c_str());
    }
}

int write_down(const transcribe::Client& client, belfry::DuplexTransport& transport, std::string_view sound) {
    auto stream =
        client.start_stream_transcription(transport, {.language_code = transcribe::LanguageCode::en_GB,
                                                      .media_sample_rate_hertz = rate,
                                                      .media_encoding = transcribe::MediaEncoding::pcm});
    if (!stream) {
        std::fprintf(stderr, "%s: %s\n", stream.error().code.c_str(), stream.error().message.c_str());
        return 1;
    }
    std::optional<belfry::Error> not_sent;
    std::thread sender([&] { not_sent = send_sound(*stream, sound); });
    std::optional<belfry::Error> not_received;
    for (;;) {
        const auto event = stream->receive();
        if (!event) not_received = event.error();
        if (!event || !*event) break;
        const auto* words = (*event)->as_transcript_event();
        if (words != nullptr && words->transcript) print(*words->transcript);
    }
    if (not_received) stream->cancel(); // or the thread could wait for a service that reads no more
    sender.join();
    // The receiver has an error of the service; the sender only sees that the stream has ended.
    for (const auto& error : {not_received, not_sent}) {
        if (!error) continue;
        std::fprintf(stderr, "%s: %s\n", error->code.c_str(), error->message.c_str());
        return 1;
    }
    return 0;
}

transcribe::TranscriptResultStream heard(const char* words, bool partial) {
    transcribe::TranscriptEvent event;
    event.transcript =
        transcribe::Transcript{.results = {{.is_partial = partial, .alternatives = {{.transcript = words}}}}};
    return transcribe::TranscriptResultStream::from_transcript_event(event);
}

} // namespace

int main() {
    const belfry::Credentials key{"AKIDEXAMPLE", "secret"};
    // With credentials it verifies the signature of each event.
    transcribe::Fake fake{{.credentials = key}};
    std::size_t bytes = 0;
    auto& rule = fake.on_start_stream_transcription(
        [&](const transcribe::StartStreamTranscriptionRequest&, auto& stream) {
            auto event = stream.receive();
            for (; event && *event; event = stream.receive()) {
                const transcribe::AudioEvent* const sound = (*event)->as_audio_event();
                if (sound == nullptr || !sound->audio_chunk) continue;
                bytes += sound->audio_chunk->size();
                if (bytes == rate / 5) stream.send(heard("the bells", true));
            }
            if (event) stream.send(heard("the bells ring at noon", false));
        });
    belfry::testing::DuplexFake transport{fake};

    const transcribe::Client client({.region = "eu-central-1", .credentials = key}, fake);
    const int status = write_down(client, transport, std::string(2 * rate / 5, '\0'));
    std::printf("the service took %zu bytes in %zu pieces\n", bytes, rule.received().size());
    return status;
}
