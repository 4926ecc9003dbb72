// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/presign/presign.hpp>

#include "unit/memory/drivers.hpp"

#include <new>
#include <string>

namespace voice = belfry::chime_sdk_voice;
using test::RunOutcome;

namespace {

const belfry::Headers json_headers{{"Content-Type", "application/json"},
                                   {"x-amzn-RequestId", "f3b1c0de-0000-4000-8000-000000000000"},
                                   {"Date", "Fri, 02 Jan 2026 03:04:05 GMT"}};
const test::Played task{
    {201, json_headers,
     R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"2f9e3b6a-0000-4000-8000-000000000000",)"
     R"("SpeakerSearchTaskStatus":"a status that this version of the model does not know",)"
     R"("CallDetails":{"VoiceConnectorId":"abcdefghijklmnopqrstuv","IsCaller":true},)"
     R"("SpeakerSearchDetails":{"Results":[{"ConfidenceScore":0.5,"VoiceProfileId":"abcdefghijklmnopqrstuv"}]}}})"}};
const test::Played busy{
    {503, json_headers, R"({"message":"a message that is too long for a string's own buffer"})"}};
const test::Played missing{
    {404,
     {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", "NotFoundException"}},
     R"({"Code":"NotFound","Message":"a message that is too long for a string's own buffer"})"}};

struct Fixture {
    test::QuietEnvironment environment{};
    test::PlayedTransport transport{};
    voice::Client client{{.region = "us-east-1", .credentials = test::long_keys, .environment = &environment},
                         transport};
    voice::StartSpeakerSearchTaskRequest input{
        .voice_connector_id = "abcdefghijklmnopqrstuv",
        .transaction_id = "0a1b2c3d-0000-4000-8000-000000000000",
        .voice_profile_domain_id = "5e6f7a8b-0000-4000-8000-000000000000",
    };
};

} // namespace

TEST_CASE("a call without memory gives an exception or an error, and the next one works") {
    Fixture f;
    f.transport.replies = {task};
    test::survives_without_memory(
        f.client.core(),
        [&] {
            f.transport.begin();
            return f.client.start_speaker_search_task(f.input) ? RunOutcome::success : RunOutcome::error;
        },
        10);
}

TEST_CASE("a retried call without memory returns the tokens of attempts that did not fail") {
    Fixture f;
    f.transport.replies = {busy, {{}, belfry::TransportStatus::connection_reset}, task};
    test::survives_without_memory(
        f.client.core(),
        [&] {
            f.transport.begin();
            return f.client.start_speaker_search_task(f.input) ? RunOutcome::success : RunOutcome::error;
        },
        20, 28);
}

TEST_CASE("an error of the service without memory is an exception, or another error") {
    Fixture f;
    f.transport.replies = {missing};
    test::survives_without_memory(
        f.client.core(),
        [&] {
            const auto result = f.client.start_speaker_search_task(f.input);
            if (result) return RunOutcome::error;
            const auto exception = result.error().as<voice::NotFoundException>();
            const belfry::Error copy = result.error();
            return exception && exception->message && copy.code == "NotFoundException" ? RunOutcome::success
                                                                                       : RunOutcome::error;
        },
        10);
}

TEST_CASE("callables without memory become errors") {
    test::QuietEnvironment environment;
    const voice::Client client{
        {.region = "us-east-1", .credentials = [] { return test::long_keys; }, .environment = &environment},
        [](const belfry::HttpRequest&) { return task.response; }};
    const voice::StartSpeakerSearchTaskRequest input{
        .voice_connector_id = "abc", .transaction_id = "t", .voice_profile_domain_id = "d"};
    test::survives_without_memory(
        client.core(),
        [&] { return client.start_speaker_search_task(input) ? RunOutcome::success : RunOutcome::error; },
        10);
}

TEST_CASE("a response that is too large for memory is an error of kind memory") {
    Fixture f;
    f.transport.replies = {{{201, {}, std::string(100, ' ') + "{}"}}};
    const belfry::TransportHandle handle(f.transport);
    // Then the client keeps the endpoint, and each call makes the same allocations.
    static_cast<void>(f.client.start_speaker_search_task(f.input));
    belfry::ErrorKind kind = belfry::ErrorKind::none;
    // The body is appended in two pieces: the second one needs a second allocation.
    for (long n = 1; kind != belfry::ErrorKind::memory; ++n) {
        REQUIRE(n < 1'000);
        const test::FailingAllocations failing(n, test::FailedAllocations::one);
        try {
            const auto result = f.client.start_speaker_search_task(f.input);
            kind = result.error().kind;
            if (kind == belfry::ErrorKind::memory && result.error().code != "OutOfMemory")
                kind = belfry::ErrorKind::none;
        } catch (const std::bad_alloc&) {
            continue;
        }
    }
    CHECK(kind == belfry::ErrorKind::memory);
}

TEST_CASE("pages without memory end, and a new listing works") {
    Fixture f;
    const std::string connectors =
        R"({"VoiceConnectors":[{"Name":"a name that is too long for a string's own buffer"}])";
    f.transport.replies = {
        {{200, json_headers, connectors + R"(,"NextToken":"a token that is too long for a string"})"}},
        {{200, json_headers, connectors + "}"}}};
    test::survives_without_memory(
        f.client.core(),
        [&] {
            f.transport.begin();
            int pages = 0;
            for (const auto& page : f.client.paginate_list_voice_connectors({})) {
                if (!page) return RunOutcome::error;
                ++pages;
            }
            return pages == 2 ? RunOutcome::success : RunOutcome::error;
        },
        20);
}

TEST_CASE("a waiter without memory ends, and a new wait works") {
    Fixture f;
    f.transport.replies = {
        {{200, json_headers, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"InProgress"}})"}},
        {{200, json_headers, R"({"SpeakerSearchTask":{"SpeakerSearchTaskStatus":"SUCCEEDED"}})"}}};
    const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "abcdefghijklmnopqrstuv",
                                                   .speaker_search_task_id =
                                                       "2f9e3b6a-0000-4000-8000-000000000000"};
    test::survives_without_memory(
        f.client.core(),
        [&] {
            f.transport.begin();
            return f.client.poll_until_speaker_search_task_complete(input) ? RunOutcome::success
                                                                           : RunOutcome::error;
        },
        10);
}

TEST_CASE("presigning without memory is an exception or an error") {
    const auto presign = [](const voice::Client& client, const auto& input) {
        return belfry::presign(client.core(), voice::operations::StartSpeakerSearchTask{}, input,
                               {.idempotency_token = "token"})
                   ? RunOutcome::success
                   : RunOutcome::error;
    };
    Fixture f;
    test::survives_without_memory(f.client.core(), [&] { return presign(f.client, f.input); }, 5);
    const voice::Client asks{
        {.region = "us-east-1", .credentials = [] { return test::long_keys; }, .environment = &f.environment},
        f.transport};
    test::survives_without_memory(asks.core(), [&] { return presign(asks, f.input); }, 5);
}
