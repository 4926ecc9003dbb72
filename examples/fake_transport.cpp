// SPDX-License-Identifier: Apache-2.0
// Tests of code that makes calls, without a network and without waiting: a transport that answers from a list
// and keeps the requests, and a clock that moves when the client sleeps.
//
// Prints:
//   PASS a search that succeeds gives the best match
//   PASS a search that fails is an error
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/environment.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voice = belfry::chime_sdk_voice;

namespace {

// --- the code to test
// ---------------------------------------------------------------------------------------

/// The voice profile that fits the speaker best.
belfry::Result<std::string> best_match(const voice::Client& client, const std::string& call) {
    const auto started = client.start_speaker_search_task({.voice_connector_id = "abcdef1ghij2klmno3pqr4",
                                                           .transaction_id = call,
                                                           .voice_profile_domain_id = "domain"});
    if (!started) return started.error();
    const auto done = client.poll_until_speaker_search_task_complete(
        {.voice_connector_id = "abcdef1ghij2klmno3pqr4",
         .speaker_search_task_id = started->speaker_search_task->speaker_search_task_id.value_or("")});
    if (!done) return done.error();
    return done->speaker_search_task->speaker_search_details->results[0].voice_profile_id.value_or("");
}

// --- what stands in for the world
// ---------------------------------------------------------------------------

/// Answers with the next of its responses, and keeps what was sent.
class FakeTransport final : public belfry::Transport {
  public:
    explicit FakeTransport(std::vector<belfry::HttpResponse> responses) : responses_(std::move(responses)) {}
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        requests.push_back(request);
        if (requests.size() > responses_.size())
            return {belfry::TransportStatus::failed, "the test has no response for this request"};
        const belfry::HttpResponse& response = responses_[requests.size() - 1];
        if (!sink.on_head(response.status, response.headers) ||
            !sink.on_body(std::as_bytes(std::span(response.body))))
            return {belfry::TransportStatus::cancelled, {}};
        return {};
    }
    std::vector<belfry::HttpRequest> requests{};

  private:
    std::vector<belfry::HttpResponse> responses_;
};

/// A clock that advances only when the client sleeps. Random bytes are constant, and with them idempotency
/// tokens and delays before retries.
class FakeEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'700'000'000 + slept_seconds(), 0}; }
    void sleep(belfry::Duration duration) noexcept override { slept += duration.count(); }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 7;
        return true;
    }
    [[nodiscard]] std::int64_t slept_seconds() const { return slept / 1'000'000'000; }
    std::int64_t slept = 0; // nanoseconds
};

belfry::HttpResponse task_with(std::string_view status, std::string_view more = "") {
    return {200,
            {},
            std::string(R"({"SpeakerSearchTask": {"SpeakerSearchTaskId": "t-1", )")
                .append(R"("SpeakerSearchTaskStatus": ")")
                .append(status)
                .append("\"")
                .append(more)
                .append("}}")};
}

// --- the tests
// ----------------------------------------------------------------------------------------------

struct Test {
    explicit Test(std::vector<belfry::HttpResponse> responses) : transport(std::move(responses)) {}
    FakeTransport transport;
    FakeEnvironment environment{};
    voice::Client client{{.region = "us-east-1",
                          .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                          .environment = &environment},
                         transport};
};

bool expect(bool holds, const char* name) {
    std::printf("%s %s\n", holds ? "PASS" : "FAIL", name);
    return holds;
}

bool search_that_succeeds() {
    Test test(
        {task_with("IN_QUEUE"), task_with("IN_PROGRESS"),
         task_with("SUCCEEDED", R"(, "SpeakerSearchDetails": {"Results": [{"VoiceProfileId": "ann"}]})")});
    const auto found = best_match(test.client, "call-1");
    return expect(found && *found == "ann" && test.transport.requests.size() == 3 &&
                      test.transport.requests[0].body.find(R"("TransactionId":"call-1")") !=
                          std::string::npos &&
                      test.transport.requests[2].url.ends_with("/speaker-search-tasks/t-1") &&
                      test.environment.slept_seconds() == 5,
                  "a search that succeeds gives the best match");
}

bool search_that_fails() {
    Test test({task_with("IN_QUEUE"), task_with("FAILED")});
    const auto found = best_match(test.client, "call-1");
    return expect(!found && found.error().kind == belfry::ErrorKind::waiter,
                  "a search that fails is an error");
}

} // namespace

int main() {
    const bool passed[] = {search_that_succeeds(), search_that_fails()};
    return passed[0] && passed[1] ? 0 : 1;
}
