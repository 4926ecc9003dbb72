// SPDX-License-Identifier: Apache-2.0
// Event stream messages: the result for any bytes does not depend on the pieces they arrive in, and a message
// that was read is written as the same bytes. The first byte is the size of the pieces; if its highest bit is
// set, checksums are corrected, since a fuzzer does not find them.
#include <belfry/events/message.hpp>
#include <belfry/events/message_decoder.hpp>

#include "fuzz.hpp"

#include <algorithm>
#include <string>

namespace {

using belfry::EventStreamDecoder;
using Step = belfry::EventStreamDecoder::Step;

void put(std::string& bytes, std::size_t at, std::uint64_t value) {
    std::string text;
    belfry::detail::append_big_endian(text, value, 4);
    bytes.replace(at, 4, text);
}

void mend(std::string& bytes) {
    for (std::size_t at = 0; bytes.size() - at >= 16;) {
        const std::string_view all = bytes;
        const std::size_t total = belfry::detail::read_big_endian(all.substr(at, 4));
        put(bytes, at + 8, belfry::crc32(all.substr(at, 8)));
        if (total < 16 || total > bytes.size() - at) return;
        put(bytes, at + total - 4, belfry::crc32(all.substr(at, total - 4)));
        at += total;
    }
}

/// Whether the message can be written: a name without a letter and text that is not UTF-8 can only be read.
bool is_writable(const belfry::EventMessage& message) {
    return std::ranges::all_of(message.headers, [](const belfry::EventHeader& header) {
        return !header.name.empty() && belfry::is_valid_utf8(header.name) &&
               (header.type != belfry::EventHeaderType::string || belfry::is_valid_utf8(header.bytes));
    });
}

std::string read(std::string_view bytes, std::size_t piece) {
    EventStreamDecoder decoder;
    std::string written;
    while (!bytes.empty()) {
        std::string_view part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        Step step;
        while ((step = decoder.next(part)) == Step::message) {
            std::string fault;
            const std::size_t begin = written.size();
            const bool is_written = belfry::encode_event_message(decoder.message(), written, fault);
            require(is_written == is_writable(decoder.message()), "written again:", fault);
            if (!is_written) written += decoder.bytes();
            require(std::string_view(written).substr(begin) == decoder.bytes(), "written as it was read");
        }
        if (step == Step::failed) return written + decoder.fault();
    }
    return written + (decoder.at_boundary() ? "" : "cut off");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string bytes(text_of(data + 1, size - 1));
    if ((data[0] & 0x80) != 0) mend(bytes);
    const std::size_t piece = 1 + (data[0] & 0x7f);
    require(read(bytes, piece) == read(bytes, bytes.size()), "pieces make no difference");
    return 0;
}
