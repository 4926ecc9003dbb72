// SPDX-License-Identifier: Apache-2.0
#if defined(BELFRY_TEST_HAS_JSON)
#include <belfry/chime_sdk_voice/errors.hpp>
#include <belfry/chime_sdk_voice/fake.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/put_voice_connector_termination_credentials.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/environment.hpp>
#include <belfry/testing/recorder.hpp>
#include <belfry/testing/replayer.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace voice = belfry::chime_sdk_voice;
namespace testing = belfry::testing;
using Get = voice::operations::GetSpeakerSearchTask;
using Put = voice::operations::PutVoiceConnectorTerminationCredentials;
using Start = voice::operations::StartSpeakerSearchTask;

namespace {

class FakeEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'700'000'000, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        // Another token each time.
        for (std::size_t i = 0; i < count; ++i) bytes[i] = next++;
        return true;
    }
    unsigned char next = 0;
};

/// A file that is gone afterwards.
struct TemporaryFile {
    TemporaryFile() { std::remove(path.c_str()); }
    ~TemporaryFile() { std::remove(path.c_str()); }
    [[nodiscard]] std::vector<nlohmann::json> lines() const {
        std::vector<nlohmann::json> found;
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) found.push_back(nlohmann::json::parse(line));
        return found;
    }
    [[nodiscard]] std::string text() const {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::string path = name();

  private:
    [[nodiscard]] static std::string name() {
        // Other runs of the tests may use the same folder.
        const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
        return (std::filesystem::temp_directory_path() / ("belfry_recording_" + std::to_string(ticks)))
            .string();
    }
};

voice::Client client_of(belfry::Transport& transport, FakeEnvironment& environment) {
    belfry::ClientConfig config{.region = "us-east-1",
                                .credentials = belfry::Credentials{"AKIDEXAMPLE", "the-secret", "the-token"}};
    config.environment = &environment;
    config.retry.max_attempts = 1;
    return voice::Client(std::move(config), transport);
}

const voice::GetSpeakerSearchTaskRequest get{.voice_connector_id = "abc", .speaker_search_task_id = "t-1"};

/// Calls that a recording and its replay have in common. Returns what they gave.
std::vector<std::string> make_calls(const voice::Client& client, const std::string& password) {
    std::vector<std::string> seen;
    const auto note = [&](const auto& result) {
        seen.push_back(result.has_value() ? "ok"
                                          : result.error().code + " " + result.error().message + " " +
                                                std::to_string(result.error().http_status));
    };
    const auto put = client.put_voice_connector_termination_credentials(
        {.voice_connector_id = "abc", .credentials = {{.username = "ann", .password = password}}});
    note(put);
    const auto found = client.get_speaker_search_task(get);
    note(found);
    seen.push_back(std::string(found->speaker_search_task->speaker_search_task_status->to_string()));
    seen.push_back(std::to_string(found->speaker_search_task->created_timestamp->seconds));
    const auto missing = client.get_speaker_search_task(get);
    note(missing);
    const auto exception = missing.error().as<voice::NotFoundException>();
    seen.push_back(exception ? std::string(exception->code->to_string()) : "no exception");
    note(client.get_speaker_search_task(get));
    note(client.get_speaker_search_task(get));
    return seen;
}

void add_answers(voice::Fake& fake) {
    fake.on_put_voice_connector_termination_credentials().answer_next({});
    voice::GetSpeakerSearchTaskResponse response;
    response.speaker_search_task =
        voice::SpeakerSearchTask{.speaker_search_task_status = voice::SpeakerSearchTaskStatus::SUCCEEDED,
                                 .created_timestamp = belfry::Timestamp{1'600'000'000, 0}};
    fake.on_get_speaker_search_task()
        .answer_next(std::move(response))
        .fail_next(1, testing::service_error(voice::NotFoundException{.code = voice::ErrorCode::NotFound,
                                                                      .message = "no such task"}))
        .fail_next(1, testing::service_error("Odd", "not the-token again", 418))
        .fail_next(1, testing::transport_error(belfry::TransportStatus::timed_out, "too slow"));
}

std::vector<std::string> record(const TemporaryFile& file) {
    FakeEnvironment environment;
    voice::Fake fake;
    add_answers(fake);
    testing::Recorder recorder(voice::service, testing::rest_json, fake, file.path);
    recorder.record<Get, voice::NotFoundException>().record<Put>();
    return make_calls(client_of(recorder, environment), "the-password");
}

} // namespace

TEST_CASE("a replay gives what was recorded, also with other secrets") {
    const TemporaryFile file;
    const std::vector<std::string> recorded = record(file);
    CHECK(recorded == std::vector<std::string>{"ok", "ok", "SUCCEEDED", "1600000000",
                                               "NotFoundException no such task 404", "NotFound",
                                               "Odd not the-token again 418", "TimedOut too slow 0"});
    FakeEnvironment environment;
    voice::Fake fake;
    testing::Replayer replayer(file.path);
    REQUIRE(replayer.problem() == "");
    CHECK(replayer.pending() == 5);
    replayer.replay<Get, voice::NotFoundException>(fake);
    replayer.replay<Put>(fake);
    std::vector<std::string> expected = recorded;
    expected[6] = "Odd not *** again 418";
    CHECK(make_calls(client_of(fake, environment), "another password") == expected);
    CHECK(replayer.pending() == 0);
}

TEST_CASE("a recording has no secrets, and is readable") {
    const TemporaryFile file;
    record(file);
    for (const char* const secret : {"the-secret", "the-token", "AKIDEXAMPLE", "the-password", "ann"})
        CHECK(file.text().find(secret) == std::string::npos);
    const std::vector<nlohmann::json> lines = file.lines();
    REQUIRE(lines.size() == 5);
    CHECK(lines[0] == nlohmann::json::parse(R"({
        "operation": "PutVoiceConnectorTerminationCredentials",
        "input": {"VoiceConnectorId": "abc", "Credentials": [{"Username": "***", "Password": "***"}]},
        "output": {}})"));
    CHECK(lines[2]["error"] == nlohmann::json::parse(R"({
        "code": "NotFoundException", "message": "no such task", "status": 404, "shape": "NotFoundException",
        "members": {"Code": "NotFound", "Message": "no such task"}})"));
    CHECK(lines[4]["failure"] == nlohmann::json::parse(R"({"code": "TimedOut", "message": "too slow"})"));
}

TEST_CASE("a call that was not recorded says how its input differs") {
    const TemporaryFile file;
    record(file);
    FakeEnvironment environment;
    voice::Fake fake;
    testing::Replayer replayer(file.path);
    replayer.replay<Get>(fake);
    const auto result =
        client_of(fake, environment)
            .get_speaker_search_task({.voice_connector_id = "abc", .speaker_search_task_id = "t-2"});
    CHECK(result.error().code == "UnexpectedCall");
    CHECK(result.error().message.find(R"([{"op":"replace","path":"/SpeakerSearchTaskId","value":"t-1"}])") !=
          std::string::npos);
    CHECK(replayer.pending() == 5);
}

TEST_CASE("an operation that a recorder does not know is not sent") {
    const TemporaryFile file;
    FakeEnvironment environment;
    voice::Fake fake;
    testing::Recorder recorder(voice::service, testing::rest_json, fake, file.path);
    recorder.record<Put>();
    const auto result = client_of(recorder, environment).get_speaker_search_task(get);
    CHECK(result.error().kind == belfry::ErrorKind::transport);
    CHECK(result.error().message.find("it does not know the operation of GET /voice-connectors/abc") !=
          std::string::npos);
    CHECK(fake.refused().empty());
    CHECK(file.text().empty());
}

TEST_CASE("a file that cannot be written or read is named") {
    FakeEnvironment environment;
    voice::Fake fake;
    const std::string path = "/nowhere/calls.jsonl";
    testing::Recorder recorder(voice::service, testing::rest_json, fake, path);
    recorder.record<Get>();
    const auto recorded = client_of(recorder, environment).get_speaker_search_task(get);
    CHECK(recorded.error().message.find("'/nowhere/calls.jsonl' cannot be written") != std::string::npos);
    testing::Replayer replayer(path);
    CHECK(replayer.problem() == "the recording '/nowhere/calls.jsonl' cannot be opened");
    replayer.replay<Get>(fake);
    const auto replayed = client_of(fake, environment).get_speaker_search_task(get);
    CHECK(replayed.error().message == replayer.problem());
    const TemporaryFile file;
    std::ofstream(file.path) << "{}\n";
    CHECK(testing::Replayer(file.path).problem() ==
          file.path + ":1: this is not an exchange that a Recorder wrote: the field 'operation' is missing");
}

TEST_CASE("a recording with hostile content is an error that names file, line and field") {
    const TemporaryFile recorded;
    record(recorded);
    const std::string good = recorded.text();
    const std::string head = R"({"operation":"GetSpeakerSearchTask","input":{},)";
    const std::string error = head + R"("error":{"code":"NotFoundException","message":"m","status":404)";
    const std::pair<std::string, std::string> cases[] = {
        {"nonsense", "the line is not JSON"},
        {"7", "the line is not a JSON object"},
        {std::string(100'000, '['), "the line is not JSON"},
        {std::string(100'000, '[') + std::string(100'000, ']'), "the line is nested deeper than 160 levels"},
        {"\xff\xfe", "the line is not JSON"},
        {R"({"input":{}})", "the field 'operation' is missing"},
        {R"({"operation":3,"input":{}})", "the field 'operation' is not a string"},
        {R"({"operation":"x"})", "the field 'input' is missing"},
        {R"({"operation":"x","input":[]})", "the field 'input' is not an object"},
        {R"({"operation":"x","input":{}})", "the exchange must have one of the fields"},
        {head + R"("output":{},"failure":{}})", "the exchange must have one of the fields"},
        {head + R"("output":"x"})", "the field 'output' is not an object"},
        {head + R"("output":{"SpeakerSearchTask":7}})", "the field 'output': "},
        {head + R"("failure":"x"})", "the field 'failure' is not an object"},
        {head + R"("failure":{"code":null,"message":""}})", "the field 'failure.code' is not a string"},
        {head + R"("failure":{"code":"x"}})", "the field 'failure.message' is missing"},
        {head + R"("error":[]})", "the field 'error' is not an object"},
        {head + R"("error":{}})", "the field 'error.code' is missing"},
        {head + R"("error":{"code":"c","message":"m","status":"404"}})",
         "the field 'error.status' is not a status of HTTP"},
        {head + R"("error":{"code":"c","message":"m","status":99999999999}})",
         "the field 'error.status' is not a status of HTTP"},
        {error + R"(,"shape":3}})", "the field 'error.shape' is not a string"},
        {error + R"(,"shape":"NotFoundException"}})", "the field 'error.members' is missing"},
        {error + R"(,"shape":"NotFoundException","members":{"Message":7}}})", "the field 'error.members': "},
    };
    for (const auto& [line, why] : cases) {
        const TemporaryFile file;
        std::ofstream(file.path) << good << line << '\n';
        testing::Replayer replayer(file.path);
        voice::Fake fake;
        replayer.replay<Get, voice::NotFoundException>(fake);
        INFO(line.substr(0, 100) << ": " << replayer.problem());
        CHECK(replayer.problem().starts_with(file.path +
                                             ":6: this is not an exchange that a Recorder wrote: " + why));
        FakeEnvironment environment;
        const auto result = client_of(fake, environment).get_speaker_search_task(get);
        CHECK(result.error().code == "UnexpectedCall");
        CHECK(result.error().message == replayer.problem());
    }
    const std::string folder = std::filesystem::temp_directory_path().string();
    CHECK(testing::Replayer(folder).problem().find("cannot be ") != std::string::npos);
}
#endif
