// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/box.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/union.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Shapes of every kind that a path can address, written as the generator writes them, and filled from JSON
/// without Belfry's code.
namespace test {

class Color : public belfry::OpenEnum<Color> {
  public:
    enum Value : std::uint32_t { Unknown_, Red, Green };
    constexpr Color() noexcept = default;
    constexpr Color(Value value) noexcept : OpenEnum(static_cast<std::uint32_t>(value)) {} // NOLINT
    explicit Color(std::string_view wire) { assign(wire, enum_values()); }
    [[nodiscard]] static constexpr const belfry::EnumValues& enum_values() noexcept { return values_; }

  private:
    static constexpr std::uint32_t starts_[] = {0, 3, 8};
    static constexpr belfry::EnumValues values_{.text = "REDGREEN", .starts = starts_, .count = 2};
};

class Choice : public belfry::Union<Choice, std::string, std::int32_t, belfry::List<std::string>> {
    friend belfry::Union<Choice, std::string, std::int32_t, belfry::List<std::string>>;

  public:
    [[nodiscard]] static Choice from_text(std::string value) {
        Choice choice;
        choice.storage_.emplace<0>(std::move(value));
        return choice;
    }
    [[nodiscard]] static Choice from_number(std::int32_t value) {
        Choice choice;
        choice.storage_.emplace<1>(value);
        return choice;
    }
    [[nodiscard]] static Choice from_list(belfry::List<std::string> value) {
        Choice choice;
        choice.storage_.emplace<2>(std::move(value));
        return choice;
    }
    friend bool operator==(const Choice& a, const Choice& b) { return a.storage_ == b.storage_; }
};
template <std::same_as<Choice> S> constexpr belfry::Description<3> belfry_describe(const S*) {
    return {.name = "Choice",
            .members = {{"Text", belfry::type_of<std::string>, 0},
                        {"Number", belfry::type_of<std::int32_t>, 0},
                        {"List", belfry::type_of<belfry::List<std::string>>, 0}}};
}

struct Thing {
    std::optional<std::string> name{};
    std::optional<std::int32_t> count{};
    std::optional<std::int64_t> size{};
    std::optional<double> ratio{};
    std::optional<bool> flag{};
    std::optional<Color> color{};
    std::optional<Choice> choice{};
    belfry::List<std::string> words{};
    belfry::List<std::int32_t> numbers{};
    belfry::List<bool> flags{};
    belfry::List<belfry::List<std::string>> matrix{};
    belfry::List<std::optional<std::string>> sparse{};
    belfry::Map<std::string> tags{};
    belfry::Map<std::int32_t> counts{};
    belfry::Box<Thing> inner{};
    belfry::List<Thing> things{};
    belfry::Map<Thing> named{};
    friend bool operator==(const Thing&, const Thing&) = default;
};
inline constexpr std::string_view thing_member_names[] = {
    "Name",  "Count",  "Size",   "Ratio", "Flag",   "Color", "Choice", "Words", "Numbers",
    "Flags", "Matrix", "Sparse", "Tags",  "Counts", "Inner", "Things", "Named"};
inline constexpr belfry::ShapeExtras thing_extras{.member_names = thing_member_names};
template <std::same_as<Thing> S> constexpr belfry::Description<17> belfry_describe(const S*) {
    using belfry::type_of;
    // One wire name differs from the model's, which is what paths use.
    return {.name = "Thing",
            .members = {{"wire-name", type_of<decltype(S::name)>, offsetof(S, name)},
                        {"Count", type_of<decltype(S::count)>, offsetof(S, count)},
                        {"Size", type_of<decltype(S::size)>, offsetof(S, size)},
                        {"Ratio", type_of<decltype(S::ratio)>, offsetof(S, ratio)},
                        {"Flag", type_of<decltype(S::flag)>, offsetof(S, flag)},
                        {"Color", type_of<decltype(S::color)>, offsetof(S, color)},
                        {"Choice", type_of<decltype(S::choice)>, offsetof(S, choice)},
                        {"Words", type_of<decltype(S::words)>, offsetof(S, words)},
                        {"Numbers", type_of<decltype(S::numbers)>, offsetof(S, numbers)},
                        {"Flags", type_of<decltype(S::flags)>, offsetof(S, flags)},
                        {"Matrix", type_of<decltype(S::matrix)>, offsetof(S, matrix)},
                        {"Sparse", type_of<decltype(S::sparse)>, offsetof(S, sparse)},
                        {"Tags", type_of<decltype(S::tags)>, offsetof(S, tags)},
                        {"Counts", type_of<decltype(S::counts)>, offsetof(S, counts)},
                        {"Inner", type_of<decltype(S::inner)>, offsetof(S, inner)},
                        {"Things", type_of<decltype(S::things)>, offsetof(S, things)},
                        {"Named", type_of<decltype(S::named)>, offsetof(S, named)}},
            .extras = &thing_extras};
}

using Json = nlohmann::ordered_json;

inline Thing make_thing(const Json& json) {
    Thing thing;
    for (const auto& [key, value] : json.items()) {
        if (key == "Name") thing.name = value.get<std::string>();
        if (key == "Count") thing.count = value.get<std::int32_t>();
        if (key == "Size") thing.size = value.get<std::int64_t>();
        if (key == "Ratio") thing.ratio = value.get<double>();
        if (key == "Flag") thing.flag = value.get<bool>();
        if (key == "Color") thing.color = Color(value.get<std::string>());
        if (key == "Choice") {
            if (value.contains("Text")) thing.choice = Choice::from_text(value["Text"]);
            if (value.contains("Number")) thing.choice = Choice::from_number(value["Number"]);
            if (value.contains("List")) {
                belfry::List<std::string> list;
                list.emplace();
                for (const Json& item : value["List"]) list.push_back(item.get<std::string>());
                thing.choice = Choice::from_list(std::move(list));
            }
        }
        if (key == "Words") {
            thing.words.emplace();
            for (const Json& item : value) thing.words.push_back(item.get<std::string>());
        }
        if (key == "Numbers") {
            thing.numbers.emplace();
            for (const Json& item : value) thing.numbers.push_back(item.get<std::int32_t>());
        }
        if (key == "Flags") {
            thing.flags.emplace();
            for (const Json& item : value) thing.flags.push_back(item.get<bool>());
        }
        if (key == "Matrix") {
            thing.matrix.emplace();
            for (const Json& row : value) {
                belfry::List<std::string>& words = thing.matrix.emplace_back();
                words.emplace();
                for (const Json& item : row) words.push_back(item.get<std::string>());
            }
        }
        if (key == "Sparse") {
            thing.sparse.emplace();
            for (const Json& item : value)
                thing.sparse.push_back(item.is_null() ? std::optional<std::string>()
                                                      : std::optional<std::string>(item.get<std::string>()));
        }
        if (key == "Tags") {
            thing.tags.emplace();
            for (const auto& [name, item] : value.items()) thing.tags[name] = item.get<std::string>();
        }
        if (key == "Counts") {
            thing.counts.emplace();
            for (const auto& [name, item] : value.items()) thing.counts[name] = item.get<std::int32_t>();
        }
        if (key == "Inner") thing.inner = make_thing(value);
        if (key == "Things") {
            thing.things.emplace();
            for (const Json& item : value) thing.things.push_back(make_thing(item));
        }
        if (key == "Named") {
            thing.named.emplace();
            for (const auto& [name, item] : value.items()) thing.named[name] = make_thing(item);
        }
    }
    return thing;
}

} // namespace test
