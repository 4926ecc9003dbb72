// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/service_error.hpp>
#include <belfry/events/reader.hpp>
#include <belfry/events/writer.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/golden_tower/listen.hpp>
#include <belfry/schema/print.hpp>
#include <belfry/unreadable_members.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <support/catch.hpp>
#include <utility>
#include <vector>

using namespace belfry; // NOLINT
namespace tower = belfry::golden_tower;
using detail::EventReader;
using tower::Events;

namespace {

const Operation& listen = operation_of<tower::operations::Listen>;

std::string message(std::initializer_list<EventHeader> headers, std::string_view payload = {}) {
    EventMessage message;
    message.headers = headers;
    message.payload = payload;
    std::string out;
    std::string fault;
    REQUIRE(encode_event_message(message, out, fault));
    return out;
}
std::string event(std::string_view type, std::string_view payload = {}) {
    return message({EventHeader::string(":message-type", "event"), EventHeader::string(":event-type", type)},
                   payload);
}
std::string exception(std::string_view type, std::string_view payload) {
    return message(
        {EventHeader::string(":message-type", "exception"), EventHeader::string(":exception-type", type)},
        payload);
}

/// The result of reading a stream in the given pieces.
struct Heard {
    std::vector<Events> events{};
    Error error{};
    bool whole = false;
};
Heard hear(const std::vector<std::string_view>& pieces) {
    Heard heard;
    EventReader reader(listen, tower::operations::Listen::event_stream, structure_of<Events>,
                       DecodeOptions{});
    REQUIRE(reader.begin(200, {}));
    for (std::string_view piece : pieces) {
        for (;;) {
            Events event;
            const EventReader::Step step = reader.next(piece, &event);
            if (step == EventReader::Step::event) {
                heard.events.push_back(std::move(event));
                continue;
            }
            if (step == EventReader::Step::need_more) CHECK(piece.empty());
            break;
        }
    }
    heard.whole = reader.finish();
    heard.error = reader.error();
    CHECK(heard.whole == (heard.error.kind == ErrorKind::none));
    return heard;
}
Heard hear(std::string_view bytes) { return hear(std::vector<std::string_view>{bytes}); }

std::string encode(const Events& event) {
    std::string out;
    Error error;
    const bool done = detail::encode_event(json_event_codec, structure_of<Events>, &event, out, error);
    INFO(error.message);
    REQUIRE(done);
    return out;
}

Events everything() {
    tower::Peal peal;
    peal.kind = tower::BellKind::GREAT;
    peal.loud = true;
    peal.byte = std::int8_t{-128};
    peal.short_ = std::int16_t{-32768};
    peal.number = -2'147'483'647 - 1;
    peal.long_ = std::int64_t{1} << 62;
    peal.raw = Blob(std::string("\0\xff", 2));
    peal.at = Timestamp{-2, 999'000'000};
    peal.name = "täu";
    peal.tones.push_back("do");
    return Events::from_peal(std::move(peal));
}

} // namespace

TEST_CASE("events of every form are read back equal") {
    tower::Plan plan;
    plan.place = "north";
    plan.part.emplace().name = "tip";
    const std::vector<Events> sent = {everything(),
                                      Events::from_toll({.sound = Blob(std::string("\0bim\xff", 5))}),
                                      Events::from_verse({.text = "ding"}),
                                      Events::from_plan(plan),
                                      Events::from_pick({.choice = tower::Choice::from_text("left")}),
                                      Events::from_rest({})};
    std::string bytes;
    for (const Events& one : sent) bytes += encode(one);
    const Heard heard = hear(bytes);
    CHECK(heard.whole);
    CHECK(heard.events == sent);
}

TEST_CASE("a stream is read when it is split at any byte") {
    const std::string bytes =
        encode(everything()) + event("Rest") + encode(Events::from_verse({.text = "x"}));
    const Heard whole = hear(bytes);
    REQUIRE(whole.events.size() == 3);
    const std::string_view all = bytes;
    std::vector<std::string_view> single;
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        const Heard heard = hear({all.substr(0, cut), all.substr(cut)});
        CHECK(heard.whole);
        CHECK(heard.events == whole.events);
        if (cut < all.size()) single.push_back(all.substr(cut, 1));
    }
    CHECK(hear(single).events == whole.events);
}

TEST_CASE("a stream that ends within a message is truncated") {
    const std::string first = encode(everything());
    const std::string bytes = first + event("Rest");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const Heard heard = hear(std::string_view(bytes).substr(0, size));
        INFO(size);
        CHECK(heard.events.size() == (size >= first.size() ? 1U : 0U));
        if (size == 0 || size == first.size()) {
            CHECK(heard.whole);
            continue;
        }
        CHECK_FALSE(heard.whole);
        CHECK(heard.error.kind == ErrorKind::response);
        CHECK(heard.error.code == "TruncatedResponse");
        CHECK(heard.error.message.find(size < first.size() ? "message 1" : "message 2") != std::string::npos);
    }
}

TEST_CASE("every flipped bit is detected") {
    const std::string first = event("Verse", "one");
    const std::string bytes = first + event("Verse", "two") + event("Verse", "three");
    const std::size_t second = event("Verse", "two").size();
    for (std::size_t i = first.size(); i < first.size() + second; ++i)
        for (int bit = 0; bit < 8; ++bit) {
            std::string broken = bytes;
            broken[i] = static_cast<char>(broken[i] ^ 1 << bit);
            const Heard heard = hear(broken);
            INFO("byte " << i << ", bit " << bit);
            CHECK(heard.events.size() == 1);
            CHECK_FALSE(heard.whole);
            CHECK(heard.error.kind == ErrorKind::response);
        }
}

TEST_CASE("a modelled exception ends the stream and has its members") {
    const Heard heard =
        hear(event("Rest") + exception("Cracked", R"({"message":"from top to toe"})") + event("Rest"));
    CHECK(heard.events.size() == 1);
    CHECK_FALSE(heard.whole);
    CHECK(heard.error.kind == ErrorKind::service);
    CHECK(heard.error.code == structure_of<tower::Cracked>.error_code);
    CHECK(heard.error.message == "from top to toe");
    const Error copy = heard.error;
    const auto cracked = copy.as<tower::Cracked>();
    REQUIRE(cracked);
    CHECK(cracked->message == "from top to toe");
}

TEST_CASE("text that is not Unicode does not end a stream") {
    const Heard heard = hear(event("Verse", "a\xff") + event("New", R"({"k":"\ud800"})") +
                             exception("Cracked", R"({"new":"\udfff","message":"from \ud83d to toe"})"));
    REQUIRE(heard.events.size() == 2);
    CHECK(to_string(heard.events[0]).find("a\xef\xbf\xbd") != std::string::npos);
    REQUIRE(heard.events[1].as_unknown() != nullptr);
    CHECK(heard.events[1].as_unknown()->json == R"({"k":"\ufffd"})");
    CHECK(heard.error.code == structure_of<tower::Cracked>.error_code);
    CHECK(heard.error.message == "from \xef\xbf\xbd to toe");
    REQUIRE(heard.error.as<tower::Cracked>());
    CHECK(heard.error.as<tower::Cracked>()->message == "from \xef\xbf\xbd to toe");
}

TEST_CASE("the exception of a stream does not need what the caller gave for its events") {
    std::optional<UnreadableMembers> unreadable(std::in_place);
    EventReader reader(listen, tower::operations::Listen::event_stream, structure_of<Events>,
                       {.unreadable_members = &*unreadable});
    REQUIRE(reader.begin(200, {}));
    const std::string bytes =
        event("Peal", R"({"Tones":1})") + exception("Cracked", R"({"message":["not", "a", "text"]})");
    std::string_view rest = bytes;
    Events heard;
    REQUIRE(reader.next(rest, &heard) == EventReader::Step::event);
    CHECK(unreadable->members().size() == 1);
    REQUIRE(reader.next(rest, &heard) == EventReader::Step::failed);
    const Error error = reader.error();
    CHECK(error.code == structure_of<tower::Cracked>.error_code);
    CHECK_FALSE(error.as<tower::Cracked>());
    CHECK(unreadable->members().size() == 1);
    unreadable.reset();
    const Error copy = error;
    CHECK_FALSE(copy.as<tower::Cracked>());
}

TEST_CASE("an exception that the model does not list is an error") {
    const Heard heard = hear(exception("Stolen", R"({"Message":"by night"})"));
    CHECK(heard.error.kind == ErrorKind::service);
    CHECK(heard.error.code == "Stolen");
    CHECK(heard.error.message == "by night");
    CHECK_FALSE(heard.error.as<tower::Cracked>());
    CHECK(hear(exception("Cracked", "no JSON")).error.code == structure_of<tower::Cracked>.error_code);
    CHECK_FALSE(hear(exception("Cracked", "no JSON")).error.as<tower::Cracked>());
}

TEST_CASE("an error message is an error of the service") {
    const Heard heard = hear(message({EventHeader::string(":message-type", "error"),
                                      EventHeader::string(":error-code", "internal-error"),
                                      EventHeader::string(":error-message", "it fell")}) +
                             event("Rest"));
    CHECK(heard.events.empty());
    CHECK(heard.error.kind == ErrorKind::service);
    CHECK(heard.error.code == "internal-error");
    CHECK(heard.error.message == "it fell");
    CHECK(hear(message(
                   {EventHeader::string(":message-type", "error"), EventHeader::string(":error-code", "x")}))
              .error.code == "x");
}

TEST_CASE("an error of a stream has a message, even if the service sent none") {
    const std::string none = "the service gave no message";
    CHECK(hear(exception("Cracked", "{}")).error.message == none);
    CHECK(hear(exception("Cracked", "")).error.message == none);
    CHECK(hear(exception("Stolen", R"({"message":null})")).error.message == none);
    CHECK(hear(message(
                   {EventHeader::string(":message-type", "error"), EventHeader::string(":error-code", "x")}))
              .error.message == none);
    CHECK(hear(message({EventHeader::string(":message-type", "error"),
                        EventHeader::string(":error-code", "x"), EventHeader::string(":error-message", "")}))
              .error.message == none);
}

TEST_CASE("unknown events keep their name and payload") {
    const Heard heard =
        hear(event("Echo", R"( {"a":[1]} )") + event("Wind", std::string("\0<x>", 4)) + event("Nil"));
    REQUIRE(heard.events.size() == 3);
    REQUIRE(heard.events[0].as_unknown() != nullptr);
    CHECK(heard.events[0].as_unknown()->name == "Echo");
    CHECK(heard.events[0].as_unknown()->json == R"( {"a":[1]} )");
    CHECK(heard.events[1].as_unknown()->name == "Wind");
    CHECK(heard.events[1].as_unknown()->json == R"("ADx4Pg==")");
    CHECK(heard.events[2].as_unknown()->name == "Nil");
    CHECK(heard.whole);
}

TEST_CASE("a message without a type is an error") {
    const struct {
        std::string bytes;
        const char* why;
    } cases[] = {
        {message({}, "{}"), ":message-type is missing"},
        {message({EventHeader::blob(":message-type", "event")}), ":message-type is not a string"},
        {message({EventHeader::string(":message-type", "event")}), ":event-type is missing"},
        {message({EventHeader::string(":message-type", "event"), EventHeader::int32(":event-type", 1)}),
         ":event-type is not a string"},
        {message({EventHeader::string(":message-type", "exception")}), ":exception-type is missing"},
        {message({EventHeader::string(":message-type", "error")}), ":error-code is missing"},
        {message({EventHeader::string(":message-type", "sermon")}), "'sermon' is unknown"},
        {event("Plan", "{"), "Part"},
        {event("Plan", "[1]"), "expected an object"},
        {message({EventHeader::string(":message-type", "event"), EventHeader::string(":event-type", "Peal"),
                  EventHeader::string("Loud", "true")}),
         "Loud"},
        {message({EventHeader::string(":message-type", "event"), EventHeader::string(":event-type", "Peal"),
                  EventHeader::int32("Byte", 128)}),
         "Byte"},
        {message({EventHeader::string(":message-type", "event"), EventHeader::string(":event-type", "Peal"),
                  EventHeader::int64("At", 1)}),
         "At"},
    };
    for (const auto& one : cases) {
        const Heard heard = hear(event("Rest") + one.bytes + event("Rest"));
        INFO(one.why << " / " << heard.error.message);
        CHECK(heard.events.size() == 1);
        CHECK(heard.error.kind == ErrorKind::response);
        CHECK(heard.error.message.find("message 2") != std::string::npos);
        CHECK(heard.error.message.find(one.why) != std::string::npos);
    }
}

TEST_CASE("integer headers of any width are accepted if the value fits") {
    const Heard heard = hear(
        message({EventHeader::string(":message-type", "event"), EventHeader::string(":event-type", "Peal"),
                 EventHeader::int64("Byte", -128), EventHeader::int8("Long", 1)}));
    REQUIRE(heard.events.size() == 1);
    CHECK(heard.events[0].as_peal()->byte == std::int8_t{-128});
    CHECK(heard.events[0].as_peal()->long_ == std::int64_t{1});
}

TEST_CASE("an invalid event is refused before it is sent") {
    const auto refusal = [](const Events& event) {
        std::string out = "kept";
        Error error;
        CHECK_FALSE(detail::encode_event(json_event_codec, structure_of<Events>, &event, out, error));
        CHECK(out == "kept");
        CHECK(error.kind == ErrorKind::validation);
        return error.message;
    };
    CHECK(refusal(Events()).find("no event") != std::string::npos);
    CHECK(refusal(Events::from_peal({})).find("Kind: required") != std::string::npos);
    tower::Peal peal;
    peal.kind = tower::BellKind::GREAT;
    peal.name = std::string(32'768, 'x');
    CHECK(refusal(Events::from_peal(peal)).find("32767") != std::string::npos);
    peal.name.reset();
    for (const Timestamp time :
         {Timestamp{9'223'372'036'854'775, 0}, Timestamp{-9'223'372'036'854'776, 0},
          Timestamp{0x7fffffffffffffff, 999'999'999}, Timestamp{0, -1}, Timestamp{0, 1'000'000'000}}) {
        peal.at = time;
        CHECK(refusal(Events::from_peal(peal)).find("Events.Peal: At: the milliseconds since 1970") == 0);
    }
    for (const std::int64_t seconds : {9'223'372'036'854'774, -9'223'372'036'854'774}) {
        peal.at = Timestamp{seconds, 999'000'000};
        std::string out;
        Error error;
        const Events event = Events::from_peal(peal);
        REQUIRE(detail::encode_event(json_event_codec, structure_of<Events>, &event, out, error));
        CHECK(hear(out).events.at(0).as_peal()->at == peal.at);
    }
    peal.at.reset();
    peal.name = "\xff";
    CHECK(refusal(Events::from_peal(peal)).find("UTF-8") != std::string::npos);
    std::string big;
    big.resize(max_event_payload_bytes + 1);
    CHECK(refusal(Events::from_toll({.sound = Blob(big)})).find("24 MiB") != std::string::npos);
    CHECK(refusal(hear(event("Echo")).events.at(0)).find("does not list") != std::string::npos);
}
