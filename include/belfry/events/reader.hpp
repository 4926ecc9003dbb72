// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json_reader.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/events/message_decoder.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/http/response.hpp>
#include <belfry/protocol/http_payload.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/exception_text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// From the bytes of a response to events (https://smithy.io/2.0/aws/amazon-eventstream.html).
namespace belfry::inline v0::detail {

/// Puts a header's value into a member; false when it is of another type.
[[nodiscard]] inline bool put_event_header(const EventHeader& header, const Type& type,
                                           const DecodeOptions& options, void* slot) {
    switch (type.kind) {
    case Kind::boolean:
        if (header.type != EventHeaderType::boolean_true && header.type != EventHeaderType::boolean_false)
            return false;
        *static_cast<bool*>(slot_emplace(type, slot)) = header.type == EventHeaderType::boolean_true;
        return true;
    case Kind::int8:
    case Kind::int16:
    case Kind::int32:
    case Kind::int64:
        // Any width will do as long as the value fits: what the model calls a long may come as an integer.
        return header.type >= EventHeaderType::int8 && header.type <= EventHeaderType::int64 &&
               put_integer(type, slot, header.number);
    case Kind::timestamp: {
        if (header.type != EventHeaderType::timestamp) return false;
        std::int64_t seconds = header.number / 1'000;
        std::int64_t rest = header.number % 1'000;
        if (rest < 0) {
            --seconds;
            rest += 1'000;
        }
        *static_cast<Timestamp*>(slot_emplace(type, slot)) =
            Timestamp{seconds, static_cast<std::int32_t>(rest * 1'000'000)};
        return true;
    }
    case Kind::blob:
        if (header.type != EventHeaderType::blob) return false;
        static_cast<Blob*>(slot_emplace(type, slot))->bytes() = header.bytes;
        return true;
    case Kind::string:
    case Kind::enumeration:
        return header.type == EventHeaderType::string &&
               parse_received_text(header.bytes, type, slot, options.invalid_text);
    default: return false;
    }
}

/// Reads the payload of an event into its structure.
[[nodiscard]] inline bool decode_event_payload(const EventCodec& codec, std::string_view payload,
                                               const Structure& structure, const DecodeOptions& options,
                                               void* object, std::string& fault) {
    std::size_t index = 0;
    const Member* const member = payload_of(structure, index);
    if (member == nullptr)
        return payload.empty() || !has_body_members(structure) ||
               codec.decode(payload, structure, true, options, object, fault);
    const Type& type = *member->type;
    void* const slot = member->slot(object);
    if (type.structure != nullptr) {
        // An empty payload is an empty structure, but not a union.
        if (payload.empty() && type.kind == Kind::union_type) return true;
        void* const value = slot_emplace(type, slot);
        return payload.empty() || codec.decode(payload, *type.structure, false, options, value, fault);
    }
    if (type.kind == Kind::blob) {
        static_cast<Blob*>(slot_emplace(type, slot))->bytes() = payload;
        return true;
    }
    if (parse_received_text(payload, type, slot, options.invalid_text)) return true;
    append_text(fault, structure.member_name(index));
    append_text(fault, ": expected UTF-8");
    return false;
}

/// Reads a message into the structure of its event. All members of an exception are in its document: HTTP
/// bindings only apply where it is sent as a response.
[[nodiscard]] inline bool decode_event(const EventCodec& codec, const EventMessage& message,
                                       const Structure& structure, const DecodeOptions& options, void* object,
                                       std::string& fault) {
    if (!structure.error_code.empty())
        return message.payload.empty() ||
               codec.decode(message.payload, structure, false, options, object, fault);
    if (!decode_event_payload(codec, message.payload, structure, options, object, fault)) return false;
    for (std::size_t i = 0; i < structure.count; ++i) {
        const Member& member = structure.members[i];
        if (member.location != Location::header) continue;
        const EventHeader* const header = message.find(member.wire_name());
        if (header != nullptr && !put_event_header(*header, *member.type, options, member.slot(object))) {
            append_text(fault, structure.member_name(i));
            append_text(fault, ": the header is not of the member's type");
            return false;
        }
    }
    return true;
}

/// Keeps the message of an exception, so that it is only decoded when the caller asks for it.
class EventErrorDetail final : public ExceptionSource {
  public:
    EventErrorDetail(const EventCodec& codec, std::string_view payload, const DecodeOptions& options)
        : codec_(codec), payload_(payload), options_(options) {
        // An error must not be lost to a character in its message.
        options_.invalid_text = InvalidText::repair;
        // The error may outlive what the caller gave for the events.
        options_.unreadable_members = nullptr;
    }
    [[nodiscard]] ErrorDetail* clone() const override {
        return new EventErrorDetail(codec_, payload_, options_);
    }
    BELFRY_COLD bool decode(const Structure& structure, std::string_view code, void* out) const override {
        std::string ignored;
        return (structure.error_code == code || structure.name == code) &&
               (payload_.empty() || codec_.decode(payload_, structure, false, options_, out, ignored));
    }

  private:
    const EventCodec& codec_;
    std::string payload_;
    DecodeOptions options_;
};

/// Splits the body of a response into events. Does no I/O: the caller passes the bytes, in pieces of any
/// size.
class EventReader {
  public:
    enum class Step : std::uint8_t {
        need_more,        ///< All bytes are used up.
        event,            ///< The union holds the next event.
        initial_response, ///< `initial_response()` is the document with the output's members.
        failed,           ///< `error()` says why there are no more events. Final.
    };

    /// `events` is the union of what the operation receives.
    EventReader(const Operation& operation, const EventStreamTraits& traits, const Structure& events,
                const DecodeOptions& options) noexcept
        : operation_(operation), traits_(traits), events_(events), options_(options) {}
    EventReader(const EventReader&) = delete;
    EventReader& operator=(const EventReader&) = delete;

    /// A response with a status of success begins. False when its head lacks what the model requires.
    [[nodiscard]] bool begin(int status, const Headers& headers) noexcept {
#if defined(__cpp_exceptions)
        // Transports call this where nothing may be thrown.
        try {
            return start(status, headers);
        } catch (...) {
            return fail_without_memory(error_);
        }
#else
        return start(status, headers);
#endif
    }
    /// Uses up bytes from the front of `bytes`. `event` is a union of the operation's events.
    [[nodiscard]] Step next(std::string_view& bytes, void* event) noexcept {
        if (error_.kind != ErrorKind::none) return Step::failed;
#if defined(__cpp_exceptions)
        // A large message must not end the program, either.
        try {
            return read(bytes, event);
        } catch (...) {
            fail_without_memory(error_);
            return Step::failed;
        }
#else
        return read(bytes, event);
#endif
    }
    /// The response has ended. False when it ended where it must not; `error()` then says so.
    [[nodiscard]] bool finish() {
        if (error_.kind != ErrorKind::none) return false;
        if (!decoder_.at_boundary())
            return detail::fail(error_, ErrorKind::response, "TruncatedResponse",
                                {events_.name, ": the event stream ends in the middle of message ",
                                 std::to_string(decoder_.count() + 1)});
        if (!document_due_) return true;
        if (requires_document())
            return detail::fail(
                error_, ErrorKind::response, "TruncatedResponse",
                {events_.name, ": the event stream ends before the message initial-response"});
        document_due_ = false;
        document_missing_ = true;
        document_ = traits_.codec->empty_document;
        return true;
    }
#if defined(__cpp_exceptions)
    /// In the handler of the exception that an event handler threw: there are no more events.
    void stop_for_exception() noexcept {
        const std::string text = exception_text("the event handler threw an exception");
        try {
            detail::fail(error_, ErrorKind::cancelled, "HandlerFailed", text);
        } catch (...) {
            fail_without_memory(error_);
        }
    }
#endif
    /// Whether `finish` found that no message came. `initial_response()` is then the document of an output
    /// without members.
    [[nodiscard]] bool lacks_initial_response() const noexcept { return document_missing_; }
    /// Whether `next` gives an event without taking further bytes.
    [[nodiscard]] bool holds_event() const noexcept { return event_held_; }

    [[nodiscard]] const Error& error() const noexcept { return error_; }
    [[nodiscard]] std::string_view initial_response() const noexcept { return document_; }
    /// How many bytes of the body were used up.
    [[nodiscard]] std::uint64_t byte_count() const noexcept { return bytes_; }

  private:
    [[nodiscard]] bool start(int status, const Headers& headers) {
        decoder_ = EventStreamDecoder();
        head_ = {};
        head_.status = status;
        // Errors in the stream are read like responses, but their codes are their own.
        if (const auto protocol = headers.find("smithy-protocol"))
            head_.headers.append("smithy-protocol", *protocol);
        error_ = {};
        document_due_ = traits_.initial_messages;
        document_missing_ = false;
        event_held_ = false;
        bytes_ = 0;
        if (traits_.initial_messages) return true;
        for (std::size_t i = 0; i < operation_.output->count; ++i) {
            const Member& member = operation_.output->members[i];
            if (member.location == Location::header && member.has(MemberFlags::required) &&
                !headers.contains(member.wire_name()))
                return reject_response(error_, operation_.output->member_name(i),
                                       "required, but the response's head does not have it");
        }
        return true;
    }
    [[nodiscard]] Step read(std::string_view& bytes, void* event) {
        if (event_held_) {
            event_held_ = false;
            return take(decoder_.message(), event);
        }
        const std::size_t before = bytes.size();
        const EventStreamDecoder::Step step = decoder_.next(bytes);
        bytes_ += before - bytes.size();
        if (step == EventStreamDecoder::Step::need_more) return Step::need_more;
        if (step == EventStreamDecoder::Step::failed) return fail(decoder_.fault());
        return take(decoder_.message(), event);
    }
    Step fail(std::string_view what) {
        detail::fail(
            error_, ErrorKind::response, "MalformedResponse",
            {events_.name, ": message ", std::to_string(decoder_.count()), " of the event stream: ", what});
        return Step::failed;
    }
    /// The text of a header that must be there; false if it is not, or is not a string. U+FFFD stands for
    /// what is not UTF-8. The text lives until the next call.
    [[nodiscard]] bool text_of(const EventMessage& message, std::string_view name, std::string_view& text) {
        const EventHeader* const header = message.find(name);
        if (header != nullptr && header->type == EventHeaderType::string) {
            text = header->bytes;
            header_text_.clear();
            return repair_text(text, header_text_, InvalidText::repair);
        }
        std::string what("the header ");
        append_text(what, name);
        append_text(what, header == nullptr ? " is missing" : " is not a string");
        fail(what);
        return false;
    }
    [[nodiscard]] Step take(const EventMessage& message, void* event) {
        std::string_view type;
        std::string_view name;
        if (!text_of(message, ":message-type", type)) return Step::failed;
        if (type == "event") {
            if (!text_of(message, ":event-type", name)) return Step::failed;
            return take_event(message, name, event);
        }
        if (type == "exception") {
            if (!text_of(message, ":exception-type", name)) return Step::failed;
            return take_exception(message, name);
        }
        if (type == "error") {
            if (!text_of(message, ":error-code", name)) return Step::failed;
            const EventHeader* const text = message.find(":error-message");
            std::string_view words;
            std::string room;
            if (text != nullptr && text->type == EventHeaderType::string) {
                words = text->bytes;
                static_cast<void>(repair_text(words, room, InvalidText::repair));
            }
            detail::fail(error_, ErrorKind::service, name, is_blank(words) ? no_error_message : words);
            return Step::failed;
        }
        std::string what("its type '");
        append_text(what, type);
        append_text(what, "' is unknown");
        return fail(what);
    }
    [[nodiscard]] bool requires_document() const noexcept {
        for (std::size_t i = 0; i < operation_.output->count; ++i)
            if (operation_.output->members[i].has(MemberFlags::required)) return true;
        return false;
    }
    [[nodiscard]] Step take_event(const EventMessage& message, std::string_view name, void* event) {
        if (document_due_) {
            const bool came = name == "initial-response";
            if (!came && requires_document())
                return fail("the stream does not begin with initial-response, which has required members");
            // Smithy's event stream specification: a client must not fail because this message is missing.
            document_due_ = false;
            event_held_ = !came;
            document_ = came ? message.payload : traits_.codec->empty_document;
            return Step::initial_response;
        }
        if (traits_.initial_messages && name == "initial-response")
            return fail("initial-response is not the first message");
        const Member* const member = find_member(events_, name);
        if (member == nullptr) {
            keep_unknown(message, name, event);
            return Step::event;
        }
        const Type& type = *member->type;
        void* const object = slot_emplace(
            type, events_.union_access->emplace(event, static_cast<int>(member - events_.members)));
        std::string fault;
        if (decode_event(*traits_.codec, message, *type.structure, options_, object, fault))
            return Step::event;
        return fail(fault);
    }
    /// An event that the service added later keeps its name, and its payload: as it is if that is JSON, else
    /// as a JSON string in base64, like a blob.
    BELFRY_COLD void keep_unknown(const EventMessage& message, std::string_view name, void* event) {
        JsonReader reader(message.payload, options_.max_depth);
        const char* const end = reader.skip_value(reader.skip_space(reader.begin()));
        if (end != nullptr && reader.finish(end) != nullptr) {
            std::string text;
            JsonReader::append_repaired(text, message.payload);
            events_.union_access->set_unknown(event, name, text);
            return;
        }
        std::string json(1, '"');
        append_base64(json, message.payload);
        append_char(json, '"');
        events_.union_access->set_unknown(event, name, json);
    }
    BELFRY_COLD Step take_exception(const EventMessage& message, std::string_view name) {
        HttpResponse response;
        response.status = head_.status;
        for (const Header& header : head_.headers) response.headers.append(header.name, header.value);
        response.body = message.payload;
        Error found;
        operation_.service->protocol->decode_error(operation_, response, found);
        const Member* const member = find_member(events_, name);
        // An exception has the code here that it has as a response.
        const bool known = member != nullptr && !member->type->structure->error_code.empty();
        detail::fail(error_, ErrorKind::service, known ? member->type->structure->error_code : name,
                     is_blank(found.message) ? no_error_message : std::string_view(found.message));
        error_.detail = ErrorDetailPointer(new EventErrorDetail(*traits_.codec, message.payload, options_));
        return Step::failed;
    }

    const Operation& operation_;
    const EventStreamTraits& traits_;
    const Structure& events_;
    DecodeOptions options_;
    EventStreamDecoder decoder_{};
    HttpResponse head_{};
    Error error_{};
    std::string header_text_{};
    std::string_view document_{};
    std::uint64_t bytes_ = 0;
    bool document_due_ = false;
    bool document_missing_ = false;
    bool event_held_ = false;
};

} // namespace belfry::inline v0::detail
