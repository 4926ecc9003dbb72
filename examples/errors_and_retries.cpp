// SPDX-License-Identifier: Apache-2.0
// What a call does when it fails, and what its error says. The service is a lambda for each case, so that the
// program runs anywhere.
//
// Prints:
//   a service that is busy twice
//     success after 3 attempts
//   an error that the model knows
//     service error NotFoundException (HTTP 404): There is no task 42.
//     attempts: 1, may succeed later: no
//     the service's own code: NotFound
//   a host that refuses the connection
//     transport error ConnectFailed (HTTP 0): connection refused
//     attempts: 3, may succeed later: yes
//   a required member that is missing
//     validation error ValidationError (HTTP 0): GetSpeakerSearchTaskRequest: SpeakerSearchTaskId: required
//     attempts: 0, may succeed later: no
//   a call that another thread has stopped
//     cancelled error Cancelled (HTTP 0): the call was cancelled
//     attempts: 0, may succeed later: no
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/visit_error.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

namespace voice = belfry::chime_sdk_voice;
using namespace std::chrono_literals;

namespace {

void report(const belfry::Error& error) {
    std::printf("  %s error %s (HTTP %d): %s\n", std::string(to_string(error.kind)).c_str(),
                error.code.c_str(), error.http_status, error.message.c_str());
    std::printf("  attempts: %d, may succeed later: %s\n", error.attempts, error.retryable ? "yes" : "no");
    // A modelled exception has members beside its message. `error.as<voice::NotFoundException>()` gives one.
    belfry::visit_error(
        voice::operations::GetSpeakerSearchTask{}, error,
        [](const voice::NotFoundException& missing) {
            if (missing.code)
                std::printf("  the service's own code: %s\n", std::string(missing.code->to_string()).c_str());
        },
        [](const voice::ThrottledClientException&) { std::puts("  fewer calls a second would help"); });
}

void call(const char* title, belfry::TransportHandle transport,
          const voice::GetSpeakerSearchTaskRequest& input, const belfry::CallOptions& options = {}) {
    std::puts(title);
    const voice::Client client({.region = "us-east-1",
                                .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                                .timeouts = {.connect = 2s, .total = 30s},
                                .retry = {.max_attempts = 3, .throttling_base_delay = 20ms}},
                               std::move(transport));
    const auto result = client.get_speaker_search_task(input, options);
    if (result)
        std::printf("  success after %d attempts\n", result.metadata().attempts);
    else
        report(result.error());
}

} // namespace

int main() {
    const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                   .speaker_search_task_id = "42"};
    const auto succeed = [](const belfry::HttpRequest&) { return belfry::HttpResponse{200, {}, "{}"}; };

    call(
        "a service that is busy twice",
        [busy = 2](const belfry::HttpRequest&) mutable {
            return busy-- > 0
                       ? belfry::HttpResponse{429, {{"x-amzn-ErrorType", "ThrottledClientException"}}, "{}"}
                       : belfry::HttpResponse{200, {}, "{}"};
        },
        input);

    call(
        "an error that the model knows",
        [](const belfry::HttpRequest&) {
            return belfry::HttpResponse{404,
                                        {{"x-amzn-ErrorType", "NotFoundException"}},
                                        R"({"Code": "NotFound", "Message": "There is no task 42."})"};
        },
        input);

    call(
        "a host that refuses the connection",
        [](const belfry::HttpRequest&, belfry::ResponseSink&) {
            return belfry::TransportResult{belfry::TransportStatus::connect_failed, "connection refused"};
        },
        input);

    // With designated initializers this would not compile; an input that is filled in later is checked by the
    // call.
    voice::GetSpeakerSearchTaskRequest incomplete;
    incomplete.voice_connector_id = "abcdef1ghij2klmno3pqr4";
    call("a required member that is missing", succeed, incomplete);

    belfry::CancellationToken stop; // `cancel` may be called on any thread while the call lasts
    stop.cancel();
    call("a call that another thread has stopped", succeed, input, {.cancellation = &stop});
}
