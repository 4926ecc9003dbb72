// SPDX-License-Identifier: Apache-2.0
#include <belfry/core/chrono.hpp>
#include <belfry/schema/print.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>

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
