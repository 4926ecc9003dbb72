// SPDX-License-Identifier: Apache-2.0
// Calls in the log of spdlog, which has one more level below the same ones. A stand-in for the network is
// busy at first.
//
// Prints:
//   [warning] chime-sdk-voice/GetSpeakerSearchTask retrying call=... attempt=1 status=503 request_id=r-1 ...
//   [info] chime-sdk-voice/GetSpeakerSearchTask ended call=... attempts=2 status=200 request_id=r-2 ms=...
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/log_observer.hpp>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <string>
#include <string_view>

namespace voice = belfry::chime_sdk_voice;

int main() {
    const auto logger = spdlog::stdout_logger_mt("belfry");
    logger->set_pattern("[%l] %v");
    belfry::LogObserver log(
        [logger](belfry::LogLevel level, std::string_view line) {
            logger->log(static_cast<spdlog::level::level_enum>(static_cast<int>(level) + 1), line);
        },
        {.least = belfry::LogLevel::info, .ended = belfry::LogLevel::info});

    int requests = 0;
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .observer = &log},
        [&requests](const belfry::HttpRequest&) -> belfry::HttpResponse {
            const std::string id = "r-" + std::to_string(++requests);
            return {requests == 1 ? 503 : 200, {{"x-amzn-RequestId", id}}, "{}"};
        });
    const auto result = client.get_speaker_search_task(
        {.voice_connector_id = "abcdef1ghij2klmno3pqr4", .speaker_search_task_id = "42"});
    return result ? 0 : 1;
}
