// SPDX-License-Identifier: Apache-2.0
// The peer program for Belfry; peer_bench/peer.py describes its input and output.
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#ifdef BELFRY_PEER_CURL
#include <belfry/transport/curl.hpp>
using NetworkTransport = belfry::CurlTransport;
#else
#include <belfry/transport/socket.hpp>
using NetworkTransport = belfry::SocketTransport;
#endif

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace {

namespace voice = belfry::chime_sdk_voice;

/// Answers each request at once.
class Canned final : public belfry::Transport {
  public:
    explicit Canned(std::string answer) : answer_(std::move(answer)) {}

    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        body_bytes_ = request.body.size();
        belfry::Headers headers;
        headers.append("Content-Type", "application/json");
        headers.append("x-amzn-RequestId", "b25f48e8-84fd-11e6-80d9-574e0c4664cb");
        sink.on_head(201, std::move(headers));
        sink.on_body(std::as_bytes(std::span(answer_)));
        return {};
    }
    [[nodiscard]] std::size_t body_bytes() const noexcept { return body_bytes_; }

  private:
    std::string answer_;
    std::size_t body_bytes_ = 0;
};

voice::StartSpeakerSearchTaskResponse call(const voice::Client& client) {
    auto result = client.start_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .transaction_id = "3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f",
        .voice_profile_domain_id = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        .client_request_token = "5f0c1d2e-3b4a-4958-8776-95a4b3c2d1e0",
        .call_leg = voice::CallLegType::Caller,
    });
    if (!result) {
        std::cerr << result.error().message << '\n';
        std::exit(1);
    }
    return std::move(*result);
}

} // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 3) return 2;
    std::ifstream file(arguments[1], std::ios::binary);
    const std::string url = arguments[2];
    Canned canned{std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}};
    NetworkTransport network;
    belfry::ClientConfig config{.region = "us-east-1",
                                .credentials =
                                    belfry::Credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY"}};
    if (url != "canned") config.endpoint = url;
    const voice::Client client{config, url == "canned" ? static_cast<belfry::Transport&>(canned) : network};

    const auto task = call(client).speaker_search_task;
    const auto& results = task->speaker_search_details->results;
    std::cout << "ready " << canned.body_bytes() << ' ' << *task->speaker_search_task_id << ' '
              << results.size() << ' ' << *results.back().voice_profile_id << std::endl;
    for (long count = 0; std::cin >> count;) {
        const auto before = std::chrono::steady_clock::now();
        for (long i = 0; i < count; ++i) {
            const auto output = call(client);
            if (!output.speaker_search_task) return 1;
        }
        const std::chrono::nanoseconds wall = std::chrono::steady_clock::now() - before;
        std::cout << wall.count() << std::endl;
    }
    return 0;
}
