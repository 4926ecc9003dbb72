// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// How a protocol writes the documents that events carry. In an event's structure, `Location::header` marks
/// the members that are headers of its message (Smithy `eventHeader`), `Location::payload` the one that is
/// the payload (`eventPayload`); the others are a document together.
struct EventCodec {
    /// The `:content-type` of a document.
    std::string_view media_type;
    /// The document of a structure without members.
    std::string_view empty_document{};
    /// Appends a structure or union as a document; without the members that travel elsewhere if `body_only`.
    bool (*encode)(const Structure& structure, const void* object, bool body_only, std::string& out,
                   std::string& fault);
    /// Reads a document into a structure or union.
    bool (*decode)(std::string_view document, const Structure& structure, bool body_only,
                   const DecodeOptions& options, void* object, std::string& fault);
};

/// The event stream traits of an operation: the member `event_stream` of its tag.
struct EventStreamTraits {
    const EventCodec* codec;
    /// Events are sent.
    bool input = false;
    /// Events are received.
    bool output = false;
    /// Input and output are sent in separate messages, `initial-request` and `initial-response`, because the
    /// protocol does not have HTTP bindings.
    bool initial_messages = false;
};

/// The media type of event streams (https://smithy.io/2.0/aws/amazon-eventstream.html).
inline constexpr std::string_view event_stream_media_type = "application/vnd.amazon.eventstream";

} // namespace belfry::inline v0
