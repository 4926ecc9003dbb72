// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/client.hpp>
#include <belfry/chime_sdk_voice/fake.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/golden_tower/fake.hpp>
#include <belfry/golden_tower/listen.hpp>

#include "support/catch.hpp"
#include "unit/memory/drivers.hpp"

#include <string>

namespace tower = belfry::golden_tower;
namespace voice = belfry::chime_sdk_voice;
using test::RunOutcome;

TEST_CASE("a fake survives without memory") {
    test::QuietEnvironment environment;
    const voice::GetSpeakerSearchTaskRequest input{
        .voice_connector_id = "an id that is too long to fit into the string itself",
        .speaker_search_task_id = "another id that does not fit into the string"};
    // A fake keeps the inputs of its calls, so each run has its own.
    const auto run = [&] {
        voice::Fake fake({.credentials = test::long_keys, .environment = &environment});
        fake.on_get_speaker_search_task([](const voice::GetSpeakerSearchTaskRequest& asked) {
            return voice::GetSpeakerSearchTaskResponse{
                .speaker_search_task =
                    voice::SpeakerSearchTask{.speaker_search_task_id = asked.speaker_search_task_id}};
        });
        const voice::Client client(
            {.region = "us-east-1", .credentials = test::long_keys, .environment = &environment}, fake);
        return client.get_speaker_search_task(input) ? RunOutcome::success : RunOutcome::error;
    };
    for (const auto which : {test::FailedAllocations::one, test::FailedAllocations::rest}) {
        const long failures =
            test::fail_each_allocation(which, run, [&](RunOutcome) { CHECK(run() == RunOutcome::success); });
        CHECK(failures >= 50);
    }
}

TEST_CASE("a fake with event streams survives without memory") {
    test::QuietEnvironment environment;
    const std::string text = "a text that is too long to fit into the string itself";
    const auto run = [&] {
        tower::Fake fake({.credentials = test::long_keys, .environment = &environment});
        fake.on_listen([&](const tower::ListenRequest&, auto& stream) {
            stream.respond({.hall = "a hall that does not fit into the string"});
            for (int i = 0; i < 3; ++i) stream.send(tower::Events::from_verse({.text = text}));
        });
        const tower::Client client(
            {.region = "us-east-1", .credentials = test::long_keys, .environment = &environment}, fake);
        int heard = 0;
        const auto result = client.listen({}, [&](const tower::Events&) { ++heard; });
        return result && heard == 3 ? RunOutcome::success : RunOutcome::error;
    };
    for (const auto which : {test::FailedAllocations::one, test::FailedAllocations::rest}) {
        const long failures =
            test::fail_each_allocation(which, run, [&](RunOutcome) { CHECK(run() == RunOutcome::success); });
        CHECK(failures >= 50);
    }
}
