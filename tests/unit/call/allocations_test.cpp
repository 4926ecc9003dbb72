// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <new>
#include <string>

// The sanitizers replace the allocation functions.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BELFRY_TEST_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define BELFRY_TEST_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef BELFRY_TEST_COUNTS_ALLOCATIONS
#define BELFRY_TEST_COUNTS_ALLOCATIONS 1
#endif

#if BELFRY_TEST_COUNTS_ALLOCATIONS
namespace voice = belfry::chime_sdk_voice;

namespace {
thread_local long allocations = 0;
// The allocations of the transport below do not count.
thread_local long allocations_of_transport = 0;
} // namespace

// Counts for the whole test program; only the test below reads it.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("a whole call takes at most forty allocations") {
    const voice::Client client{
        {.region = "us-east-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret", "token"}},
        [](const belfry::HttpRequest&) {
            const long before = allocations;
            belfry::HttpResponse response{
                201,
                {{"Content-Type", "application/json"},
                 {"x-amzn-RequestId", "f3b1c0de-0000-4000-8000-000000000000"}},
                R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"2f9e3b6a-0000-4000-8000-000000000000",)"
                R"("SpeakerSearchTaskStatus":"InProgress","CallDetails":{"VoiceConnectorId":)"
                R"("abcdefghijklmnopqrstuv","TransactionId":"0a1b2c3d-0000-4000-8000-000000000000",)"
                R"("IsCaller":true},"CreatedTimestamp":"2024-05-01T12:34:56.789Z"}})"};
            allocations_of_transport += allocations - before;
            return response;
        }};
    const voice::StartSpeakerSearchTaskRequest input{
        .voice_connector_id = "abcdefghijklmnopqrstuv",
        .transaction_id = "0a1b2c3d-0000-4000-8000-000000000000",
        .voice_profile_domain_id = "5e6f7a8b-0000-4000-8000-000000000000",
    };
    for (const char* const which : {"first", "second"}) {
        allocations_of_transport = 0;
        const long before = allocations;
        const auto result = client.start_speaker_search_task(input);
        const long taken = allocations - before - allocations_of_transport;
        REQUIRE(result.has_value());
        REQUIRE(result->speaker_search_task.has_value());
        INFO("the " << which << " call");
        CHECK(taken > 0);
        CHECK(taken <= 40);
        CHECK(allocations_of_transport > 0);
    }
}
#else
TEST_CASE("a whole call takes at most forty allocations") {
    WARN("skipped: a sanitizer owns the allocation functions");
}
#endif
