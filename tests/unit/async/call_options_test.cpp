// SPDX-License-Identifier: Apache-2.0
// The options of one call are those of a call that blocks.
#include <belfry/chime_sdk_voice/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "vc", .speaker_search_task_id = "t"};

ClientConfig config_at(test::FakeEnvironment& environment) {
    return {.region = "us-east-1",
            .credentials = Credentials{"AKIDCLIENT", "secret of the client"},
            .environment = &environment};
}

} // namespace

TEST_CASE("the request of an asynchronous call with options is that of a call that blocks") {
    const CredentialsHandle handle = Credentials{"AKIDOTHER", "secret of another", "token"};
    const Headers headers{{"X-Tenant", "blue"}};
    const RetryOptions once{.max_attempts = 1};
    const CallOptions cases[] = {
        {},
        {.timeouts = {.connect = Duration::seconds(1), .idle = Duration::seconds(2)}},
        {.timeouts = {.total = Duration::seconds(3)}},
        {.deadline = Duration::seconds(4)},
        {.region = "eu-central-1"},
        {.endpoint = "http://localhost:4566/base/"},
        {.credentials = &handle},
        {.headers = &headers},
        {.retry = &once,
         .region = "us-west-2",
         .endpoint = "https://proxy.example",
         .credentials = &handle,
         .headers = &headers},
    };
    for (const CallOptions& options : cases) {
        test::FakeEnvironment environment;
        std::vector<HttpRequest> sent;
        const voice::Client blocking(config_at(environment), [&](const HttpRequest& request) {
            sent.push_back(request);
            return HttpResponse{200, {}, "{}"};
        });
        REQUIRE(blocking.get_speaker_search_task(input, options));
        const voice::Client client(config_at(environment), AsyncOnly{});
        test::FakeAsyncTransport transport;
        transport.keeps_requests = true;
        transport.at_once = true;
        transport.immediate.response = {200, {}, "{}"};
        test::FakeTimer timer;
        bool succeeded = false;
        auto call =
            client.async(transport, timer).get_speaker_search_task(input, options, [&](const auto& result) {
                succeeded = result.has_value();
            });
        timer.pass(Duration::seconds(1));
        CHECK(succeeded);
        REQUIRE(sent.size() == 1);
        REQUIRE(transport.requests.size() == 1);
        CHECK(transport.requests[0].url == sent[0].url);
        CHECK(transport.requests[0].headers == sent[0].headers);
        CHECK(transport.requests[0].timeouts.connect == sent[0].timeouts.connect);
        CHECK(transport.requests[0].timeouts.idle == sent[0].timeouts.idle);
        // A deadline leaves less and less time.
        const std::int64_t difference =
            transport.requests[0].timeouts.total.count() - sent[0].timeouts.total.count();
        CHECK((difference < 1'000'000'000 && difference > -1'000'000'000));
    }
}

TEST_CASE("the retry options of an asynchronous call are its own") {
    const RetryOptions once{.max_attempts = 1};
    const RetryOptions four{.max_attempts = 4};
    const struct {
        CallOptions options;
        std::size_t attempts;
    } cases[] = {{{}, 3}, {{.retry = &once}, 1}, {{.retry = &four}, 4}, {{.max_attempts = 2}, 2}};
    for (const auto& each : cases) {
        test::FakeEnvironment environment;
        const voice::Client client(config_at(environment), AsyncOnly{});
        test::FakeAsyncTransport transport;
        transport.keeps_requests = true;
        transport.at_once = true;
        transport.immediate.response = {503, {}, "{}"};
        test::FakeTimer timer;
        int failed = 0;
        auto call = client.async(transport, timer)
                        .get_speaker_search_task(input, each.options, [&](const auto& result) {
                            failed += result.has_value() ? 0 : 1;
                        });
        for (int i = 0; i < 10; ++i) timer.pass(Duration::seconds(30));
        CHECK(failed == 1);
        CHECK(transport.requests.size() == each.attempts);
    }
}
