// SPDX-License-Identifier: Apache-2.0
// Events of a response: the result for any bytes does not depend on the pieces they arrive in, and an event
// is the same after it was written and read again. The first byte is the size of the pieces; the rest are
// messages as lines say them, `type name,header,payload`, or raw bytes if its highest bit is set.
#include <belfry/events/reader.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/golden_tower/listen.hpp>

#include "fuzz.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace {

using belfry::detail::EventReader;
using belfry::golden_tower::Events;

struct Heard {
    std::vector<Events> events{};
    std::string end{};
    friend bool operator==(const Heard&, const Heard&) = default;
};

Heard hear(std::string_view bytes, std::size_t piece) {
    Heard heard;
    using belfry::golden_tower::operations::Listen;
    EventReader reader(belfry::operation_of<Listen>, Listen::event_stream, belfry::structure_of<Events>,
                       belfry::DecodeOptions{.max_depth = 32});
    require(reader.begin(200, {}), "nothing is required of the head");
    EventReader::Step step = EventReader::Step::need_more;
    while (!bytes.empty() && step != EventReader::Step::failed) {
        std::string_view part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        do {
            Events event;
            step = reader.next(part, &event);
            if (step == EventReader::Step::event) heard.events.push_back(std::move(event));
        } while (step == EventReader::Step::event);
        require(step != EventReader::Step::initial_response, "REST has no initial messages");
    }
    const bool whole = reader.finish();
    require(whole == (reader.error().kind == belfry::ErrorKind::none), "an end or an error");
    heard.end = reader.error().code + ": " + reader.error().message;
    // `error.as` must be safe for any document of an exception.
    static_cast<void>(reader.error().as<belfry::golden_tower::Cracked>());
    return heard;
}

/// Messages with valid checksums and any content.
std::string messages_of(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto take = [&line](char until) {
            const std::size_t at = line.find(until);
            const std::string_view found = line.substr(0, at);
            line.remove_prefix(at == std::string_view::npos ? line.size() : at + 1);
            return found;
        };
        const std::string_view type = take(' ');
        const std::string_view name = take(',');
        const std::string_view header = take(',');
        belfry::EventMessage message;
        message.headers.push_back(belfry::EventHeader::string(":message-type", type));
        message.headers.push_back(belfry::EventHeader::string(type == "exception" ? ":exception-type"
                                                              : type == "error"   ? ":error-code"
                                                                                  : ":event-type",
                                                              name));
        if (!header.empty()) {
            const auto kind = static_cast<belfry::EventHeaderType>(static_cast<unsigned char>(header[0]) % 9);
            message.headers.push_back({header.substr(1), kind, static_cast<std::int64_t>(line.size()), line});
        }
        message.payload = line;
        std::string fault;
        static_cast<void>(belfry::encode_event_message(message, bytes, fault));
    }
    return bytes;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text = text_of(data + 1, size - 1);
    const std::string bytes = (data[0] & 0x80) != 0 ? std::string(text) : messages_of(text);
    const Heard whole = hear(bytes, bytes.size() + 1);
    require(hear(bytes, 1 + (data[0] & 0x7f)) == whole, "pieces make no difference");

    std::string written;
    std::vector<Events> sent;
    for (const Events& event : whole.events) {
        belfry::Error error;
        // An exception that was received as an event is sent as an exception.
        if (event.as_cracked() == nullptr &&
            belfry::detail::encode_event(belfry::json_event_codec, belfry::structure_of<Events>, &event,
                                         written, error))
            sent.push_back(event);
    }
    const Heard again = hear(written, written.size() + 1);
    require(again.end == ": ", "what is written can be read");
    require(again.events == sent, "what is written is what was read");
    return 0;
}
