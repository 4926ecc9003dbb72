// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/coroutine.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>

#include "support/catch.hpp"
#include "unit/async/job.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;
using voice::operations::GetSpeakerSearchTask;

using test::Job;

struct Fixture {
    test::FakeEnvironment environment{};
    test::FakeAsyncTransport transport{};
    test::FakeTimer timer{};
    voice::Client client{
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &environment},
        AsyncOnly{}};
    AsyncCaller caller{client, transport, timer};
    std::vector<std::string> log{};
};

Job poll(Fixture& f, int times) {
    for (int i = 0; i < times; ++i) {
        const voice::GetSpeakerSearchTaskRequest input{
            .voice_connector_id = "an id that is too long to fit into the string itself",
            .speaker_search_task_id = "another id that does not fit into the string"};
        const auto result = co_await async_call(f.caller, GetSpeakerSearchTask{}, input);
        f.log.push_back(result ? *result->speaker_search_task->speaker_search_task_id : result.error().code);
    }
}

Job call_once(Fixture& f, voice::GetSpeakerSearchTaskRequest input, std::shared_ptr<int> witness) {
    const auto result = co_await async_call(f.caller, GetSpeakerSearchTask{}, input);
    f.log.push_back(result.error().code);
    ++*witness;
}

Job count(Fixture& f, int times, int& counted) {
    const voice::GetSpeakerSearchTaskRequest input{.voice_connector_id = "vc", .speaker_search_task_id = "t"};
    for (int i = 0; i < times; ++i) {
        const auto result = co_await async_call(f.caller, GetSpeakerSearchTask{}, input);
        if (result) ++counted;
    }
}

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "vc", .speaker_search_task_id = "t"};

} // namespace

TEST_CASE("a coroutine awaits calls and resumes with their results") {
    Fixture f;
    const Job job = poll(f, 3);
    f.transport.answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"1"}})");
    f.transport.answer(404, "{}", {{"x-amzn-errortype", "NotFoundException"}});
    f.transport.fail(TransportStatus::connection_reset);
    f.timer.pass(Duration::seconds(20));
    CHECK_FALSE(job.done());
    f.transport.answer(200, R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":"3"}})");
    CHECK(job.done());
    CHECK(f.log == std::vector<std::string>{"1", "NotFoundException", "3"});
}

TEST_CASE("a coroutine gets the error of a call that was never sent") {
    Fixture f;
    const Job job = call_once(f, voice::GetSpeakerSearchTaskRequest(), std::make_shared<int>(0));
    CHECK_FALSE(job.done());
    f.timer.turn();
    CHECK(job.done());
    CHECK(f.transport.started == 0);
    REQUIRE(f.log.size() == 1);
    CHECK_FALSE(f.log[0].empty());
}

TEST_CASE("a coroutine that is destroyed while it waits cancels its call") {
    Fixture f;
    const auto witness = std::make_shared<int>(0);
    {
        const Job job = call_once(f, get, witness);
        CHECK(f.transport.pending.size() == 1);
        CHECK(witness.use_count() == 2);
    }
    CHECK(f.transport.pending.empty());
    CHECK(witness.use_count() == 1);
    {
        const Job job = call_once(f, get, witness);
        f.transport.fail(TransportStatus::connection_reset);
    }
    f.timer.pass(Duration::seconds(20));
    CHECK(f.transport.started == 2);
    CHECK(*witness == 0);
    CHECK(f.log.empty());
}

TEST_CASE("an awaited call can be cancelled through a token") {
    Fixture f;
    auto call = async_call(f.caller, GetSpeakerSearchTask{}, get);
    call.cancel(); // not awaited yet
    const Job job = [](Fixture& fixture, auto& awaited) -> Job {
        const auto result = co_await awaited;
        fixture.log.push_back(result.error().code);
    }(f, call);
    REQUIRE(f.transport.pending.size() == 1);
    call.cancel();
    CHECK(job.done());
    CHECK(f.log.size() == 1);
}

TEST_CASE("a coroutine may make a hundred thousand calls that complete immediately") {
    Fixture f;
    f.transport.at_once = true;
    f.transport.keeps_requests = false;
    f.transport.immediate = {TransportStatus::ok, {200, {}, "{}"}};
    int counted = 0;
    const Job job = count(f, 100'000, counted);
    f.timer.turn();
    CHECK(job.done());
    CHECK(counted == 100'000);
}
