// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/query.hpp>

#include "support/catch.hpp"
#include "unit/codec/everything.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <utility>

/// A service whose shapes use every trait that changes names in the query protocols.
namespace named {

struct Leaf {
    std::optional<std::string> text{};
    std::optional<std::string> token{};
};
inline constexpr belfry::XmlMember leaf_members[] = {{.query_name = "other"}, {}};
inline constexpr belfry::XmlShape leaf_xml{.members = leaf_members};
inline constexpr belfry::ShapeExtras leaf_extras{.xml = &leaf_xml};
template <std::same_as<Leaf> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<2>{
        .name = "Leaf",
        .members =
            {
                {"text", ::belfry::type_of<decltype(S::text)>, offsetof(S, text)},
                {"token", ::belfry::type_of<decltype(S::token)>, offsetof(S, token), ::belfry::Location::body,
                 ::belfry::MemberFlags::idempotency_token},
            },
        .extras = &leaf_extras};
}

struct Names {
    std::optional<std::string> plain{};
    belfry::List<std::string> named_list{};
    belfry::List<std::string> flat_list{};
    belfry::Map<std::string> named_map{};
    belfry::Map<std::string> flat_map{};
    belfry::List<belfry::List<std::string>> grid{};
    belfry::Map<belfry::List<std::string>> lists{};
    belfry::List<Leaf> leaves{};
    std::optional<Leaf> leaf{};
    std::optional<std::string> token{};
    std::optional<std::string> odd{};
};
inline constexpr belfry::XmlElements item{.name = "item"};
inline constexpr belfry::XmlElements names{.name = "Value", .key_name = "Name"};
inline constexpr belfry::XmlElements rows{.name = "row", .elements = &item};
inline constexpr belfry::XmlMember members[] = {{},
                                                {.elements = &item},
                                                {.elements = &item, .flattened = true},
                                                {.elements = &names},
                                                {.elements = &names, .flattened = true},
                                                {.elements = &rows},
                                                {.elements = &rows},
                                                {},
                                                {},
                                                {},
                                                {.query_name = "odd-One"}};
inline constexpr belfry::XmlShape xml{.members = members};
inline constexpr belfry::ShapeExtras extras{.xml = &xml};
template <std::same_as<Names> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<11>{
        .name = "Names",
        .members = {{"plain", ::belfry::type_of<decltype(S::plain)>, offsetof(S, plain)},
                    {"NamedList", ::belfry::type_of<decltype(S::named_list)>, offsetof(S, named_list)},
                    {"FlatList", ::belfry::type_of<decltype(S::flat_list)>, offsetof(S, flat_list)},
                    {"NamedMap", ::belfry::type_of<decltype(S::named_map)>, offsetof(S, named_map)},
                    {"FlatMap", ::belfry::type_of<decltype(S::flat_map)>, offsetof(S, flat_map)},
                    {"Grid", ::belfry::type_of<decltype(S::grid)>, offsetof(S, grid)},
                    {"Lists", ::belfry::type_of<decltype(S::lists)>, offsetof(S, lists)},
                    {"Leaves", ::belfry::type_of<decltype(S::leaves)>, offsetof(S, leaves)},
                    {"leaf", ::belfry::type_of<decltype(S::leaf)>, offsetof(S, leaf)},
                    {"Token", ::belfry::type_of<decltype(S::token)>, offsetof(S, token),
                     ::belfry::Location::body, ::belfry::MemberFlags::idempotency_token},
                    {"Odd", ::belfry::type_of<decltype(S::odd)>, offsetof(S, odd)}},
        .extras = &extras};
}

} // namespace named

namespace {

using belfry::QueryOptions;
using everything::Colour;
using everything::Everything;
using everything::Point;
using everything::Value;
using named::Names;

template <class S> std::string encoded(const S& in, const QueryOptions& options = {}) {
    std::string out;
    std::string fault;
    const bool done = belfry::encode_query(belfry::structure_of<S>, &in, out, options, fault);
    INFO(fault);
    REQUIRE(done);
    return out;
}
template <class S> std::string fault_of(const S& in, const QueryOptions& options = {}) {
    std::string out;
    std::string fault;
    REQUIRE_FALSE(belfry::encode_query(belfry::structure_of<S>, &in, out, options, fault));
    return fault;
}

constexpr QueryOptions ec2{.ec2 = true};

} // namespace

TEST_CASE("every kind of simple value is a parameter, in the model's order") {
    Everything in;
    in.flag = true;
    in.tiny = std::int8_t{-128};
    in.small = std::int16_t{32767};
    in.medium = -1;
    in.large = std::numeric_limits<std::int64_t>::min();
    in.single = 0.1f;
    in.number = 1.0;
    in.text = "a b&c=d+e%\u00e9/~\n";
    in.colour = Colour::DarkBlue;
    in.moment = belfry::Timestamp{1398796238, 500'000'000};
    in.http_date = belfry::Timestamp{1398796238, 0};
    in.bytes = belfry::Blob("\xfb\xff\xfe\xff");
    in.point = Point{.y = 2};
    in.nothing.emplace();
    in.value = Value::from<1>(std::int64_t{5});
    in.self = Everything{.flag = false, .self = Everything{.text = ""}};
    CHECK(encoded(in) ==
          "Flag=true&Tiny=-128&Small=32767&Medium=-1&Large=-9223372036854775808&Single=0.1&Number=1.0"
          "&Text=a%20b%26c%3Dd%2Be%25%C3%A9%2F~%0A&Colour=dark-blue&Moment=2014-04-29T18%3A30%3A38.500000Z"
          "&HttpDate=Tue%2C%2029%20Apr%202014%2018%3A30%3A38%20GMT&Bytes=%2B%2F%2F%2B%2Fw%3D%3D"
          "&Point.y=2&Value.number=5&Self.Flag=false&Self.Self.Text=");
    CHECK(encoded(Everything{}).empty());
    in = {};
    in.number = std::numeric_limits<double>::infinity();
    in.single = std::numeric_limits<float>::quiet_NaN();
    in.colour = Colour("a colour of tomorrow");
    CHECK(encoded(in) == "Single=NaN&Number=Infinity&Colour=a%20colour%20of%20tomorrow");
}

TEST_CASE("parameters appended to a non-empty body begin with an ampersand") {
    std::string out = "Action=Test";
    std::string fault;
    const Everything in{.flag = true};
    REQUIRE(belfry::encode_query(belfry::structure_of<Everything>, &in, out, {}, fault));
    CHECK(out == "Action=Test&Flag=true");
}

TEST_CASE("lists and maps number their elements from one") {
    Everything in;
    in.texts = {"a", "b"};
    in.points = {{.x = 1, .y = 2}, {}, {.x = 3}};
    in.grid = {{1, 2}, {}, {3}};
    in.names = {{"k 1", "1"}, {"k2", ""}};
    in.deep = {{"a", {{"b", {true}}}}};
    CHECK(encoded(in) ==
          "Texts.member.1=a&Texts.member.2=b"
          "&Points.member.1.x=1&Points.member.1.y=2&Points.member.3.x=3"
          "&Grid.member.1.member.1=1&Grid.member.1.member.2=2&Grid.member.2=&Grid.member.3.member.1=3"
          "&Names.entry.1.key=k%201&Names.entry.1.value=1&Names.entry.2.key=k2&Names.entry.2.value="
          "&Deep.entry.1.key=a&Deep.entry.1.value.entry.1.key=b"
          "&Deep.entry.1.value.entry.1.value.member.1=true");
    CHECK(encoded(in, ec2) ==
          "Texts.1=a&Texts.2=b&Points.1.X=1&Points.1.Y=2&Points.3.X=3"
          "&Grid.1.1=1&Grid.1.2=2&Grid.3.1=3"
          "&Names.entry.1.key=k%201&Names.entry.1.value=1&Names.entry.2.key=k2&Names.entry.2.value="
          "&Deep.entry.1.key=a&Deep.entry.1.value.entry.1.key=b"
          "&Deep.entry.1.value.entry.1.value.1=true");
}

TEST_CASE("an empty list is an empty parameter except for EC2, and an empty map is omitted") {
    Everything in;
    in.texts.emplace();
    in.names.emplace();
    Everything child;
    child.flags.emplace();
    in.children = {std::move(child)};
    CHECK(encoded(in) == "Texts=&Children.member.1.Flags=");
    CHECK(encoded(in, ec2).empty());
}

TEST_CASE("names in the model replace the protocol's") {
    Names in;
    in.plain = "p";
    in.named_list = {"a", "b"};
    in.flat_list = {"c", "d"};
    in.named_map = {{"k", "v"}};
    in.flat_map = {{"l", "w"}};
    in.grid = {{"x"}};
    in.lists = {{"m", {"y"}}};
    in.leaves = {{.text = "t"}};
    in.leaf = named::Leaf{.text = "u"};
    in.odd = "o";
    CHECK(encoded(in) ==
          "plain=p&NamedList.item.1=a&NamedList.item.2=b&FlatList.1=c&FlatList.2=d"
          "&NamedMap.entry.1.Name=k&NamedMap.entry.1.Value=v&FlatMap.1.Name=l&FlatMap.1.Value=w"
          "&Grid.row.1.item.1=x&Lists.entry.1.key=m&Lists.entry.1.row.item.1=y"
          "&Leaves.member.1.text=t&leaf.text=u&Odd=o");
    CHECK(encoded(in, ec2) ==
          "Plain=p&NamedList.1=a&NamedList.2=b&FlatList.1=c&FlatList.2=d"
          "&NamedMap.entry.1.Name=k&NamedMap.entry.1.Value=v&FlatMap.1.Name=l&FlatMap.1.Value=w"
          "&Grid.1.1=x&Lists.entry.1.key=m&Lists.entry.1.row.1=y"
          "&Leaves.1.other=t&Leaf.other=u&odd-One=o");
}

TEST_CASE("only the outermost structure's idempotency token is filled in") {
    Names in;
    in.leaf.emplace();
    CHECK(encoded(in, {.idempotency_token = "1-2"}) == "Token=1-2");
    in.token = "mine";
    CHECK(encoded(in, {.idempotency_token = "1-2"}) == "Token=mine");
}

TEST_CASE("a value that form data cannot represent is an error with its path") {
    CHECK(fault_of(Everything{.text = "\xff"}) == "Everything.Text: the text is not UTF-8");
    CHECK(fault_of(Everything{.document = belfry::Document("1")}) ==
          "Everything.Document: form data cannot carry a document");
    CHECK(fault_of(Everything{.value = Value{}}) == "Everything.Value: the union holds no member");
    CHECK(fault_of(Everything{.date_time = belfry::Timestamp{253402300800, 0}}) ==
          "Everything.DateTime: the year is not one of 1 to 9999");
    Everything in;
    in.sparse_texts = {"a", std::nullopt};
    CHECK(fault_of(in) == "Everything.SparseTexts[1]: form data cannot represent null");
    in = {};
    in.names = {{"\xc3", "v"}};
    CHECK(fault_of(in) == "Everything.Names[a key]: the text is not UTF-8");
    in = {};
    in.relatives = {{"uncle", Everything{.texts = {"ok", "\x80"}}}};
    CHECK(fault_of(in) == "Everything.Relatives[uncle].Texts[1]: the text is not UTF-8");
}

TEST_CASE("nesting beyond the limit is an error when form data is written") {
    Value value = Value::from<1>(std::int64_t{1});
    for (int i = 0; i < 40; ++i) value = Value::from<3>(belfry::List<Value>{std::move(value)});
    const Everything in{.value = std::move(value)};
    CHECK(encoded(in).size() > 40 * 10);
    CHECK_THAT(fault_of(in, {.max_depth = 30}), Catch::Matchers::EndsWith(": nested too deeply"));
}
