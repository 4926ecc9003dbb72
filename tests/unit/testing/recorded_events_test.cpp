// SPDX-License-Identifier: Apache-2.0
// Recordings of responses with events, over the loopback interface where Boost is there.
#if defined(BELFRY_TEST_HAS_JSON)
#include <belfry/golden_tower/errors.hpp>
#include <belfry/golden_tower/fake.hpp>
#include <belfry/golden_tower/listen.hpp>
#include <belfry/testing/recorder.hpp>
#include <belfry/testing/replayer.hpp>
#if defined(BELFRY_TEST_HAS_BEAST)
#include <belfry/testing/server.hpp>
#include <belfry/transport/socket.hpp>
#endif

#include "support/catch.hpp"
#include "unit/events/service.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tower = belfry::golden_tower;
namespace testing = belfry::testing;
using tower::Events;
using Listen = tower::operations::Listen;
using Listening = testing::ServiceStream<Listen>;

namespace {

/// A file that is gone afterwards.
struct TemporaryFile {
    TemporaryFile() { std::remove(path.c_str()); }
    ~TemporaryFile() { std::remove(path.c_str()); }
    [[nodiscard]] std::string text() const {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] std::vector<nlohmann::json> lines() const {
        std::vector<nlohmann::json> found;
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) found.push_back(nlohmann::json::parse(line));
        return found;
    }
    std::string path =
        (std::filesystem::temp_directory_path() /
         ("belfry_events_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count())))
            .string();
};

Events verse(std::string_view text) { return Events::from_verse({.text = std::string(text)}); }
Events peal(std::string_view whisper) {
    return Events::from_peal({.kind = tower::BellKind::small_,
                              .loud = true,
                              .tones = {"do", "re"},
                              .whisper = std::string(whisper)});
}

/// One call: the events that came, then the outcome. The client wants no more than `most`.
std::string listen(belfry::Transport& transport, const std::string& endpoint, std::size_t most = 100) {
    test::FakeEnvironment environment;
    belfry::ClientConfig config{.region = "us-east-1",
                                .credentials = belfry::Credentials{"AKIDEXAMPLE", "the-secret", "the-token"}};
    config.environment = &environment;
    config.retry.max_attempts = 1;
    if (!endpoint.empty()) config.endpoint = endpoint;
    const tower::Client client(std::move(config), transport);
    std::string seen;
    std::size_t count = 0;
    const auto result = client.listen({}, [&](const Events& event) {
        if (event.as_verse() != nullptr) seen += event.as_verse()->text.value_or("-") + ' ';
        if (event.as_peal() != nullptr) seen += "peal of " + event.as_peal()->tones.back() + ' ';
        return ++count < most;
    });
    if (result.has_value()) return seen + "in the " + result->hall.value_or("-");
    const auto exception = result.error().as<tower::Cracked>();
    return seen + result.error().code + (exception ? " with " + exception->message.value_or("-") : "");
}

const std::vector<std::string> outcomes{
    "one peal of re two in the nave", "one Bell.Cracked with in two", "Bell.Cracked with at once", "one Odd",
    "one peal of re in the nave",
};

/// The answers that have these outcomes.
void add_answers(tower::Fake& fake) {
    const auto cracked = [](const char* why) {
        return testing::service_error(tower::Cracked{.message = why});
    };
    fake.on_listen()
        .answer_next({verse("one"), peal("the-whisper"), verse("two")}, {.hall = "nave"})
        .answer_next({verse("one")}, {.hall = "nave"}, cracked("in two"))
        .fail_next(1, cracked("at once"))
        .answer_next({verse("one")}, {}, testing::service_error("Odd", "odd for the-token"))
        .answer_next({verse("one"), peal("the-whisper"), verse("two")}, {.hall = "nave"});
}

std::vector<std::string> make_calls(belfry::Transport& transport, const std::string& endpoint) {
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        seen.push_back(listen(transport, endpoint, i + 1 == outcomes.size() ? 2 : 100));
    return seen;
}

void check_recording(const TemporaryFile& file) {
    for (const char* const secret : {"the-secret", "the-token", "AKIDEXAMPLE", "the-whisper"})
        CHECK(file.text().find(secret) == std::string::npos);
    const std::vector<nlohmann::json> lines = file.lines();
    REQUIRE(lines.size() == outcomes.size());
    CHECK(lines[0] == nlohmann::json::parse(R"({
        "operation": "Listen", "input": {}, "output": {"Hall": "nave"}, "events": [
            {"Verse": {"Text": "one"}},
            {"Peal": {"Kind": "small", "Loud": true, "Tones": ["do", "re"], "Whisper": "***"}},
            {"Verse": {"Text": "two"}}]})"));
    CHECK(lines[1]["end"] == nlohmann::json::parse(R"({"error": {
        "code": "Bell.Cracked", "message": "in two", "status": 200, "shape": "Cracked",
        "members": {"message": "in two"}}})"));
    CHECK(lines[2]["error"]["code"] == "Bell.Cracked");
    CHECK(lines[3]["end"]["error"]["message"] == "odd for ***");
    CHECK_FALSE(lines[4].contains("end"));
}

void check_replay(const TemporaryFile& file) {
    tower::Fake fake;
    testing::Replayer replayer(file.path);
    replayer.replay<Listen, tower::Cracked>(fake);
    REQUIRE(replayer.problem() == "");
    CHECK(make_calls(fake, "") == outcomes);
    CHECK(replayer.pending() == 0);
    CHECK(listen(fake, "") == "UnexpectedCall");
}

} // namespace

TEST_CASE("a replay gives the events that were recorded, without their secrets") {
    const TemporaryFile file;
    tower::Fake fake;
    add_answers(fake);
    testing::Recorder recorder(tower::service, testing::rest_json, fake, file.path);
    recorder.record<Listen, tower::Cracked>();
    CHECK(make_calls(recorder, "") == outcomes);
    check_recording(file);
    check_replay(file);
}

#if defined(BELFRY_TEST_HAS_BEAST)
TEST_CASE("events of a fake that is served are recorded") {
    const TemporaryFile file;
    tower::Fake fake;
    add_answers(fake);
    const testing::Server server(fake);
    belfry::SocketTransport transport;
    testing::Recorder recorder(tower::service, testing::rest_json, transport, file.path);
    recorder.record<Listen, tower::Cracked>();
    CHECK(make_calls(recorder, server.endpoint()) == outcomes);
    check_recording(file);
    check_replay(file);
}
#endif

TEST_CASE("the events before a connection breaks are recorded") {
    const TemporaryFile file;
    test::EventTransport transport;
    const std::string whole = test::verse("one");
    transport.replies = {
        {.pieces = {whole, whole.substr(0, 9)}, .end = belfry::TransportStatus::connection_reset}};
    testing::Recorder recorder(tower::service, testing::rest_json, transport, file.path);
    recorder.record<Listen>();
    const std::string seen = listen(recorder, "");
    CHECK(seen == "one ConnectionReset");
    REQUIRE(file.lines().size() == 1);
    CHECK(file.lines()[0]["events"].size() == 1);
    CHECK(file.lines()[0]["end"]["failure"]["code"] == "ConnectionReset");
    tower::Fake fake;
    testing::Replayer replayer(file.path);
    replayer.replay<Listen>(fake);
    CHECK(listen(fake, "") == seen);
}

TEST_CASE("a response that is not a stream of events cannot be recorded") {
    const TemporaryFile file;
    test::EventTransport transport;
    transport.replies = {{.pieces = {std::string(40, 'x')}}};
    testing::Recorder recorder(tower::service, testing::rest_json, transport, file.path);
    recorder.record<Listen>();
    CHECK(listen(recorder, "") != "in the nave");
    CHECK(file.text().empty());
}

TEST_CASE("recorded events with hostile content are an error that names the field") {
    const std::string head = R"({"operation":"Listen","input":{},"output":{},)";
    const std::pair<std::string, std::string> cases[] = {
        {R"("end":{}})", "the field 'end.error' is missing"},
        {R"("events":{}})", "the field 'events' is not a list"},
        {R"("events":[],"end":7})", "the field 'end' is not an object"},
        {R"("events":[],"end":{"failure":{"code":"x"}}})", "the field 'end.failure.message' is missing"},
        {R"("events":[],"end":{"error":{"code":"c","message":"m","status":1}}})",
         "the field 'end.error.status' is not a status of HTTP"},
        {R"("x":1})", "the field 'events' is missing"},
        {R"("events":[{"Verse":{"Text":"a"}},{"Verse":7}]})", "the field 'events[1]': "},
        {R"("events":["Verse"]})", "the field 'events[0]': "},
        {R"("events":[],"end":{"error":{"code":"c","message":"m","status":200,"shape":"Cracked",)"
         R"("members":{"message":7}}}})",
         "the field 'error.members': "},
    };
    for (const auto& [line, why] : cases) {
        const TemporaryFile file;
        std::ofstream(file.path) << head << line << '\n';
        testing::Replayer replayer(file.path);
        tower::Fake fake;
        replayer.replay<Listen, tower::Cracked>(fake);
        INFO(line << ": " << replayer.problem());
        CHECK(replayer.problem().find("that a Recorder wrote: " + why) != std::string::npos);
        CHECK(listen(fake, "") == "UnexpectedCall");
    }
}
#endif
