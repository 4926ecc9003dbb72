// SPDX-License-Identifier: Apache-2.0
#include <belfry/events/messages.hpp>
#include <belfry/golden_tower/converse.hpp>
#include <belfry/golden_tower/listen.hpp>

#include "unit/events/service.hpp"
#include "unit/memory/drivers.hpp"

using namespace belfry; // NOLINT
using test::RunOutcome;
using test::verse;
namespace tower = belfry::golden_tower;

namespace {

const std::string long_text(100, 'v');

struct Fixture {
    test::QuietEnvironment environment{};
    test::PlayedTransport transport{};
    tower::Client client{{.region = "us-east-1", .credentials = test::long_keys, .environment = &environment},
                         transport};
    Fixture() {
        transport.replies = {{{500, {}, "a text that is too long for a string's own buffer"}},
                             {{200,
                               {{"x-hall", "a hall that is too long for a string's own buffer"},
                                {"Transfer-Encoding", "chunked"}},
                               verse(long_text) + verse(long_text)}}};
    }
};

/// A peer that takes memory for nothing but the head.
class PlayedStream final : public DuplexStream {
  public:
    explicit PlayedStream(const std::string& bytes) : bytes_(bytes) {}
    TransportResult write(std::span<const std::byte>) noexcept override { return {}; }
    TransportResult close_write() noexcept override { return {}; }
    TransportResult read_head(int& status, Headers& headers) noexcept override {
        try {
            headers.append("x-session", "a session that is too long for a string's own buffer");
        } catch (...) {
            return {TransportStatus::failed, {}};
        }
        status = 200;
        return {};
    }
    TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        count = std::min<std::size_t>({buffer.size(), bytes_.size() - at_, 50});
        std::memcpy(buffer.data(), bytes_.data() + at_, count);
        at_ += count;
        return {};
    }
    void cancel() noexcept override {}

  private:
    const std::string& bytes_;
    std::size_t at_ = 0;
};
class PlayedDuplex final : public DuplexTransport {
  public:
    TransportResult open(const HttpRequest&, DuplexStreamPointer& stream) noexcept override {
        if (fails_first && !std::exchange(failed_, true)) return {TransportStatus::connection_reset, {}};
        stream = DuplexStreamPointer(new (std::nothrow) PlayedStream(bytes));
        if (stream.get() == nullptr) return {TransportStatus::failed, {}};
        return {};
    }
    void begin() noexcept { failed_ = false; }
    std::string bytes{};
    bool fails_first = true;

  private:
    bool failed_ = false;
};

} // namespace

TEST_CASE("receiving events without memory gives an exception or an error") {
    Fixture f;
    test::survives_without_memory(
        f.client.core(),
        [&] {
            f.transport.begin();
            std::string heard;
            const auto result = f.client.listen({}, [&heard](const tower::Events& event) {
                heard += event.as_verse()->text.value();
                return true;
            });
            return result && heard.size() == 200 ? RunOutcome::success : RunOutcome::error;
        },
        15, 14);
}

TEST_CASE("a conversation without memory ends, and its output is asked for once") {
    Fixture f;
    PlayedDuplex duplex;
    duplex.bytes = verse(long_text) + verse(long_text);
    test::survives_without_memory(
        f.client.core(),
        [&] {
            duplex.begin();
            auto opened =
                f.client.converse(duplex, {.bell = "a bell that is too long for a string's own buffer"});
            if (!opened) return RunOutcome::error;
            auto& stream = *opened;
            if (stream.send(tower::Strokes::from_stroke({.note = long_text}))) return RunOutcome::error;
            if (!stream.output() || !stream.output()->session) return RunOutcome::error;
            for (int i = 0; i < 2; ++i) {
                const auto event = stream.receive();
                if (!event || !event->has_value()) return RunOutcome::error;
            }
            const auto end = stream.receive();
            if (!end || end->has_value() || stream.close()) return RunOutcome::error;
            return RunOutcome::success;
        },
        20, 14);
}

TEST_CASE("a stream whose output found no memory does not read it twice") {
    Fixture f;
    PlayedDuplex duplex;
    duplex.fails_first = false;
    duplex.bytes = verse("one");
    bool threw = false;
    for (long n = 1; !threw || n < 10; ++n) {
        REQUIRE(n < 100);
        auto stream = f.client.converse(duplex, {.bell = "great"});
        REQUIRE(stream);
        {
            const test::FailingAllocations failing(n, test::FailedAllocations::one);
            try {
                static_cast<void>(stream->output());
            } catch (const std::bad_alloc&) {
                threw = true;
            }
            if (!failing.any()) break;
        }
        if (!stream->output()) CHECK(stream->output().error().kind != ErrorKind::none);
    }
    CHECK(threw);
}

TEST_CASE("decoding and encoding events without memory") {
    const std::string bytes = verse(long_text);
    test::fail_each_allocation(
        test::FailedAllocations::rest,
        [&] {
            const auto message =
                encode_event(tower::operations::Converse{}, tower::Strokes::from_stroke({.note = long_text}));
            if (!message) return RunOutcome::error;
            EventDecoder<tower::operations::Listen> decoder;
            Headers headers{{"x-hall", "a hall that is too long for a string's own buffer"}};
            if (!decoder.begin(200, std::move(headers))) return RunOutcome::error;
            decoder.feed(bytes);
            const auto event = decoder.next();
            return event && decoder.finish() && decoder.output() ? RunOutcome::success : RunOutcome::error;
        },
        [](RunOutcome) {});
}
