// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/log_observer.hpp>

#include "support/catch.hpp"

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

using Lines = std::vector<std::string>;

/// A clock that requests and sleeping move.
class Clock final : public Environment {
  public:
    Timestamp now() noexcept override { return {1'767'323'045, 0}; }
    Duration steady_time() noexcept override { return Duration::nanoseconds(steady); }
    void sleep(Duration duration) noexcept override { steady += duration.count(); }
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 0xff;
        return true;
    }
    std::int64_t steady = 1'000'000'000;
};

/// The lines of calls that get these answers one after the other, each as `level: line`. Each attempt takes
/// 12.345 ms. `call` is replaced, because it differs from run to run.
struct Logged {
    explicit Logged(std::vector<HttpResponse> script, LogOptions options = {})
        : answers(std::move(script)), log(Sink{&lines}, options) {}
    Logged(const Logged&) = delete;
    Logged& operator=(const Logged&) = delete;

    Result<voice::GetSpeakerSearchTaskResponse> get(const CallOptions& call = {}) {
        return client.get_speaker_search_task(
            {.voice_connector_id = "a-connector", .speaker_search_task_id = "task"}, call);
    }
    struct Sink {
        void operator()(LogLevel level, std::string_view line) const {
            std::string text(line);
            const std::size_t call = text.find(" call=");
            if (call != std::string::npos) text.replace(call + 6, 6, "C");
            lines->push_back(std::string(to_string(level)) + ": " + text);
        }
        Lines* lines;
    };
    std::vector<HttpResponse> answers;
    Lines lines{};
    std::size_t given = 0;
    TransportResult failure{};
    Clock clock{};
    LogObserver<Sink> log;
    struct Network final : Transport {
        explicit Network(Logged& fixture) : f(fixture) {}
        TransportResult send(const HttpRequest&, ResponseSink& sink) noexcept override {
            f.clock.steady += 12'345'678;
            if (f.failure.status != TransportStatus::ok) return f.failure;
            return detail::hand_over(f.answers.at(f.given++), sink);
        }
        Logged& f;
    };
    Network network{*this};
    voice::Client client{{.region = "us-east-1",
                          .credentials = Credentials{"AKIDEXAMPLE12345", "a-secret-key", "a-session-token"},
                          .retry = {.base_delay = Duration::milliseconds(100)},
                          .environment = &clock,
                          .observer = &log},
                         network};
};

const std::string where = " region=us-east-1 host=voice-chime.us-east-1.amazonaws.com";

} // namespace

TEST_CASE("a log has a line for each moment of a call") {
    Logged f({{429,
               {{"x-amzn-RequestId", "r1"}, {"x-amzn-errortype", "ThrottledClientException"}},
               R"({"Message":"slow down"})"},
              {200, {{"x-amzn-RequestId", "r2"}}, R"({"SpeakerSearchTask":{}})"}});
    REQUIRE(f.get());
    const std::string call = "chime-sdk-voice/GetSpeakerSearchTask";
    CHECK(f.lines ==
          Lines{"debug: " + call + " started call=C region=us-east-1",
                "debug: " + call + " prepared call=C" + where + " request_bytes=0",
                "debug: " + call + " sending call=C attempt=1" + where + " request_bytes=0",
                "debug: " + call + " attempt failed call=C attempt=1 status=429 request_id=r1 ms=12.345" +
                    where + " request_bytes=0 response_bytes=23 error=ThrottledClientException kind=service" +
                    " throttled=yes message=\"slow down\"",
                "warning: " + call + " retrying call=C attempt=1 status=429 request_id=r1 delay_ms=1000.000" +
                    where + " request_bytes=0 reason=ThrottledClientException kind=service" +
                    " throttled=yes message=\"slow down\"",
                "debug: " + call + " sending call=C attempt=2" + where + " request_bytes=0",
                "debug: " + call + " attempt ended call=C attempt=2 status=200 request_id=r2 ms=12.345" +
                    where + " request_bytes=0 response_bytes=24",
                "debug: " + call + " ended call=C attempts=2 status=200 request_id=r2 ms=1024.691" + where +
                    " request_bytes=0 response_bytes=24"});
}

TEST_CASE("a log has as many lines as its options say") {
    const auto answers = [] {
        return std::vector<HttpResponse>{
            {503, {}, "{}"}, {200, {}, "{}"}, {400, {{"x-amzn-errortype", "BadRequestException"}}, "{}"}};
    };
    const auto levels = [](const Lines& lines) {
        std::string result;
        for (const std::string& line : lines) result += line.substr(0, 1);
        return result;
    };
    Logged info(answers(), {.least = LogLevel::info, .ended = LogLevel::info});
    REQUIRE(info.get());
    CHECK_FALSE(info.get());
    CHECK(levels(info.lines) == "wie");
    Logged warnings(answers(), {.least = LogLevel::warning});
    REQUIRE(warnings.get());
    CHECK_FALSE(warnings.get());
    CHECK(levels(warnings.lines) == "we");
    CHECK(warnings.lines[1].starts_with("error: chime-sdk-voice/GetSpeakerSearchTask failed call=C "));
    CHECK(warnings.lines[1].find(" error=BadRequestException kind=service") != std::string::npos);
    Logged errors(answers(), {.least = LogLevel::error});
    REQUIRE(errors.get());
    CHECK_FALSE(errors.get());
    CHECK(levels(errors.lines) == "e");
}

TEST_CASE("a call that the program cancels is not an error in the log") {
    CancellationToken token;
    token.cancel();
    Logged f({}, {.least = LogLevel::info, .ended = LogLevel::info});
    CHECK_FALSE(f.get({.cancellation = &token}));
    REQUIRE(f.lines.size() == 1);
    CHECK(f.lines[0].starts_with("info: "));
    CHECK(f.lines[0].find(" kind=cancelled") != std::string::npos);
}

TEST_CASE("a log has no secret, even where a service quotes the request") {
    // As Signature Version 4 answers to a wrong signature.
    const std::string mismatch =
        R"({"message":"The request signature we calculated does not match.\n\nThe Canonical String was\n)"
        R"('GET\n/\n\nhost:h\nx-amz-security-token:a-session-token\n'","__type":"InvalidSignatureException"})";
    for (const int status : {301, 400, 403, 429, 500, 503})
        for (const bool repeated : {true, false}) {
            Logged f(std::vector<HttpResponse>(3, {status, {{"x-amzn-RequestId", "r"}}, mismatch}));
            CHECK_FALSE(f.get({.max_attempts = repeated ? 3 : 1}));
            std::string all;
            for (const std::string& line : f.lines) all += line + '\n';
            INFO(all);
            for (const char* const secret :
                 {"a-secret-key", "a-session-token", "AKIDEXAMPLE12345", "Signature=", "a-connector"})
                CHECK(all.find(secret) == std::string::npos);
            CHECK(all.find("message=\"The request signature we calculated does not match.\"") !=
                  std::string::npos);
        }
    for (const TransportStatus status :
         {TransportStatus::connect_failed, TransportStatus::tls_failed, TransportStatus::timed_out,
          TransportStatus::connection_reset, TransportStatus::failed, TransportStatus::cancelled}) {
        Logged f({});
        f.failure = {status, "so it is"};
        CHECK_FALSE(f.get());
        std::string all;
        for (const std::string& line : f.lines) all += line + '\n';
        INFO(all);
        CHECK(all.find("a-secret-key") == std::string::npos);
        CHECK(all.find("a-session-token") == std::string::npos);
        CHECK(all.find("AKIDEXAMPLE12345") == std::string::npos);
    }
}

TEST_CASE("a log quotes messages only if it may") {
    Logged f({{400, {}, R"({"Message":"about user/anna","__type":"BadRequestException"})"}},
             {.least = LogLevel::error, .messages = false});
    CHECK_FALSE(f.get());
    REQUIRE(f.lines.size() == 1);
    CHECK(f.lines[0].find("anna") == std::string::npos);
    CHECK(f.lines[0].find("error=BadRequestException") != std::string::npos);
}

TEST_CASE("texts of a server can neither end a line of a log nor its quotes") {
    Logged f({{400,
               {{"x-amzn-RequestId", "r 1\" fake=2"}},
               "{\"Message\":\"say \\\"hi\\\" \\u001b[31m \\u0085 \\u202e\",\"__type\":\"Bad Code\"}"}},
             {.least = LogLevel::error});
    CHECK_FALSE(f.get());
    REQUIRE(f.lines.size() == 1);
    CHECK(f.lines[0].find(R"( request_id="r 1\" fake=2" )") != std::string::npos);
    CHECK(f.lines[0].find(R"( error="Bad Code" )") != std::string::npos);
    CHECK(f.lines[0].find(R"( message="say \"hi\" \x1b[31m \xc2\x85 \xe2\x80\xae")") != std::string::npos);
}

TEST_CASE("a line that is too long is cut between two characters") {
    std::string message;
    for (int i = 0; i < 1000; ++i) message += "\xc3\xa9"; // é
    for (const std::string_view before : {"", "a"}) {
        Logged f({{400, {}, R"({"Message":")" + std::string(before) + message + "\"}"}},
                 {.least = LogLevel::error});
        CHECK_FALSE(f.get());
        REQUIRE(f.lines.size() == 1);
        const std::string line = f.lines[0].substr(std::string_view("error: ").size());
        // The digits of the call were cut to one.
        CHECK(line.size() + 5 <= detail::LogLine::limit);
        CHECK(line.size() + 5 >= detail::LogLine::limit - 1);
        CHECK(line.ends_with("\xc3\xa9..."));
        CHECK(is_valid_utf8(line));
    }
}

TEST_CASE("the log of a request whose length is unknown leaves that out") {
    detail::LogLine line;
    const Error none;
    const voice::Client client({.region = "us-east-1"}, [](const HttpRequest&) { return HttpResponse{}; });
    CallEvent event{CallMoment::sending, operation_of<voice::operations::GetSpeakerSearchTask>, client.core(),
                    &line, none};
    event.request_bytes = -1;
    detail::describe_event(line, event, LogOptions{});
    CHECK(line.text().find("bytes") == std::string_view::npos);
}

TEST_CASE("an exception of a log's sink does not end the call") {
    const auto refuse = [](LogLevel, std::string_view) { throw std::runtime_error("the disk is full"); };
    LogObserver log(refuse);
    const voice::Client client(
        {.region = "us-east-1", .credentials = Credentials{"AKIDEXAMPLE", "secret"}, .observer = &log},
        [](const HttpRequest&) { return HttpResponse{200, {}, "{}"}; });
    CHECK(client.get_speaker_search_task({.voice_connector_id = "v", .speaker_search_task_id = "t"}));
}

TEST_CASE("a log writes lines with time and level to a file") {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    LogObserver log(file, {.least = LogLevel::error});
    const voice::Client client(
        {.region = "us-east-1", .credentials = Credentials{"AKIDEXAMPLE", "secret"}, .observer = &log},
        [](const HttpRequest&) {
            return HttpResponse{404, {{"x-amzn-errortype", "NotFoundException"}}, "{}"};
        });
    CHECK_FALSE(client.get_speaker_search_task({.voice_connector_id = "v", .speaker_search_task_id = "t"}));
    std::rewind(file);
    char text[2048];
    const std::size_t size = std::fread(text, 1, sizeof text, file);
    std::fclose(file);
    const std::string_view line(text, size);
    REQUIRE(line.size() > 30);
    // 2026-01-02T03:04:05Z
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        INFO(i);
        CHECK((shape[i] == 'd' ? line[i] >= '0' && line[i] <= '9' : line[i] == shape[i]));
    }
    CHECK(line.substr(20).starts_with(" error belfry: chime-sdk-voice/GetSpeakerSearchTask failed call="));
    CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("a log has lines of cached credentials") {
    Lines lines;
    LogObserver log([&](LogLevel level, std::string_view line) {
        lines.push_back(std::string(to_string(level)) + ": " + std::string(line));
    });
    CredentialsObserver& observer = log;
    const Error none;
    const Error failure{.kind = ErrorKind::credentials, .code = "Unavailable", .message = "no answer"};
    const Timestamp end{1'767'323'045, 0};
    const Duration time = Duration::milliseconds(3);
    observer.on_credentials({CredentialsMoment::fetching, "the profile", none});
    observer.on_credentials({CredentialsMoment::fetched, "the profile", none, end, time});
    observer.on_credentials({CredentialsMoment::kept, "the profile", failure, end, time});
    observer.on_credentials({CredentialsMoment::failed, "the profile", failure, {}, time});
    CHECK(lines ==
          Lines{"debug: fetching credentials origin=\"the profile\"",
                "debug: fetched credentials origin=\"the profile\" ms=3.000 expires=20260102T030405Z",
                "warning: kept credentials, because a fetch failed origin=\"the profile\" ms=3.000"
                " expires=20260102T030405Z error=Unavailable kind=credentials message=\"no answer\"",
                "error: could not fetch credentials origin=\"the profile\" ms=3.000 error=Unavailable"
                " kind=credentials message=\"no answer\""});
}
