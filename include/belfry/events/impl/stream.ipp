// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/drive.hpp>
#include <belfry/call/state.hpp>
#include <belfry/call/transport_error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/events/body_hooks.hpp>
#include <belfry/events/error.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// One side of it sends, the other one receives; they share nothing but the transport's stream.
class EventStreamState {
  public:
    EventStreamState(const ClientCore& core, const Operation& operation, const EventStreamTraits& traits,
                     const Structure& sent, const Structure* check_read, const CallOptions& options)
        : core_(core), operation_(operation), traits_(traits), sent_(sent),
          body_(operation, traits, check_read, decode_options(core.config())),
          call_(core, operation, options, &body_) {}

    BELFRY_COLD bool open(DuplexTransport& transport, const void* input, Error& error) {
        drive(call_, core_, call_.start(input), [&](ResponseSink& sink) {
            sink_ = &sink;
            TransportResult opened = transport.open(call_.request(), stream_);
            if (opened.status == TransportStatus::ok && stream_.get() == nullptr)
                opened = {TransportStatus::failed, "the transport reported success without a stream"};
            if (opened.status != TransportStatus::ok) return call_.on_sent(std::move(opened));
            body_.opened = true;
            return Call::Step::done;
        });
        // If the service has already answered, its answer is read later.
        if (body_.opened)
            return body_.initial_request.empty() || send_message(body_.initial_request, error) || peer_ended_;
        ResultBase result;
        static_cast<void>(call_.finish(nullptr, result));
        error = std::move(result).error();
        return false;
    }

    BELFRY_COLD bool send(const void* event, Error& error) {
        if (closed_)
            return fail(error, ErrorKind::validation, "StreamClosed", "the stream was closed for sending");
        message_.clear();
        return encode_event(*traits_.codec, sent_, event, message_, error) && send_message(message_, error);
    }
    BELFRY_COLD bool close(Error& error) {
        if (closed_) return true;
        // The end is signed, too, so that the stream cannot be cut in transit.
        const bool sent = !body_.signer || send_message({}, error);
        // Later than what can throw: then the stream is still open, and closing it again makes sense.
        closed_ = true;
        if (!sent) {
            // If the peer has ended the stream, failing to send its end is not an error.
            return peer_ended_;
        }
        return check_write(stream_->close_write(), error);
    }

    BELFRY_COLD bool read_head(void* output, ResultBase& result) {
        if (head_read_) return fail_without_memory(result.error());
        head_read_ = true;
        int status = 0;
        Headers headers;
        TransportResult got = stream_->read_head(status, headers);
        if (got.status != TransportStatus::ok) return finish(std::move(got), output, result);
        if (!operation_.succeeds(status) || !body_.reader) {
            static_cast<void>(sink_->on_head(status, std::move(headers)));
            return finish(collect(), output, result);
        }
        EventReader& reader = *body_.reader;
        const bool begun = reader.begin(status, headers);
        headers.remove("Content-Length");
        static_cast<void>(sink_->on_head(status, std::move(headers)));
        if (begun && traits_.initial_messages) read_initial_response(got);
        const bool done = finish(std::move(got), output, result);
        if (reader.error().kind == ErrorKind::none) return done;
        take_error(result.error(), result.metadata());
        return false;
    }
    BELFRY_COLD bool receive(void* event, bool& end, Error& error) {
        EventReader& reader = *body_.reader;
        for (;;) {
            const EventReader::Step step = reader.next(unread_, event);
            if (step == EventReader::Step::event) return true;
            if (step == EventReader::Step::need_more) {
                std::size_t count = 0;
                if (!check_read(stream_->read(buffer_, count), error)) return false;
                if (count != 0) {
                    unread_ = {reinterpret_cast<const char*>(buffer_), count};
                    continue;
                }
                end = true;
                if (reader.finish()) return true;
            }
            take_error(error, metadata_);
            return false;
        }
    }
    void cancel() noexcept { stream_->cancel(); }

  private:
    /// Signs a message, if the request was signed, and writes it.
    bool send_message(std::string_view message, Error& error) {
        std::string fault;
        if (body_.signer) {
            signed_.clear();
            const Timestamp now = core_.state().clock_skew.apply(core_.environment().now());
            if (!body_.signer.sign(message, now, signed_, fault))
                return fail(error, ErrorKind::signing, "SigningFailed", fault);
            message = signed_;
        }
        return check_write(stream_->write(std::as_bytes(std::span(message.data(), message.size()))), error);
    }
    BELFRY_COLD static bool check(const TransportResult& result, Error& error) {
        if (result.status == TransportStatus::ok) return true;
        return fail(error, result.status, result.message);
    }
    bool check_write(const TransportResult& result, Error& error) {
        peer_ended_ = result.status == TransportStatus::connection_reset;
        return check(result, error);
    }
    bool check_read(const TransportResult& result, Error& error) {
        if (check(result, error)) return true;
        error.http_status = metadata_.http_status;
        error.request_id = metadata_.request_id;
        error.attempts = metadata_.attempts;
        return false;
    }
    /// Reads the whole body into the call.
    TransportResult collect() {
        for (;;) {
            std::size_t count = 0;
            TransportResult got = stream_->read(buffer_, count);
            if (got.status != TransportStatus::ok || count == 0) return got;
            if (!sink_->on_body(std::span(buffer_).first(count))) {
                stream_->cancel();
                return {TransportStatus::cancelled, {}};
            }
        }
    }
    void collect_document() {
        const std::string_view document = body_.reader->initial_response();
        static_cast<void>(sink_->on_body(std::as_bytes(std::span(document.data(), document.size()))));
    }
    void read_initial_response(TransportResult& got) {
        EventReader& reader = *body_.reader;
        for (;;) {
            const EventReader::Step step = reader.next(unread_, nullptr);
            if (step == EventReader::Step::initial_response) return collect_document();
            if (step != EventReader::Step::need_more) return;
            std::size_t count = 0;
            got = stream_->read(buffer_, count);
            if (got.status != TransportStatus::ok) return;
            if (count == 0) {
                if (reader.finish() && reader.lacks_initial_response()) collect_document();
                return;
            }
            unread_ = {reinterpret_cast<const char*>(buffer_), count};
        }
    }
    /// Lets the call judge the head, and reads the output.
    bool finish(TransportResult got, void* output, ResultBase& result) {
        static_cast<void>(call_.on_sent(std::move(got)));
        const bool done = call_.finish(output, result);
        metadata_ = result.metadata();
        return done;
    }
    /// The reader's error, with the response's metadata.
    void take_error(Error& error, const ResponseMetadata& metadata) {
        error = body_.reader->error();
        complete_event_error(operation_, *body_.reader, error);
        error.http_status = metadata.http_status;
        error.request_id = metadata.request_id;
        error.attempts = metadata.attempts;
    }

    const ClientCore& core_;
    const Operation& operation_;
    const EventStreamTraits& traits_;
    const Structure& sent_;
    EventBodyHooks body_;
    Call call_;
    ResponseSink* sink_ = nullptr;
    DuplexStreamPointer stream_{};
    // Used by the sending thread only.
    std::string message_{};
    std::string signed_{};
    bool closed_ = false;
    bool peer_ended_ = false;
    // Used by the receiving thread only.
    ResponseMetadata metadata_{};
    std::string_view unread_{};
    /// Whether the head was asked for. It comes once, even if there is no memory for the output.
    bool head_read_ = false;
    std::byte buffer_[16 * 1024];
};

BELFRY_INLINE EventStreamState* open_event_stream(const ClientCore& core, DuplexTransport& transport,
                                                  const Operation& operation, const EventStreamTraits& traits,
                                                  const Structure& sent, const Structure* check_read,
                                                  const void* input, const CallOptions& options,
                                                  Error& error) {
    Owned<EventStreamState> state(new EventStreamState(core, operation, traits, sent, check_read, options));
    return state->open(transport, input, error) ? state.release() : nullptr;
}
BELFRY_INLINE bool send_event(EventStreamState& state, const void* event, Error& error) {
    return state.send(event, error);
}
BELFRY_INLINE bool close_event_stream(EventStreamState& state, Error& error) { return state.close(error); }
BELFRY_INLINE bool read_event_stream_head(EventStreamState& state, void* output, ResultBase& result) {
    return state.read_head(output, result);
}
BELFRY_INLINE bool receive_event(EventStreamState& state, void* event, bool& end, Error& error) {
    return state.receive(event, end, error);
}
BELFRY_INLINE void cancel_event_stream(EventStreamState& state) noexcept { state.cancel(); }
BELFRY_INLINE void destroy(EventStreamState* state) noexcept { delete state; }

} // namespace belfry::inline v0::detail
