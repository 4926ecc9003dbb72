// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/identity/cache.hpp>
#include <belfry/identity/instance_metadata.hpp>
#include <belfry/log_observer.hpp>

#include "unit/memory/drivers.hpp"

#include <string_view>

using namespace belfry; // NOLINT
namespace voice = belfry::chime_sdk_voice;

TEST_CASE("a log does not allocate memory") {
    test::QuietEnvironment environment;
    long lines = 0;
    long allocations = 0;
    const auto make_client = [&](CallListener* observer) {
        return voice::Client({.region = "us-east-1",
                              .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                              .environment = &environment,
                              .observer = observer},
                             [](const HttpRequest&) { return HttpResponse{503, {}, "{}"}; });
    };
    const auto count = [&](const voice::Client& client) {
        // The first calls make what the client keeps.
        for (int i = 0; i < 3; ++i) {
            const long before = test::allocation_counts().made;
            CHECK_FALSE(client.get_speaker_search_task(
                {.voice_connector_id = "v", .speaker_search_task_id = "t"}, {.max_attempts = 2}));
            allocations = test::allocation_counts().made - before;
        }
        return allocations;
    };
    LogObserver log([&](LogLevel, std::string_view) { ++lines; });
    const long with = count(make_client(&log));
    CHECK(lines == 3 * 8);
    CHECK(with == count(make_client(nullptr)));
}

TEST_CASE("a call with a log ends as well as one without if memory runs out") {
    test::QuietEnvironment environment;
    test::PlayedTransport transport;
    transport.replies = {{{503, {{"x-amzn-RequestId", "an id that is too long for a string"}}, "{}"}},
                         {{200, {}, R"({"SpeakerSearchTask":{}})"}}};
    long lines = 0;
    LogObserver log([&](LogLevel, std::string_view) { ++lines; });
    const voice::Client client({.region = "us-east-1",
                                .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                .environment = &environment,
                                .observer = &log},
                               transport);
    for (const auto which : {test::FailedAllocations::one, test::FailedAllocations::rest}) {
        const long failures = test::fail_each_allocation(
            which,
            [&] {
                transport.begin();
                const auto result = client.get_speaker_search_task(
                    {.voice_connector_id = "v", .speaker_search_task_id = "t"});
                return result ? test::RunOutcome::success : test::RunOutcome::error;
            },
            [](test::RunOutcome) {});
        CHECK(failures > 5);
    }
    CHECK(lines > 0);
}

TEST_CASE("an observed cache of credentials has the same results if memory runs out") {
    test::QuietEnvironment environment;
    test::PlayedTransport transport;
    transport.replies = {
        {{200, {}, "a session token that is too long for a string's own buffer"}},
        {{200, {}, "a-role-with-a-name-that-is-too-long"}},
        {{200,
          {},
          R"({"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"AKIDEXAMPLEAKIDEXAMPLE",)"
          R"("SecretAccessKey":"a secret that is too long for a string","Token":"and a token that is too long",)"
          R"("Expiration":"2026-01-02T09:04:05Z"})"}}};
    struct Counter final : CredentialsObserver {
        void on_credentials(const CredentialsEvent& event) noexcept override {
            open += event.moment == CredentialsMoment::fetching ? 1 : -1;
            if (event.moment == CredentialsMoment::fetched) ++fetched;
        }
        int open = 0;
        int fetched = 0;
    };
    InstanceMetadataCredentialsSource source({}, environment);
    // In the n-th run the n-th allocation fails: with and without an observer, the same run gets credentials.
    const auto outcome = [&](long n, CredentialsObserver* observer, bool& failed) {
        CachedCredentials cache(source, transport, observer, environment);
        transport.begin();
        const test::FailingAllocations failing(n, test::FailedAllocations::one);
        const bool good = cache.credentials().has_value();
        failed = failing.any();
        return good;
    };
    bool failed = true;
    int fetched = 0;
    for (long n = 1; failed; ++n) {
        Counter counter;
        bool failed_without = false;
        const bool with = outcome(n, &counter, failed);
        const bool without = outcome(n, nullptr, failed_without);
        INFO("allocation " << n);
        // The observer's copies of texts come last. If they cannot be made, the fetch is still a success.
        CHECK((with == without || !failed_without));
        CHECK((with || failed_without));
        CHECK(counter.open == 0);
        fetched += counter.fetched;
    }
    CHECK(fetched > 0);
}
