// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/describe.hpp>
#include <belfry/schema/union.hpp>

#include "unit/codec/everything.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Shapes with every XML trait that a model may have.
namespace xml_shapes {

using ::belfry::Description;
using ::belfry::type_of;

inline constexpr belfry::XmlNamespace instance{"http://www.w3.org/2001/XMLSchema-instance", "xsi"};
inline constexpr belfry::XmlNamespace tower{"https://tower.example/a?b&c", ""};
inline constexpr belfry::XmlNamespace bell{"https://bell.example", ""};
inline constexpr belfry::XmlNamespace rope{"https://rope.example", "r"};

/// As S3's `Grantee`.
struct Grantee {
    std::optional<std::string> type{};
    std::optional<std::string> id{};
    std::optional<std::int32_t> rank{};
    friend bool operator==(const Grantee&, const Grantee&) = default;
};
inline constexpr belfry::XmlMember grantee_members[] = {{.attribute = true}, {}, {.attribute = true}};
inline constexpr belfry::XmlShape grantee_xml{.members = grantee_members};
inline constexpr belfry::ShapeExtras grantee_extras{.xml = &grantee_xml};
template <std::same_as<Grantee> S> constexpr auto belfry_describe(const S*) {
    return Description<3>{.name = "Grantee",
                          .members =
                              {
                                  {"xsi:type", type_of<decltype(S::type)>, offsetof(S, type)},
                                  {"ID", type_of<decltype(S::id)>, offsetof(S, id)},
                                  {"rank", type_of<decltype(S::rank)>, offsetof(S, rank)},
                              },
                          .extras = &grantee_extras};
}

class Choice;
using ChoiceBase =
    ::belfry::Union<Choice, std::string, Grantee, ::belfry::List<std::string>, ::belfry::List<std::string>,
                    ::belfry::Map<std::string>, ::belfry::Box<Choice>, std::int64_t>;
class Choice : public ChoiceBase {
    friend ChoiceBase;

  public:
    template <std::size_t Number, class T> [[nodiscard]] static Choice from(T value) {
        Choice made;
        made.storage_.emplace<Number>(std::move(value));
        return made;
    }
    template <std::size_t Number> [[nodiscard]] const auto* as() const noexcept {
        return storage_.get_if<Number>();
    }
    friend bool operator==(const Choice& a, const Choice& b) { return a.storage_ == b.storage_; }
};
inline constexpr belfry::XmlMember choice_members[] = {
    {}, {.xml_namespace = &instance}, {}, {.flattened = true}, {.flattened = true}, {}, {}};
inline constexpr belfry::XmlShape choice_xml{.members = choice_members};
inline constexpr belfry::ShapeExtras choice_extras{.xml = &choice_xml};
template <std::same_as<Choice> S> constexpr auto belfry_describe(const S*) {
    return Description<7>{.name = "Choice",
                          .members =
                              {
                                  {"text", type_of<std::string>, 0},
                                  {"grantee", type_of<Grantee>, 0},
                                  {"list", type_of<::belfry::List<std::string>>, 0},
                                  {"flat", type_of<::belfry::List<std::string>>, 0},
                                  {"map", type_of<::belfry::Map<std::string>>, 0},
                                  {"nested", type_of<::belfry::Box<S>>, 0},
                                  {"number", type_of<std::int64_t>, 0},
                              },
                          .extras = &choice_extras};
}

struct Named {
    std::optional<std::string> plain{};
    ::belfry::List<std::string> list{};
    ::belfry::List<Grantee> flat_list{};
    ::belfry::Map<std::string> map{};
    ::belfry::Map<Grantee> flat_map{};
    ::belfry::List<::belfry::List<std::string>> grid{};
    ::belfry::Map<::belfry::Map<std::int32_t>> nested_map{};
    ::belfry::List<::belfry::List<std::string>> flat_grid{};
    std::optional<Grantee> grantee{};
    std::optional<Choice> choice{};
    ::belfry::Box<Named> self{};
    std::optional<std::string> prefixed{};
    friend bool operator==(const Named&, const Named&) = default;
};
inline constexpr belfry::XmlElements item{.name = "item", .xml_namespace = &bell};
inline constexpr belfry::XmlElements rows{.name = "row", .elements = &item};
inline constexpr belfry::XmlElements parts{
    .name = "V", .key_name = "K", .xml_namespace = &bell, .key_namespace = &tower};
inline constexpr belfry::XmlElements outer{.name = "outer", .key_name = "name", .elements = &parts};
inline constexpr belfry::XmlMember named_members[] = {{.xml_namespace = &rope},
                                                      {.elements = &item, .xml_namespace = &tower},
                                                      {.xml_namespace = &instance, .flattened = true},
                                                      {.elements = &parts},
                                                      {.elements = &parts, .flattened = true},
                                                      {.elements = &rows},
                                                      {.elements = &outer},
                                                      {.elements = &rows, .flattened = true},
                                                      {.xml_namespace = &instance},
                                                      {},
                                                      {},
                                                      {.xml_namespace = &rope}};
inline constexpr belfry::XmlShape named_xml{
    .name = "NamedRoot", .xml_namespace = &tower, .members = named_members};
inline constexpr std::string_view named_names[] = {"Plain",   "List",   "FlatList",  "Map",
                                                   "FlatMap", "Grid",   "NestedMap", "FlatGrid",
                                                   "Grantee", "Choice", "Self",      "Prefixed"};
inline constexpr belfry::ShapeExtras named_extras{.member_names = named_names, .xml = &named_xml};
template <std::same_as<Named> S> constexpr auto belfry_describe(const S*) {
    return Description<12>{.name = "Named",
                           .members =
                               {
                                   {"Plain", type_of<decltype(S::plain)>, offsetof(S, plain)},
                                   {"List", type_of<decltype(S::list)>, offsetof(S, list)},
                                   {"Flat", type_of<decltype(S::flat_list)>, offsetof(S, flat_list)},
                                   {"Map", type_of<decltype(S::map)>, offsetof(S, map)},
                                   {"KVP", type_of<decltype(S::flat_map)>, offsetof(S, flat_map)},
                                   {"Grid", type_of<decltype(S::grid)>, offsetof(S, grid)},
                                   {"NestedMap", type_of<decltype(S::nested_map)>, offsetof(S, nested_map)},
                                   {"Row", type_of<decltype(S::flat_grid)>, offsetof(S, flat_grid)},
                                   {"Grantee", type_of<decltype(S::grantee)>, offsetof(S, grantee)},
                                   {"Choice", type_of<decltype(S::choice)>, offsetof(S, choice)},
                                   {"Self", type_of<decltype(S::self)>, offsetof(S, self)},
                                   {"r:Prefixed", type_of<decltype(S::prefixed)>, offsetof(S, prefixed)},
                               },
                           .extras = &named_extras};
}

/// As S3's `TopicConfigurationDeprecated`, where two members have one name.
struct Topic {
    std::optional<std::string> event{};
    std::optional<std::string> topic{};
    std::optional<std::string> id{};
    std::optional<std::string> owner{};
    ::belfry::List<std::string> events{};
};
inline constexpr belfry::XmlMember topic_members[] = {{}, {}, {}, {}, {.flattened = true}};
inline constexpr belfry::XmlShape topic_xml{.members = topic_members};
inline constexpr std::string_view topic_names[] = {"Event", "Topic", "Id", "Owner", "Events"};
inline constexpr belfry::ShapeExtras topic_extras{.member_names = topic_names, .xml = &topic_xml};
template <std::same_as<Topic> S> constexpr auto belfry_describe(const S*) {
    return Description<5>{.name = "Topic",
                          .members =
                              {
                                  {"Event", type_of<decltype(S::event)>, offsetof(S, event)},
                                  {"Topic", type_of<decltype(S::topic)>, offsetof(S, topic)},
                                  {"Id", type_of<decltype(S::id)>, offsetof(S, id)},
                                  {"Owner", type_of<decltype(S::owner)>, offsetof(S, owner)},
                                  {"Event", type_of<decltype(S::events)>, offsetof(S, events)},
                              },
                          .extras = &topic_extras};
}

} // namespace xml_shapes
