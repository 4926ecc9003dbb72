// SPDX-License-Identifier: Apache-2.0
#include <belfry/schema/describe.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace belfry;

namespace required {
struct name;
struct tags;
struct labels;
} // namespace required

struct Tag {
    std::optional<std::string> key{};
    friend bool operator==(const Tag&, const Tag&) = default;
};

struct Request {
    Required<std::string, Request, required::name> name;
    Required<List<Tag>, Request, required::tags> tags;
    Required<Map<std::string>, Request, required::labels> labels;
    std::optional<int> limit{};
    friend bool operator==(const Request&, const Request&) = default;
};

static_assert(std::is_aggregate_v<Request>);
static_assert(std::is_standard_layout_v<Request>, "offsetof is used on it");
static_assert(std::is_nothrow_move_constructible_v<Request>);

} // namespace

TEST_CASE("required members are given in a braced list") {
    const Request request{.name = "n", .tags = {{.key = "a"}, {.key = "b"}}, .labels = {{"k", "v"}}};
    CHECK(*request.name == "n");
    CHECK(request.tags.size() == 2);
    CHECK(*request.labels.find("k") == "v");
    const std::vector<Tag> tags(3);
    CHECK(Request{.name = std::string("n"), .tags = tags, .labels = Map<std::string>()}.tags.size() == 3);
}

TEST_CASE("required members can be set one after another") {
    Request request;
    CHECK_FALSE(request.name.has_value());
    CHECK_FALSE(request.tags.has_value());
    request.name = "n";
    request.tags = {{.key = "a"}};
    request.tags.push_back({.key = "b"});
    request.labels["k"] = "v";
    CHECK(request == Request{.name = "n", .tags = {{.key = "a"}, {.key = "b"}}, .labels = {{"k", "v"}}});
    CHECK(request.name == "n");
    CHECK(request.name != std::string("m"));
    CHECK(request.tags == List<Tag>{{.key = "a"}, {.key = "b"}});
    request.tags = {};
    CHECK(request.tags.has_value());
    CHECK(request.tags.empty());
    request.name = std::nullopt;
    CHECK_FALSE(request.name.has_value());
    std::vector<Request> many(2);
    many[0].name = "x";
    many[1] = many[0];
    CHECK(many[1].name == many[0].name);
}

namespace {
struct Convertible {
    Required<std::string, Convertible, struct convertible_text> text;
    Required<Map<std::string>, Convertible, struct convertible_map> map;
    Required<Timestamp, Convertible, struct convertible_time> time;
    Required<std::int64_t, Convertible, struct convertible_number> number;
};
} // namespace

TEST_CASE("a required member takes views, other maps, times and sizes") {
    using namespace std::chrono_literals;
    const std::string_view view = "view";
    const std::map<std::string, std::string> map{{"k", "v"}};
    const std::string text = "12345";
    Convertible object{.text = view,
                       .map = map,
                       .time = std::chrono::sys_time<std::chrono::milliseconds>(-1ms),
                       .number = text.size()};
    CHECK(object.text == "view");
    CHECK(*object.map.find("k") == "v");
    CHECK(*object.time == Timestamp(-1, 999'000'000));
    CHECK(object.number == 5);
    object.text = view.substr(1);
    object.map = std::map<std::string, std::string>{{"a", "b"}};
    object.time = std::chrono::sys_days(std::chrono::days(1));
    CHECK(object.text == "iew");
    CHECK(*object.map.find("a") == "b");
    CHECK(*object.time == Timestamp(86'400));
}
