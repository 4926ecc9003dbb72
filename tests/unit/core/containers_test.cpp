// SPDX-License-Identifier: Apache-2.0
#include <belfry/core/box.hpp>
#include <belfry/core/key_index.hpp>
#include <belfry/core/list.hpp>
#include <belfry/core/map.hpp>
#include <belfry/core/open_enum.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

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
        static constexpr EnumValues all{.text = "REDGREEN", .starts = starts, .count = 2};
        return all;
    }
};

} // namespace

TEST_CASE("an absent list differs from an empty one") {
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

TEST_CASE("a map tells keys apart that contain, extend or zero-pad each other") {
    std::mt19937 random(2);
    for (int round = 0; round < 20; ++round) {
        Map<int> map;
        std::map<std::string, int> reference;
        for (int i = 0; i < 300; ++i) {
            std::string key;
            while (random() % 4 != 0) key += static_cast<char>(random() % 3 == 0 ? 0xff : random() % 2);
            map[key] = i;
            reference[key] = i;
            if (random() % 5 == 0) CHECK(map.erase(key) == (reference.erase(key) == 1));
        }
        REQUIRE(map.size() == reference.size());
        for (const auto& [key, value] : reference) {
            const int* const found = map.find(key);
            REQUIRE(found != nullptr);
            CHECK(*found == value);
            CHECK(map.contains(key + '\0') == reference.contains(key + '\0'));
        }
    }
}

TEST_CASE("a moved-from or cleared map takes keys again") {
    Map<int> map;
    for (int i = 0; i < 100; ++i) map[std::to_string(i)] = i;
    const Map<int> moved = std::move(map);
    map.clear();
    for (int i = 0; i < 40; ++i) map["again" + std::to_string(i)] = i;
    CHECK(map.size() == 40);
    CHECK(map.find("again39") != nullptr);
    CHECK(map.find("39") == nullptr);
    REQUIRE(moved.find("99") != nullptr);
    map.clear();
    for (int i = 0; i < 17; ++i) map[std::to_string(i)] = i;
    CHECK(map.contains("16"));
}

// A peer that knew a hash function could choose keys that collide. The index does not hash; the length of a
// key limits the cost of a look-up.
TEST_CASE("a look-up takes at most nine steps for each byte of the key, whatever the keys are") {
    const auto deepest = [](const std::vector<std::string>& keys) {
        detail::KeyIndex<std::string> index;
        std::vector<std::string> entries;
        for (const std::string& key : keys) {
            index.reserve(entries.size() + 1);
            entries.push_back(key);
            index.added(entries.data(), entries.size(), sizeof(std::string));
        }
        std::size_t most = 0;
        for (const std::string& key : keys) {
            CHECK(index.depth(key) <= 9 * (key.size() + 1));
            most = (std::max)(most, index.depth(key));
        }
        return most;
    };
    std::vector<std::string> numbers;
    std::vector<std::string> same_length;
    std::vector<std::string> prefixes;
    std::mt19937_64 random(3);
    for (int i = 0; i < 16'384; ++i) {
        numbers.push_back(std::to_string(i));
        // Words of 64 bits that agree in their lower half, which hashes like FNV mix last.
        const std::uint64_t word = random() << 32;
        std::string key(8, '\0');
        for (std::size_t k = 0; k < 8; ++k) key[k] = static_cast<char>(word >> (56 - 8 * k));
        same_length.push_back(key);
        if (i < 500) prefixes.emplace_back(static_cast<std::size_t>(i), 'a');
    }
    CHECK(deepest(numbers) <= 9 * 6);
    CHECK(deepest(same_length) <= 40);
    CHECK(deepest(prefixes) <= 500);
}

struct Fragile {
    static inline bool fails = false;
    std::string text = "made";
    Fragile() {
        if (fails) throw std::runtime_error("no memory");
    }
};

TEST_CASE("a map stays whole if making a value throws") {
    Map<Fragile> map;
    for (int i = 0; i < 20; ++i) map[std::to_string(i)].text = std::to_string(i);
    Fragile::fails = true;
    CHECK_THROWS(map.emplace("7"));
    CHECK_THROWS(map["new"]);
    Fragile::fails = false;
    REQUIRE(map.size() == 20);
    CHECK(map.find("7")->text == "7");
    CHECK(map.find("new") == nullptr);
    CHECK(map.emplace("7").text == "made");
    CHECK(map["new"].text == "made");
    CHECK(map.size() == 21);
}

TEST_CASE("an enum keeps an unknown value") {
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

TEST_CASE("views are taken where lists and maps hold strings") {
    const std::string_view view = "view";
    const List<std::string> list{view, "text", std::string("string")};
    CHECK(list == List<std::string>{"view", "text", "string"});
    CHECK(List<std::string>{view}.size() == 1);
    CHECK(List<std::string>{}.has_value() == List<std::string>().has_value());
    Map<std::string> map{
        {view, view}, {"k", view}, {view.substr(1), "v"}, {std::string("s"), std::string("t")}};
    CHECK(map == Map<std::string>{{"view", "view"}, {"k", "view"}, {"iew", "v"}, {"s", "t"}});
    map = {{view, "last"}};
    CHECK(*map.find("view") == "last");
    const Map<List<std::string>> deep{{view, {"a", view}}};
    CHECK(deep.find("view")->size() == 2);
    const Map<std::int64_t> numbers{{view, 3}};
    CHECK(*numbers.find("view") == 3);
}

TEST_CASE("a map is made from other maps and ranges of pairs") {
    const std::map<std::string, std::string> ordered{{"b", "2"}, {"a", "1"}};
    Map<std::string> map = ordered;
    CHECK(map.has_value());
    CHECK(map == Map<std::string>{{"a", "1"}, {"b", "2"}});
    CHECK(map.begin()->key == "a");
    map = std::unordered_map<std::string_view, const char*>{{"c", "3"}};
    CHECK(map == Map<std::string>{{"c", "3"}});
    map = std::vector<std::pair<const char*, std::string>>{{"d", "4"}, {"d", "5"}};
    CHECK(map == Map<std::string>{{"d", "5"}});
    map = std::map<std::string, std::string>();
    CHECK(map.has_value());
    CHECK(map.empty());
    const Map<std::int64_t> numbers = std::map<std::string, int>{{"n", -7}};
    CHECK(*numbers.find("n") == -7);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::vector<std::string>, Map<std::string>>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::map<int, std::string>, Map<std::string>>);
}

TEST_CASE("containers of numbers that may not fit are not converted") {
    STATIC_REQUIRE(std::is_constructible_v<Map<std::int32_t>, const std::map<std::string, std::int16_t>&>);
    STATIC_REQUIRE_FALSE(
        std::is_constructible_v<Map<std::int32_t>, const std::map<std::string, std::int64_t>&>);
    using Small = std::vector<std::int16_t>::iterator;
    using Large = std::vector<std::int64_t>::iterator;
    STATIC_REQUIRE(std::is_constructible_v<List<std::int32_t>, Small, Small>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<List<std::int32_t>, Large, Large>);
}
