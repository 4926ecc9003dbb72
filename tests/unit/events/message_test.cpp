// SPDX-License-Identifier: Apache-2.0
#include <belfry/events/message.hpp>
#include <belfry/events/message_decoder.hpp>

#include <string>
#include <string_view>
#include <support/catch.hpp>
#include <vector>

namespace {

using belfry::EventHeader;
using belfry::EventMessage;
using belfry::EventStreamDecoder;
using Step = belfry::EventStreamDecoder::Step;

std::string encoded(const EventMessage& message) {
    std::string out;
    std::string fault;
    REQUIRE(belfry::encode_event_message(message, out, fault));
    return out;
}

std::string with_prelude(std::uint64_t total, std::uint64_t headers) {
    std::string bytes;
    belfry::detail::append_big_endian(bytes, total, 4);
    belfry::detail::append_big_endian(bytes, headers, 4);
    belfry::detail::append_big_endian(bytes, belfry::crc32(bytes), 4);
    return bytes;
}

/// A message with these bytes for headers and right checksums.
std::string with_headers(std::string_view headers) {
    std::string bytes = with_prelude(headers.size() + 16, headers.size());
    bytes += headers;
    belfry::detail::append_big_endian(bytes, belfry::crc32(bytes), 4);
    return bytes;
}

std::string fault_of(std::string_view bytes) {
    EventStreamDecoder decoder;
    Step step;
    while ((step = decoder.next(bytes)) == Step::message) {
    }
    if (step == Step::need_more) return decoder.at_boundary() ? "" : "cut off";
    std::string_view more = "more";
    CHECK(decoder.next(more) == Step::failed);
    CHECK_FALSE(decoder.at_boundary());
    return decoder.fault();
}

} // namespace

TEST_CASE("messages are decoded from pieces of any size") {
    const std::string blob("\x00\xff", 2);
    EventMessage first;
    first.headers = {EventHeader::boolean("yes", true),
                     EventHeader::boolean("no", false),
                     EventHeader::int8("byte", -128),
                     EventHeader::int16("short", -2),
                     EventHeader::int32("integer", -2'147'483'647),
                     EventHeader::int64("long", INT64_MIN),
                     EventHeader::blob("blob", blob),
                     EventHeader::string("string", "caf\xc3\xa9"),
                     EventHeader::timestamp("time", {-1, 999'000'000}),
                     EventHeader::uuid("uuid", "0123456789abcdef")};
    first.payload = "the payload";
    CHECK(first.find("time")->number == -1);
    EventMessage second;
    const std::string stream = encoded(first) + encoded(second) + encoded(first);
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        EventStreamDecoder decoder;
        int found = 0;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            std::string_view bytes = std::string_view(stream).substr(at, piece);
            while (decoder.next(bytes) == Step::message) {
                CHECK(decoder.message() == (found == 1 ? second : first));
                ++found;
            }
            REQUIRE(decoder.fault() == nullptr);
            CHECK(bytes.empty());
        }
        CHECK(found == 3);
        CHECK(decoder.at_boundary());
    }
    EventStreamDecoder decoder;
    std::string_view cut = std::string_view(stream).substr(0, stream.size() - 1);
    while (decoder.next(cut) == Step::message) {
    }
    CHECK_FALSE(decoder.at_boundary());
}

TEST_CASE("a prelude is checked before its message is buffered") {
    CHECK(fault_of(with_prelude(15, 0)) == "the message is too short for its headers");
    CHECK(fault_of(with_prelude(16, 1)) == "the message is too short for its headers");
    CHECK(fault_of(with_prelude(0xffffffff, 0)) == "the payload is larger than the limit of 24 MiB");
    CHECK(fault_of(with_prelude(25'165'840, 0)) == "cut off");
    CHECK(fault_of(with_prelude(25'165'841, 0)) == "the payload is larger than the limit of 24 MiB");
    CHECK(fault_of(with_prelude(0xffffffff, 0xffffffff)) ==
          "the headers are larger than the limit of 128 KiB");
    CHECK(fault_of(with_prelude(200'000, 131'073)) == "the headers are larger than the limit of 128 KiB");
}

TEST_CASE("broken headers are refused") {
    CHECK(fault_of(with_headers("")).empty());
    CHECK(fault_of(with_headers("\x01")) == "a header is cut off");
    CHECK(fault_of(with_headers("\x01"
                                "a")) == "a header is cut off");
    CHECK(fault_of(with_headers(std::string_view("\x01"
                                                 "a\x00",
                                                 3)))
              .empty());
    // Headers that are not read need not be text.
    CHECK(fault_of(with_headers(std::string_view("\x01"
                                                 "a\x07\x00\x01\xff",
                                                 6)))
              .empty());
    CHECK(fault_of(with_headers(std::string_view("\x01\xff\x00", 3))).empty());
    CHECK(fault_of(with_headers("\x01"
                                "a\x0a")) == "a header's type is unknown");
    CHECK(fault_of(with_headers("\x01"
                                "a\x02")) == "a header is cut off");
    CHECK(fault_of(with_headers(std::string_view("\x01"
                                                 "a\x07\x00",
                                                 4))) == "a header is cut off");
    CHECK(fault_of(with_headers(std::string_view("\x01"
                                                 "a\x07\x00\x02z",
                                                 6))) == "a header is cut off");
    CHECK(fault_of(with_headers(std::string_view("\x01"
                                                 "a\x00\x01"
                                                 "a\x01",
                                                 6))) == "two headers have the same name");
    std::string many;
    for (int i = 0; i < 20'000; ++i) {
        many += '\x03';
        for (const int digit : {i % 128, i / 128 % 128, i / 16384}) many += static_cast<char>(digit);
        many += '\x00';
    }
    CHECK(fault_of(with_headers(many)).empty());
    many.append(many, 0, 5);
    CHECK(fault_of(with_headers(many)) == "two headers have the same name");
}

TEST_CASE("a message beyond a limit is not written") {
    std::string out = "before";
    std::string fault;
    const std::string long_name(256, 'n');
    const std::string long_value(32'768, 'v');
    const std::string payload(belfry::max_event_payload_bytes + 1, 'p');
    for (const EventHeader& header :
         {EventHeader::boolean("", true), EventHeader::boolean(long_name, true),
          EventHeader::boolean("\xff", true), EventHeader::string("a", long_value),
          EventHeader::string("a", "\xff"), EventHeader::uuid("a", "short")}) {
        EventMessage message;
        message.headers = {EventHeader::string("fine", "x"), header};
        CHECK_FALSE(belfry::encode_event_message(message, out, fault));
        CHECK_FALSE(fault.empty());
        CHECK(out == "before");
    }
    EventMessage large;
    large.payload = payload;
    CHECK_FALSE(belfry::encode_event_message(large, out, fault));
    large.payload = std::string_view(payload).substr(1);
    CHECK(belfry::encode_event_message(large, out, fault));
    CHECK(fault_of(std::string_view(out).substr(6)).empty());

    EventMessage many;
    const std::string value(32'000, 'v');
    const std::string names[] = {"a", "b", "c", "d", "e"};
    for (const std::string& name : names) many.headers.push_back(EventHeader::string(name, value));
    out.clear();
    CHECK_FALSE(belfry::encode_event_message(many, out, fault));
    CHECK(fault == "a message's headers have more than 128 KiB");
}
