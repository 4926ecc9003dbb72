// SPDX-License-Identifier: Apache-2.0
#include <belfry/core/chrono.hpp>
#include <belfry/schema/print.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace belfry;
using namespace std::chrono_literals;

struct Person {
    std::optional<std::string> name{};
    std::optional<std::string> secret{};
    std::optional<std::int32_t> age{};
    std::optional<Timestamp> born{};
    std::optional<Blob> photo{};
    List<std::optional<std::string>> names{};
    Map<double> scores{};
    Box<Person> friend_{};
};
template <std::same_as<Person> S> constexpr Description<8> belfry_describe(const S*) {
    return Description<8>{.name = "Person",
                          .members = {{"Name", type_of<decltype(S::name)>, offsetof(S, name)},
                                      {"Secret", type_of<decltype(S::secret)>, offsetof(S, secret),
                                       Location::body, MemberFlags::sensitive},
                                      {"Age", type_of<decltype(S::age)>, offsetof(S, age)},
                                      {"Born", type_of<decltype(S::born)>, offsetof(S, born)},
                                      {"Photo", type_of<decltype(S::photo)>, offsetof(S, photo)},
                                      {"Names", type_of<decltype(S::names)>, offsetof(S, names)},
                                      {"Scores", type_of<decltype(S::scores)>, offsetof(S, scores)},
                                      {"Friend", type_of<decltype(S::friend_)>, offsetof(S, friend_)}}};
}

} // namespace

TEST_CASE("a shape is printed on one line without sensitive values") {
    CHECK(to_string(Person{}) == "Person{}");
    Person person{.name = "a \"b\"\n\x01", .secret = "hunter2", .age = -3};
    person.born = Timestamp{1398796238, 0};
    person.photo = Blob("1234");
    person.names = {"x", std::nullopt};
    person.scores["k"] = 0.5;
    person.friend_ = Person{.secret = "s"};
    CHECK(to_string(person) ==
          "Person{Name=\"a \\\"b\\\"\\x0a\\x01\", Secret=***, Age=-3, Born=2014-04-29T18:30:38Z, "
          "Photo=4 bytes, Names=[\"x\", null], Scores={\"k\": 0.5}, Friend=Person{Secret=***}}");
}

TEST_CASE("no text that comes from a peer breaks the line of a log") {
    // NEL, CSI, LINE SEPARATOR, RIGHT-TO-LEFT OVERRIDE, ISOLATE, ARABIC LETTER MARK; then bytes that are not
    // UTF-8.
    for (const std::string_view control :
         {"\n", "\x1b", "\x7f", "\xc2\x85", "\xc2\x9b", "\xe2\x80\xa8", "\xe2\x80\xae", "\xe2\x81\xa6",
          "\xd8\x9c", "\x9b", "\xff", "\xc3", "\xed\xa0\x80"}) {
        std::string escaped;
        for (const char c : control) {
            char text[5];
            std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(c));
            escaped += text;
        }
        INFO(escaped);
        const std::string dirty = "a" + std::string(control) + "b";
        CHECK(to_string(Person{.name = dirty}) == "Person{Name=\"a" + escaped + "b\"}");
        Person person;
        person.scores[dirty] = 1;
        CHECK(to_string(person) == "Person{Scores={\"a" + escaped + "b\": 1}}");
        CHECK(to_string(Error{.kind = ErrorKind::service, .code = dirty, .message = dirty}) ==
              "service error a" + escaped + "b: a" + escaped + "b");
    }
    for (const char* const plain :
         {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x94\x94", "\xc2\xa0", "\xe2\x80\x93"})
        CHECK(to_string(Person{.name = plain}) == "Person{Name=\"" + std::string(plain) + "\"}");
}

TEST_CASE("a shape that is nested deeper than a log needs is cut short") {
    Person person;
    for (int i = 0; i < 5'000; ++i) {
        Person outer;
        outer.friend_ = std::move(person);
        person = std::move(outer);
    }
    const std::string text = to_string(person);
    CHECK(text.size() < 2'000);
    CHECK(text.find("Person{...}") != std::string::npos);
    CHECK(std::ranges::count(text, '{') == std::ranges::count(text, '}'));
    // Destruction is recursive, so release the levels one by one.
    while (person.friend_) person = Person(std::move(*person.friend_));
}

TEST_CASE("an error prints what a log needs") {
    CHECK(to_string(Error{}) == "no error");
    Error error{.kind = ErrorKind::service,
                .code = "NotFoundException",
                .message = "There is no such task.",
                .http_status = 404,
                .request_id = "r-1",
                .attempts = 2};
    CHECK(to_string(error) ==
          "service error NotFoundException (HTTP 404): There is no such task. [request id r-1, 2 attempts]");
    error.request_id.clear();
    error.attempts = 1;
    CHECK(to_string(error) ==
          "service error NotFoundException (HTTP 404): There is no such task. [1 attempt]");
    CHECK(to_string(
              Error{.kind = ErrorKind::validation, .code = "InvalidInput", .message = "Name: required"}) ==
          "validation error InvalidInput: Name: required");
    CHECK(to_string(Result<Person>(error)) == to_string(error));
    CHECK(to_string(Result<Person>(Person{.age = 1})) == "Person{Age=1}");
    CHECK(to_string(Timestamp{1'398'796'238, 0}) == "2014-04-29T18:30:38Z");
}

TEST_CASE("timestamps and durations convert to std::chrono and back") {
    for (const auto seconds : {0LL, 1LL, -1LL, 1398796238LL, -62135596LL}) {
        const Timestamp time{seconds, 250'000'000};
        CHECK(to_timestamp(to_time_point(time)) == time);
        CHECK(to_time_point(time).time_since_epoch() == std::chrono::seconds(seconds) + 250ms);
    }
    CHECK(Duration(30s) == Duration::seconds(30));
    CHECK(Duration(1500us).count() == 1'500'000);
    CHECK(Duration(2h) == Duration::seconds(7200));
    CHECK(to_nanoseconds(Duration::milliseconds(3)) == 3ms);
    CHECK(Duration::seconds(INT64_MAX).count() == INT64_MAX);
    CHECK(Duration(std::chrono::hours::max()).count() == INT64_MAX);
}
