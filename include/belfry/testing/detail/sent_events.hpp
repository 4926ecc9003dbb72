// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/events/message.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/service_error.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The events of a response, as a service writes them
/// (https://smithy.io/2.0/aws/amazon-eventstream.html).
namespace belfry::inline v0::testing::detail {

/// Appends the message that ends a stream with an error: an exception of the union `events`, or else an error
/// that the model does not list. False if it cannot be written.
[[nodiscard]] inline bool encode_stream_error(const EventCodec& codec, const Structure& events,
                                              const Error& error, std::string& out, std::string& fault) {
    const ModelledException exception = exception_of(error);
    EventMessage message;
    std::string payload;
    for (std::size_t i = 0; exception.structure != nullptr && i < events.count; ++i) {
        if (events.members[i].type->structure != exception.structure) continue;
        if (!codec.encode(*exception.structure, exception.object, false, payload, fault)) return false;
        message.headers = {EventHeader::string(":message-type", "exception"),
                           EventHeader::string(":exception-type", events.member_name(i)),
                           EventHeader::string(":content-type", codec.media_type)};
        message.payload = payload;
        return encode_event_message(message, out, fault);
    }
    message.headers = {EventHeader::string(":message-type", "error"),
                       EventHeader::string(":error-code", error.code),
                       EventHeader::string(":error-message", error.message)};
    return encode_event_message(message, out, fault);
}

/// Writes the response of an operation with event streams.
class SentEvents {
  public:
    /// `events` is the union that the operation receives; null if it receives none.
    SentEvents(const Exchange& exchange, const Operation& operation, const EventStreamTraits& traits,
               const Structure* events)
        : exchange_(exchange), operation_(operation), traits_(traits), events_(events) {}

    /// Whether an output was given.
    [[nodiscard]] bool has_output() const noexcept { return has_output_; }
    /// Writes the output: in front of the events, or as the whole response if there are none. False if the
    /// client wants no more.
    bool respond(const void* output) {
        if (has_output_) return stop("the output of a stream is given once, and before its first event");
        has_output_ = true;
        reply_ = write_output(exchange_, operation_, output);
        if (reply_.broken) return false;
        if (events_ == nullptr) return true;
        HttpResponse head = std::move(reply_.response);
        reply_.response = {};
        const std::string document = std::move(head.body);
        head.body.clear();
        head.headers.remove("Content-Length");
        head.headers.set("Content-Type", event_stream_media_type);
        open_ = exchange_.channel->begin(std::move(head));
        return !traits_.initial_messages || write_initial_response(document);
    }
    /// Writes the event that the union at `event` holds. False if the client wants no more.
    bool send(const void* event) {
        if (!open_ || reply_.broken) return false;
        std::string message;
        Error error;
        if (!belfry::detail::encode_event(*traits_.codec, *events_, event, message, error))
            return stop(error.message);
        return write(message);
    }
    /// Ends the response, with `error` unless it is null. `output` is that of a stream without one.
    [[nodiscard]] Reply finish(const Error* error, const void* output) {
        if (reply_.broken) return std::move(reply_);
        const bool begun = exchange_.channel->begun();
        if (error != nullptr && !begun) return write_error(exchange_, *operation_.service, *error);
        if (error == nullptr && !has_output_) respond(output);
        if (error != nullptr) write_stream_error(*error);
        if (events_ != nullptr && !open_ && reply_.status == TransportStatus::ok)
            reply_.status = TransportStatus::cancelled;
        return std::move(reply_);
    }

  private:
    bool write(std::string_view bytes) {
        open_ = open_ && exchange_.channel->write(bytes);
        return open_;
    }
    bool write_initial_response(std::string_view document) {
        EventMessage message;
        message.headers = {EventHeader::string(":message-type", "event"),
                           EventHeader::string(":event-type", "initial-response"),
                           EventHeader::string(":content-type", traits_.codec->media_type)};
        message.payload = document;
        std::string bytes;
        std::string fault;
        return encode_event_message(message, bytes, fault) ? write(bytes) : stop(fault);
    }
    void write_stream_error(const Error& error) {
        reply_.status = transport_status(error);
        if (reply_.status != TransportStatus::ok) {
            reply_.message = error.message;
            return;
        }
        std::string message;
        std::string fault;
        if (encode_stream_error(*traits_.codec, *events_, error, message, fault))
            write(message);
        else
            stop("the error '" + error.code + "': " + fault);
    }
    /// Notes that what the handler gave cannot be written. Always false.
    bool stop(std::string_view fault) {
        reply_.status = TransportStatus::failed;
        reply_.broken = true;
        reply_.message = "belfry::testing: the stream of a handler cannot be written: ";
        reply_.message.append(fault);
        return false;
    }

    const Exchange& exchange_;
    const Operation& operation_;
    const EventStreamTraits& traits_;
    const Structure* events_;
    Reply reply_{};
    bool has_output_ = false;
    bool open_ = false;
};

} // namespace belfry::inline v0::testing::detail
