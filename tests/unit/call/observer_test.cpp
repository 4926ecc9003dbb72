// SPDX-License-Identifier: Apache-2.0
#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <belfry/observer.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"
#include "unit/call/canned.hpp"

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

/// Writes a line for each event, and checks what holds for all of them.
class Recorder final : public Observer {
  public:
    void on_event(const CallEvent& event) noexcept override {
        constexpr const char* names[] = {"started",       "prepared", "got credentials", "sending",
                                         "attempt ended", "waiting",  "ended",           "dropped"};
        std::string line = names[static_cast<int>(event.moment)];
        line += ' ' + std::to_string(event.attempts) + ' ' + std::to_string(event.http_status) + ' ' +
                std::string(event.request_id) + ' ' + event.error.code;
        if (event.delay.count() != 0) line += " after " + std::to_string(event.delay.count_milliseconds());
        lines.push_back(std::move(line));
        calls.insert(event.call);
        operations.insert(std::string(event.operation.name));
        endpoints.insert(std::string(event.endpoint));
        regions.insert(std::string(event.region));
        sent = event.request_bytes;
        received = event.response_bytes;
        times.push_back(event.time);
        elapsed.push_back(event.elapsed.count_milliseconds());
        attempts_elapsed.push_back(event.attempt_elapsed.count_milliseconds());
        all += std::string(event.endpoint) + event.error.message + std::string(event.request_id);
    }
    std::vector<std::string> lines{};
    std::set<const void*> calls{};
    std::set<std::string> operations{};
    std::set<std::string> endpoints{};
    std::set<std::string> regions{};
    std::int64_t sent = 0;
    std::int64_t received = 0;
    std::vector<Duration> times{};
    std::vector<std::int64_t> elapsed{};
    std::vector<std::int64_t> attempts_elapsed{};
    std::string all{};
};

/// A client whose calls get these answers one after the other.
struct Observed {
    explicit Observed(std::vector<HttpResponse> script) : answers(std::move(script)) {}
    Result<voice::StartSpeakerSearchTaskResponse> start(const CallOptions& options = {}) const {
        return client.start_speaker_search_task(
            {.voice_connector_id = "vc", .transaction_id = "t", .voice_profile_domain_id = "d"}, options);
    }
    std::vector<HttpResponse> answers;
    std::size_t given = 0;
    Recorder recorder{};
    test::FakeEnvironment environment{};
    voice::Client client{{.region = "us-east-1",
                          .credentials = Credentials{"AKIDEXAMPLE", "the-secret", "the-token"},
                          .retry = {.base_delay = Duration::milliseconds(100)},
                          .environment = &environment,
                          .observer = &recorder},
                         [this](const HttpRequest&) { return answers.at(given++); }};
};

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("an observer sees each moment of a call that is repeated") {
    Observed f({{503, {{"x-amzn-RequestId", "r1"}}, R"({"Message":"busy"})"},
                {429, {{"x-amzn-RequestId", "r2"}, {"x-amzn-errortype", "ThrottledClientException"}}, "{}"},
                {201, {{"x-amzn-RequestId", "r3"}}, R"({"SpeakerSearchTask":{}})"}});
    REQUIRE(f.start());
    CHECK(f.recorder.lines == Lines{"started 0 0  ", "prepared 0 0  ", "sending 1 0  ",
                                    "attempt ended 1 503 r1 503", "waiting 1 503 r1 503 after 100",
                                    "sending 2 503 r1 503", "attempt ended 2 429 r2 ThrottledClientException",
                                    "waiting 2 429 r2 ThrottledClientException after 2000",
                                    "sending 3 429 r2 ThrottledClientException", "attempt ended 3 201 r3 ",
                                    "ended 3 201 r3 "});
    CHECK(f.recorder.calls.size() == 1);
    CHECK(f.recorder.operations == std::set<std::string>{"StartSpeakerSearchTask"});
    CHECK(f.recorder.endpoints == std::set<std::string>{"", "https://voice-chime.us-east-1.amazonaws.com"});
    CHECK(f.recorder.regions == std::set<std::string>{"us-east-1"});
    CHECK(f.recorder.received == 24);
    CHECK(f.recorder.sent > 10);
    CHECK(f.recorder.all.find("the-") == std::string::npos);
    CHECK(f.recorder.all.find("AKID") == std::string::npos);
}

TEST_CASE("an observer sees calls that fail, also those that send nothing") {
    Observed f({{400, {}, R"({"Code":"BadRequest","Message":"no"})"}});
    CHECK_FALSE(f.start());
    CHECK(f.recorder.lines == Lines{"started 0 0  ", "prepared 0 0  ", "sending 1 0  ",
                                    "attempt ended 1 400  BadRequest", "ended 1 400  BadRequest"});
    CHECK(f.recorder.received == 36);
    f.recorder.lines.clear();
    CHECK_FALSE(f.client.get_speaker_search_task(voice::GetSpeakerSearchTaskRequest()));
    REQUIRE(f.recorder.lines.size() == 2);
    CHECK(f.recorder.lines[0] == "started 0 0  ");
    CHECK(f.recorder.lines[1].starts_with("ended 0 0  "));
    CHECK(f.recorder.lines[1].size() > std::string("ended 0 0  ").size());
    f.recorder.lines.clear();
    CHECK_FALSE(f.start({.region = "eu/evil"}));
    CHECK(f.recorder.lines == Lines{"started 0 0  ", "ended 0 0  InvalidRegion"});
}

TEST_CASE("an observer sees a success that could not be read") {
    Observed f({{201, {}, R"({"SpeakerSearchTask":)"}, {201, {}, "{}"}});
    REQUIRE(f.start());
    CHECK(f.recorder.lines.size() == 8);
    CHECK(f.recorder.lines[3] == "attempt ended 1 201  MalformedResponse");
    CHECK(f.recorder.lines[7] == "ended 2 201  ");
}

TEST_CASE("an observer sees asynchronous calls, and those that are dropped") {
    Recorder recorder;
    test::FakeEnvironment environment;
    const voice::Client client{{.region = "us-east-1",
                                .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                .environment = &environment,
                                .observer = &recorder},
                               AsyncOnly{}};
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    const AsyncCaller caller(client, transport, timer);
    int ended = 0;
    const auto start = [&] {
        return caller.start(voice::operations::GetSpeakerSearchTask{},
                            {.voice_connector_id = "vc", .speaker_search_task_id = "t"},
                            [&](const auto&) { ++ended; });
    };
    static_cast<void>(start());
    transport.answer(200, "{}");
    CHECK(recorder.lines == Lines{"started 0 0  ", "prepared 0 0  ", "sending 1 0  ", "attempt ended 1 200  ",
                                  "ended 1 200  "});
    recorder.lines.clear();
    start().discard();
    timer.pass(Duration::seconds(1));
    CHECK(ended == 1);
    REQUIRE(recorder.lines.size() >= 3);
    CHECK(recorder.lines.back().starts_with("dropped 1 "));
}

TEST_CASE("the handle of a dropped call may outlive its client") {
    Recorder recorder;
    test::FakeEnvironment environment;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    AsyncCall call;
    {
        const voice::Client client{{.region = "us-east-1",
                                    .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                    .environment = &environment,
                                    .observer = &recorder},
                                   AsyncOnly{}};
        call = AsyncCaller(client, transport, timer)
                   .start(voice::operations::GetSpeakerSearchTask{},
                          {.voice_connector_id = "vc", .speaker_search_task_id = "t"}, [](const auto&) {});
        call.discard();
        timer.pass(Duration::seconds(1));
        CHECK(recorder.lines.back().starts_with("dropped 1 "));
        recorder.lines.clear();
    }
    call = AsyncCall();
    CHECK(recorder.lines.empty());
}

TEST_CASE("an observer sees when a provider has given credentials") {
    struct Provider final : CredentialsProvider {
        Result<Credentials> credentials() noexcept override {
            if (works) return Credentials{"AKIDEXAMPLE", "secret"};
            return Error{.kind = ErrorKind::credentials, .code = "Locked"};
        }
        bool works = true;
    };
    Provider provider;
    const CredentialsHandle handle(provider);
    Observed f({{201, {}, R"({"SpeakerSearchTask":{}})"}});
    REQUIRE(f.start({.credentials = &handle}));
    CHECK(f.recorder.lines == Lines{"started 0 0  ", "prepared 0 0  ", "got credentials 0 0  ",
                                    "sending 1 0  ", "attempt ended 1 201  ", "ended 1 201  "});
    provider.works = false;
    f.recorder.lines.clear();
    CHECK_FALSE(f.start({.credentials = &handle}));
    CHECK(f.recorder.lines == Lines{"started 0 0  ", "prepared 0 0  ", "ended 0 0  Locked"});
}

TEST_CASE("an observer sees how long a call and its attempts have taken") {
    class Clock final : public Environment {
      public:
        Timestamp now() noexcept override { return {1'767'323'045, 0}; }
        Duration steady_time() noexcept override { return steady; }
        void sleep(Duration) noexcept override { steady = Duration::milliseconds(1000); }
        bool random(unsigned char*, std::size_t) noexcept override { return true; }
        Duration steady = Duration::milliseconds(500);
    };
    Clock clock;
    Recorder recorder;
    int requests = 0;
    const voice::Client client({.region = "us-east-1",
                                .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                .environment = &clock,
                                .observer = &recorder},
                               [&](const HttpRequest&) -> HttpResponse {
                                   const std::int64_t ms = clock.steady.count_milliseconds();
                                   clock.steady = Duration::milliseconds(ms + 7);
                                   return {++requests == 1 ? 503 : 200, {}, "{}"};
                               });
    REQUIRE(client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "task"}));
    using Times = std::vector<std::int64_t>;
    // started, prepared, sending, attempt ended, waiting, sending, attempt ended, ended
    CHECK(recorder.elapsed == Times{0, 0, 0, 7, 7, 500, 507, 507});
    CHECK(recorder.attempts_elapsed == Times{0, 0, 0, 7, 7, 0, 7, 7});
}

TEST_CASE("several observers see the same events") {
    Recorder first;
    Recorder second;
    ObserverList both(first, second);
    test::FakeEnvironment environment;
    const voice::Client client({.region = "us-east-1",
                                .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                                .environment = &environment,
                                .observer = &both},
                               [](const HttpRequest&) { return HttpResponse{200, {}, "{}"}; });
    REQUIRE(client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "task"}));
    CHECK(first.lines.size() == 5);
    CHECK(first.lines == second.lines);
    CHECK(first.times == second.times);
}
