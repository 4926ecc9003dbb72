// SPDX-License-Identifier: Apache-2.0
// Tests of code that calls a service, with a fake of the service: typed handlers in place of HTTP responses.
// The fake reads requests as Amazon Chime does, so that a request that Chime would refuse fails here, too.
//
// Prints:
//   PASS a search that succeeds gives the best match
//   PASS a call that is throttled twice succeeds
//   PASS a task that does not exist is an error
//   PASS a request with another key is refused
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/fake.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/environment.hpp>

#include <cstddef>
#include <cstdio>
#include <string>

namespace voice = belfry::chime_sdk_voice;
using Status = voice::SpeakerSearchTaskStatus;

namespace {

/// The code to test: the voice profile that fits the speaker best.
belfry::Result<std::string> best_match(const voice::Client& client, const std::string& task) {
    const auto done = client.poll_until_speaker_search_task_complete(
        {.voice_connector_id = "abcdef1ghij2klmno3pqr4", .speaker_search_task_id = task});
    if (!done) return done.error();
    return done->speaker_search_task->speaker_search_details->results[0].voice_profile_id.value_or("");
}

/// A clock that does not wait.
class FakeEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'700'000'000, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 7;
        return true;
    }
};

const belfry::Credentials key{"AKIDEXAMPLE", "secret"};

struct Test {
    FakeEnvironment environment{};
    voice::Fake fake{{.credentials = key, .environment = &environment}};
    voice::Client client = client_with(key);
    voice::Client client_with(const belfry::Credentials& credentials) {
        return voice::Client({.region = "us-east-1", .credentials = credentials, .environment = &environment},
                             fake);
    }
};

voice::GetSpeakerSearchTaskResponse task_with(Status status) {
    voice::GetSpeakerSearchTaskResponse response;
    response.speaker_search_task = voice::SpeakerSearchTask{.speaker_search_task_status = status};
    return response;
}

voice::GetSpeakerSearchTaskResponse successful_task() {
    auto response = task_with(Status::SUCCEEDED);
    response.speaker_search_task->speaker_search_details =
        voice::SpeakerSearchDetails{.results = {{.voice_profile_id = "ann"}}};
    return response;
}

bool expect(bool holds, const char* name) {
    std::printf("%s %s\n", holds ? "PASS" : "FAIL", name);
    return holds;
}

bool search_that_succeeds() {
    Test test;
    auto& rule = test.fake.on_get_speaker_search_task().answer_next(task_with(Status::IN_QUEUE));
    rule.handle([](const voice::GetSpeakerSearchTaskRequest&) { return successful_task(); });
    const auto found = best_match(test.client, "t-1");
    return expect(found && *found == "ann" && rule.calls() == 2 &&
                      rule.inputs()[1].speaker_search_task_id == "t-1",
                  "a search that succeeds gives the best match");
}

bool throttled_call() {
    Test test;
    const belfry::Error throttled =
        belfry::testing::service_error(voice::ThrottledClientException{.message = "slow down"});
    test.fake
        .on_get_speaker_search_task(
            [](const voice::GetSpeakerSearchTaskRequest&) { return successful_task(); })
        .fail_next(2, throttled);
    const auto found = best_match(test.client, "t-1");
    return expect(found && test.fake.pending() == 0, "a call that is throttled twice succeeds");
}

bool task_that_does_not_exist() {
    Test test;
    test.fake.on_get_speaker_search_task([](const voice::GetSpeakerSearchTaskRequest& input)
                                             -> belfry::Result<voice::GetSpeakerSearchTaskResponse> {
        if (input.speaker_search_task_id == "t-1") return successful_task();
        return belfry::testing::service_error(voice::NotFoundException{.message = "no such task"});
    });
    const auto found = best_match(test.client, "t-2");
    return expect(!found && found.error().as<voice::NotFoundException>().has_value(),
                  "a task that does not exist is an error");
}

bool another_key() {
    Test test;
    test.fake.on_get_speaker_search_task().answer_next(successful_task());
    const auto found = best_match(test.client_with({"AKIDEXAMPLE", "another secret"}), "t-1");
    return expect(!found && found.error().code == "InvalidSignatureException" && test.fake.pending() == 1,
                  "a request with another key is refused");
}

} // namespace

int main() {
    const bool passed[] = {search_that_succeeds(), throttled_call(), task_that_does_not_exist(),
                           another_key()};
    return passed[0] && passed[1] && passed[2] && passed[3] ? 0 : 1;
}
