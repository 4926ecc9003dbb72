// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/codec/event_stream_decoder.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/golden_tower/listen.hpp>
#include <belfry/protocol/event_writer.hpp>

#include "canned.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The golden service's streams, in its own protocol and in one without HTTP bindings.
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

/// A response that comes in pieces and may break off.
struct EventReply {
    int status = 200;
    belfry::Headers headers{
        {"x-hall", "nave"}, {"Transfer-Encoding", "chunked"}, {"x-amzn-RequestId", "r-1"}};
    std::vector<std::string> pieces{};
    belfry::TransportStatus end = belfry::TransportStatus::ok;
};

/// Gives the replies one after the other.
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

} // namespace test
