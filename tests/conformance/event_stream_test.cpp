// SPDX-License-Identifier: Apache-2.0
// The published event stream messages, read and written, and random streams that botocore has read.
#include <belfry/events/message.hpp>
#include <belfry/events/message_decoder.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/utf8.hpp>

#include "support/catch.hpp"
#include "support/shared_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using belfry::EventHeader;
using belfry::EventHeaderType;
using belfry::EventMessage;
using belfry::EventStreamDecoder;
using Json = nlohmann::json;
using Step = belfry::EventStreamDecoder::Step;

std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    REQUIRE(stream);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string from_base64(const std::string& text) {
    std::string bytes;
    REQUIRE(belfry::decode_base64(text, bytes));
    return bytes;
}

/// The message that a published case describes; its texts are in `texts`.
EventMessage described(const Json& json, std::vector<std::string>& texts) {
    texts.reserve(2 * json.at("headers").size() + 1);
    const auto keep = [&texts](std::string text) -> std::string_view {
        return texts.emplace_back(std::move(text));
    };
    EventMessage message;
    for (const Json& header : json.at("headers")) {
        EventHeader made;
        made.name = keep(header.at("name"));
        made.type = static_cast<EventHeaderType>(header.at("type").get<int>());
        const Json& value = header.at("value");
        if (value.is_string())
            made.bytes = keep(from_base64(value));
        else if (value.is_number())
            made.number = value;
        else
            CHECK((made.type == EventHeaderType::boolean_true) == value.get<bool>());
        message.headers.push_back(made);
    }
    message.payload = keep(from_base64(json.at("payload")));
    return message;
}

// Only what comes from botocore needs it.
[[maybe_unused]] void check_header(const EventHeader& header, const Json& expected) {
    INFO(header.name);
    switch (header.type) {
    case EventHeaderType::boolean_true: CHECK(expected == Json(true)); break;
    case EventHeaderType::boolean_false: CHECK(expected == Json(false)); break;
    case EventHeaderType::blob:
    case EventHeaderType::uuid: CHECK(header.bytes == from_base64(expected.at("bytes"))); break;
    case EventHeaderType::string: CHECK(header.bytes == expected.get<std::string>()); break;
    default: CHECK(header.number == expected.get<std::int64_t>());
    }
}

#if defined(BELFRY_TEST_EVENT_STREAM_BOTOCORE)
/// Whether a header that is a string is not UTF-8.
bool has_invalid_text(const belfry::EventMessage& message) {
    for (const EventHeader& header : message.headers)
        if (header.type == belfry::EventHeaderType::string && !belfry::is_valid_utf8(header.bytes))
            return true;
    return false;
}
#endif

} // namespace

TEST_CASE("published messages are read and written") {
    const fs::path folder = test::shared_folder() / "conformance" / "event-stream";
    if (!fs::is_directory(folder)) return; // The build lists this as a skipped test.
    int cases = 0;
    for (const auto& entry : fs::directory_iterator(folder / "encoded" / "positive")) {
        INFO(entry.path().filename().string());
        const std::string bytes = read(entry.path());
        std::vector<std::string> texts;
        const Json json = Json::parse(read(folder / "decoded" / "positive" / entry.path().filename()));
        const EventMessage expected = described(json, texts);
        EventStreamDecoder decoder;
        std::string_view rest = bytes;
        REQUIRE(decoder.next(rest) == Step::message);
        CHECK(rest.empty());
        CHECK(decoder.message() == expected);
        CHECK(decoder.bytes() == bytes);
        std::string written;
        std::string fault;
        REQUIRE(belfry::encode_event_message(expected, written, fault));
        CHECK(written == bytes);
        ++cases;
    }
    CHECK(cases == 5);
    for (const auto& entry : fs::directory_iterator(folder / "encoded" / "negative")) {
        INFO(entry.path().filename().string());
        const std::string bytes = read(entry.path());
        const std::string why = read(folder / "decoded" / "negative" / entry.path().filename());
        EventStreamDecoder decoder;
        std::string_view rest = bytes;
        REQUIRE(decoder.next(rest) == Step::failed);
        const bool prelude = std::string_view(decoder.fault()) == "the prelude's checksum does not match";
        CHECK((prelude || std::string_view(decoder.fault()) == "the message's checksum does not match"));
        CHECK(prelude == why.starts_with("Prelude"));
        ++cases;
    }
    CHECK(cases == 9);
}

#if defined(BELFRY_TEST_EVENT_STREAM_BOTOCORE)
TEST_CASE("random event streams are read as by botocore") {
    const Json cases = Json::parse(read(BELFRY_TEST_EVENT_STREAM_BOTOCORE));
    CHECK(cases.size() >= 600);
    std::size_t number = 0;
    for (const Json& json : cases) {
        INFO("case " << number++);
        const std::string bytes = from_base64(json.at("bytes"));
        const Json& messages = json.at("messages");
        EventStreamDecoder decoder;
        std::string_view rest = bytes;
        std::string written;
        std::size_t found = 0;
        Step step;
        while ((step = decoder.next(rest)) == Step::message) {
            // botocore refuses such a message. Belfry leaves that to the code that reads the header.
            if (has_invalid_text(decoder.message())) {
                step = Step::failed;
                break;
            }
            REQUIRE(found < messages.size());
            const Json& expected = messages[found++];
            const EventMessage& message = decoder.message();
            CHECK(message.payload == from_base64(expected.at("payload")));
            REQUIRE(message.headers.size() == expected.at("headers").size());
            for (const EventHeader& header : message.headers)
                check_header(header, expected.at("headers").at(std::string(header.name)));
            std::string fault;
            REQUIRE(belfry::encode_event_message(message, written, fault));
        }
        CHECK(found == messages.size());
        CHECK((step == Step::failed) == json.at("fault").get<bool>());
        CHECK(written == bytes.substr(0, written.size()));
        if (step == Step::need_more && decoder.at_boundary()) CHECK(written == bytes);
    }
}
#endif
