// SPDX-License-Identifier: Apache-2.0
#include <belfry/async.hpp>
#include <belfry/async_credentials.hpp>
#include <belfry/bearer_token.hpp>
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/credentials_observer.hpp>
#include <belfry/default_credentials.hpp>
#include <belfry/service_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "unit/async/loop.hpp"
#include "unit/identity/scripted.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;
using test::ManualEnvironment;
using Lines = std::vector<std::string>;

/// A line for each event.
class Recorder final : public CredentialsObserver {
  public:
    void on_credentials(const CredentialsEvent& event) noexcept override {
        constexpr const char* names[] = {"fetching", "fetched", "kept", "failed"};
        std::string line = names[static_cast<int>(event.moment)];
        line += " from " + std::string(event.origin);
        if (event.error.kind != ErrorKind::none) line += ": " + event.error.code + ' ' + event.error.message;
        if (event.expiration) line += " until " + std::to_string(event.expiration->seconds - 1'767'225'600);
        if (event.elapsed.count() != 0)
            line += " after " + std::to_string(event.elapsed.count_milliseconds()) + " ms";
        if (during) during();
        const std::lock_guard lock(mutex);
        lines.push_back(std::move(line));
    }
    Lines take() {
        const std::lock_guard lock(mutex);
        return std::exchange(lines, {});
    }
    std::mutex mutex{};
    Lines lines{};
    /// Called for each event.
    std::function<void()> during{};
};

/// A clock that is set by hand.
class SteadyEnvironment final : public Environment {
  public:
    Timestamp now() noexcept override { return time; }
    Duration steady_time() noexcept override { return steady; }
    void sleep(Duration) noexcept override {}
    bool random(unsigned char*, std::size_t) noexcept override { return false; }
    Timestamp time{1'767'225'600, 0};
    Duration steady = Duration::seconds(5);
};

/// The result of each fetch comes from a function, a quarter of a second later.
class Source final : public CredentialsSource {
  public:
    Source(SteadyEnvironment& environment, std::function<Result<Credentials>()> get)
        : environment_(environment), get_(std::move(get)) {}
    std::string_view name() const noexcept override { return "the test"; }
    detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new Fetch(*this));
    }

  private:
    class Fetch final : public detail::ImmediateFetch {
      public:
        explicit Fetch(Source& source) : source_(source) {}
        Step start() override {
            source_.environment_.steady =
                Duration::nanoseconds(source_.environment_.steady.count() + 250'000'000);
            Result<Credentials> result = source_.get_();
            return result ? finish(*std::move(result)) : finish(result.error());
        }

      private:
        Source& source_;
    };
    SteadyEnvironment& environment_;
    std::function<Result<Credentials>()> get_;
};

Credentials lasting(const SteadyEnvironment& environment, std::int64_t seconds) {
    Credentials credentials{"AKIDEXAMPLE12345", "a-secret-key", "a-session-token"};
    credentials.expiration = Timestamp{environment.time.seconds + seconds, 0};
    return credentials;
}

} // namespace

TEST_CASE("an observer sees each fetch of cached credentials") {
    SteadyEnvironment environment;
    test::ScriptedTransport transport;
    bool works = true;
    Source source(environment, [&]() -> Result<Credentials> {
        if (works) return lasting(environment, 3600);
        return Error{.kind = ErrorKind::credentials, .code = "Unavailable", .message = "no answer"};
    });
    Recorder recorder;
    CachedCredentials cache(source, transport, &recorder, environment);
    // An observer may ask where the credentials come from.
    recorder.during = [&] { static_cast<void>(cache.describe()); };
    CHECK(recorder.take().empty());
    REQUIRE(cache.credentials());
    CHECK(recorder.take() ==
          Lines{"fetching from the test", "fetched from the test until 3600 after 250 ms"});
    REQUIRE(cache.credentials());
    CHECK(recorder.take().empty());
    works = false;
    environment.time.seconds += 3400;
    REQUIRE(cache.credentials());
    CHECK(recorder.take() == Lines{"fetching from the test",
                                   "kept from the test: Unavailable no answer until 3600 after 250 ms"});
    environment.time.seconds += 200;
    CHECK_FALSE(cache.credentials());
    CHECK(recorder.take() ==
          Lines{"fetching from the test", "failed from the test: Unavailable no answer after 250 ms"});
    works = true;
    REQUIRE(cache.credentials());
    CHECK(recorder.take() ==
          Lines{"fetching from the test", "fetched from the test until 7200 after 250 ms"});
}

TEST_CASE("an observer sees a fetch that runs out of memory") {
    SteadyEnvironment environment;
    test::ScriptedTransport transport;
    Source source(environment, []() -> Result<Credentials> { throw std::bad_alloc(); });
    Recorder recorder;
    CachedCredentials cache(source, transport, &recorder, environment);
    CHECK(cache.credentials().error().kind == ErrorKind::memory);
    const Lines lines = recorder.take();
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].starts_with("failed from "));
}

TEST_CASE("an observer sees one fetch for all threads that wait for it") {
    SteadyEnvironment environment;
    test::ScriptedTransport transport;
    Source source(environment, [&]() -> Result<Credentials> {
        std::this_thread::yield();
        return lasting(environment, 3600);
    });
    Recorder recorder;
    CachedCredentials cache(source, transport, &recorder, environment);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] { static_cast<void>(cache.credentials().has_value()); });
    for (std::thread& thread : threads) thread.join();
    CHECK(recorder.take() ==
          Lines{"fetching from the test", "fetched from the test until 3600 after 250 ms"});
}

TEST_CASE("an observer sees each fetch of credentials on an event loop") {
    ManualEnvironment environment;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    test::MemorySettings settings{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/keys"}}, {}};
    ContainerCredentialsSource source{settings};
    Recorder recorder;
    AsyncCredentials credentials(source, transport, timer, &recorder, environment);
    recorder.during = [&] { CHECK(credentials.is_fetching()); };
    const voice::Client client{
        {.region = "us-east-1", .credentials = credentials, .environment = &environment}, AsyncOnly{}};
    const AsyncCaller caller(client, transport, timer);
    int succeeded = 0;
    int failed = 0;
    const auto start = [&] {
        static_cast<void>(caller.start(voice::operations::GetSpeakerSearchTask{},
                                       {.voice_connector_id = "vc", .speaker_search_task_id = "t"},
                                       [&](const auto& result) { ++(result ? succeeded : failed); }));
    };
    const auto answer = [&](int status, const std::string& body) {
        transport.answer(status, body);
        timer.pass(Duration::milliseconds(50));
    };
    const std::string keys =
        R"({"AccessKeyId":"AKIDEXAMPLE12345","SecretAccessKey":"a-secret-key","Token":"a-session-token",)"
        R"("Expiration":"2026-01-01T00:20:00Z"})";
    const auto without_times = [&] {
        Lines lines = recorder.take();
        std::string all;
        for (std::string& line : lines) {
            line = line.substr(0, line.find(" after "));
            all += line;
        }
        for (const char* const secret : {"a-secret-key", "a-session-token", "AKIDEXAMPLE12345"})
            CHECK(all.find(secret) == std::string::npos);
        return lines;
    };
    start();
    start();
    CHECK(without_times() == Lines{"fetching from the container"});
    answer(200, keys);
    CHECK(without_times() == Lines{"fetched from the container until 1200"});
    answer(200, "{}");
    answer(200, "{}");
    CHECK(succeeded == 2);
    // Calls go on meanwhile.
    environment.time.seconds += 16 * 60;
    start();
    CHECK(without_times() == Lines{"fetching from the container"});
    answer(400, "not now");
    Lines lines = without_times();
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with("kept from the container: "));
    CHECK(lines[0].find("not now") != std::string::npos);
    CHECK(lines[0].ends_with(" until 1200"));
    answer(200, "{}");
    CHECK(succeeded == 3);
    environment.time.seconds += 5 * 60;
    start();
    answer(400, "not now");
    lines = without_times();
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].starts_with("failed from the container: "));
    CHECK(failed == 1);
}

TEST_CASE("an observer does not see the end of a fetch that is left") {
    ManualEnvironment environment;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    test::MemorySettings settings{{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/keys"}}, {}};
    ContainerCredentialsSource source{settings};
    Recorder recorder;
    {
        AsyncCredentials credentials(source, transport, timer, &recorder, environment);
        const voice::Client client{
            {.region = "us-east-1", .credentials = credentials, .environment = &environment}, AsyncOnly{}};
        AsyncCaller(client, transport, timer)
            .start(voice::operations::GetSpeakerSearchTask{},
                   {.voice_connector_id = "vc", .speaker_search_task_id = "t"}, [](const auto&) {})
            .discard();
    }
    transport.pending.clear();
    CHECK(recorder.take() == Lines{"fetching from the container"});
}

TEST_CASE("the options of the default credentials have the observer") {
    ManualEnvironment environment;
    test::ScriptedTransport transport;
    test::MemorySettings settings{
        {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE12345"}, {"AWS_SECRET_ACCESS_KEY", "a-secret-key"}}, {}};
    Recorder recorder;
    SettingsOptions options;
    options.source = &settings;
    DefaultCredentials credentials(*load_settings(options), transport,
                                   CredentialsOptions{.environment = &environment, .observer = &recorder});
    REQUIRE(credentials.credentials());
    const Lines lines = recorder.take();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].starts_with("fetching from "));
    CHECK(lines[1].starts_with("fetched from the environment"));
}

TEST_CASE("the caches of tokens and of a service's credentials have the observer, too") {
    test::ScriptedTransport transport;
    test::MemorySettings source{{{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE12345"},
                                 {"AWS_SECRET_ACCESS_KEY", "a-secret-key"},
                                 {"AWS_BEARER_TOKEN_CHIME", "a-token"}},
                                {}};
    SettingsOptions options;
    options.source = &source;
    const auto settings = load_settings(options);
    REQUIRE(settings);
    Recorder recorder;
    ServiceCredentials credentials(voice::service, *settings, transport, {.observer = &recorder});
    REQUIRE(credentials.credentials());
    Lines lines = recorder.take();
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].starts_with("fetched from the environment"));
    DefaultBearerToken token(voice::service, *settings, transport, {.observer = &recorder});
    REQUIRE(token.credentials());
    lines = recorder.take();
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].starts_with("fetched from the environment"));
}
