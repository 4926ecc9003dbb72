// SPDX-License-Identifier: Apache-2.0
#include "conformance/smithy_event_case.hpp"

#include <belfry/events/message_decoder.hpp>
#include <belfry/impl/src.hpp>
#include <belfry/util/base64.hpp>

#include <map>

namespace belfry_smithy {
namespace {

using nlohmann::json;

[[nodiscard]] std::string read_base64(const json& text) {
    std::string bytes;
    REQUIRE(belfry::decode_base64(text.get<std::string>(), bytes));
    return bytes;
}

/// A message with its headers in the order of their names.
struct Message {
    std::map<std::string, belfry::EventHeader> headers{};
    std::string payload{};
};

/// The messages of a stream; `bytes` must outlive them.
[[nodiscard]] std::vector<Message> messages_of(std::string_view bytes, std::vector<std::string>& kept) {
    std::vector<Message> found;
    belfry::EventStreamDecoder decoder;
    while (!bytes.empty()) {
        REQUIRE(decoder.next(bytes) == belfry::EventStreamDecoder::Step::message);
        // The headers refer to bytes that the next message overwrites.
        kept.emplace_back(decoder.bytes());
        belfry::EventStreamDecoder again;
        std::string_view own = kept.back();
        REQUIRE(again.next(own) == belfry::EventStreamDecoder::Step::message);
        Message& message = found.emplace_back();
        for (belfry::EventHeader header : again.message().headers) {
            kept.emplace_back(header.bytes);
            header.bytes = kept.back();
            const std::string name(header.name);
            header.name = {};
            message.headers.emplace(name, header);
        }
        message.payload = again.message().payload;
    }
    return found;
}

} // namespace

belfry::HttpResponse make_event_response(const json& test) {
    belfry::HttpResponse response;
    response.status = 200;
    // A stream without events must not look like a truncated one.
    response.headers.append("Transfer-Encoding", "chunked");
    if (test.contains("initialResponse")) {
        const json& head = test["initialResponse"];
        response.status = head["code"].get<int>();
        const json headers = head.value("headers", json::object());
        for (const auto& [name, value] : headers.items())
            response.headers.append(name, value.get<std::string>());
        response.body = head.value("body", "");
    }
    for (const json& event : test["events"])
        if (event["type"] == "response") response.body += read_base64(event["bytes"]);
    return response;
}

bool has_response(const json& test) {
    return test.contains("initialResponse") ||
           std::any_of(test["events"].begin(), test["events"].end(),
                       [](const json& event) { return event["type"] == "response"; });
}

void compare_events(const json& test, const EventOutcome& outcome) {
    if (test.contains("initialRequest")) {
        const json& wanted = test["initialRequest"];
        CHECK(outcome.request.method == wanted["method"].get<std::string>());
        CHECK(outcome.request.url == "https://example.com" + wanted["uri"].get<std::string>());
        const json headers = wanted.value("headers", json::object());
        for (const auto& [name, value] : headers.items()) {
            REQUIRE(outcome.request.headers.contains(name));
            CHECK(*outcome.request.headers.find(name) == value.get<std::string>());
        }
    }
    std::string requests;
    std::vector<json> responses;
    for (const json& event : test["events"]) {
        if (event["type"] == "request")
            requests += read_base64(event["bytes"]);
        else
            responses.push_back(event.value("params", json::object()));
    }
    // Neither the order of headers nor white space in JSON matters.
    std::vector<std::string> kept;
    kept.reserve(10'000);
    const std::vector<Message> sent = messages_of(outcome.sent, kept);
    const std::vector<Message> wanted = messages_of(requests, kept);
    REQUIRE(sent.size() == wanted.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        CHECK(sent[i].headers == wanted[i].headers);
        const json payload = json::parse(wanted[i].payload, nullptr, false);
        if (payload.is_object())
            CHECK(json::parse(sent[i].payload, nullptr, false) == payload);
        else
            CHECK(sent[i].payload == wanted[i].payload);
    }
    if (test.contains("expectation") && test["expectation"].contains("failure")) {
        CHECK(outcome.error);
        CHECK(outcome.received.empty());
        return;
    }
    INFO((outcome.error ? outcome.error->message : ""));
    REQUIRE_FALSE(outcome.error);
    CHECK(outcome.received == responses);
    if (test.contains("initialResponseParams")) CHECK(outcome.output == test["initialResponseParams"]);
}

} // namespace belfry_smithy
