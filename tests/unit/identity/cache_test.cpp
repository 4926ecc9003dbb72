// SPDX-License-Identifier: Apache-2.0
#include <belfry/default_credentials.hpp>

#include "support/catch.hpp"
#include "support/memory_settings.hpp"
#include "unit/identity/scripted.hpp"

#include <atomic>
#include <functional>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace belfry;
using test::ManualEnvironment;
using test::ScriptedTransport;

/// Calls a function for each fetch.
class CountedSource final : public CredentialsSource {
  public:
    using Get = std::function<Result<Credentials>(int)>;
    explicit CountedSource(Get get) : get_(std::move(get)) {}
    std::string_view name() const noexcept override { return "the test"; }
    detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new Fetch(*this));
    }
    std::atomic<int> fetches{0};

  private:
    class Fetch final : public detail::ImmediateFetch {
      public:
        explicit Fetch(CountedSource& source) : source_(source) {}
        Step start() override {
            Result<Credentials> result = source_.get_(++source_.fetches);
            return result ? finish(*std::move(result)) : finish(result.error());
        }

      private:
        CountedSource& source_;
    };
    Get get_;
};

Credentials lasting(const ManualEnvironment& environment, std::int64_t seconds, int number) {
    Credentials credentials{"key-" + std::to_string(number), "secret"};
    credentials.expiration = Timestamp{environment.time.seconds + seconds, 0};
    return credentials;
}

Error unavailable() { return Error{.kind = ErrorKind::credentials, .code = "Unavailable"}; }

} // namespace

TEST_CASE("credentials are fetched once and renewed five minutes before they expire") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    CountedSource source([&](int number) { return lasting(environment, 3600, number); });
    CachedCredentials cache(source, transport, environment);
    CHECK(source.fetches == 0);
    CHECK(cache.credentials()->access_key_id == "key-1");
    environment.time.seconds += 3600 - 301;
    CHECK(cache.credentials()->access_key_id == "key-1");
    environment.time.seconds += 1;
    CHECK(cache.credentials()->access_key_id == "key-2");
    CHECK(source.fetches == 2);
}

TEST_CASE("credentials that live for minutes are renewed when a quarter of it is left") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    CountedSource source([&](int number) { return lasting(environment, 800, number); });
    CachedCredentials cache(source, transport, environment);
    CHECK(cache.credentials()->access_key_id == "key-1");
    environment.time.seconds += 599;
    CHECK(cache.credentials()->access_key_id == "key-1");
    environment.time.seconds += 1;
    CHECK(cache.credentials()->access_key_id == "key-2");
}

TEST_CASE("credentials without an expiration are read again after a quarter of an hour") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    CountedSource source([](int number) { return Credentials{"key-" + std::to_string(number), "secret"}; });
    CachedCredentials cache(source, transport, environment);
    CHECK(cache.credentials()->access_key_id == "key-1");
    environment.time.seconds += 899;
    CHECK(cache.credentials()->access_key_id == "key-1");
    environment.time.seconds += 1;
    CHECK(cache.credentials()->access_key_id == "key-2");
}

TEST_CASE("if renewing fails, valid credentials stay in use until they expire") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    CountedSource source([&](int number) -> Result<Credentials> {
        if (number == 1) return lasting(environment, 3600, number);
        return unavailable();
    });
    CachedCredentials cache(source, transport, environment);
    CHECK(cache.credentials()->access_key_id == "key-1");
    environment.time.seconds += 3400;
    CHECK(cache.credentials()->access_key_id == "key-1");
    CHECK(source.fetches == 2);
    // The next attempt is a minute later.
    environment.time.seconds += 59;
    CHECK(cache.credentials()->access_key_id == "key-1");
    CHECK(source.fetches == 2);
    environment.time.seconds += 1;
    CHECK(cache.credentials()->access_key_id == "key-1");
    CHECK(source.fetches == 3);
    environment.time.seconds += 140;
    CHECK(cache.credentials().error().code == "Unavailable");
}

TEST_CASE("a cache says where its credentials come from") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    CountedSource source([&](int number) -> Result<Credentials> {
        if (number == 1) return unavailable();
        return Credentials{"key", "secret"};
    });
    CachedCredentials cache(source, transport, environment);
    CHECK(cache.describe().empty());
    CHECK_FALSE(cache.credentials());
    CHECK(cache.describe().empty());
    environment.time.seconds += 60;
    REQUIRE(cache.credentials());
    CHECK(cache.describe() == "the test");
}

TEST_CASE("a chain of sources says which of them gave the credentials") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    test::MemorySettings settings;
    EnvironmentCredentialsSource absent(settings);
    CountedSource source([](int) { return Credentials{"key", "secret"}; });
    CredentialsChain chain({&absent, &source});
    CachedCredentials cache(chain, transport, environment);
    REQUIRE(cache.credentials());
    CHECK(cache.describe() == "the test");
}

TEST_CASE("a source that gives the same credentials again is not asked by each call") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    const Timestamp expiration{environment.time.seconds + 1000, 0};
    CountedSource source([&](int number) {
        Credentials credentials{"key-" + std::to_string(number), "secret"};
        credentials.expiration = expiration;
        return credentials;
    });
    CachedCredentials cache(source, transport, environment);
    CHECK(cache.credentials());
    environment.time.seconds += 900;
    for (int i = 0; i < 10; ++i) CHECK(cache.credentials());
    CHECK(source.fetches == 2);
}

TEST_CASE("a response without end does not fill the memory") {
    ManualEnvironment environment;
    ScriptedTransport transport;
    transport.respond(200, std::string(100'000, ' '));
    test::ScriptedTransport& server = transport;
    InstanceMetadataCredentialsSource source({}, environment);
    const auto fetch = source.fetch();
    CHECK(fetch_credentials(*fetch, server, environment).error().message.find("larger than 64 KiB") !=
          std::string::npos);
}

namespace {

/// Lets several threads ask at the same time, so that one of them fetches while the others wait, and gives
/// their results.
std::vector<Result<Credentials>> ask_at_once(const CountedSource::Get& get) {
    // Each thread asks for the time, and lets go of the lock no sooner than it waits.
    class CountingClock final : public Environment {
      public:
        Timestamp now() noexcept override {
            ++questions;
            return {1'767'225'600, 0};
        }
        void sleep(Duration) noexcept override {}
        bool random(unsigned char*, std::size_t) noexcept override { return false; }
        std::atomic<int> questions{0};
    };
    constexpr int count = 8;
    CountingClock clock;
    ScriptedTransport transport;
    CountedSource source([&](int number) -> Result<Credentials> {
        if (number == 1) return Error{.kind = ErrorKind::credentials, .code = "Earlier"};
        while (clock.questions < count) std::this_thread::yield();
        return get(number);
    });
    CachedCredentials cache(source, transport, clock);
    CHECK(cache.credentials().error().code == "Earlier");
    clock.questions = 0;
    std::vector<Result<Credentials>> results(count, Error{});
    std::vector<std::thread> threads;
    for (Result<Credentials>& result : results) threads.emplace_back([&] { result = cache.credentials(); });
    for (std::thread& thread : threads) thread.join();
    CHECK(source.fetches == 2);
    return results;
}

} // namespace

TEST_CASE("threads that wait get credentials that expire within seconds, like the thread that fetches") {
    for (const Result<Credentials>& result : ask_at_once([](int) {
             Credentials credentials{"key", "secret"};
             credentials.expiration = Timestamp{1'767'225'605, 0};
             return credentials;
         })) {
        INFO(result.error().code);
        CHECK(result);
        CHECK(result->access_key_id == "key");
    }
}

TEST_CASE("threads that wait get the error of the fetch, also if memory ran out in it") {
    for (const Result<Credentials>& result : ask_at_once([](int) { return unavailable(); }))
        CHECK(result.error().code == "Unavailable");
    for (const Result<Credentials>& result :
         ask_at_once([](int) -> Result<Credentials> { throw std::bad_alloc(); })) {
        CHECK(result.error().kind == ErrorKind::memory);
        CHECK(result.error().code == "OutOfMemory");
    }
}

TEST_CASE("threads share one fetch at a time, and none gets expired credentials") {
    // A clock that every question moves on by a second, so that credentials expire all the time.
    class RunningClock final : public Environment {
      public:
        Timestamp now() noexcept override { return {time.fetch_add(1) / 20, 0}; }
        void sleep(Duration) noexcept override {}
        bool random(unsigned char*, std::size_t) noexcept override { return false; }
        std::atomic<std::int64_t> time{20'000};
    };
    RunningClock clock;
    ScriptedTransport transport;
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    CountedSource source([&](int number) -> Result<Credentials> {
        const int now_running = ++running;
        if (now_running > most) most = now_running;
        std::this_thread::yield();
        --running;
        if (number % 5 == 0) return unavailable();
        Credentials credentials{"key", "secret"};
        credentials.expiration = Timestamp{clock.time / 20 + 100, 0};
        return credentials;
    });
    CachedCredentials cache(source, transport, clock);
    std::atomic<int> expired{0};
    std::atomic<int> calls{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 32; ++i)
        threads.emplace_back([&] {
            for (int call = 0; call < 320; ++call) {
                const std::int64_t before = clock.time / 20;
                const Result<Credentials> result = cache.credentials();
                ++calls;
                if (result && result->expiration->seconds <= before) ++expired;
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(calls == 32 * 320);
    CHECK(expired == 0);
    CHECK(most == 1);
    CHECK(source.fetches > 3);
    CHECK(source.fetches < 1000);
}
