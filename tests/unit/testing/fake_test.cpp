// SPDX-License-Identifier: Apache-2.0
// A fake of Amazon Chime SDK Voice, called by the generated client.
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/fake.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/environment.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace voice = belfry::chime_sdk_voice;
namespace testing = belfry::testing;
using Status = voice::SpeakerSearchTaskStatus;

namespace {

class FakeEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'700'000'000 + ahead, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 7;
        return true;
    }
    std::int64_t ahead = 0;
};

const belfry::Credentials key{"AKIDEXAMPLE", "secret", "session/token+"};

struct Setup {
    explicit Setup(testing::FakeOptions options = {}, belfry::Credentials credentials = key)
        : fake(with_clock(std::move(options))),
          client({.region = "us-east-1", .credentials = std::move(credentials), .environment = &environment},
                 fake) {}
    testing::FakeOptions with_clock(testing::FakeOptions options) {
        options.environment = &service_clock;
        return options;
    }
    FakeEnvironment environment{};
    FakeEnvironment service_clock{};
    voice::Fake fake;
    voice::Client client;
};

voice::GetSpeakerSearchTaskResponse task(voice::SpeakerSearchTaskStatus status) {
    voice::GetSpeakerSearchTaskResponse response;
    response.speaker_search_task = voice::SpeakerSearchTask{.speaker_search_task_id = "t-1",
                                                            .speaker_search_task_status = std::move(status)};
    return response;
}

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "abc/ def",
                                             .speaker_search_task_id = "t-1"};

belfry::Error throttled() {
    return testing::service_error(voice::ThrottledClientException{.message = "slow down"});
}

} // namespace

TEST_CASE("a handler gets the input and its output reaches the caller") {
    Setup setup;
    auto& rule = setup.fake.on_get_speaker_search_task([](const voice::GetSpeakerSearchTaskRequest& input) {
        return task(input.speaker_search_task_id == "t-1" ? Status::IN_PROGRESS : Status::FAILED);
    });
    const auto result = setup.client.get_speaker_search_task(get);
    REQUIRE(result.has_value());
    CHECK(result->speaker_search_task->speaker_search_task_status == "IN_PROGRESS");
    CHECK(result.metadata().request_id == "00000000-0000-4000-8000-000000000001");
    REQUIRE(rule.calls() == 1);
    CHECK(rule.inputs()[0].voice_connector_id == "abc/ def");
    CHECK(setup.fake.refused().empty());
}

TEST_CASE("a modelled exception of a handler has its members, code and status") {
    Setup setup;
    setup.fake.on_get_speaker_search_task(
        [](const voice::GetSpeakerSearchTaskRequest&) -> belfry::Result<voice::GetSpeakerSearchTaskResponse> {
            return testing::service_error(
                voice::NotFoundException{.code = voice::ErrorCode::NotFound, .message = "no such task"});
        });
    const auto result = setup.client.get_speaker_search_task(get);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == belfry::ErrorKind::service);
    CHECK(result.error().code == "NotFoundException");
    CHECK(result.error().http_status == 404);
    const auto exception = result.error().as<voice::NotFoundException>();
    REQUIRE(exception.has_value());
    CHECK(exception->message == "no such task");
    CHECK(exception->code == voice::ErrorCode::NotFound);
}

TEST_CASE("an error that service_error makes gives its exception without a call") {
    const belfry::Error error = throttled();
    const belfry::Error copy = error; // NOLINT: the copy is tested
    REQUIRE(copy.as<voice::ThrottledClientException>().has_value());
    CHECK(copy.as<voice::ThrottledClientException>()->message == "slow down");
    CHECK_FALSE(copy.as<voice::NotFoundException>().has_value());
    CHECK(copy.message == "slow down");
}

TEST_CASE("a call that is throttled twice succeeds with its third attempt") {
    Setup setup;
    auto& rule = setup.fake
                     .on_get_speaker_search_task(
                         [](const voice::GetSpeakerSearchTaskRequest&) { return task(Status::SUCCEEDED); })
                     .fail_next(2, throttled());
    CHECK(setup.fake.pending() == 2);
    const auto result = setup.client.get_speaker_search_task(get);
    REQUIRE(result.has_value());
    CHECK(result.metadata().attempts == 3);
    CHECK(rule.calls() == 3);
    CHECK(setup.fake.pending() == 0);
}

TEST_CASE("a script answers in its order, and then there is no answer") {
    Setup setup;
    setup.fake.on_get_speaker_search_task()
        .answer_next(task(Status::IN_QUEUE))
        .fail_next(1, testing::service_error("Odd", "an odd error", 418))
        .answer_next(task(Status::SUCCEEDED));
    CHECK(setup.client.get_speaker_search_task(get)->speaker_search_task->speaker_search_task_status ==
          "IN_QUEUE");
    const auto odd = setup.client.get_speaker_search_task(get);
    CHECK(odd.error().code == "Odd");
    CHECK(odd.error().message == "an odd error");
    CHECK(odd.error().http_status == 418);
    CHECK(setup.client.get_speaker_search_task(get)->speaker_search_task->speaker_search_task_status ==
          "SUCCEEDED");
    const auto unexpected = setup.client.get_speaker_search_task(get);
    CHECK(unexpected.error().code == "UnexpectedCall");
    CHECK(unexpected.error().attempts == 1);
    CHECK(unexpected.error().message.find("GetSpeakerSearchTask") != std::string::npos);
}

TEST_CASE("a failure of the transport is retried as one") {
    Setup setup;
    setup.fake.on_get_speaker_search_task(
        [](const voice::GetSpeakerSearchTaskRequest&) { return task(Status::SUCCEEDED); });
    setup.fake.fail_next(1, testing::transport_error(belfry::TransportStatus::connection_reset));
    CHECK(setup.client.get_speaker_search_task(get).metadata().attempts == 2);
    setup.fake.fail_next(9, testing::transport_error(belfry::TransportStatus::timed_out, "too slow"));
    const auto result = setup.client.get_speaker_search_task(get);
    CHECK(result.error().kind == belfry::ErrorKind::timeout);
    CHECK(result.error().message.find("too slow") != std::string::npos);
}

TEST_CASE("a request without a handler is an unknown operation") {
    Setup setup;
    setup.fake.on_start_speaker_search_task();
    const auto result = setup.client.get_speaker_search_task(get);
    CHECK(result.error().code == "UnknownOperationException");
    CHECK(result.error().http_status == 404);
    REQUIRE(setup.fake.refused().size() == 1);
    CHECK(setup.fake.refused()[0].find(
              "GET /voice-connectors/abc%2F%20def/speaker-search-tasks/t-1: UnknownOperation") == 0);
}

TEST_CASE("signatures are verified when the fake has a key") {
    const auto code_for = [](testing::FakeOptions options, belfry::Credentials credentials,
                             std::int64_t ahead = 0) {
        options.credentials = key;
        Setup setup(std::move(options), std::move(credentials));
        setup.service_clock.ahead = ahead;
        setup.fake.on_get_speaker_search_task(
            [](const voice::GetSpeakerSearchTaskRequest&) { return task(Status::SUCCEEDED); });
        const auto result = setup.client.get_speaker_search_task(get, {.retry = nullptr});
        CHECK(setup.fake.refused().empty() == result.has_value());
        return result.has_value() ? std::string() : result.error().code;
    };
    CHECK(code_for({}, key) == "");
    CHECK(code_for({.region = "us-east-1"}, key) == "");
    CHECK(code_for({.region = "eu-west-1"}, key) == "InvalidSignatureException");
    CHECK(code_for({}, {"AKIDEXAMPLE", "other", "session/token+"}) == "InvalidSignatureException");
    CHECK(code_for({}, {"AKIDOTHER", "secret", "session/token+"}) == "UnrecognizedClientException");
    CHECK(code_for({}, {"AKIDEXAMPLE", "secret", "other"}) == "UnrecognizedClientException");
    CHECK(code_for({}, belfry::anonymous_credentials()) == "MissingAuthenticationTokenException");
    CHECK(code_for({.allow_unsigned = true}, belfry::anonymous_credentials()) == "");
    CHECK(code_for({}, key, 299) == "");
    CHECK(code_for({}, key, -299) == "");
}

TEST_CASE("a signature that is too old or changed is refused") {
    testing::FakeOptions options;
    options.credentials = key;
    Setup setup(std::move(options));
    setup.fake.on_get_speaker_search_task(
        [](const voice::GetSpeakerSearchTaskRequest&) { return task(Status::SUCCEEDED); });
    belfry::HttpRequest signed_request;
    {
        const voice::Client client(
            {.region = "us-east-1", .credentials = key, .environment = &setup.environment},
            [&](const belfry::HttpRequest& request) {
                signed_request = request;
                return belfry::HttpResponse{200, {}, "{}"};
            });
        REQUIRE(client.get_speaker_search_task(get).has_value());
    }
    const auto code_of = [&](const belfry::HttpRequest& request) {
        testing::ReceivedRequest received;
        REQUIRE(testing::detail::receive(request, received));
        const auto reply = setup.fake.answer(std::move(received));
        const auto code = reply.response.headers.find("x-amzn-errortype");
        return std::string(code.value_or(""));
    };
    CHECK(code_of(signed_request) == "");
    SECTION("too old, and not yet current") {
        setup.service_clock.ahead = 301;
        CHECK(code_of(signed_request) == "InvalidSignatureException");
        setup.service_clock.ahead = -301;
        CHECK(code_of(signed_request) == "InvalidSignatureException");
    }
    SECTION("another path, query, header or body") {
        belfry::HttpRequest changed = signed_request;
        changed.url += "?more=1";
        CHECK(code_of(changed) == "InvalidSignatureException");
        changed = signed_request;
        changed.headers.append("X-Amz-More", "1");
        CHECK(code_of(changed) == "InvalidSignatureException");
        changed = signed_request;
        changed.body = "x";
        CHECK(code_of(changed) == "InvalidSignatureException");
        changed = signed_request;
        changed.headers.set("X-Amz-Date", "20231114T221321Z");
        CHECK(code_of(changed) == "InvalidSignatureException");
    }
    SECTION("the answer does not have the session token") {
        signed_request.body = "x";
        testing::ReceivedRequest received;
        REQUIRE(testing::detail::receive(signed_request, received));
        const auto reply = setup.fake.answer(std::move(received));
        CHECK(reply.response.body.find("canonical request") != std::string::npos);
        CHECK(reply.response.body.find(key.session_token) == std::string::npos);
    }
    SECTION("a part is missing") {
        signed_request.headers.set("Authorization",
                                   "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host");
        CHECK(code_of(signed_request) == "IncompleteSignatureException");
    }
}

TEST_CASE("an input without a required member is refused with the service's code") {
    Setup setup({.allow_unsigned = true, .invalid_code = "BadRequestException"});
    setup.fake.on_start_speaker_search_task();
    testing::ReceivedRequest request{.method = "POST",
                                     .path = "/voice-connectors/abc/speaker-search-tasks",
                                     .headers = {{"Content-Type", "application/json"}},
                                     .body = R"({"TransactionId": "1"})"};
    const auto reply = setup.fake.answer(std::move(request));
    CHECK(reply.response.status == 400);
    CHECK(*reply.response.headers.find("x-amzn-errortype") == "BadRequestException");
    CHECK(
        reply.response.body ==
        R"({"message":"1 validation error detected. Value at '/VoiceProfileDomainId' failed to satisfy constraint: Member must not be null"})");
}

TEST_CASE("the rule of an operation is the same by its name and by its type") {
    Setup setup;
    auto& named = setup.fake.on_get_speaker_search_task();
    CHECK(&named == &setup.fake.on<voice::operations::GetSpeakerSearchTask>());
}

TEST_CASE("an exception of a handler is a failure of the transport") {
    Setup setup;
    setup.fake.on_get_speaker_search_task(
        [](const voice::GetSpeakerSearchTaskRequest&) -> voice::GetSpeakerSearchTaskResponse {
            throw std::runtime_error("not today");
        });
    const auto result = setup.client.get_speaker_search_task(get);
    CHECK(result.error().kind == belfry::ErrorKind::transport);
    CHECK(result.error().message.find("not today") != std::string::npos);
}
