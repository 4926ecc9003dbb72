// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/crc32.hpp>
#include <belfry/util/timestamp.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Messages of the media type `application/vnd.amazon.eventstream`
/// (https://smithy.io/2.0/aws/amazon-eventstream.html): a prelude of two lengths and a checksum, headers with
/// types, a payload, and a checksum of it all.
namespace belfry::inline v0 {

/// The type of a header's value, by its number on the wire.
enum class EventHeaderType : std::uint8_t {
    boolean_true = 0,
    boolean_false = 1,
    int8 = 2,
    int16 = 3,
    int32 = 4,
    int64 = 5,
    blob = 6,
    string = 7,
    timestamp = 8, ///< milliseconds since 1970
    uuid = 9,      ///< 16 bytes
};

/// One header of a message. Name and bytes are not owned.
struct EventHeader {
    std::string_view name;
    EventHeaderType type = EventHeaderType::boolean_false;
    /// The value of the integer types, and of a timestamp.
    std::int64_t number = 0;
    /// The value of a blob, string or UUID.
    std::string_view bytes = {};

    [[nodiscard]] static constexpr EventHeader boolean(std::string_view name, bool value) noexcept {
        return {name, value ? EventHeaderType::boolean_true : EventHeaderType::boolean_false, 0, {}};
    }
    [[nodiscard]] static constexpr EventHeader int8(std::string_view name, std::int8_t value) noexcept {
        return {name, EventHeaderType::int8, value, {}};
    }
    [[nodiscard]] static constexpr EventHeader int16(std::string_view name, std::int16_t value) noexcept {
        return {name, EventHeaderType::int16, value, {}};
    }
    [[nodiscard]] static constexpr EventHeader int32(std::string_view name, std::int32_t value) noexcept {
        return {name, EventHeaderType::int32, value, {}};
    }
    [[nodiscard]] static constexpr EventHeader int64(std::string_view name, std::int64_t value) noexcept {
        return {name, EventHeaderType::int64, value, {}};
    }
    [[nodiscard]] static constexpr EventHeader blob(std::string_view name, std::string_view value) noexcept {
        return {name, EventHeaderType::blob, 0, value};
    }
    [[nodiscard]] static constexpr EventHeader string(std::string_view name,
                                                      std::string_view value) noexcept {
        return {name, EventHeaderType::string, 0, value};
    }
    /// Truncated to milliseconds, the resolution of the format. Requires `holds_timestamp(value)`.
    [[nodiscard]] static constexpr EventHeader timestamp(std::string_view name, Timestamp value) noexcept {
        return {name, EventHeaderType::timestamp, value.seconds * 1'000 + value.nanoseconds / 1'000'000, {}};
    }
    /// Whether 64 bits hold the milliseconds, as they do 292 million years before and after 1970, and the
    /// nanoseconds are 0 to 999,999,999.
    [[nodiscard]] static constexpr bool holds_timestamp(Timestamp value) noexcept {
        // A second less than the limit, because of the nanoseconds.
        constexpr std::int64_t limit = 0x7fffffffffffffff / 1'000 - 1;
        return value.seconds >= -limit && value.seconds <= limit && value.nanoseconds >= 0 &&
               value.nanoseconds <= 999'999'999;
    }
    /// `value` has 16 bytes.
    [[nodiscard]] static constexpr EventHeader uuid(std::string_view name, std::string_view value) noexcept {
        return {name, EventHeaderType::uuid, 0, value};
    }

    friend bool operator==(const EventHeader&, const EventHeader&) = default;
};

/// A message with borrowed texts.
struct EventMessage {
    std::vector<EventHeader> headers{};
    std::string_view payload{};

    /// The header of that name, or null.
    [[nodiscard]] const EventHeader* find(std::string_view name) const noexcept {
        for (const EventHeader& header : headers)
            if (header.name == name) return &header;
        return nullptr;
    }
    friend bool operator==(const EventMessage&, const EventMessage&) = default;
};

/// The most bytes that the headers of a message take, 128 KiB.
inline constexpr std::size_t max_event_headers_bytes = std::size_t{128} * 1024;
/// The most bytes of a message's payload, 24 MiB.
inline constexpr std::size_t max_event_payload_bytes = std::size_t{24} * 1024 * 1024;

namespace detail {

inline void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        append_char(out, static_cast<char>(static_cast<unsigned char>(value >> shift)));
}

/// How many bytes a value of that type takes; -1 for those that begin with their length.
[[nodiscard]] constexpr int event_header_size(EventHeaderType type) noexcept {
    switch (type) {
    case EventHeaderType::boolean_true:
    case EventHeaderType::boolean_false: return 0;
    case EventHeaderType::int8: return 1;
    case EventHeaderType::int16: return 2;
    case EventHeaderType::int32: return 4;
    case EventHeaderType::int64:
    case EventHeaderType::timestamp: return 8;
    case EventHeaderType::uuid: return 16;
    case EventHeaderType::blob:
    case EventHeaderType::string: break;
    }
    return -1;
}

/// Appends one header; null, or what is wrong with it.
[[nodiscard]] inline const char* append_event_header(std::string& out, const EventHeader& header) {
    if (header.name.empty() || header.name.size() > 255) return "a header's name has 1 to 255 bytes";
    if (!is_valid_utf8(header.name)) return "a header's name is not UTF-8";
    append_char(out, static_cast<char>(static_cast<unsigned char>(header.name.size())));
    append_text(out, header.name);
    append_char(out, static_cast<char>(header.type));
    const int size = event_header_size(header.type);
    if (size < 0) {
        if (header.bytes.size() > 32'767) return "a header's value has more than 32767 bytes";
        if (header.type == EventHeaderType::string && !is_valid_utf8(header.bytes))
            return "a header's value is not UTF-8";
        append_big_endian(out, header.bytes.size(), 2);
        append_text(out, header.bytes);
    } else if (header.type == EventHeaderType::uuid) {
        if (header.bytes.size() != 16) return "a UUID has 16 bytes";
        append_text(out, header.bytes);
    } else {
        append_big_endian(out, static_cast<std::uint64_t>(header.number), size);
    }
    return nullptr;
}

} // namespace detail

/// Appends a message to `out`. False, with `fault` saying why and `out` as it was, when the message breaks a
/// limit of the format.
[[nodiscard]] inline bool encode_event_message(const EventMessage& message, std::string& out,
                                               std::string& fault) {
    const std::size_t begin = out.size();
    const char* problem = nullptr;
    if (message.payload.size() > max_event_payload_bytes)
        problem = "a message's payload has more than 24 MiB";
    out.append(12, '\0');
    for (const EventHeader& header : message.headers) {
        if (problem != nullptr) break;
        problem = detail::append_event_header(out, header);
        if (problem == nullptr && out.size() - begin - 12 > max_event_headers_bytes)
            problem = "a message's headers have more than 128 KiB";
    }
    if (problem != nullptr) {
        out.resize(begin);
        fault = problem;
        return false;
    }
    const std::size_t headers_size = out.size() - begin - 12;
    std::string prelude;
    detail::append_big_endian(prelude, headers_size + message.payload.size() + 16, 4);
    detail::append_big_endian(prelude, headers_size, 4);
    detail::append_big_endian(prelude, crc32(prelude), 4);
    out.replace(begin, 12, prelude);
    detail::append_text(out, message.payload);
    detail::append_big_endian(out, crc32(std::string_view(out).substr(begin)), 4);
    return true;
}

} // namespace belfry::inline v0
