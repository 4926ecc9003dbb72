// SPDX-License-Identifier: Apache-2.0
#include <belfry/events/messages.hpp>
#include <belfry/golden_tower/converse.hpp>

#include "unit/events/service.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <support/catch.hpp>
#include <vector>

using namespace belfry; // NOLINT
using test::verse;
namespace tower = belfry::golden_tower;
using tower::operations::Converse;

TEST_CASE("events are read and written without I/O") {
    const auto sent = encode_event(Converse{}, tower::Strokes::from_stroke({.note = "do"}));
    REQUIRE(sent);
    EventStreamDecoder messages;
    std::string_view rest = *sent;
    REQUIRE(messages.next(rest) == EventStreamDecoder::Step::message);
    CHECK(messages.message().find(":event-type")->bytes == "Stroke");
    CHECK(encode_event(Converse{}, tower::Strokes()).error().kind == ErrorKind::validation);

    EventDecoder<Converse> decoder;
    REQUIRE(decoder.begin(200, {{"x-session", "s"}}));
    std::vector<std::string> heard;
    for (const char byte : verse("one") + verse("two")) {
        decoder.feed({&byte, 1});
        while (const auto event = decoder.next()) heard.push_back(event->as_verse()->text.value_or("-"));
    }
    decoder.feed(verse("three") + verse("four"));
    while (const auto event = decoder.next()) heard.push_back(event->as_verse()->text.value_or("-"));
    CHECK(heard == std::vector<std::string>{"one", "two", "three", "four"});
    CHECK(decoder.finish());
    CHECK(decoder.error().kind == ErrorKind::none);
    REQUIRE(decoder.output());
    CHECK(decoder.output()->session == "s");

    REQUIRE(decoder.begin(200, {}));
    decoder.feed(test::cracked("anew") + verse("unheard"));
    CHECK_FALSE(decoder.next());
    CHECK(decoder.error().message == "anew");
    CHECK(decoder.error().as<tower::Cracked>());
    CHECK_FALSE(decoder.finish());
}

TEST_CASE("the time to read many events is linear in their size") {
    const std::string message = verse("long");
    std::string all;
    constexpr std::size_t count = 100'000;
    for (std::size_t i = 0; i < count; ++i) all += message;
    EventDecoder<Converse> decoder;
    REQUIRE(decoder.begin(200, {}));
    const auto begun = std::chrono::steady_clock::now();
    decoder.feed(all);
    decoder.feed(verse("last").substr(0, 20));
    std::size_t heard = 0;
    while (const auto event = decoder.next())
        if (event->as_verse()->text == "long") ++heard;
    CHECK(heard == count);
    // Moving the rest after each event would move 400 gigabytes.
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
    decoder.feed(verse("last").substr(20));
    const auto last = decoder.next();
    REQUIRE(last);
    CHECK(last->as_verse()->text == "last");
    CHECK(decoder.finish());
    // Bytes of one response do not become part of the next one.
    decoder.feed(verse("left") + verse("over"));
    REQUIRE(decoder.next());
    REQUIRE(decoder.begin(200, {}));
    decoder.feed(verse("new"));
    const auto anew = decoder.next();
    REQUIRE(anew);
    CHECK(anew->as_verse()->text == "new");
    CHECK_FALSE(decoder.next());
    CHECK(decoder.finish());
}
