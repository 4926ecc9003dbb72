// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/json_decoder.hpp>
#include <belfry/codec/json_encoder.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/print.hpp>

#include "support/catch.hpp"

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>

namespace {

using namespace belfry;

class Colour : public OpenEnum<Colour> {
  public:
    enum Value : std::uint32_t { Unknown_, red, blue };
    Colour() = default;
    constexpr Colour(Value value) noexcept : OpenEnum(static_cast<std::uint32_t>(value)) {} // NOLINT
    explicit Colour(std::string_view text) { assign(text, enum_values()); }
    constexpr operator Value() const noexcept { return static_cast<Value>(number()); } // NOLINT
    static constexpr const EnumValues& enum_values() noexcept;
};
constexpr std::uint32_t colour_starts[] = {0, 3, 7};
constexpr EnumValues colour_values{.text = "redblue", .starts = colour_starts, .count = 2};
constexpr const EnumValues& Colour::enum_values() noexcept { return colour_values; }

struct Members {
    Optional<std::int32_t> number{};
    Optional<std::int64_t> large{};
    Optional<std::string> text{};
    Optional<Colour> colour{};
    List<Optional<std::string>> texts{};
    Map<Optional<std::int32_t>> numbers{};
    Optional<std::string> preset{"-"};

    friend bool operator==(const Members&, const Members&) = default;
    template <std::same_as<Members> S> friend constexpr Description<7> belfry_describe(const S*) {
        return {.name = "Members",
                .members = {{"Number", type_of<decltype(S::number)>, offsetof(S, number)},
                            {"Large", type_of<decltype(S::large)>, offsetof(S, large)},
                            {"Text", type_of<decltype(S::text)>, offsetof(S, text)},
                            {"Colour", type_of<decltype(S::colour)>, offsetof(S, colour)},
                            {"Texts", type_of<decltype(S::texts)>, offsetof(S, texts)},
                            {"Numbers", type_of<decltype(S::numbers)>, offsetof(S, numbers)},
                            {"Preset", type_of<decltype(S::preset)>, offsetof(S, preset)}}};
    }
};

static_assert(std::is_aggregate_v<Members>);
static_assert(std::is_standard_layout_v<Members>, "offsetof is used on it");
static_assert(std::is_nothrow_move_constructible_v<Members>);
static_assert(sizeof(Optional<std::string>) == sizeof(std::optional<std::string>));
static_assert(std::is_trivially_copyable_v<Optional<std::int32_t>> ==
              std::is_trivially_copyable_v<std::optional<std::int32_t>>);
static_assert(&type_of<Optional<std::int32_t>> == &type_of<std::optional<std::int32_t>>,
              "one table for both");
static_assert(!std::is_convertible_v<int, Optional<std::string>>);
static_assert(!std::is_convertible_v<Optional<std::int32_t>, std::int32_t>);
static_assert(!std::is_convertible_v<Optional<std::int32_t>, bool>);

// Checks that each comparison has the same result as that of the `std::optional`s.
template <class A, class B, class X, class Y> void compare(const A& a, const B& b, const X& x, const Y& y) {
    CHECK((a == b) == (x == y));
    CHECK((a != b) == (x != y));
    CHECK((a < b) == (x < y));
    CHECK((a <= b) == (x <= y));
    CHECK((a > b) == (x > y));
    CHECK((a >= b) == (x >= y));
    CHECK(((a <=> b) < 0) == ((x <=> y) < 0));
    A mutable_a = a; // as an lvalue that is not const, which templates of the standard library prefer to take
    B mutable_b = b;
    CHECK((mutable_a == mutable_b) == (x == y));
    CHECK((mutable_a != mutable_b) == (x != y));
    CHECK((mutable_a < mutable_b) == (x < y));
}

std::string size_text(const std::optional<std::string>& text) {
    return text ? std::to_string(text->size()) : "none";
}

} // namespace

TEST_CASE("an optional member takes what fits, in braces and assigned") {
    const std::string_view view = "view";
    const std::size_t size = 5;
    Members shape{.number = 100, .large = size, .text = view, .colour = Colour::blue};
    CHECK(shape.number == 100);
    CHECK(shape.large == 5);
    CHECK(shape.text == "view");
    CHECK(shape.colour == Colour::blue);
    CHECK(shape.preset == "-");
    shape.number = std::int16_t{-3};
    shape.large = shape.number;
    shape.text = view.substr(1);
    shape.colour = Colour("green");
    CHECK(shape.large == -3);
    CHECK(shape.text == "iew");
    CHECK(shape.colour == "green");
    shape.text = "literal";
    CHECK(shape.text == std::string("literal"));
    shape.text = {"braces"};
    CHECK(shape.text == "braces");
    const char letters[] = {'a', '\0', 'b', '\0'};
    shape.text = std::string_view(letters, 3);
    CHECK(shape.text->size() == 3);
    CHECK(Members{.text = std::string("s"), .texts = {"a", std::nullopt, view}}.texts[2] == "view");
}

TEST_CASE("empty braces and nullopt make an optional member absent") {
    Members shape{.number = 1, .text = "t", .colour = Colour::red};
    shape.number = {};
    shape.text = {};
    shape.colour = {};
    CHECK_FALSE(shape.number.has_value());
    CHECK_FALSE(shape.text);
    CHECK(shape.colour == std::nullopt);
    shape.number = 1;
    shape.number = std::nullopt;
    CHECK(shape == Members());
    CHECK(shape.number == std::nullopt);
    CHECK(std::nullopt == shape.number);
    CHECK(Members{.number = {}, .text = std::nullopt} == Members());
}

TEST_CASE("an optional member is used like a std::optional") {
    Optional<std::string> text;
    CHECK(text.value_or("other") == "other");
    CHECK(text.emplace(3, 'x') == "xxx");
    CHECK(text->size() == 3);
    CHECK(*text == "xxx");
    CHECK(text.value() == "xxx");
    text->push_back('y');
    *text += 'z';
    CHECK(std::as_const(text).value() == "xxxyz");
    const std::string moved = *std::move(text);
    CHECK(moved == "xxxyz");
    text = moved;
    CHECK(std::move(text).value_or("") == "xxxyz");
    text.reset();
    CHECK_FALSE(text.has_value());
    Optional<std::string> other(std::in_place, "other");
    text.swap(other);
    CHECK(text == "other");
    swap(text, other);
    CHECK(other == "other");
    std::swap(text, other);
    CHECK(text == "other");
    const Optional<std::string> copy = text;
    other = copy;
    CHECK(other == text);
    Optional<std::string> taken = std::move(other);
    CHECK(taken == copy);
    std::unordered_set<Optional<std::string>> texts{text, std::nullopt, copy};
    CHECK(texts.size() == 2);
    constexpr Optional<int> constant = 3;
    static_assert(constant == 3 && constant.has_value() && *constant < 4);
    Optional<Colour> colour;
    CHECK(colour.emplace("blue") == Colour::blue);
}

TEST_CASE("optional members convert from and to std::optional") {
    Optional<std::string> text = std::optional<std::string>("text");
    std::optional<std::string> standard = text;
    CHECK(standard == "text");
    CHECK(size_text(text) == "4");
    CHECK(size_text(Optional<std::string>()) == "none");
    standard.reset();
    text = standard;
    CHECK_FALSE(text.has_value());
    text = std::optional<std::string_view>("view");
    CHECK(text == "view");
    const std::optional<std::string_view> view = text;
    CHECK(view == "view");
    standard = text;
    CHECK(standard == "view");
    standard = std::as_const(text);
    CHECK(standard == "view");
    standard = std::move(text);
    CHECK(standard == "view");
    const std::optional<std::string>& outlives = Optional<std::string>("temporary");
    CHECK(outlives == "temporary");
    Optional<std::int32_t> number = 5;
    const std::optional<std::int64_t> wide = number;
    CHECK(wide == 5);
    const std::optional<std::int32_t> direct(number);
    CHECK(direct == 5);
    number = std::optional<std::int16_t>();
    CHECK_FALSE(number.has_value());
    const auto either = direct ? number : std::nullopt;
    CHECK_FALSE(either.has_value());
}

TEST_CASE("optional members compare as std::optional does") {
    const std::optional<int> numbers[] = {std::nullopt, 1, 2};
    for (const auto& x : numbers)
        for (const auto& y : numbers) {
            compare(Optional<int>(x), Optional<int>(y), x, y);
            compare(Optional<int>(x), y, x, y);
            compare(x, Optional<int>(y), x, y);
            compare(std::optional<long>(x), Optional<int>(y), x, y);
            compare(Optional<int>(x), Optional<long>(y), x, y);
            compare(Optional<int>(x), std::nullopt, x, std::nullopt);
            if (y) compare(Optional<int>(x), *y, x, *y);
            if (x) compare(*x, Optional<int>(y), *x, y);
        }
    const std::optional<std::string> texts[] = {std::nullopt, "a", "b"};
    for (const auto& x : texts)
        for (const auto& y : texts) {
            compare(Optional<std::string>(x), Optional<std::string>(y), x, y);
            compare(Optional<std::string>(x), y, x, y);
            compare(x, Optional<std::string>(y), x, y);
            if (y) compare(Optional<std::string>(x), y->c_str(), x, y->c_str());
            if (y) compare(Optional<std::string>(x), std::string_view(*y), x, std::string_view(*y));
        }
}

namespace {
struct Input {
    Required<std::string, Input, struct input_text> text;
};
} // namespace

TEST_CASE("an optional member compares with a required one") {
    Input input{.text = "a"};
    Optional<std::string> text = "a";
    CHECK(input.text == text);
    CHECK(text == input.text);
    text = "b";
    CHECK(input.text != text);
    input.text = text;
    CHECK(text == input.text);
    text.reset();
    CHECK(text != input.text);
    input.text = text;
    CHECK(text == input.text);
    CHECK(input.text == text);
}

TEST_CASE("codecs and the printer reach optional members and elements") {
    const Members shape{.number = -5,
                        .large = 1'099'511'627'776,
                        .text = "t",
                        .colour = Colour::blue,
                        .texts = {"a", std::nullopt},
                        .numbers = {{"one", 1}, {"none", std::nullopt}}};
    std::string json;
    std::string fault;
    REQUIRE(encode_json(structure_of<Members>, &shape, json, {}, fault));
    CHECK(json == R"({"Number":-5,"Large":1099511627776,"Text":"t","Colour":"blue","Texts":["a",null],)"
                  R"("Numbers":{"one":1,"none":null},"Preset":"-"})");
    Members decoded;
    REQUIRE(decode_json(json, structure_of<Members>, &decoded, {}, fault));
    CHECK(decoded == shape);
    CHECK(to_string(shape) == R"(Members{Number=-5, Large=1099511627776, Text="t", Colour="blue", )"
                              R"(Texts=["a", null], Numbers={"one": 1, "none": null}, Preset="-"})");
}
