// SPDX-License-Identifier: Apache-2.0
// A call from a small device: no exceptions, no run-time type information, no threads, no files, and no
// library but the C++ standard library. The program brings the clock, the random numbers, the hashes and the
// transport, so that it also runs on a processor without an operating system; tests/build/embedding.py does
// that.
//
// Prints:
//   POST https://voice-chime.us-east-1.amazonaws.com/voice-connectors/.../speaker-search-tasks
//   Content-Type: application/json
//   Host: voice-chime.us-east-1.amazonaws.com
//   User-Agent: ...
//   X-Amz-Date: 20260102T030405Z
//   Authorization: ...
//   Content-Length: 112
//
//   {"TransactionId":"t-1",...}
//   ticket-1 is IN_QUEUE; 7 hashes
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/environment.hpp>

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace voice = belfry::chime_sdk_voice;

namespace {

/// The board's clock, timer and random numbers. A board reads its own registers here.
class Board final : public belfry::Environment {
  public:
    /// The time of day, for signatures.
    belfry::Timestamp now() noexcept override { return {1'767'323'045, 0}; }
    /// For deadlines.
    belfry::Duration steady_time() noexcept override { return slept_; }
    /// Between attempts.
    void sleep(belfry::Duration duration) noexcept override {
        slept_ = belfry::Duration::nanoseconds(slept_.count() + duration.count());
    }
    /// Returns false if there is no source of random numbers. A call that needs a token then fails.
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        std::memset(bytes, 0x5a, count);
        return true;
    }

  private:
    belfry::Duration slept_{};
};

/// Hashes of the chip. Here Belfry's own do the work, so that the program runs anywhere.
class HashUnit final : public belfry::CryptoProvider {
  public:
    bool sha256(std::string_view message, belfry::Sha256Digest& out) noexcept override {
        ++used;
        out = belfry::sha256(message);
        return true;
    }
    bool sha256(belfry::BodySource& source, belfry::Sha256Digest& out) noexcept override {
        ++used;
        belfry::Sha256 hash;
        char buffer[256];
        std::ptrdiff_t count = 0;
        while ((count = source.read(buffer, sizeof buffer)) > 0)
            hash.update(buffer, static_cast<std::size_t>(count));
        out = hash.finish();
        return count == 0;
    }
    bool hmac_sha256(std::string_view key, std::string_view message,
                     belfry::Sha256Digest& out) noexcept override {
        ++used;
        out = belfry::hmac_sha256(key, message);
        return true;
    }
    int used = 0;
};

void put(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// The way to the network: a modem, or a socket of the board's TCP and TLS. It writes the request out and
/// answers from memory.
class Modem final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        for (const std::string_view part : {std::string_view(request.method), std::string_view(" "),
                                            std::string_view(request.url), std::string_view("\n")})
            put(part);
        for (const belfry::Header& header : request.headers) {
            put(header.name);
            put(": ");
            put(header.value);
            put("\n");
        }
        put("Content-Length: " + std::to_string(request.content_length) + "\n\n");
        put(request.body);
        put("\n");
        static constexpr std::string_view answer =
            R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"ticket-1","SpeakerSearchTaskStatus":"IN_QUEUE"}})";
        if (sink.on_head(201, {{"Content-Type", "application/json"}}))
            sink.on_body(std::as_bytes(std::span(answer)));
        return {};
    }
};

} // namespace

int main() {
    Board board;
    HashUnit hashes;
    Modem modem;
    const belfry::Credentials key{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
    const voice::Client client(
        {.region = "us-east-1", .credentials = key, .crypto = &hashes, .environment = &board}, modem);

    const auto started = client.start_speaker_search_task({.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                           .transaction_id = "t-1",
                                                           .voice_profile_domain_id = "d-1"});
    if (!started) { // a value, not an exception
        put(started.error().code + ": " + started.error().message + "\n");
        return 1;
    }
    const voice::SpeakerSearchTask& task = *started->speaker_search_task;
    std::printf("%s is %s; %d hashes\n", task.speaker_search_task_id->c_str(),
                std::string(task.speaker_search_task_status->to_string()).c_str(), hashes.used);
}
