// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/environment.hpp>
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include "support/catch.hpp"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

/// A clock that only sleeping advances, and constant random bytes.
class TestEnvironment final : public Environment {
  public:
    Timestamp now() noexcept override { return time; }
    void sleep(Duration duration) noexcept override {
        slept.push_back(duration);
        time.seconds += duration.count() / 1'000'000'000;
    }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        std::memset(bytes, 0x80, count);
        return has_randomness;
    }
    Timestamp time{1'767'323'045, 0}; // 2026-01-02T03:04:05Z
    std::vector<Duration> slept;
    bool has_randomness = true;
};

/// Returns prepared outcomes in order, and keeps the requests.
struct Script {
    struct Outcome {
        TransportStatus status = TransportStatus::ok;
        HttpResponse response;
    };
    std::vector<Outcome> outcomes;
    std::vector<HttpRequest> requests;

    TransportResult operator()(const HttpRequest& request, ResponseSink& sink) {
        requests.push_back(request);
        REQUIRE(requests.size() <= outcomes.size());
        Outcome outcome = outcomes[requests.size() - 1];
        if (outcome.status != TransportStatus::ok) return {outcome.status, {}};
        sink.on_head(outcome.response.status, outcome.response.headers);
        sink.on_body(std::as_bytes(std::span(outcome.response.body.data(), outcome.response.body.size())));
        return {};
    }
};

struct Fixture {
    TestEnvironment environment;
    Script script;
    ClientConfig config() {
        return {.region = "us-east-1",
                .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
                .environment = &environment};
    }
    voice::Client client() { return client(config()); }
    voice::Client client(ClientConfig c) {
        return voice::Client{std::move(c), [this](const HttpRequest& request, ResponseSink& sink) {
                                 return script(request, sink);
                             }};
    }
    void answer(int status, std::string body, Headers headers = {}) {
        script.outcomes.push_back({TransportStatus::ok, {status, std::move(headers), std::move(body)}});
    }
    void fail(TransportStatus status) { script.outcomes.push_back({status, {}}); }
};

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "vc/1", .speaker_search_task_id = "t"};
const voice::StartSpeakerSearchTaskRequest start{
    .voice_connector_id = "vc", .transaction_id = "t", .voice_profile_domain_id = "d"};

} // namespace

TEST_CASE("a call sends one signed request and reads the answer") {
    Fixture f;
    f.answer(201,
             R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"id","SpeakerSearchTaskStatus":"IN_QUEUE"}})",
             {{"x-amzn-RequestId", "r-1"}});
    const auto result = f.client().start_speaker_search_task(start);
    REQUIRE(result);
    CHECK(result->speaker_search_task->speaker_search_task_status ==
          voice::SpeakerSearchTaskStatus::IN_QUEUE);
    CHECK(result.metadata().http_status == 201);
    CHECK(result.metadata().request_id == "r-1");
    CHECK(result.metadata().attempts == 1);
    REQUIRE(f.script.requests.size() == 1);
    const HttpRequest& request = f.script.requests[0];
    CHECK(request.method == "POST");
    CHECK(request.url ==
          "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/vc/speaker-search-tasks");
    CHECK(*request.headers.find("Host") == "voice-chime.us-east-1.amazonaws.com");
    CHECK(*request.headers.find("X-Amz-Date") == "20260102T030405Z");
    CHECK(request.headers.find("Authorization")
              ->find("Credential=AKIDEXAMPLE/20260102/us-east-1/chime/aws4_request") != std::string::npos);
    CHECK_FALSE(request.headers.contains("Content-Length"));
    CHECK(request.content_length == static_cast<std::int64_t>(request.body.size()));
    // The token that was left out is a version 4 UUID.
    CHECK(request.body.find(R"("ClientRequestToken":"80808080-8080-4080-8080-808080808080")") !=
          std::string::npos);
}

TEST_CASE("an invalid input is an error and is not sent") {
    Fixture f;
    voice::GetSpeakerSearchTaskRequest input;
    const auto result = f.client().get_speaker_search_task(input);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::validation);
    CHECK(result.error().message.find("VoiceConnectorId") != std::string::npos);
    CHECK(result.error().message.find("SpeakerSearchTaskId") != std::string::npos);
    CHECK(result.error().attempts == 0);
    CHECK(f.script.requests.empty());
}

TEST_CASE("an incomplete configuration is an error that names the missing value") {
    Fixture f;
    ClientConfig config = f.config();
    config.region.clear();
    const auto no_region = f.client(std::move(config)).get_speaker_search_task(get);
    REQUIRE_FALSE(no_region);
    CHECK(no_region.error().kind == ErrorKind::endpoint);
    CHECK(no_region.error().message.find("egion") != std::string::npos);

    config = f.config();
    config.credentials = CredentialsHandle();
    const auto no_credentials = f.client(std::move(config)).get_speaker_search_task(get);
    REQUIRE_FALSE(no_credentials);
    CHECK(no_credentials.error().kind == ErrorKind::credentials);

    f.environment.has_randomness = false;
    const auto no_token = f.client().start_speaker_search_task(start);
    REQUIRE_FALSE(no_token);
    CHECK(no_token.error().code == "NoRandomness");
    CHECK(f.script.requests.empty());
}

TEST_CASE("a retry after throttling or a broken connection keeps the token and is signed again") {
    Fixture f;
    f.answer(429, R"({"Message":"slow down"})", {{"x-amzn-errortype", "ThrottledClientException"}});
    f.fail(TransportStatus::connection_reset);
    f.answer(201, "{}");
    const auto result = f.client().start_speaker_search_task(start);
    REQUIRE(result);
    CHECK(result.metadata().attempts == 3);
    REQUIRE(f.environment.slept.size() == 2);
    CHECK(f.environment.slept[0].count_milliseconds() == 501); // 0x8080 of 0xffff of a second
    CHECK(f.script.requests[0].body == f.script.requests[2].body);
    CHECK(f.script.requests[0].headers.size() == f.script.requests[2].headers.size());
}

TEST_CASE("a modelled error has its members and says whether it is retryable") {
    Fixture f;
    f.answer(404, R"({"Code":"NotFound","Message":"no such task"})",
             {{"x-amzn-errortype", "NotFoundException:http://x/"}, {"x-amzn-requestid", "r-9"}});
    const auto result = f.client().get_speaker_search_task(get);
    REQUIRE_FALSE(result);
    const Error& error = result.error();
    CHECK(error.kind == ErrorKind::service);
    CHECK(error.code == "NotFoundException");
    CHECK(error.message == "no such task");
    CHECK(error.http_status == 404);
    CHECK(error.request_id == "r-9");
    CHECK(error.attempts == 1);
    CHECK_FALSE(error.retryable);
    const Error copy = error;
    const auto exception = copy.as<voice::NotFoundException>();
    REQUIRE(exception);
    CHECK(exception->code == voice::ErrorCode::NotFound);
    CHECK(exception->message == "no such task");
    CHECK_FALSE(error.as<voice::ConflictException>());
}

TEST_CASE("an error that persists is returned after the last attempt") {
    Fixture f;
    for (int i = 0; i < 3; ++i) f.answer(503, "<html>busy</html>");
    const auto result = f.client().get_speaker_search_task(get);
    REQUIRE_FALSE(result);
    CHECK(result.error().http_status == 503);
    CHECK(result.error().attempts == 3);
    CHECK(result.error().retryable);
}

TEST_CASE("clock skew is corrected from the service's Date") {
    Fixture f;
    f.answer(403, R"({"message":"Signature expired"})",
             {{"x-amzn-errortype", "InvalidSignatureException"}, {"Date", "Fri, 02 Jan 2026 05:04:05 GMT"}});
    f.answer(200, "{}");
    const voice::Client client = f.client();
    REQUIRE(client.get_speaker_search_task(get));
    CHECK(*f.script.requests[1].headers.find("X-Amz-Date") == "20260102T050405Z");
}

TEST_CASE("a refused HEAD request, which has no error code, corrects the clock") {
    Fixture f;
    f.answer(403, "", {{"Date", "Fri, 02 Jan 2026 05:04:05 GMT"}});
    f.answer(200, "{}");
    REQUIRE(f.client().get_speaker_search_task(get));
    CHECK(*f.script.requests[1].headers.find("X-Amz-Date") == "20260102T050405Z");
}

TEST_CASE("an unsigned request's response and a cache's copy leave the clock alone") {
    Fixture f;
    f.answer(200, "{}", {{"Date", "Fri, 02 Jan 2026 05:04:05 GMT"}, {"Age", "7200"}});
    f.answer(200, "{}", {{"Date", "Fri, 02 Jan 2026 05:04:05 GMT"}});
    const voice::Client client = f.client();
    REQUIRE(client.get_speaker_search_task(get));
    CHECK(client.core().state().clock_skew.offset_seconds() == 0);
    ClientConfig config = f.config();
    config.credentials = anonymous_credentials();
    const voice::Client anonymous = f.client(std::move(config));
    REQUIRE(anonymous.get_speaker_search_task(get));
    CHECK(anonymous.core().state().clock_skew.offset_seconds() == 0);
}

TEST_CASE("a response that is truncated, too large or not JSON is an error") {
    Fixture f;
    for (int i = 0; i < 3; ++i) f.answer(200, "{}", {{"Content-Length", "20"}});
    const auto cut = f.client().get_speaker_search_task(get);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == "TruncatedResponse");

    Fixture g;
    g.answer(200, std::string(100, ' ') + "{}");
    ClientConfig config = g.config();
    config.max_response_bytes = 50;
    const auto large = g.client(std::move(config)).get_speaker_search_task(get);
    REQUIRE_FALSE(large);
    CHECK(large.error().kind == ErrorKind::response);
    CHECK(large.error().message.find("50") != std::string::npos);

    Fixture h;
    for (int i = 0; i < 2; ++i) h.answer(200, R"({"SpeakerSearchTask":)");
    const auto garbage = h.client().get_speaker_search_task(get);
    REQUIRE_FALSE(garbage);
    CHECK(garbage.error().kind == ErrorKind::response);
    CHECK(garbage.error().message.starts_with("GetSpeakerSearchTaskResponse"));
    CHECK(garbage.error().message.find("GetSpeakerSearchTaskResponse", 1) == std::string::npos);
    CHECK(garbage.error().http_status == 200);
    CHECK(garbage.error().attempts == 2);
}

TEST_CASE("an error describes the response of the last attempt") {
    Fixture f;
    f.answer(503, "{}", {{"x-amzn-RequestId", "first"}});
    f.fail(TransportStatus::connection_reset);
    f.fail(TransportStatus::connection_reset);
    const auto reset = f.client().get_speaker_search_task(get);
    REQUIRE_FALSE(reset);
    CHECK(reset.error().kind == ErrorKind::transport);
    CHECK(reset.error().attempts == 3);
    CHECK(reset.error().request_id.empty());
    CHECK(reset.error().http_status == 0);
    CHECK(reset.metadata().request_id.empty());
    CHECK(reset.metadata().http_status == 0);

    Fixture g;
    g.answer(503, "{}", {{"x-amzn-RequestId", "first"}});
    g.answer(200, std::string(100, ' ') + "{}", {{"x-amzn-RequestId", "second"}});
    ClientConfig config = g.config();
    config.max_response_bytes = 50;
    const auto large = g.client(std::move(config)).get_speaker_search_task(get);
    REQUIRE_FALSE(large);
    CHECK(large.error().code == "ResponseTooLarge");
    CHECK(large.error().message.find(" limit of 50 bytes") != std::string::npos);
    CHECK(large.error().request_id == "second");
    CHECK(large.error().http_status == 200);
    CHECK(large.error().attempts == 2);
}

TEST_CASE("a response that breaks off after its header keeps its status and request id") {
    Fixture f;
    int calls = 0;
    const voice::Client client{f.config(), [&](const HttpRequest&, ResponseSink& sink) {
                                   sink.on_head(200, {{"x-amzn-RequestId", std::to_string(++calls)}});
                                   return TransportResult{TransportStatus::connection_reset, {}};
                               }};
    const auto result = client.get_speaker_search_task(get);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::transport);
    CHECK(result.error().request_id == "3");
    CHECK(result.error().http_status == 200);
}

TEST_CASE("a line break in the configuration does not add a header") {
    Fixture f;
    ClientConfig config = f.config();
    config.user_agent = "x\r\nX-Evil: 1";
    const auto result = f.client(std::move(config)).get_speaker_search_task(get);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::validation);
    CHECK(f.script.requests.empty());
}

TEST_CASE("an exception from a transport is not retried") {
    Fixture f;
    int calls = 0;
    const voice::Client client{f.config(), [&](const HttpRequest&) -> HttpResponse {
                                   ++calls;
                                   throw 1;
                               }};
    const auto result = client.get_speaker_search_task(get);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::transport);
    CHECK(calls == 1);
}

TEST_CASE("two concurrent calls with the same clock skew both succeed") {
    Fixture f;
    const voice::Client client = f.client();
    Call first(client.core(), operation_of<voice::operations::GetSpeakerSearchTask>, {});
    Call second(client.core(), operation_of<voice::operations::GetSpeakerSearchTask>, {});
    REQUIRE(first.start(&get) == Call::Step::send);
    REQUIRE(second.start(&get) == Call::Step::send);
    const HttpResponse skewed{
        403, {{"x-amzn-errortype", "RequestTimeTooSkewed"}, {"Date", "Fri, 02 Jan 2026 05:04:05 GMT"}}, "{}"};
    CHECK(first.on_response(skewed) == Call::Step::wait);
    CHECK(second.on_response(skewed) == Call::Step::wait);
}

TEST_CASE("a cancellation shortens the wait before a retry") {
    Fixture f;
    f.fail(TransportStatus::connection_reset);
    CancellationToken token;
    struct CancellingEnvironment final : public Environment {
        Timestamp now() noexcept override { return {1'767'323'045, 0}; }
        void sleep(Duration duration) noexcept override {
            slept += duration.count();
            token->cancel();
        }
        bool random(unsigned char* bytes, std::size_t count) noexcept override {
            std::memset(bytes, 0xff, count);
            return true;
        }
        CancellationToken* token = nullptr;
        std::int64_t slept = 0;
    } environment;
    environment.token = &token;
    ClientConfig config = f.config();
    config.environment = &environment;
    config.retry.base_delay = Duration::seconds(10);
    const voice::Client client = f.client(std::move(config));
    const auto result = client.get_speaker_search_task(get, {.cancellation = &token});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(environment.slept <= 1'000'000'000);
    // The attempt that they would have paid for was not made.
    CHECK(client.core().state().retry_tokens.available() == RetryTokenBucket::default_capacity);
}

TEST_CASE("a cancelled call ends before its next attempt") {
    Fixture f;
    f.fail(TransportStatus::connection_reset);
    CancellationToken token;
    voice::Client client{f.config(), [&](const HttpRequest& request, ResponseSink& sink) {
                             token.cancel();
                             return f.script(request, sink);
                         }};
    const auto result = client.get_speaker_search_task(get, {.cancellation = &token});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(result.error().attempts == 1);
}

TEST_CASE("a transport that does not set a status is a transport error") {
    Fixture f;
    f.answer(0, "{}");
    const auto result = f.client().get_speaker_search_task(get);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::transport);
    CHECK(result.error().message.find("status") != std::string::npos);
}

TEST_CASE("a custom endpoint keeps its path and port") {
    Fixture f;
    f.answer(200, "{}");
    ClientConfig config = f.config();
    config.endpoint = "HTTP://LocalHost:8080/base/";
    REQUIRE(f.client(std::move(config)).get_speaker_search_task(get));
    CHECK(f.script.requests[0].url ==
          "http://localhost:8080/base/voice-connectors/vc%2F1/speaker-search-tasks/t");
    CHECK(*f.script.requests[0].headers.find("Host") == "localhost:8080");
}

TEST_CASE("encode and decode work without a client") {
    const auto request = belfry::encode(voice::operations::GetSpeakerSearchTask{}, get);
    REQUIRE(request);
    CHECK(request->url == "/voice-connectors/vc%2F1/speaker-search-tasks/t");
    CHECK(request->method == "GET");
    const auto response = belfry::decode(
        voice::operations::GetSpeakerSearchTask{},
        HttpResponse{200, {}, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"NEW_ONE"}})"});
    REQUIRE(response);
    CHECK(response->speaker_search_task->speaker_search_task_status->to_string() == "NEW_ONE");
    const auto failure = belfry::decode(
        voice::operations::GetSpeakerSearchTask{},
        HttpResponse{409, {{"x-amzn-errortype", "ConflictException"}, {"x-amzn-requestid", "r-1"}}, "{}"});
    CHECK(failure.error().request_id == "r-1");
    REQUIRE_FALSE(failure);
    CHECK(failure.error().as<voice::ConflictException>());
}
