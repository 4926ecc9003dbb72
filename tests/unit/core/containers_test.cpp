// SPDX-License-Identifier: Apache-2.0
#include <belfry/core/box.hpp>
#include <belfry/core/list.hpp>
#include <belfry/core/map.hpp>
#include <belfry/core/open_enum.hpp>

#include "support/catch.hpp"

#include <map>
#include <random>
#include <string>

namespace {

using namespace belfry;

class Colour : public OpenEnum<Colour> {
  public:
    enum Value : std::uint32_t { Unknown_, red, green };
    Colour() = default;
    constexpr Colour(Value value) noexcept : OpenEnum(static_cast<std::uint32_t>(value)) {}
    explicit Colour(std::string_view wire) { assign(wire, enum_values()); }
    constexpr operator Value() const noexcept { return static_cast<Value>(number()); }
    static constexpr std::uint32_t starts[] = {0, 3, 8};
    static const EnumValues& enum_values() noexcept {
        static constexpr EnumValues all{"REDGREEN", starts, 2};
        return all;
    }
};

} // namespace

TEST_CASE("a list tells absent from empty") {
    List<int> list;
    CHECK_FALSE(list.has_value());
    list.emplace();
    CHECK(list.has_value());
    CHECK(list.empty());
    CHECK(list != List<int>());
    list.reset();
    list.push_back(1);
    CHECK(list.has_value());
    CHECK(list == List<int>{1});
    List<bool> flags{true, false};
    flags.push_back(true);
    CHECK(flags[2]);
    CHECK(List<std::string>{}.items().empty());
}

TEST_CASE("a map keeps its order and finds what std::map finds") {
    std::mt19937 random(1);
    Map<int> map;
    std::map<std::string, int> reference;
    for (int i = 0; i < 20'000; ++i) {
        const std::string key = std::to_string(random() % 5'000);
        const int value = static_cast<int>(random() % 1'000);
        if (random() % 50 == 0 && reference.size() < 100) {
            CHECK(map.erase(key) == (reference.erase(key) == 1));
            continue;
        }
        map[key] = value;
        reference[key] = value;
    }
    REQUIRE(map.size() == reference.size());
    for (const auto& [key, value] : reference) {
        const int* const found = map.find(key);
        REQUIRE(found != nullptr);
        CHECK(*found == value);
    }
    CHECK(map.find("none") == nullptr);
    const Map<int> copy = map;
    CHECK(copy == map);
    const Map<std::string> ordered{{"z", "1"}, {"a", "2"}, {"z", "3"}};
    REQUIRE(ordered.size() == 2);
    CHECK(ordered.begin()->key == "z");
    CHECK(ordered.begin()->value == "3");
    CHECK(ordered == Map<std::string>{{"a", "2"}, {"z", "3"}});
}

TEST_CASE("an enum keeps a value that it does not know") {
    const Colour known("GREEN");
    const Colour newer("MAUVE");
    CHECK(known == Colour::green);
    CHECK(known.is_known());
    CHECK_FALSE(newer.is_known());
    CHECK(newer == Colour::Unknown_);
    CHECK(newer.to_string() == "MAUVE");
    CHECK(newer == "MAUVE");
    CHECK(newer != Colour("OTHER"));
    Colour copy = newer;
    CHECK(copy == newer);
    copy = Colour::red;
    CHECK(copy.to_string() == "RED");
    switch (known) {
    case Colour::green: break;
    default: FAIL("switch does not see the value");
    }
}

TEST_CASE("a box copies deeply") {
    Box<std::string> a(std::string("x"));
    Box<std::string> b = a;
    *b = "y";
    CHECK(*a == "x");
    b = a;
    CHECK(b == a);
    a.reset();
    CHECK_FALSE(a);
    CHECK(b != a);
}
