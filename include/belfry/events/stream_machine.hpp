// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/state.hpp>
#include <belfry/call/transport_error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/events/body_hooks.hpp>
#include <belfry/events/error.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// A stream of events in both directions, without I/O: makes the bytes to send, and reads what was received.
/// The drivers, one that blocks and one on an event loop, move the bytes. The two sides share nothing, and
/// may be used by two threads.
class EventStreamMachine {
  public:
    /// `received` is null if the operation receives no events.
    EventStreamMachine(const ClientCore& core, const Operation& operation, const EventStreamTraits& traits,
                       const Structure& sent, const Structure* received)
        : core_(core), operation_(operation), traits_(traits), sent_(sent),
          body_(operation, traits, received, decode_options(core.config())) {}

    /// The hooks of the stream's call.
    [[nodiscard]] EventBodyHooks& body() noexcept { return body_; }
    /// The events of an open stream could not be sent again, so the call is not retried.
    void open() noexcept { body_.opened = true; }
    [[nodiscard]] bool is_open() const noexcept { return body_.opened; }

    /// Appends the message of the event in the union at `event`. Any thread may call it.
    [[nodiscard]] bool encode(const void* event, std::string& message, Error& error) const {
        return encode_event(*traits_.codec, sent_, event, message, error);
    }
    /// Makes `outgoing()` the bytes to write for a message, which must live until they are written: signed,
    /// if the request was.
    [[nodiscard]] bool prepare(std::string_view message, Error& error) {
        outgoing_ = message;
        if (!body_.signer) return true;
        signed_.clear();
        std::string fault;
        const Timestamp now = core_.state().clock_skew.apply(core_.environment().now());
        if (!body_.signer.sign(message, now, signed_, fault))
            return fail(error, ErrorKind::signing, "SigningFailed", fault);
        outgoing_ = signed_;
        return true;
    }
    /// The message before the first event; `outgoing()` is empty for most protocols.
    [[nodiscard]] bool prepare_start(Error& error) {
        outgoing_ = {};
        return body_.initial_request.empty() || prepare(body_.initial_request, error);
    }
    /// The end of the events; `outgoing()` is empty if it is not signed. The end of a signed stream is
    /// signed, too, so that the stream cannot be cut in transit.
    [[nodiscard]] bool prepare_end(Error& error) {
        outgoing_ = {};
        return !body_.signer || prepare({}, error);
    }
    [[nodiscard]] std::span<const std::byte> outgoing() const noexcept {
        return std::as_bytes(std::span(outgoing_.data(), outgoing_.size()));
    }
    /// The outcome of a write. Failing because the peer has ended the stream is noted: its answer says more.
    [[nodiscard]] bool check_write(const TransportResult& result, Error& error) {
        peer_ended_ = result.status == TransportStatus::connection_reset;
        return check(result, error);
    }
    [[nodiscard]] bool peer_ended() const noexcept { return peer_ended_; }
    [[nodiscard]] bool is_closed() const noexcept { return closed_; }
    void close() noexcept { closed_ = true; }
    [[nodiscard]] BELFRY_COLD static bool fail_closed(Error& error) {
        return fail(error, ErrorKind::validation, "StreamClosed", "the stream was closed for sending");
    }

    /// Takes the response's head. True if the call's outcome takes bytes of the body, too: for the whole
    /// body, or for the message that carries the output.
    [[nodiscard]] bool take_head(int status, Headers headers, ResponseSink& sink) {
        if (!operation_.succeeds(status) || !body_.reader) {
            takes_whole_ = true;
            static_cast<void>(sink.on_head(status, std::move(headers)));
            return true;
        }
        const bool begun = body_.reader->begin(status, headers);
        headers.remove("Content-Length");
        static_cast<void>(sink.on_head(status, std::move(headers)));
        return begun && traits_.initial_messages;
    }
    /// Takes `count` bytes that are in `buffer()`, none at the end of the body, after `take_head` has
    /// returned true. Whether it wants more. `got` becomes `cancelled` if the sink wants no more.
    [[nodiscard]] bool take_for_head(std::size_t count, ResponseSink& sink, TransportResult& got) {
        if (takes_whole_) {
            if (count == 0) return false;
            if (sink.on_body(std::span(buffer_).first(count))) return true;
            got = {TransportStatus::cancelled, {}};
            return false;
        }
        EventReader& reader = *body_.reader;
        if (count == 0) {
            if (reader.finish() && reader.lacks_initial_response()) give_document(sink);
            return false;
        }
        take(count);
        const EventReader::Step step = reader.next(unread_, nullptr);
        if (step == EventReader::Step::initial_response) give_document(sink);
        return step == EventReader::Step::need_more;
    }
    /// After `Call::finish`, whose outcome is `done`: an error in the stream is that of the output.
    [[nodiscard]] bool finish_output(bool done, ResultBase& result) {
        metadata_ = result.metadata();
        if (!body_.reader || body_.reader->error().kind == ErrorKind::none) return done;
        return take_error(result.error());
    }

    /// Reads the next event: `event`, `need_more` or `failed`.
    [[nodiscard]] EventReader::Step next(void* event) noexcept { return body_.reader->next(unread_, event); }
    /// Where the driver puts the bytes of the response.
    [[nodiscard]] std::span<std::byte> buffer() noexcept { return buffer_; }
    /// Takes that many bytes of `buffer()`, after `need_more`.
    void take(std::size_t count) noexcept { unread_ = {reinterpret_cast<const char*>(buffer_), count}; }
    /// The body has ended. False if it must not end there.
    [[nodiscard]] bool end() { return body_.reader->finish(); }
    [[nodiscard]] bool check_read(const TransportResult& result, Error& error) const {
        return check(result, error) || complete(error);
    }
    /// The reader's error, with the response's metadata.
    BELFRY_COLD bool take_error(Error& error) const {
        error = body_.reader->error();
        complete_event_error(operation_, *body_.reader, error);
        return complete(error);
    }

  private:
    BELFRY_COLD static bool check(const TransportResult& result, Error& error) {
        if (result.status == TransportStatus::ok) return true;
        return fail(error, result.status, result.message);
    }
    BELFRY_COLD bool complete(Error& error) const {
        error.http_status = metadata_.http_status;
        error.request_id = metadata_.request_id;
        error.attempts = metadata_.attempts;
        return false;
    }
    void give_document(ResponseSink& sink) {
        const std::string_view document = body_.reader->initial_response();
        static_cast<void>(sink.on_body(std::as_bytes(std::span(document.data(), document.size()))));
    }

    const ClientCore& core_;
    const Operation& operation_;
    const EventStreamTraits& traits_;
    const Structure& sent_;
    EventBodyHooks body_;
    // Used by the sending side only.
    std::string signed_{};
    std::string_view outgoing_{};
    bool closed_ = false;
    bool peer_ended_ = false;
    // Used by the receiving side only.
    ResponseMetadata metadata_{};
    std::string_view unread_{};
    bool takes_whole_ = false;
    std::byte buffer_[16 * 1024];
};

} // namespace belfry::inline v0::detail
