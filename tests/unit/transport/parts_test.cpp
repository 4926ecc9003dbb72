// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/body_reader.hpp>
#include <belfry/transport/detail/idle_pool.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

using namespace belfry;
using detail::AttemptClock;
using detail::BodyReader;

namespace {

class TextSource final : public BodySource {
  public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        if (fails) return -1;
        const std::size_t count = std::min({capacity, text_.size() - position_, std::size_t{3}});
        std::memcpy(buffer, text_.data() + position_, count);
        position_ += count;
        return static_cast<std::ptrdiff_t>(count) + exaggeration;
    }
    bool rewind() noexcept override {
        position_ = 0;
        return rewinds;
    }
    bool fails = false;
    bool rewinds = true;
    std::ptrdiff_t exaggeration = 0;

  private:
    std::string text_;
    std::size_t position_ = 0;
};

std::string read_all(BodyReader& reader) {
    std::string text;
    for (int i = 0; i < 1000 && !reader.done() && reader.failure() == nullptr; ++i) text += reader.next();
    return text;
}
HttpRequest from(BodySource& source, std::int64_t length) {
    HttpRequest request;
    request.source = &source;
    request.content_length = length;
    return request;
}

} // namespace

TEST_CASE("a body in memory is read as one piece") {
    HttpRequest request;
    request.body = "body";
    request.content_length = 4;
    BodyReader reader(request);
    CHECK_FALSE(reader.done());
    CHECK(reader.next() == "body");
    CHECK(reader.done());
    CHECK(reader.next().empty());
}

TEST_CASE("a source is read up to content_length and no further") {
    TextSource source("0123456789");
    for (const auto& [length, wanted] :
         {std::pair<std::int64_t, const char*>{10, "0123456789"}, {4, "0123"}, {0, ""}, {-1, "0123456789"}}) {
        const HttpRequest request = from(source, length);
        BodyReader reader(request); // each rewinds
        CHECK(read_all(reader) == wanted);
        CHECK(reader.done());
        CHECK(reader.failure() == nullptr);
    }
}

TEST_CASE("a source that fails, ends early, cannot rewind or returns too much is an error") {
    TextSource source("0123");
    const HttpRequest request = from(source, 5);
    BodyReader early(request);
    CHECK(read_all(early) == "0123");
    CHECK(early.failure() != nullptr);

    source.fails = true;
    BodyReader failing(request);
    CHECK(read_all(failing).empty());
    CHECK(failing.failure() != nullptr);

    source.fails = false;
    source.exaggeration = 1 << 20;
    BodyReader lying(request);
    CHECK(read_all(lying).empty());
    CHECK(lying.failure() != nullptr);

    source.exaggeration = 0;
    source.rewinds = false;
    BodyReader stuck(request);
    CHECK(stuck.failure() != nullptr);
    CHECK(stuck.next().empty());
}

TEST_CASE("the connect limit applies until the connection is established, then the idle limit") {
    Timeouts timeouts;
    timeouts.connect = Duration::milliseconds(30);
    timeouts.idle = Duration::milliseconds(60);
    AttemptClock clock(timeouts);
    CHECK(clock.expired() == nullptr);
    CHECK(clock.wait_milliseconds(1000) <= 30);
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
    CHECK(std::string(clock.expired()).find("connect") != std::string::npos);
    clock.connected();
    CHECK(clock.expired() == nullptr);
    CHECK(clock.wait_milliseconds(1000) <= 60);
    CHECK(clock.wait_milliseconds(5) <= 5);
    std::this_thread::sleep_for(std::chrono::milliseconds(70));
    CHECK(std::string(clock.expired()).find("idle") != std::string::npos);
    CHECK(clock.wait_milliseconds(1000) == 1);
    clock.moved();
    CHECK(clock.expired() == nullptr);
}

TEST_CASE("the total limit does not restart with progress, and zero means no limit") {
    Timeouts timeouts;
    timeouts.total = Duration::milliseconds(20);
    AttemptClock clock(timeouts);
    clock.connected();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    clock.moved();
    CHECK(std::string(clock.expired()).find("total") != std::string::npos);

    const AttemptClock endless(Timeouts{Duration{}, Duration{}, Duration{}});
    CHECK(endless.expired() == nullptr);
    CHECK(endless.wait_milliseconds(50) == 50);
}

TEST_CASE("cancelling ends an attempt and takes precedence over its time limits") {
    struct Sink final : ResponseSink {
        bool on_head(int, Headers) noexcept override { return true; }
        bool on_body(std::span<const std::byte>) noexcept override { return true; }
        [[nodiscard]] bool cancelled() const noexcept override { return gave_up; }
        bool gave_up = false;
    } sink;
    const AttemptClock endless(Timeouts{Duration{}, Duration{}, Duration{}});
    CHECK(detail::interruption(sink, endless).status == TransportStatus::ok);

    Timeouts timeouts;
    timeouts.total = Duration::milliseconds(20);
    const AttemptClock clock(timeouts);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    CHECK(detail::interruption(sink, clock).status == TransportStatus::timed_out);
    CHECK(detail::interruption(sink, clock).message == clock.expired());
    sink.gave_up = true;
    CHECK(detail::interruption(sink, clock).status == TransportStatus::cancelled);
    CHECK(detail::interruption(sink, endless).status == TransportStatus::cancelled);
}

TEST_CASE("the pool returns the connection used last, skips stale ones and keeps its size limit") {
    struct Connection {
        std::string key;
        int number;
        bool is_fresh;
        [[nodiscard]] bool fresh() const { return is_fresh; }
    };
    const auto make = [](const char* key, int number, bool fresh = true) {
        return std::make_unique<Connection>(Connection{key, number, fresh});
    };
    detail::IdlePool<Connection> pool(3);
    CHECK(pool.take("a") == nullptr);
    pool.give_back(make("a", 1));
    pool.give_back(make("b", 2));
    pool.give_back(make("a", 3));
    CHECK(pool.take("a")->number == 3);
    CHECK(pool.take("c") == nullptr);
    pool.give_back(make("a", 4, false));
    CHECK(pool.take("a")->number == 1);
    CHECK(pool.take("a") == nullptr);
    for (int i = 5; i < 9; ++i) pool.give_back(make("d", i));
    CHECK(pool.take("b") == nullptr);
    for (int wanted : {8, 7, 6}) CHECK(pool.take("d")->number == wanted);
    CHECK(pool.take("d") == nullptr);
    pool.give_back(make("a", 9));
    pool.clear();
    CHECK(pool.take("a") == nullptr);

    detail::IdlePool<Connection> none(0);
    none.give_back(make("a", 1));
    CHECK(none.take("a") == nullptr);
}
