// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/events/message_decoder.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/golden_tower/listen.hpp>
#include <belfry/http/duplex_transport.hpp>

#include "unit/call/canned.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The golden service's streams, in its protocol and in one without HTTP bindings.
namespace test {

namespace tower = belfry::golden_tower;

[[nodiscard]] inline std::string event_message(std::string_view type, std::string_view name,
                                               std::string_view payload = {}) {
    belfry::EventMessage message;
    const std::string key = ":" + std::string(type) + "-type";
    message.headers = {belfry::EventHeader::string(":message-type", type),
                       belfry::EventHeader::string(key, name)};
    message.payload = payload;
    std::string out;
    std::string fault;
    static_cast<void>(belfry::encode_event_message(message, out, fault));
    return out;
}
[[nodiscard]] inline std::string verse(std::string_view text) {
    return event_message("event", "Verse", text);
}
[[nodiscard]] inline std::string cracked(std::string_view why) {
    return event_message("exception", "Cracked", R"({"message":")" + std::string(why) + R"("})");
}

/// Fails to allocate when it reads or writes a document.
inline constexpr belfry::EventCodec starved_codec{
    .media_type = "application/json",
    .empty_document = "{}",
    .encode = [](const belfry::Structure&, const void*, bool, std::string&, std::string&) -> bool {
        throw std::bad_alloc();
    },
    .decode = [](std::string_view, const belfry::Structure&, bool, const belfry::DecodeOptions&, void*,
                 std::string&) -> bool { throw std::bad_alloc(); }};
inline constexpr belfry::EventStreamTraits starved_traits{
    .codec = &starved_codec, .input = true, .output = true};

/// A response that arrives in pieces and may be interrupted.
struct EventReply {
    int status = 200;
    belfry::Headers headers{
        {"x-hall", "nave"}, {"Transfer-Encoding", "chunked"}, {"x-amzn-RequestId", "r-1"}};
    std::vector<std::string> pieces{};
    belfry::TransportStatus end = belfry::TransportStatus::ok;
};

/// Returns the replies in order.
class EventTransport final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        requests.push_back(request);
        const EventReply& reply = replies.at(requests.size() - 1);
        if (reply.status == 0) return {reply.end, {}};
        if (!sink.on_head(reply.status, reply.headers)) return {belfry::TransportStatus::cancelled, {}};
        for (const std::string& piece : reply.pieces) {
            ++pieces_sent;
            if (!sink.on_body(std::as_bytes(std::span(piece.data(), piece.size()))))
                return {belfry::TransportStatus::cancelled, {}};
        }
        return {reply.end, {}};
    }
    std::vector<EventReply> replies{};
    std::vector<belfry::HttpRequest> requests{};
    int pieces_sent = 0;
};

/// The behaviour of a peer, and the state of the stream.
struct Peer {
    std::vector<belfry::TransportStatus> opens{};
    int status = 200;
    belfry::Headers headers{{"x-session", "s-1"}, {"x-amzn-RequestId", "r-1"}};
    std::vector<std::string> pieces{};
    belfry::TransportStatus end = belfry::TransportStatus::ok;
    belfry::TransportStatus head = belfry::TransportStatus::ok;
    /// The number of writes that succeed before the peer stops reading.
    std::size_t takes = 1'000;

    std::vector<belfry::HttpRequest> requests{};
    std::vector<std::string> written{};
    int closed = 0;
    int cancelled = 0;
    int destroyed = 0;
};

class FakeStream final : public belfry::DuplexStream {
  public:
    explicit FakeStream(Peer& peer) : peer_(peer) {}
    ~FakeStream() override { ++peer_.destroyed; }
    belfry::TransportResult write(std::span<const std::byte> bytes) noexcept override {
        if (peer_.written.size() >= peer_.takes) return {belfry::TransportStatus::connection_reset, {}};
        peer_.written.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    belfry::TransportResult close_write() noexcept override {
        ++peer_.closed;
        return {};
    }
    belfry::TransportResult read_head(int& status, belfry::Headers& headers) noexcept override {
        status = peer_.status;
        headers = peer_.headers;
        return {peer_.head, {}};
    }
    belfry::TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        if (next_ == peer_.pieces.size()) return {peer_.end, {}};
        std::string& piece = peer_.pieces[next_];
        count = std::min(buffer.size(), piece.size());
        std::memcpy(buffer.data(), piece.data(), count);
        piece.erase(0, count);
        if (piece.empty()) ++next_;
        return {};
    }
    void cancel() noexcept override { ++peer_.cancelled; }

  private:
    Peer& peer_;
    std::size_t next_ = 0;
};

class FakeDuplex final : public belfry::DuplexTransport {
  public:
    explicit FakeDuplex(Peer& peer) : peer_(peer) {}
    belfry::TransportResult open(const belfry::HttpRequest& request,
                                 belfry::DuplexStreamPointer& stream) noexcept override {
        peer_.requests.push_back(request);
        const std::size_t attempt = peer_.requests.size() - 1;
        if (attempt < peer_.opens.size() && peer_.opens[attempt] != belfry::TransportStatus::ok)
            return {peer_.opens[attempt], {}};
        stream = belfry::DuplexStreamPointer(new FakeStream(peer_));
        return {};
    }

  private:
    Peer& peer_;
};

} // namespace test
