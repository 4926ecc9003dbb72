// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/response_body.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/events/signer.hpp>
#include <belfry/http/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// What a call and the one who wants its events have in common: the reader, and how events are signed. It
/// travels as `CallOptions::response_body`.
class EventExchange final : public ResponseBodySink {
  public:
    /// Makes an event, reads the next message into it and hands it on. `more` becomes whether to go on.
    using Deliver = EventReader::Step (*)(EventReader& reader, std::string_view& bytes, void* handler,
                                          bool& more);

    /// For a call that hands events on while it receives.
    EventExchange(const Operation& operation, const Structure& events, std::size_t max_depth, void* handler,
                  Deliver deliver)
        : handler_(handler), deliver_(deliver) {
        reader.emplace(operation, events, max_depth);
    }
    /// For a stream whose events are asked for; `events` is null when none are received.
    EventExchange(const Operation& operation, const Structure* events, std::size_t max_depth) {
        if (events != nullptr) reader.emplace(operation, *events, max_depth);
    }

    [[nodiscard]] EventExchange* events() noexcept override { return this; }
    /// Whether events are handed on while they come.
    [[nodiscard]] bool delivers() const noexcept { return deliver_ != nullptr; }

    void begin() noexcept {
        delivered_ = 0;
        stopped_ = false;
    }
    /// Takes bytes of the response apart, and gives the document of an initial response to `collected`.
    /// Returns whether more are wanted.
    [[nodiscard]] bool take(std::string_view bytes, ResponseSink& collected) noexcept {
        while (!stopped_ && !bytes.empty()) {
            bool more = true;
            switch (deliver_(*reader, bytes, handler_, more)) {
            case EventReader::Step::need_more: break;
            case EventReader::Step::failed: return false;
            case EventReader::Step::initial_response: {
                const std::string_view document = reader->initial_response();
                if (!collected.on_body(std::as_bytes(std::span(document.data(), document.size()))))
                    return false;
                break;
            }
            case EventReader::Step::event:
                ++delivered_;
                if (!more) stopped_ = true;
                break;
            }
        }
        return !stopped_;
    }
    /// Whether the response need not go on: whoever takes the events has enough, or the stream has failed.
    [[nodiscard]] bool has_ended() const noexcept {
        return stopped_ || (reader && reader->error().kind != ErrorKind::none);
    }
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }
    [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }

    bool on_body(std::span<const std::byte>) noexcept override { return false; }

    /// Empty when no events are received.
    std::optional<EventReader> reader{};
    /// Signs what is sent; empty when the request is not signed.
    EventSigner signer{};
    /// The message that carries the input, before any event; empty for most protocols.
    std::string initial_request{};
    /// Whether a stream is open, whose events nobody could send again.
    bool opened = false;

  private:
    void* handler_ = nullptr;
    Deliver deliver_ = nullptr;
    std::uint64_t delivered_ = 0;
    bool stopped_ = false;
};

} // namespace belfry::inline v0::detail
