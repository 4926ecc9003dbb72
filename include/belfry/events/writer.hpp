// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/events/message.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/protocol/http_payload.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/schema/validate.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// From events to the messages that carry them (https://smithy.io/2.0/aws/amazon-eventstream.html).
namespace belfry::inline v0::detail {

/// The header that a member of an event becomes. It refers to the value's own bytes.
[[nodiscard]] inline EventHeader event_header_of(const Member& member, const void* value) {
    const std::string_view name = member.wire_name();
    switch (member.type->kind) {
    case Kind::boolean: return EventHeader::boolean(name, *static_cast<const bool*>(value));
    case Kind::int8: return EventHeader::int8(name, *static_cast<const std::int8_t*>(value));
    case Kind::int16: return EventHeader::int16(name, *static_cast<const std::int16_t*>(value));
    case Kind::int32: return EventHeader::int32(name, *static_cast<const std::int32_t*>(value));
    case Kind::int64: return EventHeader::int64(name, *static_cast<const std::int64_t*>(value));
    case Kind::timestamp: return EventHeader::timestamp(name, *static_cast<const Timestamp*>(value));
    case Kind::blob: return EventHeader::blob(name, static_cast<const Blob*>(value)->view());
    case Kind::enumeration:
        return EventHeader::string(name, static_cast<const OpenEnumBase*>(value)->text(*member.type->values));
    default: return EventHeader::string(name, *static_cast<const std::string*>(value));
    }
}

/// The payload of an event, and what `:content-type` says of it; nothing where there is none.
[[nodiscard]] inline bool encode_event_payload(const EventCodec& codec, const Structure& structure,
                                               const void* object, std::string& payload,
                                               std::string_view& media_type, std::string& fault) {
    std::size_t index = 0;
    const Member* const member = payload_of(structure, index);
    if (member == nullptr) {
        if (!has_body_members(structure)) return true;
        media_type = codec.media_type;
        return codec.encode(structure, object, true, payload, fault);
    }
    const Type& type = *member->type;
    const void* const value = slot_value(type, member->slot(object));
    if (value == nullptr) return true;
    if (type.structure != nullptr) {
        media_type = codec.media_type;
        return codec.encode(*type.structure, value, false, payload, fault);
    }
    if (type.kind == Kind::blob) {
        media_type = "application/octet-stream";
        payload = static_cast<const Blob*>(value)->view();
        return true;
    }
    media_type = "text/plain";
    return append_simple_text(payload, type, value, TimestampFormat::date_time);
}

/// Makes `error` say why an event cannot be sent. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_event(Error& error, const Structure& events,
                                                   std::string_view name, std::string_view fault) {
    return fail(error, ErrorKind::validation, "ValidationError",
                {events.name, name.empty() ? "" : ".", name, ": ", fault});
}

/// Appends the message of the event that the union at `event` holds. False, with the reason in `error` and
/// `out` as it was, when it holds none that can be sent.
[[nodiscard]] inline bool encode_event(const EventCodec& codec, const Structure& events, const void* event,
                                       std::string& out, Error& error) {
    const int index = events.union_access->which(event);
    if (index < 0) return reject_event(error, events, {}, "it holds no event");
    if (index >= events.count)
        return reject_event(error, events, {}, "events that the model does not list cannot be sent");
    const auto number = static_cast<std::size_t>(index);
    const Type& type = *events.members[number].type;
    const std::string_view name = events.member_name(number);
    const void* const object = slot_value(type, events.union_access->get(event));
    if (object == nullptr) return reject_event(error, events, name, "it holds no event");
    const Structure& structure = *type.structure;
    if (const std::string faults = validate(structure, object); !faults.empty())
        return reject_event(error, events, name, faults);

    const bool exception = !structure.error_code.empty();
    std::string payload;
    std::string_view media_type;
    std::string fault;
    if (exception) {
        media_type = codec.media_type;
        if (!codec.encode(structure, object, false, payload, fault))
            return reject_event(error, events, name, fault);
    } else if (!encode_event_payload(codec, structure, object, payload, media_type, fault)) {
        return reject_event(error, events, name, fault);
    }
    EventMessage message;
    message.payload = payload;
    message.headers = {EventHeader::string(":message-type", exception ? "exception" : "event"),
                       EventHeader::string(exception ? ":exception-type" : ":event-type", name)};
    if (!media_type.empty()) message.headers.push_back(EventHeader::string(":content-type", media_type));
    for (std::size_t i = 0; !exception && i < structure.count; ++i) {
        const Member& member = structure.members[i];
        if (member.location != Location::header) continue;
        const void* const value = slot_value(*member.type, member.slot(object));
        if (value == nullptr) continue;
        if (member.type->kind == Kind::timestamp &&
            !EventHeader::holds_timestamp(*static_cast<const Timestamp*>(value))) {
            append_text(fault, structure.member_name(i));
            append_text(fault, ": the milliseconds since 1970 have more than 64 bits, or the nanoseconds are "
                               "not 0 to 999,999,999");
            return reject_event(error, events, name, fault);
        }
        message.headers.push_back(event_header_of(member, value));
    }
    return encode_event_message(message, out, fault) || reject_event(error, events, name, fault);
}

/// Appends the message that carries the input of a protocol without HTTP bindings.
[[nodiscard]] inline bool encode_initial_request(const EventCodec& codec, std::string_view document,
                                                 std::string& out, std::string& fault) {
    EventMessage message;
    message.headers = {EventHeader::string(":message-type", "event"),
                       EventHeader::string(":event-type", "initial-request"),
                       EventHeader::string(":content-type", codec.media_type)};
    message.payload = document;
    return encode_event_message(message, out, fault);
}

} // namespace belfry::inline v0::detail
