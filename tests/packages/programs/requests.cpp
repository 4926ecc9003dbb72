// SPDX-License-Identifier: Apache-2.0
// Makes two calls and prints their requests, with the headers of <belfry/...> or with the one header of
// `amalgamate`.
#if defined(AMALGAMATED)
#include "voice.hpp"
#else
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#endif

#include <cstdio>
#include <string>

namespace voice = belfry::chime_sdk_voice;

namespace {

class FixedEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1767323045, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<unsigned char>(i);
        return true;
    }
};

} // namespace

// Another source file of the program, which includes the same header.
std::string task_of_another_file();

int main() {
    FixedEnvironment environment;
    auto transport = [](const belfry::HttpRequest& request) {
        std::printf("%s %s\n", std::string(request.method).c_str(), request.url.c_str());
        for (const auto& [name, value] : request.headers)
            std::printf("%s: %s\n", std::string(name).c_str(), std::string(value).c_str());
        std::printf("%s\n", request.body.c_str());
        return belfry::HttpResponse{request.method == "POST" ? 201 : 200,
                                    {},
                                    R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"task-1"}})"};
    };
    voice::Client client{{.region = "us-east-1",
                          .credentials = belfry::Credentials{"AKIDTEST", "secret"},
                          .environment = &environment},
                         transport};
    const auto started = client.start_speaker_search_task({
        .voice_connector_id = "abcdef1ghij2klmno3pqr4",
        .transaction_id = "transaction",
        .voice_profile_domain_id = "domain",
        .call_leg = voice::CallLegType::Caller,
    });
    if (!started) return 1;
    const auto got = client.get_speaker_search_task(
        {.voice_connector_id = "abcdef1ghij2klmno3pqr4",
         .speaker_search_task_id = *started->speaker_search_task->speaker_search_task_id});
    return got && task_of_another_file() == *got->speaker_search_task->speaker_search_task_id ? 0 : 1;
}
