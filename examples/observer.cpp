// SPDX-License-Identifier: Apache-2.0
// An observer that logs the calls of a client. The same events are enough for spans and metrics: `event.call`
// tells which belong together, and the differences of `event.time` are how long things took. A stand-in for
// the network is busy at first.
//
// Prints:
//   GetSpeakerSearchTask: attempt 1 got 503 ServiceUnavailable, r-1
//   GetSpeakerSearchTask: once more in less than a second
//   GetSpeakerSearchTask: attempt 2 got 200, r-2
//   GetSpeakerSearchTask: ended after 2 attempts, 24 bytes received
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/observer.hpp>

#include <cstdio>
#include <string>

namespace {

namespace voice = belfry::chime_sdk_voice;

class Log final : public belfry::Observer {
  public:
    void on_event(const belfry::CallEvent& event) noexcept override {
        const std::string name(event.operation.name);
        switch (event.moment) {
        case belfry::CallMoment::attempt_ended: {
            const bool failed = event.error.kind != belfry::ErrorKind::none;
            std::printf("%s: attempt %d got %d%s, %s\n", name.c_str(), event.attempts, event.http_status,
                        failed ? (" " + event.error.code).c_str() : "",
                        std::string(event.request_id).c_str());
            break;
        }
        case belfry::CallMoment::waiting:
            std::printf("%s: once more in less than %s\n", name.c_str(),
                        event.delay.count() < 1'000'000'000 ? "a second" : "a minute");
            break;
        case belfry::CallMoment::ended:
            std::printf("%s: ended after %d attempts, %lld bytes received\n", name.c_str(), event.attempts,
                        static_cast<long long>(event.response_bytes));
            break;
        default: break;
        }
    }
};

} // namespace

int main() {
    Log log;
    int requests = 0;
    const voice::Client client(
        {.region = "us-east-1",
         .credentials = belfry::Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .observer = &log},
        [&requests](const belfry::HttpRequest&) -> belfry::HttpResponse {
            const std::string id = "r-" + std::to_string(++requests);
            if (requests == 1)
                return {503, {{"x-amzn-RequestId", id}, {"x-amzn-ErrorType", "ServiceUnavailable"}}, "{}"};
            return {200, {{"x-amzn-RequestId", id}}, R"({"SpeakerSearchTask":{}})"};
        });
    const auto result = client.get_speaker_search_task(
        {.voice_connector_id = "abcdef1ghij2klmno3pqr4", .speaker_search_task_id = "42"});
    return result ? 0 : 1;
}
