// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"

#if BELFRY_TEST_HAS_XML
#include <belfry/codec/xml.hpp>

#include "unit/codec/random_shape.hpp"
#include "unit/codec/xml_shapes.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace {

using belfry::XmlOptions;
using everything::Colour;
using everything::Everything;
using everything::Point;
using xml_shapes::Choice;
using xml_shapes::Grantee;
using xml_shapes::Named;

template <class S> S decoded(std::string_view text, const XmlOptions& options = {}) {
    S out;
    std::string fault;
    const bool done = belfry::decode_xml(text, belfry::structure_of<S>, &out, options, fault);
    INFO(fault);
    REQUIRE(done);
    return out;
}
template <class S> std::string fault_of(std::string_view text, const XmlOptions& options = {}) {
    S out;
    std::string fault;
    REQUIRE_FALSE(belfry::decode_xml(text, belfry::structure_of<S>, &out, options, fault));
    return fault;
}
template <class S = Everything> S inside(const std::string& text) {
    return decoded<S>("<R>" + text + "</R>");
}

} // namespace

TEST_CASE("every kind of simple value is read") {
    const auto out = decoded<Everything>(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- all of it -->\n"
        "<Anything xmlns=\"https://example.com\">\n <Flag> true\n</Flag><Tiny>-128</Tiny>"
        "<Small>+32767</Small><Medium>-1</Medium><Large>-9223372036854775808</Large>"
        "<Single>0.1</Single><Number>-Infinity</Number><Text> a b </Text><Colour>dark-blue</Colour>"
        "<Moment> 2014-04-29T18:30:38Z </Moment><DateTime>1398796238.5</DateTime>"
        "<HttpDate>2014-04-29T20:30:38+02:00</HttpDate><Bytes>+//\n +/w==</Bytes>"
        "<Point><y>2</y></Point><Nothing/><Self><Flag>FALSE</Flag></Self>\n</Anything>\n");
    CHECK(out.flag == true);
    CHECK(out.tiny == -128);
    CHECK(out.small == 32767);
    CHECK(out.medium == -1);
    CHECK(out.large == std::numeric_limits<std::int64_t>::min());
    CHECK(out.single == 0.1f);
    CHECK(out.number == -std::numeric_limits<double>::infinity());
    CHECK(out.text == " a b ");
    CHECK(out.colour == Colour::DarkBlue);
    CHECK(out.moment == belfry::Timestamp{1398796238, 0});
    CHECK(out.date_time == belfry::Timestamp{1398796238, 500'000'000});
    CHECK(out.http_date == belfry::Timestamp{1398796238, 0});
    CHECK(out.bytes == belfry::Blob("\xfb\xff\xfe\xff"));
    CHECK(out.point == Point{.y = 2});
    CHECK(out.nothing.has_value());
    REQUIRE(out.self);
    CHECK(out.self->flag == false);
    CHECK(std::isnan(*inside("<Number>NaN</Number>").number));
    CHECK(inside("<Colour>new</Colour>").colour->to_string() == "new");
}

TEST_CASE("text in several pieces, escaped or not, is joined") {
    CHECK(inside("<Text>a&amp;b&lt;&gt;&quot;&apos;&#65;&#x42;&#x1F600;</Text>").text ==
          "a&b<>\"'AB\xf0\x9f\x98\x80");
    CHECK(inside("<Text>a <![CDATA[<b>&amp;]]> <!-- gone -->c<?gone too?>d</Text>").text == "a <b>&amp; cd");
    CHECK(inside("<Text><![CDATA[x]]></Text>").text == "x");
    CHECK(inside("<Text><![CDATA[x]]> <![CDATA[]]>y</Text>").text == "x y");
    CHECK(inside("<Text>   </Text>").text == "   ");
    CHECK(inside("<Text>1\r\n2\r3&#xD;&#xA;4</Text>").text == "1\n2\n3\r\n4");
    CHECK(inside("<Text><!-- nothing --></Text>").text == "");
    CHECK(inside("<Text><?nothing?> x</Text>").text == " x");
}

TEST_CASE("an empty element is an empty text, blob, list, map or structure, but not a number") {
    for (const std::string close : {"/>", "></", " ></"}) {
        const auto empty = [&](const std::string& name) {
            return "<" + name + (close == "/>" ? close : close + name + ">");
        };
        const auto out =
            inside(empty("Text") + empty("Bytes") + empty("Texts") + empty("Names") + empty("Point") +
                   empty("Colour") + empty("Medium") + empty("Flag") + empty("Number") + empty("Moment"));
        CHECK(out.text == "");
        CHECK(out.bytes == belfry::Blob(""));
        CHECK((out.texts.has_value() && out.texts.empty()));
        CHECK((out.names.has_value() && out.names.empty()));
        CHECK(out.point == Point{});
        CHECK(out.colour->to_string().empty());
        CHECK_FALSE(out.medium.has_value());
        CHECK_FALSE(out.flag.has_value());
        CHECK_FALSE(out.number.has_value());
        CHECK_FALSE(out.moment.has_value());
    }
    CHECK(inside("") == Everything{});
    CHECK(decoded<Everything>("<Everything/>") == Everything{});
}

TEST_CASE("lists and maps are read with any names of their elements") {
    const auto out =
        inside("<Texts> <member>a</member> text <item/> </Texts><Grid><member><member>1</member></member>"
               "<member/></Grid><Points><member><x>1</x></member><member/></Points>"
               "<Names><entry><key>k&amp;</key><value>1</value></entry>"
               "<entry><value>2</value><key/></entry></Names>"
               "<Deep><entry><key>a</key><value><entry><key>b</key><value><member>true</member></value>"
               "</entry></value></entry></Deep><SparseNumbers><entry><key>n</key></entry></SparseNumbers>");
    CHECK(out.texts == belfry::List<std::string>{"a", ""});
    CHECK(out.grid == belfry::List<belfry::List<std::int32_t>>{{1}, belfry::List<std::int32_t>().emplace()});
    CHECK(out.points == belfry::List<Point>{{.x = 1}, {}});
    CHECK(out.names == belfry::Map<std::string>{{"k&", "1"}, {"", "2"}});
    CHECK(out.deep == belfry::Map<belfry::Map<belfry::List<bool>>>{{"a", {{"b", {true}}}}});
    CHECK(out.sparse_numbers == belfry::Map<std::optional<std::int32_t>>{{"n", std::nullopt}});
}

TEST_CASE("elements are matched by the model's names without prefixes") {
    const auto out = decoded<Named>(
        "<x:Root xmlns:x=\"u\"><x:Plain>p</x:Plain><List><item>a</item></List>"
        "<Flat xsi:type=\"t\" other='&lt;' rank=' 7 '><ID>1</ID></Flat><other/><x:Flat/>"
        "<Map><entry><K>k</K><V>v</V></entry></Map><KVP><V><ID>2</ID></V><K>l</K></KVP>"
        "<KVP><K>m</K><V/></KVP><NestedMap><entry><name>o</name><outer><entry><K>i</K><V>3</V></entry>"
        "</outer></entry></NestedMap><Row><item>y</item><item>z</item></Row><Row/>"
        "<Grantee type='plain'/><q:Prefixed xmlns:q='v'>q</q:Prefixed></x:Root>");
    Named in;
    in.plain = "p";
    in.list = {"a"};
    in.flat_list = {{.type = "t", .id = "1", .rank = 7}, {}};
    in.map = {{"k", "v"}};
    in.flat_map = {{"l", {.id = "2"}}, {"m", {}}};
    in.nested_map = {{"o", {{"i", 3}}}};
    in.flat_grid = {{"y", "z"}, belfry::List<std::string>().emplace()};
    in.grantee = Grantee{.type = "plain"};
    in.prefixed = "q";
    CHECK(out == in);
    // Attributes and elements are told apart.
    CHECK(decoded<Named>("<R Plain='x'><Grantee><rank>7</rank><xsi:type>t</xsi:type></Grantee></R>") ==
          Named{.grantee = Grantee{}});
    CHECK_FALSE(decoded<Named>("<R xmlns:type='t'/>").grantee.has_value());
}

TEST_CASE("an element is read for each member of its name") {
    const auto out = decoded<xml_shapes::Topic>("<R><Event>a</Event><Id>i</Id><Event>b</Event></R>");
    CHECK(out.event == "b");
    CHECK(out.events == belfry::List<std::string>{"a", "b"});
    CHECK(out.id == "i");
}

TEST_CASE("unknown elements are skipped, and the last of two members is used") {
    const auto out = inside("<New a='b'><Text>inner</Text></New><Text>first</Text>text<Text>last</Text>"
                            "<Texts><member>1</member></Texts><Texts><member>2</member></Texts>");
    CHECK(out.text == "last");
    CHECK(out.texts == belfry::List<std::string>{"2"});
}

TEST_CASE("a union is the one member that it holds") {
    CHECK(decoded<Choice>("<C><text>x</text></C>") == Choice::from<0>(std::string("x")));
    CHECK(decoded<Choice>("<C><grantee xsi:type='u'/></C>") == Choice::from<1>(Grantee{.type = "u"}));
    CHECK(decoded<Choice>("<C><list><member>a</member></list></C>") ==
          Choice::from<2>(belfry::List<std::string>{"a"}));
    CHECK(decoded<Choice>("<C><flat>a</flat><flat>b</flat></C>") ==
          Choice::from<3>(belfry::List<std::string>{"a", "b"}));
    CHECK(decoded<Choice>("<C><map><key>a</key><value>b</value></map></C>") ==
          Choice::from<4>(belfry::Map<std::string>{{"a", "b"}}));
    CHECK(decoded<Choice>("<C><nested><number>-1</number></nested></C>") ==
          Choice::from<5>(belfry::Box<Choice>(Choice::from<6>(std::int64_t{-1}))));
    CHECK_THAT(fault_of<Choice>("<C/>"), Catch::Matchers::StartsWith("Choice: a union holds no member"));
    CHECK_THAT(fault_of<Choice>("<C><text/><number>1</number></C>"),
               Catch::Matchers::StartsWith("Choice: a union holds more than one member"));
    const auto plain = decoded<Choice>("<C><x:new>a\"b</x:new></C>");
    REQUIRE(plain.as_unknown() != nullptr);
    CHECK(plain.as_unknown()->name == "new");
    CHECK(plain.as_unknown()->json == "\"a\\\"b\"");
    const auto nested = decoded<Choice>("<C><new> <a>1</a><b><c/></b><a>2</a></new></C>");
    CHECK(nested.as_unknown()->json == "[{\"a\":\"1\"},{\"b\":[{\"c\":\"\"}]},{\"a\":\"2\"}]");
}

TEST_CASE("only members of the body are read from an operation's output") {
    const auto out = decoded<everything::Request>(
        "<R Id='1'><Id>no</Id><Trace>no</Trace><Token>t</Token></R>", {.body_members_only = true});
    CHECK(out == everything::Request{.token = "t"});
}

TEST_CASE("a single slot of XML is read") {
    belfry::XmlDocument document;
    std::string fault;
    REQUIRE(document.parse("<A><item>x</item></A>", {}, fault));
    belfry::List<std::string> list;
    REQUIRE(belfry::decode_xml(document.root(), belfry::type_of<belfry::List<std::string>>, nullptr, &list,
                               {}, fault));
    CHECK(list == belfry::List<std::string>{"x"});
    std::optional<std::int8_t> number;
    CHECK_FALSE(belfry::decode_xml(document.root().child("item"), belfry::type_of<std::optional<std::int8_t>>,
                                   nullptr, &number, {}, fault));
    CHECK(fault == "item: expected an integer that the member can hold at byte 4: x");
}

TEST_CASE("XML of another type is an error with its path") {
    using Catch::Matchers::StartsWith;
    CHECK(fault_of<Everything>("<R><Medium>x</Medium></R>") ==
          "Everything.Medium: expected an integer that the member can hold at byte 4: x");
    CHECK_THAT(fault_of<Everything>("<R><Tiny>128</Tiny></R>"),
               StartsWith("Everything.Tiny: expected an int"));
    CHECK_THAT(fault_of<Everything>("<R><Medium>1.5</Medium></R>"), StartsWith("Everything.Medium: "));
    CHECK_THAT(fault_of<Everything>("<R><Medium>0x1</Medium></R>"), StartsWith("Everything.Medium: "));
    CHECK_THAT(fault_of<Everything>("<R><Number>1e</Number></R>"),
               StartsWith("Everything.Number: expected a number"));
    CHECK_THAT(fault_of<Everything>("<R><Flag>1</Flag></R>"), StartsWith("Everything.Flag: expected a bool"));
    CHECK_THAT(fault_of<Everything>("<R><Moment>today</Moment></R>"),
               StartsWith("Everything.Moment: expected a timestamp"));
    CHECK_THAT(fault_of<Everything>("<R><Bytes>?</Bytes></R>"),
               StartsWith("Everything.Bytes: the text is not base64"));
    CHECK_THAT(fault_of<Everything>("<R><Text>a<b/></Text></R>"),
               StartsWith("Everything.Text: expected text, found an element"));
    CHECK_THAT(fault_of<Everything>("<R><Document/></R>"),
               StartsWith("Everything.Document: XML cannot carry a document"));
    CHECK_THAT(fault_of<Everything>("<R><Points><member/><member><x>q</x></member></Points></R>"),
               StartsWith("Everything.Points[1].x: "));
    CHECK_THAT(fault_of<Everything>("<R><Weights><entry><key>k</key><value>q</value></entry></Weights></R>"),
               StartsWith("Everything.WeightsOfAll[k]: "));
    CHECK_THAT(fault_of<Everything>("<R><Names><entry><value>v</value></entry></Names></R>"),
               StartsWith("Everything.Names: a map's entry has no key"));
    CHECK_THAT(fault_of<Named>("<R><Flat/><Flat rank='x'/></R>"),
               StartsWith("Named.FlatList[1].rank: expected an integer"));
}

TEST_CASE("XML that was written is read back equal") {
    int written = 0;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        CAPTURE(seed);
        RandomShape random(seed);
        Named in;
        random.fill(belfry::structure_of<Named>, &in, 4);
        std::string text;
        std::string fault;
        if (!belfry::encode_xml(belfry::structure_of<Named>, {}, &in, text, {}, fault)) {
            // Random texts have characters that XML does not allow, and unions unknown members.
            CHECK((fault.find("does not allow") != std::string::npos ||
                   fault.find("does not list") != std::string::npos));
            continue;
        }
        Named out;
        if (!belfry::decode_xml(text, belfry::structure_of<Named>, &out, {}, fault)) {
            // A union of an empty flattened list.
            CHECK(fault.find("a union holds no member") != std::string::npos);
            continue;
        }
        ++written;
        // The values are not compared: an empty flattened list or map is not written at all.
        std::string again;
        REQUIRE(belfry::encode_xml(belfry::structure_of<Named>, {}, &out, again, {}, fault));
        CHECK(again == text);
    }
    CHECK(written > 150);
}
#endif
