// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/xml_encoder.hpp>

#include "support/catch.hpp"
#include "unit/codec/xml_shapes.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace {

using belfry::XmlOptions;
using belfry::XmlRoot;
using everything::Colour;
using everything::Everything;
using everything::Point;
using xml_shapes::Choice;
using xml_shapes::Grantee;
using xml_shapes::Named;

template <class S>
std::string encoded(const S& in, const XmlRoot& root = {}, const XmlOptions& options = {}) {
    std::string out;
    std::string fault;
    const bool done = belfry::encode_xml(belfry::structure_of<S>, root, &in, out, options, fault);
    INFO(fault);
    REQUIRE(done);
    return out;
}
template <class S> std::string fault_of(const S& in, const XmlOptions& options = {}) {
    std::string out;
    std::string fault;
    REQUIRE_FALSE(belfry::encode_xml(belfry::structure_of<S>, {}, &in, out, options, fault));
    return fault;
}
/// The contents of the root element.
template <class S> std::string inside(const S& in, const XmlOptions& options = {}) {
    const std::string text = encoded(in, {.name = "R"}, options);
    const std::size_t start = text.find('>') + 1;
    REQUIRE(text.substr(text.size() - 4) == "</R>");
    return text.substr(start, text.size() - start - 4);
}

} // namespace

TEST_CASE("every kind of simple value is an element, in the model's order") {
    Everything in;
    in.flag = true;
    in.tiny = std::int8_t{-128};
    in.small = std::int16_t{32767};
    in.medium = -1;
    in.large = std::numeric_limits<std::int64_t>::min();
    in.single = 0.1f;
    in.number = 1.0;
    in.text = "a b";
    in.colour = Colour::DarkBlue;
    in.moment = belfry::Timestamp{1398796238, 0};
    in.http_date = belfry::Timestamp{1398796238, 0};
    in.bytes = belfry::Blob("\xfb\xff\xfe\xff");
    in.point = Point{.y = 2};
    in.nothing.emplace();
    in.value = everything::Value::from<1>(std::int64_t{5});
    in.self = Everything{.flag = false, .self = Everything{.text = ""}};
    CHECK(encoded(in) == "<Everything><Flag>true</Flag><Tiny>-128</Tiny><Small>32767</Small>"
                         "<Medium>-1</Medium><Large>-9223372036854775808</Large><Single>0.1</Single>"
                         "<Number>1.0</Number><Text>a b</Text><Colour>dark-blue</Colour>"
                         "<Moment>2014-04-29T18:30:38Z</Moment>"
                         "<HttpDate>Tue, 29 Apr 2014 18:30:38 GMT</HttpDate><Bytes>+//+/w==</Bytes>"
                         "<Point><y>2</y></Point><Nothing/><Value><number>5</number></Value>"
                         "<Self><Flag>false</Flag><Self><Text/></Self></Self></Everything>");
    CHECK(encoded(Everything{}) == "<Everything/>");
    in = {};
    in.number = -std::numeric_limits<double>::infinity();
    in.single = std::numeric_limits<float>::quiet_NaN();
    in.colour = Colour("a colour of tomorrow");
    CHECK(inside(in) ==
          "<Single>NaN</Single><Number>-Infinity</Number><Colour>a colour of tomorrow</Colour>");
    in = {};
    in.moment = belfry::Timestamp{0, 0};
    in.http_date = belfry::Timestamp{0, 0};
    CHECK(inside(in, {.default_timestamp_format = belfry::TimestampFormat::epoch_seconds}) ==
          "<Moment>0</Moment><HttpDate>Thu, 01 Jan 1970 00:00:00 GMT</HttpDate>");
}

TEST_CASE("characters with a meaning in XML are escaped") {
    CHECK(inside(Everything{.text = "<a href=\"x\">'&amp;'</a>"}) ==
          "<Text>&lt;a href=&quot;x&quot;&gt;&apos;&amp;amp;&apos;&lt;/a&gt;</Text>");
    CHECK(inside(Everything{.text = "1\r\n2\t\xc2\x85\xc2\x86\xe2\x80\xa8\xe2\x80\xa9\xef\xbf\xbd\x7f"}) ==
          "<Text>1&#xD;&#xA;2\t&#x85;\xc2\x86&#x2028;\xe2\x80\xa9\xef\xbf\xbd\x7f</Text>");
    Named in;
    in.grantee = Grantee{.type = "a\t\n\"<"};
    CHECK(inside(in) == "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                        "xsi:type=\"a&#x9;&#xA;&quot;&lt;\"/>");
}

TEST_CASE("characters that XML does not allow are an error with their path") {
    for (const std::string_view text :
         {std::string_view("\x01"), std::string_view("a\0b", 3), std::string_view("\x1f"),
          std::string_view("\xef\xbf\xbe"), std::string_view("\xef\xbf\xbf"),
          std::string_view("\xed\xa0\x80"), std::string_view("\xff"), std::string_view("\xc2")}) {
        CHECK(fault_of(Everything{.text = std::string(text)}) ==
              "Everything.Text: the text is not UTF-8, or holds a character that XML 1.0 does not allow");
    }
    Everything in;
    in.relatives = {{"uncle", Everything{.texts = {"ok", "\x02"}}}};
    CHECK_THAT(fault_of(in), Catch::Matchers::StartsWith("Everything.Relatives[uncle].Texts[1]: "));
    in = {};
    in.names = {{"\x02", "v"}};
    CHECK_THAT(fault_of(in), Catch::Matchers::StartsWith("Everything.Names[a key]: "));
    Named named;
    named.grantee = Grantee{.type = "\x03"};
    CHECK_THAT(fault_of(named), Catch::Matchers::StartsWith("Named.Grantee.xsi:type: the text is not UTF-8"));
}

TEST_CASE("values that XML cannot represent are an error with their path") {
    CHECK(fault_of(Everything{.document = belfry::Document("1")}) ==
          "Everything.Document: XML cannot carry a document");
    CHECK(fault_of(Everything{.value = everything::Value{}}) ==
          "Everything.Value: the union holds no member");
    CHECK_THAT(fault_of(Everything{.date_time = belfry::Timestamp{253402300800, 0}}),
               Catch::Matchers::StartsWith("Everything.DateTime: the year is not one of 1 to 9999"));
    Everything in;
    in.sparse_texts = {"a", std::nullopt};
    CHECK(fault_of(in) == "Everything.SparseTexts[1]: XML cannot represent null");
}

TEST_CASE("lists and maps are wrapped in an element, with the protocol's names for their parts") {
    Everything in;
    in.texts = {"a", ""};
    in.points = {{.x = 1, .y = 2}, {}};
    in.grid = {{1, 2}, {}};
    in.names = {{"k 1", "1"}, {"k2", ""}};
    in.deep = {{"a", {{"b", {true}}}}};
    CHECK(inside(in) ==
          "<Texts><member>a</member><member/></Texts>"
          "<Points><member><x>1</x><y>2</y></member><member/></Points>"
          "<Grid><member><member>1</member><member>2</member></member><member/></Grid>"
          "<Names><entry><key>k 1</key><value>1</value></entry><entry><key>k2</key><value/></entry></Names>"
          "<Deep><entry><key>a</key><value><entry><key>b</key><value><member>true</member></value></entry>"
          "</value></entry></Deep>");
    in = {};
    in.texts.emplace();
    in.names.emplace();
    CHECK(inside(in) == "<Texts/><Names/>");
}

TEST_CASE("names, namespaces, attributes and flattening follow the model") {
    Named in;
    in.plain = "p";
    in.list = {"a"};
    in.flat_list = {{.type = "t", .id = "1", .rank = 7}, {}};
    in.map = {{"k", "v"}};
    in.flat_map = {{"l", {.id = "2"}}, {"m", {}}};
    in.grid = {{"x"}};
    in.nested_map = {{"o", {{"i", 3}}}};
    in.flat_grid = {{"y", "z"}, {}};
    in.prefixed = "q";
    CHECK(
        encoded(in) ==
        "<NamedRoot xmlns=\"https://tower.example/a?b&amp;c\">"
        "<Plain xmlns:r=\"https://rope.example\">p</Plain>"
        "<List xmlns=\"https://tower.example/a?b&amp;c\"><item xmlns=\"https://bell.example\">a</item></List>"
        "<Flat xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"t\" rank=\"7\">"
        "<ID>1</ID></Flat><Flat xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>"
        "<Map><entry><K xmlns=\"https://tower.example/a?b&amp;c\">k</K>"
        "<V xmlns=\"https://bell.example\">v</V></entry></Map>"
        "<KVP><K xmlns=\"https://tower.example/a?b&amp;c\">l</K>"
        "<V xmlns=\"https://bell.example\"><ID>2</ID></V></KVP>"
        "<KVP><K xmlns=\"https://tower.example/a?b&amp;c\">m</K><V xmlns=\"https://bell.example\"/></KVP>"
        "<Grid><row><item xmlns=\"https://bell.example\">x</item></row></Grid>"
        "<NestedMap><entry><name>o</name><outer><entry><K xmlns=\"https://tower.example/a?b&amp;c\">i</K>"
        "<V xmlns=\"https://bell.example\">3</V></entry></outer></entry></NestedMap>"
        "<Row><item xmlns=\"https://bell.example\">y</item><item "
        "xmlns=\"https://bell.example\">z</item></Row>"
        "<Row/><r:Prefixed xmlns:r=\"https://rope.example\">q</r:Prefixed></NamedRoot>");
}

TEST_CASE("the root has the shape's name and namespace unless the caller gives others") {
    CHECK(encoded(Everything{}, {.name = "Other", .xml_namespace = &xml_shapes::bell}) ==
          "<Other xmlns=\"https://bell.example\"/>");
    CHECK(encoded(Named{}, {.name = "Other", .xml_namespace = &xml_shapes::bell}) ==
          "<Other xmlns=\"https://bell.example\"/>");
    CHECK(encoded(Named{}, {.name = "Other"}) == "<Other xmlns=\"https://tower.example/a?b&amp;c\"/>");
}

TEST_CASE("a union is written as its one member") {
    CHECK(encoded(Choice::from<0>(std::string("x"))) == "<Choice><text>x</text></Choice>");
    CHECK(
        encoded(Choice::from<1>(Grantee{.type = "u"})) ==
        "<Choice><grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"u\"/></Choice>");
    CHECK(encoded(Choice::from<2>(belfry::List<std::string>{"a", "b"})) ==
          "<Choice><list><member>a</member><member>b</member></list></Choice>");
    CHECK(encoded(Choice::from<3>(belfry::List<std::string>{"a", "b"})) ==
          "<Choice><flat>a</flat><flat>b</flat></Choice>");
    CHECK(encoded(Choice::from<5>(belfry::Box<Choice>(Choice::from<6>(std::int64_t{-1})))) ==
          "<Choice><nested><number>-1</number></nested></Choice>");
}

TEST_CASE("only members of the body are written of an operation's input, with the idempotency token") {
    everything::Request in;
    in.id = "no";
    in.trace = "no";
    in.point = Point{.x = 1};
    CHECK(encoded(in, {}, {.body_members_only = true, .idempotency_token = "1-2"}) ==
          "<Request><Token>1-2</Token><Point><x>1</x></Point></Request>");
    in.token = "mine";
    CHECK(encoded(in, {}, {.body_members_only = true, .idempotency_token = "1-2"}) ==
          "<Request><Token>mine</Token><Point><x>1</x></Point></Request>");
}

TEST_CASE("nesting beyond the limit is an error when XML is written") {
    everything::Value value = everything::Value::from<1>(std::int64_t{1});
    for (int i = 0; i < 40; ++i)
        value = everything::Value::from<3>(belfry::List<everything::Value>{std::move(value)});
    const Everything in{.value = std::move(value)};
    CHECK(encoded(in).size() > 40 * 10);
    CHECK_THAT(fault_of(in, {.max_depth = 30}), Catch::Matchers::EndsWith(": nested too deeply"));
}
