// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/list_voice_connectors.hpp>
#include <belfry/golden_tower/list_kinds.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace tower = belfry::golden_tower;
namespace voice = belfry::chime_sdk_voice;
using voice::operations::GetSpeakerSearchTask;

ClientConfig config(const char* region) {
    return {
        .region = region, .credentials = Credentials{"AKIDEXAMPLE", "secret"}, .retry = {.max_attempts = 1}};
}
/// Returns the host of the request as the code of an error.
HttpResponse echo(const HttpRequest& request) {
    return {400, {{"x-amzn-ErrorType", *request.headers.find("Host")}}, "{}"};
}
std::string called(const voice::Client& client) {
    return client.get_speaker_search_task({.voice_connector_id = "v", .speaker_search_task_id = "t"})
        .error()
        .code;
}

} // namespace

TEST_CASE("a moved client calls with its configuration, transport and state") {
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<voice::Client>);
    STATIC_REQUIRE(std::is_nothrow_move_assignable_v<voice::Client>);
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<voice::Client>);
    std::vector<voice::Client> clients;
    for (const char* const region : {"us-east-1", "us-west-2", "eu-central-1"})
        clients.emplace_back(config(region), &echo); // moves the others where there is no room
    CHECK(called(clients[0]) == "voice-chime.us-east-1.amazonaws.com");
    CHECK(called(clients[2]) == "voice-chime.eu-central-1.amazonaws.com");
    std::optional<voice::Client> client(std::move(clients[1]));
    CHECK(called(*client) == "voice-chime.us-west-2.amazonaws.com");
    const ClientCore* const core = &client->core();
    clients[1] = *std::move(client);
    CHECK(&clients[1].core() == core);
    client = std::move(clients[0]);
    CHECK(called(*client) == "voice-chime.us-east-1.amazonaws.com");
    clients[0] = voice::Client(config("ap-southeast-1"), &echo);
    CHECK(called(clients[0]) == "voice-chime.ap-southeast-1.amazonaws.com");
}

TEST_CASE("pages and asynchronous calls continue when their client is moved") {
    int requests = 0;
    std::optional<voice::Client> first(std::in_place, config("us-east-1"), [&requests](const HttpRequest&) {
        return HttpResponse{
            200, {}, ++requests < 3 ? R"({"NextToken": ")" + std::to_string(requests) + "\"}" : "{}"};
    });
    auto pages = first->paginate_list_voice_connectors({});
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    const AsyncCaller caller(*first, transport, timer);
    std::vector<bool> results;
    const auto start = [&] {
        caller.start(GetSpeakerSearchTask{}, {.voice_connector_id = "v", .speaker_search_task_id = "t"},
                     [&](Result<voice::GetSpeakerSearchTaskResponse> result) {
                         results.push_back(result.has_value());
                     });
    };
    start();
    REQUIRE(pages.next() != nullptr);
    const voice::Client second(*std::move(first));
    first.reset();
    int count = 1;
    while (auto* const page = pages.next()) {
        CHECK(*page);
        ++count;
    }
    CHECK(count == 3);
    transport.answer(200, "{}");
    start();
    transport.answer(200, "{}");
    CHECK(results == std::vector{true, true});
    CHECK(transport.requests.size() == 2);
}

TEST_CASE("the endpoint options of a client move with it, and pages keep those they began with") {
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<tower::Client>);
    STATIC_REQUIRE(std::is_nothrow_move_assignable_v<tower::Client>);
    std::vector<std::string> hosts;
    const auto transport = [&hosts](const HttpRequest& request) {
        hosts.emplace_back(*request.headers.find("Host"));
        return HttpResponse{
            200, {}, hosts.size() < 9 ? R"({"NextToken": ")" + std::to_string(hosts.size()) + "\"}" : "{}"};
    };
    // Too long for a string's own buffer.
    tower::Client first(config("us-east-1"), transport, {.storey = "the-first-storey-of-the-tower"});
    tower::Client second(config("us-west-2"), transport, {.storey = "the-second-storey-of-the-tower"});
    const std::string first_host = "the-first-storey-of-the-tower.golden.us-east-1.example";
    const std::string second_host = "the-second-storey-of-the-tower.golden.us-west-2.example";
    auto pages = first.paginate_list_kinds({});
    test::FakeAsyncTransport async_transport;
    test::FakeTimer timer;
    int results = 0;
    const AsyncCaller caller(first, async_transport, timer);
    REQUIRE(pages.next() != nullptr);
    first = std::move(second);
    REQUIRE(pages.next() != nullptr);
    CHECK(first.list_kinds({}));
    caller.start(tower::operations::ListKinds{}, {},
                 [&](const Result<tower::ListKindsResponse>& result) { results += result ? 1 : 0; });
    REQUIRE(async_transport.pending.size() == 1);
    CHECK(*async_transport.pending[0].request->headers.find("Host") == first_host);
    async_transport.answer(200, "{}");
    CHECK(results == 1);
    CHECK(hosts == std::vector{first_host, first_host, second_host});

    tower::Client third(std::move(first));
    CHECK(third.list_kinds({}));
    first = tower::Client(config("eu-central-1"), transport);
    CHECK(first.list_kinds({}));
    tower::Client& same = third;
    third = std::move(same);
    CHECK(third.list_kinds({}));
    CHECK(std::vector(hosts.begin() + 3, hosts.end()) ==
          std::vector{second_host, std::string("golden.eu-central-1.example"), second_host});
}
