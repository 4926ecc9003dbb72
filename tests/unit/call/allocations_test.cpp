// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include "support/catch.hpp"
#include "support/failing_allocations.hpp"

#include <string>

namespace voice = belfry::chime_sdk_voice;

namespace {
// The allocations of the transport below do not count.
thread_local long allocations_of_transport = 0;

[[nodiscard]] long allocations() noexcept { return test::allocation_counts().made; }
} // namespace

TEST_CASE("a whole call takes at most forty allocations") {
    const voice::Client client{
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret", "token"}},
        [](const belfry::HttpRequest&) {
            const long before = allocations();
            belfry::HttpResponse response{
                201,
                {{"Content-Type", "application/json"},
                 {"x-amzn-RequestId", "f3b1c0de-0000-4000-8000-000000000000"}},
                R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"2f9e3b6a-0000-4000-8000-000000000000",)"
                R"("SpeakerSearchTaskStatus":"InProgress","CallDetails":{"VoiceConnectorId":)"
                R"("abcdefghijklmnopqrstuv","TransactionId":"0a1b2c3d-0000-4000-8000-000000000000",)"
                R"("IsCaller":true},"CreatedTimestamp":"2024-05-01T12:34:56.789Z"}})"};
            allocations_of_transport += allocations() - before;
            return response;
        }};
    const voice::StartSpeakerSearchTaskRequest input{
        .voice_connector_id = "abcdefghijklmnopqrstuv",
        .transaction_id = "0a1b2c3d-0000-4000-8000-000000000000",
        .voice_profile_domain_id = "5e6f7a8b-0000-4000-8000-000000000000",
    };
    for (const char* const which : {"first", "second"}) {
        allocations_of_transport = 0;
        const long before = allocations();
        const auto result = client.start_speaker_search_task(input);
        const long taken = allocations() - before - allocations_of_transport;
        REQUIRE(result.has_value());
        REQUIRE(result->speaker_search_task.has_value());
        INFO("the " << which << " call");
        CHECK(taken > 0);
        CHECK(taken <= 16);
        CHECK(allocations_of_transport > 0);
    }
}
