// SPDX-License-Identifier: Apache-2.0
#if defined(BELFRY_TEST_HAS_NGHTTP2)
#include <belfry/transport/detail/http2_stream.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <new>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace belfry;
using detail::WireStep;

// Sanitizers replace the allocator.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BELFRY_TEST_LIMITS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define BELFRY_TEST_LIMITS_MEMORY 0
#endif
#endif
#ifndef BELFRY_TEST_LIMITS_MEMORY
#define BELFRY_TEST_LIMITS_MEMORY 1
#endif

#if BELFRY_TEST_LIMITS_MEMORY
namespace {
/// The largest allocation that succeeds.
thread_local std::size_t largest_allocation = SIZE_MAX;
} // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    void* const memory = size > largest_allocation ? nullptr : std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace {

/// The bytes that a peer sends, and how it reads.
struct Peer {
    std::string says;
    std::size_t said = 0;
    /// Whether it repeats its bytes without end, with pauses.
    bool repeats = false;
    bool pauses = false;
    bool listens = true;
    /// Whether it closes the connection after its bytes, of which at most `piece` arrive at once.
    bool hangs_up = false;
    std::size_t piece = std::string::npos;
    /// Cancelled when the peer sends bytes.
    DuplexStream* victim = nullptr;
    std::string heard;
};

/// A wire whose peer is scripted.
class ScriptedWire {
  public:
    explicit ScriptedWire(Peer& peer) noexcept : peer_(&peer) {}
    [[nodiscard]] WireStep read(char* buffer, std::size_t size) const {
        if (peer_->repeats && peer_->said == peer_->says.size()) {
            peer_->said = 0;
            if (peer_->pauses) return {WireStep::wants_read};
        }
        const std::size_t count = peer_->says.copy(buffer, std::min(size, peer_->piece), peer_->said);
        if (count == 0) return {WireStep::wants_read};
        peer_->said += count;
        if (peer_->victim != nullptr) peer_->victim->cancel();
        return {WireStep::moved, count};
    }
    [[nodiscard]] WireStep write(const char* bytes, std::size_t size) const {
        if (peer_->hangs_up) return {WireStep::broken};
        if (!peer_->listens) return {WireStep::wants_write};
        peer_->heard.append(bytes, size);
        return {WireStep::moved, size};
    }

  private:
    Peer* peer_;
};

/// A stream whose peer is scripted.
struct Exchange {
    explicit Exchange(const Timeouts& timeouts = {.idle = Duration::seconds(5)}) : clock(timeouts) {
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()) == 0);
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    ~Exchange() {
        for (const int socket : sockets) ::close(socket);
    }
    TransportResult begin() {
        HttpRequest request;
        request.method = "POST";
        request.url = "http://127.0.0.1:1/x";
        return stream.begin(request, detail::find_origin(request.url).value());
    }
    TransportStatus write(std::size_t size) {
        const std::string bytes(size, 'x');
        return stream.write(std::as_bytes(std::span(bytes))).status;
    }
    TransportStatus read_head() { return stream.read_head(status, headers).status; }
    /// Reads the body until it ends or fails.
    TransportStatus read_all() {
        std::array<std::byte, 1024> buffer{};
        for (;;) {
            std::size_t count = 0;
            const TransportResult result = stream.read(buffer, count);
            if (result.status != TransportStatus::ok || count == 0) return result.status;
            body.append(reinterpret_cast<const char*>(buffer.data()), count);
        }
    }

    Peer peer;
    /// No data arrives here, so only time limits end a wait.
    std::array<int, 2> sockets{-1, -1};
    detail::AttemptClock clock;
    detail::Http2Stream<ScriptedWire> stream{sockets[0], ScriptedWire(peer), clock};
    int status = 0;
    Headers headers;
    std::string body;
};

std::string big_endian(std::size_t number, int size) {
    std::string bytes;
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
        bytes += static_cast<char>((number >> shift) & 0xff);
    return bytes;
}

constexpr int data = 0, headers = 1, settings = 4, ping = 6, window_update = 8, continuation = 9;
constexpr int end_stream = 1, end_headers = 4;

/// RFC 9113 section 4.1.
std::string frame(int type, int flags, std::size_t stream, const std::string& payload) {
    return big_endian(payload.size(), 3) + static_cast<char>(type) + static_cast<char>(flags) +
           big_endian(stream, 4) + payload;
}
const std::string no_settings = frame(settings, 0, 0, "");
/// RFC 7541 appendix A: `:status: 200`.
const std::string status_200 = "\x88";
/// RFC 7541 section 6.2.2 with a name of that table: `:status: 103`.
const std::string status_103 = std::string("\x08\x03") + "103";
constexpr std::size_t value_size = 4'000;
/// RFC 7541 section 6.2.1: the field `x` with a large value, which both sides are to remember.
const std::string large_field = std::string("\x40\x01x\x7f") +
                                static_cast<char>((value_size - 127) % 128 + 128) +
                                static_cast<char>((value_size - 127) / 128) + std::string(value_size, 'v');
/// RFC 7541 section 6.1: what was remembered, `count` times.
std::string again(std::size_t count) { return std::string(count, '\xbe'); }

} // namespace

TEST_CASE("a peer that violates HTTP/2 ends the stream with an error") {
    const std::string breaches[] = {
        // RFC 9113 section 6.9.1: no window is larger than 2^31-1 bytes.
        frame(window_update, 0, 0, big_endian(0x7fffffff, 4)),
        // RFC 9113 section 6.7: a ping belongs to no stream.
        frame(ping, 0, 1, "12345678"),
    };
    for (const std::string& breach : breaches) {
        Exchange exchange;
        REQUIRE(exchange.begin().status == TransportStatus::ok);
        exchange.peer.says =
            no_settings + frame(headers, end_headers, 1, status_200) + frame(data, 0, 1, "before") + breach;
        CHECK(exchange.write(100'000) == TransportStatus::protocol_error);
        CHECK(exchange.read_all() == TransportStatus::protocol_error);
        CHECK(exchange.body == "before");
        CHECK(exchange.write(1) == TransportStatus::protocol_error);

        // A response that is already complete stays valid, and no thread waits for the window.
        Exchange complete;
        REQUIRE(complete.begin().status == TransportStatus::ok);
        complete.peer.says = no_settings + frame(headers, end_headers, 1, status_200) +
                             frame(data, end_stream, 1, "whole") + breach;
        CHECK(complete.write(100'000) == TransportStatus::connection_reset);
        CHECK(complete.read_head() == TransportStatus::ok);
        CHECK(complete.status == 200);
        CHECK(complete.read_all() == TransportStatus::ok);
        CHECK(complete.body == "whole");
    }
}

TEST_CASE("a response's header section has a size limit") {
    Exchange large;
    REQUIRE(large.begin().status == TransportStatus::ok);
    large.peer.says =
        no_settings + frame(headers, end_headers | end_stream, 1, status_200 + large_field + again(99));
    REQUIRE(large.read_head() == TransportStatus::ok);
    REQUIRE(large.headers.size() == 100);
    const Header last = *std::next(large.headers.begin(), 99);
    CHECK(last.name == "x");
    CHECK(last.value == std::string(value_size, 'v'));
    CHECK(large.read_all() == TransportStatus::ok);

    // RFC 9113 section 6.5.2: the peer is told.
    const std::string announced = std::string("\0\6", 2) + big_endian(512 * 1024, 4);
    CHECK(large.peer.heard.find(announced) != std::string::npos);

    const struct {
        TransportStatus head;
        std::string says;
    } too_large[] = {
        {TransportStatus::protocol_error, frame(headers, 0, 1, status_200 + large_field + again(12'000)) +
                                              frame(continuation, end_headers, 1, again(16'000))},
        // Several heads, none of which is too large by itself.
        {TransportStatus::protocol_error,
         frame(headers, end_headers, 1, status_103 + large_field + again(99)) +
             frame(headers, end_headers, 1, status_200 + again(100))},
        // In the trailer.
        {TransportStatus::ok, frame(headers, end_headers, 1, status_200 + large_field) +
                                  frame(headers, end_headers | end_stream, 1, again(200))},
    };
    for (const auto& one : too_large) {
        Exchange exchange;
        REQUIRE(exchange.begin().status == TransportStatus::ok);
        exchange.peer.says = no_settings + one.says;
        CHECK(exchange.read_head() == one.head);
        std::byte byte{};
        std::size_t count = 0;
        const TransportResult result = exchange.stream.read({&byte, 1}, count);
        CHECK(result.status == TransportStatus::protocol_error);
        CHECK(result.message == "the response's head or trailer is too large");
        CHECK(exchange.write(1) == TransportStatus::protocol_error);
    }
}

#if BELFRY_TEST_LIMITS_MEMORY
TEST_CASE("an allocation failure for a response is an error") {
    const std::string says[] = {
        frame(headers, end_headers, 1, status_200 + large_field),
        frame(headers, end_headers, 1, status_200) + frame(data, 0, 1, std::string(value_size, 'x')),
    };
    for (const std::string& one : says) {
        Exchange exchange;
        REQUIRE(exchange.begin().status == TransportStatus::ok);
        exchange.peer.says = no_settings + one;
        std::byte byte{};
        std::size_t count = 0;
        largest_allocation = value_size - 1;
        const TransportResult result = exchange.stream.read({&byte, 1}, count);
        largest_allocation = SIZE_MAX;
        CHECK(result.status == TransportStatus::failed);
        CHECK(result.message == "out of memory");
    }
}
#endif

TEST_CASE("time limits and cancelling end a stream from a peer that never pauses") {
    // Frames that no thread waits for, so small that no window overflows.
    std::string chatter = no_settings;
    for (int i = 0; i < 4'000; ++i) chatter += frame(window_update, 0, 1, big_endian(1, 4));

    Exchange limited({.total = Duration::milliseconds(300)});
    REQUIRE(limited.begin().status == TransportStatus::ok);
    limited.peer.says = chatter;
    limited.peer.repeats = true;
    CHECK(limited.read_head() == TransportStatus::timed_out);
    CHECK(limited.write(1) == TransportStatus::timed_out);

    Exchange cancelled;
    REQUIRE(cancelled.begin().status == TransportStatus::ok);
    cancelled.peer.says = chatter;
    cancelled.peer.repeats = true;
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        cancelled.stream.cancel();
    });
    CHECK(cancelled.read_head() == TransportStatus::cancelled);
    canceller.join();

    // The total limit also applies to a reader that always finds data.
    Exchange fed({.total = Duration::milliseconds(300)});
    REQUIRE(fed.begin().status == TransportStatus::ok);
    fed.peer.says = no_settings + frame(headers, end_headers, 1, status_200);
    CHECK(fed.read_head() == TransportStatus::ok);
    fed.peer.says = frame(data, 0, 1, std::string(500, 'x'));
    fed.peer.said = 0;
    fed.peer.repeats = fed.peer.pauses = true;
    CHECK(fed.read_all() == TransportStatus::timed_out);
}

TEST_CASE("data that a peer sent before it closed the connection is delivered") {
    Exchange exchange;
    REQUIRE(exchange.begin().status == TransportStatus::ok);
    exchange.peer.says = no_settings + frame(headers, end_headers, 1, status_200);
    for (int i = 0; i < 100; ++i) exchange.peer.says += frame(data, 0, 1, "0123456789");
    exchange.peer.says += frame(data, end_stream, 1, "");
    exchange.peer.piece = 10;
    exchange.peer.hangs_up = true;
    CHECK(exchange.write(1'000) == TransportStatus::connection_reset);
    CHECK(exchange.read_head() == TransportStatus::ok);
    CHECK(exchange.read_all() == TransportStatus::ok);
    CHECK(exchange.body.size() == 1'000);
}

TEST_CASE("a stream that is cancelled while data arrives ends with an error") {
    Exchange exchange;
    REQUIRE(exchange.begin().status == TransportStatus::ok);
    exchange.peer.says = no_settings + frame(headers, end_headers, 1, status_200);
    REQUIRE(exchange.read_head() == TransportStatus::ok);
    exchange.peer.says += frame(data, 0, 1, "some");
    exchange.peer.victim = &exchange.stream;
    CHECK(exchange.read_all() == TransportStatus::cancelled);
    CHECK(exchange.body.empty());
}

TEST_CASE("opening a stream has the connect limit, and the rest has the idle limit") {
    Exchange deaf({.connect = Duration::milliseconds(200), .idle = Duration::seconds(20)});
    deaf.peer.listens = false;
    const TransportResult opened = deaf.begin();
    CHECK(opened.status == TransportStatus::timed_out);
    CHECK(opened.message == "no connection within the connect limit");

    // As after a name lookup that took too much time.
    Exchange late({.connect = Duration::milliseconds(1), .idle = Duration::seconds(20)});
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(late.begin().status == TransportStatus::timed_out);

    Exchange silent({.connect = Duration::seconds(20), .idle = Duration::milliseconds(200)});
    REQUIRE(silent.begin().status == TransportStatus::ok);
    const TransportResult head = silent.stream.read_head(silent.status, silent.headers);
    CHECK(head.status == TransportStatus::timed_out);
    CHECK(head.message == "no byte moved within the idle limit");
}
#endif
