// SPDX-License-Identifier: Apache-2.0
// A log of calls. Its sink is a callable, which writes to a stream here. `belfry::LogObserver log(stderr)`
// does not need one. A stand-in for the network is busy at first.
//
// Prints:
//   warning: chime-sdk-voice/GetSpeakerSearchTask retrying call=... attempt=1 status=503 request_id=r-1 ...
//   info: chime-sdk-voice/GetSpeakerSearchTask ended call=... attempts=2 status=200 request_id=r-2 ms=...
//   error: chime-sdk-voice/GetSpeakerSearchTask failed ... status=404 ... error=NotFoundException ...
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/log_observer.hpp>

#include <iostream>
#include <string>
#include <string_view>

namespace {

namespace voice = belfry::chime_sdk_voice;

/// Stands for the network.
belfry::HttpResponse answer(const belfry::HttpRequest&) {
    static int requests = 0;
    const std::string id = "r-" + std::to_string(++requests);
    if (requests == 1) return {503, {{"x-amzn-RequestId", id}}, "{}"};
    if (requests == 2) return {200, {{"x-amzn-RequestId", id}}, R"({"SpeakerSearchTask":{}})"};
    return {404, {{"x-amzn-RequestId", id}, {"x-amzn-ErrorType", "NotFoundException"}}, "{}"};
}

} // namespace

int main() {
    const auto sink = [](belfry::LogLevel level, std::string_view line) {
        std::cout << belfry::to_string(level) << ": " << line << '\n';
    };
    belfry::LogObserver log(sink, {.least = belfry::LogLevel::info, .ended = belfry::LogLevel::info});

    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .observer = &log},
        answer);
    const voice::GetSpeakerSearchTaskRequest request{.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                     .speaker_search_task_id = "42"};
    const auto first = client.get_speaker_search_task(request);
    const auto second = client.get_speaker_search_task(request);
    return first && !second ? 0 : 1;
}
