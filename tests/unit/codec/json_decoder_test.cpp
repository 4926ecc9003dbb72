// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/json_decoder.hpp>

#include "support/catch.hpp"
#include "unit/codec/everything.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace {

using belfry::Document;
using belfry::JsonOptions;
using belfry::Timestamp;
using everything::Colour;
using everything::Everything;
using everything::Point;
using everything::Value;

template <class S = Everything> S decoded(std::string_view text, const JsonOptions& options = {}) {
    S out;
    std::string fault;
    const bool done = belfry::decode_json(text, belfry::structure_of<S>, &out, options, fault);
    INFO(fault);
    REQUIRE(done);
    REQUIRE(fault.empty());
    return out;
}
template <class S = Everything> std::string fault_of(std::string_view text, const JsonOptions& options = {}) {
    S out;
    std::string fault;
    CAPTURE(text);
    REQUIRE_FALSE(belfry::decode_json(text, belfry::structure_of<S>, &out, options, fault));
    // Without the text of the value, which another test expects.
    return fault.substr(0, fault.find(": ", fault.find(" at byte ")));
}

} // namespace

TEST_CASE("every kind of member is read") {
    const Everything out = decoded(R"({
        "Flag": true, "Tiny": -128, "Small": 32767, "Medium": -2147483648, "Large": 9223372036854775807,
        "Single": 0.1, "Number": 1e300, "Text": "a\u00e9\n", "Colour": "dark-blue",
        "Moment": 1398796238, "DateTime": "2014-04-29T18:30:38Z", "HttpDate": "Tue, 29 Apr 2014 18:30:38 GMT",
        "Bytes": "AAEC/w==", "Document": {"free": [1, 2.50, null]}, "Point": {"x": 1}, "Nothing": {},
        "Value": {"number": 5}, "Self": {"Flag": false}})");
    CHECK(out.flag == true);
    CHECK(out.tiny == std::int8_t{-128});
    CHECK(out.small == std::int16_t{32767});
    CHECK(out.medium == std::numeric_limits<std::int32_t>::min());
    CHECK(out.large == std::numeric_limits<std::int64_t>::max());
    CHECK(out.single == 0.1f);
    CHECK(out.number == 1e300);
    CHECK(out.text == "a\u00e9\n");
    CHECK(out.colour == Colour(Colour::DarkBlue));
    CHECK(out.moment == Timestamp{1398796238, 0});
    CHECK(out.date_time == Timestamp{1398796238, 0});
    CHECK(out.http_date == Timestamp{1398796238, 0});
    CHECK(out.bytes->view() == std::string_view("\x00\x01\x02\xff", 4));
    CHECK(out.document->json() == R"({"free": [1, 2.50, null]})");
    CHECK((out.point->x == 1 && !out.point->y));
    CHECK(out.nothing.has_value());
    CHECK(*out.value->as<1>() == 5);
    CHECK(out.self->flag == false);
    CHECK_FALSE(out.texts.has_value());
    CHECK_FALSE(out.names.has_value());
}

TEST_CASE("lists and maps are read, including empty and nested ones") {
    const Everything out = decoded(R"({
        "Texts": ["a", "", "a text that is longer than a short string can be"], "Flags": [true, false], "Colours": ["RED", "new"],
        "Points": [{"x": 1}, {}, {"y": 2}], "DateTimes": ["1970-01-01T00:00:01Z", 2], "Documents": [1, null, {}],
        "Grid": [[1], [], [2, 3]], "Children": [{"Children": [{"Text": "deep"}]}], "Names": {"k": "v", "": "empty"},
        "Weights": {}, "Values": {"a": {"flag": true}}, "Deep": {"a": {"b": [true]}}, "Relatives": {"r": {}}})");
    CHECK(out.texts ==
          belfry::List<std::string>{"a", "", "a text that is longer than a short string can be"});
    CHECK((out.flags.size() == 2 && out.flags[0] && !out.flags[1]));
    CHECK((out.colours[0] == Colour::Red && out.colours[1] == "new"));
    CHECK((out.points.size() == 3 && out.points[2].y == 2));
    CHECK(out.date_times == belfry::List<Timestamp>{{1, 0}, {2, 0}});
    CHECK((out.documents.size() == 3 && out.documents[1].json() == "null"));
    CHECK((out.grid.size() == 3 && out.grid[1].has_value() && out.grid[1].empty() && out.grid[2][1] == 3));
    CHECK(out.children[0].children[0].text == "deep");
    CHECK((*out.names.find("k") == "v" && *out.names.find("") == "empty"));
    CHECK((out.weights.has_value() && out.weights.empty()));
    CHECK(*out.values.find("a")->as<7>());
    CHECK(out.deep.find("a")->find("b")->front());
    CHECK(*out.relatives.find("r") == Everything{});
    CHECK(out.grid.size() == 3);
}

TEST_CASE("null is an absent value, except in sparse lists, sparse maps and documents") {
    CHECK(decoded(R"({"Flag":null,"Text":null,"Point":null,"Texts":null,"Names":null,"Value":null,"Self":null,
                      "Colour":null,"Document":null,"Moment":null})") == Everything{});
    const Everything out = decoded(R"({"Texts":[null,"a",null],"Names":{"a":null,"b":"c"},"Points":[null],
        "SparseTexts":[null,"a",null],"SparsePoints":[null,{"x":null}],"SparseGrid":[null,[],[1]],
        "SparseNumbers":{"a":null,"b":0},"SparseColours":{"c":null,"d":"RED"}})");
    CHECK(out.texts == belfry::List<std::string>{"a"});
    CHECK((out.names.size() == 1 && *out.names.find("b") == "c"));
    CHECK((out.points.has_value() && out.points.empty()));
    CHECK((out.sparse_texts.size() == 3 && !out.sparse_texts[0] && out.sparse_texts[1] == "a"));
    CHECK((out.sparse_points.size() == 2 && !out.sparse_points[0] && out.sparse_points[1] == Point{}));
    CHECK((out.sparse_grid.size() == 3 && !out.sparse_grid[0] && out.sparse_grid[1]->has_value() &&
           out.sparse_grid[1]->empty() && out.sparse_grid[2]->front() == 1));
    CHECK((!*out.sparse_numbers.find("a") && *out.sparse_numbers.find("b") == 0));
    CHECK((!*out.sparse_colours.find("c") && **out.sparse_colours.find("d") == Colour::Red));
}

TEST_CASE("unknown members are skipped but must be JSON") {
    CHECK(decoded(R"({"new":{"a":[1,{"b":"\u00e9"}]},"Text":"a","newer":[],"text":"not mine","Texts2":1})")
              .text == "a");
    CHECK(fault_of(R"({"new":[1,}],"Text":"a"})") == "Everything: expected a value at byte 10");
    CHECK(fault_of<Point>(R"({"z":[[[1]]]})", {.reading = {.max_depth = 3}}) ==
          "Point: nested too deeply at byte 7");
    CHECK(fault_of<Point>(R"({"z":1})", {.reject_unknown_members = true}) ==
          "Point.z: no such member at byte 1");
}

TEST_CASE("the last of two members or keys with one name is used") {
    const Everything out = decoded(
        R"({"Text":"a","Point":{"x":1},"Texts":["a"],"Names":{"k":"a","k":"b"},"Text":"b","Point":{"y":2},
            "Texts":[],"Relatives":{"r":{"Flag":true},"r":{"Tiny":1}},"Value":{"text":"a","text":"b"},
            "Self":{"Flag":true},"Self":{"Tiny":1},"SparsePoints":[{"x":1}],"SparsePoints":[]})");
    CHECK(out.text == "b");
    CHECK(out.point == Point{.y = 2});
    CHECK((out.texts.has_value() && out.texts.empty()));
    CHECK((out.names.size() == 1 && *out.names.find("k") == "b"));
    CHECK(*out.relatives.find("r") == Everything{.tiny = std::int8_t{1}});
    CHECK(*out.value->as<0>() == "b");
    CHECK(*out.self == Everything{.tiny = std::int8_t{1}});
    CHECK(out.sparse_points.empty());
}

TEST_CASE("keys are found in any order and with any escapes") {
    const Everything out =
        decoded(R"({"Text":"b","Flag":true,"Large":1,"Medium":2,"\u0054iny":3,"Sm\u0061ll":4})");
    CHECK((out.text == "b" && out.flag == true && out.large == 1 && out.medium == 2 && out.tiny == 3 &&
           out.small == 4));
    // Elements with their members in different orders.
    const Everything list =
        decoded(R"({"Points":[{"x":1,"y":2},{"y":3,"x":4},{"y":5},{"x":6,"z":0,"y":7},{"y":8,"x":9}]})");
    CHECK(list.points ==
          belfry::List<Point>{Point{1, 2}, Point{4, 3}, Point{{}, 5}, Point{6, 7}, Point{9, 8}});
    CHECK(decoded<everything::Nothing>(R"({"a":1})") == everything::Nothing{});
    CHECK(decoded(R"({"":1,"T":2,"Te":3,"Tex":4,"Textt":5})") == Everything{});
    CHECK(decoded(R"({"WeightsOfAll":{"a":1}})", {.use_member_names = true}).weights.size() == 1);
    CHECK(decoded(R"({"Weights":{"a":1}})", {.use_member_names = true}) == Everything{});
}

TEST_CASE("a union holds the one member that is not null") {
    CHECK(*decoded<Value>(R"({"text":"a"})").as<0>() == "a");
    CHECK(*decoded<Value>(R"({"text":null,"__type":"x#Value","number":7,"other":null})").as<1>() == 7);
    CHECK(decoded<Value>(R"({"point":{"x":1}})").as<2>()->x == 1);
    CHECK(decoded<Value>(R"({"list":[{"flag":true},{"map":{"a":{"text":""}}}]})").as<3>()->size() == 2);
    CHECK(*decoded<Value>(R"({"colour":"RED"})").as<5>() == Colour(Colour::Red));
    CHECK(*(*decoded<Value>(R"({"nested":{"number":1}})").as<6>())->as<1>() == 1);
    const Value later = decoded<Value>(R"({"la\u0074er": {"a": [1.50]} })");
    REQUIRE(later.as_unknown() != nullptr);
    CHECK((later.as_unknown()->name == "later" && later.as_unknown()->json == R"({"a": [1.50]})"));

    CHECK(fault_of<Value>("{}") == "Value: a union holds no member at byte 0");
    CHECK(fault_of<Value>(R"({"text":null})") == "Value: a union holds no member at byte 0");
    CHECK(fault_of<Value>(R"({"text":"a","number":1})") ==
          "Value: a union holds more than one member at byte 12");
    CHECK(fault_of<Value>(R"({"later":1,"number":1})") ==
          "Value: a union holds more than one member at byte 11");
    CHECK(fault_of<Value>(R"(["text"])") == "Value: expected an object, found a list at byte 0");
    CHECK(fault_of(R"({"Value":{"list":[{"text":1}]}})") ==
          "Everything.Value.list[0].text: expected a string, found a number at byte 26");
}

TEST_CASE("floating-point members accept the three names") {
    const Everything out =
        decoded(R"({"Number":"NaN","Single":"-Infinity","Weights":{"a":"Infinity","b":-0.0,"c":3}})");
    CHECK(std::isnan(*out.number));
    CHECK(out.single == -std::numeric_limits<float>::infinity());
    CHECK(*out.weights.find("a") == std::numeric_limits<double>::infinity());
    CHECK(std::signbit(*out.weights.find("b")));
    CHECK(*out.weights.find("c") == 3);
    CHECK(fault_of(R"({"Number":"nan"})") ==
          "Everything.Number: expected a number, found a string at byte 10");
    CHECK(fault_of(R"({"Number":"1.5"})") ==
          "Everything.Number: expected a number, found a string at byte 10");
    CHECK(fault_of(R"({"Number":1e309})") == "Everything.Number: the number is too large at byte 10");
    CHECK(fault_of(R"({"Single":1e39})") == "Everything.Single: the number is too large at byte 10");
}

TEST_CASE("a timestamp is read in each of its formats") {
    for (const char* text :
         {"1398796238.5", "\"1398796238.5\"", "1.3987962385e9", "\"2014-04-29T18:30:38.5Z\"",
          "\"2014-04-29T20:30:38.500+02:00\"", "\"Tue, 29 Apr 2014 18:30:38.5 GMT\""}) {
        for (const char* member : {"Moment", "DateTime", "HttpDate"}) {
            const std::string json = std::string("{\"") + member + "\":" + text + "}";
            CAPTURE(json);
            const Everything out = decoded(json);
            const auto& moment = out.moment ? out.moment : out.date_time ? out.date_time : out.http_date;
            CHECK(moment == Timestamp{1398796238, 500'000'000});
        }
    }
    CHECK(decoded(R"({"Moment":-1.25})").moment == Timestamp{-2, 750'000'000});
    CHECK(fault_of(R"({"Moment":"yesterday"})") == "Everything.Moment: expected a timestamp at byte 10");
    CHECK(fault_of(R"({"Moment":1e30})") == "Everything.Moment: expected a timestamp at byte 10");
    CHECK(fault_of(R"({"Moment":true})") ==
          "Everything.Moment: expected a timestamp, found a boolean at byte 10");
    CHECK(fault_of(R"({"DateTimes":["2014-02-30T00:00:00Z"]})") ==
          "Everything.DateTimes[0]: expected a timestamp at byte 14");
}

TEST_CASE("a value of another type or out of range is an error that names the member") {
    CHECK(fault_of(R"({"Flag":"true"})") == "Everything.Flag: expected a boolean, found a string at byte 8");
    CHECK(fault_of(R"({"Flag":1})") == "Everything.Flag: expected a boolean, found a number at byte 8");
    CHECK(fault_of(R"({"Tiny":128})") == "Everything.Tiny: the number does not fit 8 bits at byte 8");
    CHECK(fault_of(R"({"Small":-32769})") == "Everything.Small: the number does not fit 16 bits at byte 9");
    CHECK(fault_of(R"({"Medium":2147483648})") ==
          "Everything.Medium: the number does not fit 32 bits at byte 10");
    CHECK(fault_of(R"({"Large":9223372036854775808})") ==
          "Everything.Large: expected a whole number of 64 bits at byte 9");
    CHECK(fault_of(R"({"Medium":1.5})") ==
          "Everything.Medium: expected a whole number of 64 bits at byte 10");
    CHECK(decoded(R"({"Medium":1.0,"Large":-1e3})").large == -1000);
    CHECK(fault_of(R"({"Medium":"1"})") == "Everything.Medium: expected a number, found a string at byte 10");
    CHECK(fault_of(R"({"Text":{}})") == "Everything.Text: expected a string, found an object at byte 8");
    CHECK(fault_of(R"({"Colour":1})") == "Everything.Colour: expected a string, found a number at byte 10");
    CHECK(fault_of(R"({"Bytes":"a"})") == "Everything.Bytes: the text is not base64 at byte 9");
    CHECK(fault_of(R"({"Point":[]})") == "Everything.Point: expected an object, found a list at byte 9");
    CHECK(fault_of(R"({"Texts":{}})") == "Everything.Texts: expected a list, found an object at byte 9");
    CHECK(fault_of(R"({"Names":[]})") == "Everything.Names: expected an object, found a list at byte 9");
    CHECK(fault_of(R"({"Names":{"a\nb":1}})") ==
          R"(Everything.Names[a\nb]: expected a string, found a number at byte 17)");
    CHECK(fault_of(R"({"Children":[{},{"Relatives":{"r":{"Deep":{"a":{"b":[0]}}}}}]})") ==
          "Everything.Children[1].Relatives[r].Deep[a][b][0]: expected a boolean, found a number at byte 53");
    CHECK(fault_of(R"({"WeightsOfAll":1,"Weights":1})") ==
          "Everything.WeightsOfAll: expected an object, found a number at byte 28");
}

TEST_CASE("a body that is not a JSON object is an error") {
    CHECK(fault_of("") == "Everything: the text ends too early at byte 0");
    CHECK(fault_of("  ") == "Everything: the text ends too early at byte 2");
    CHECK(fault_of("null") == "Everything: expected an object, found null at byte 0");
    CHECK(fault_of("[]") == "Everything: expected an object, found a list at byte 0");
    CHECK(fault_of("\"{}\"") == "Everything: expected an object, found a string at byte 0");
    CHECK(fault_of("<html>") == "Everything: expected a value at byte 0");
    CHECK(fault_of("{} {}") == "Everything: expected the end of the text at byte 3");
    CHECK(fault_of("\xef\xbb\xbf{}") == "Everything: expected a value at byte 0");
}

TEST_CASE("a text truncated at any byte is an error") {
    const std::string text =
        R"({"Flag":true,"Number":1.5e3,"Text":"\u00e9","Texts":["a"],"Names":{"k":"v"},"Value":{"text":"a"},)"
        R"("Document":{"a":[null]},"new":[1],"Colour":"RED","Moment":12,"Bytes":"AAEC","Point":{"x":1}})";
    decoded(text);
    for (std::size_t length = 0; length < text.size(); ++length) {
        const std::vector<char> exact(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
        fault_of(std::string_view(exact.data(), length));
    }
}

TEST_CASE("shapes are read as deep as the limit allows") {
    std::string nested;
    for (int i = 0; i < 127; ++i) nested += R"({"Self":)";
    nested += "{}" + std::string(127, '}');
    decoded(nested);
    const std::string fault = fault_of(R"({"Self":)" + nested + "}");
    CHECK(fault.find(".Self.Self: nested too deeply at byte 1024") != std::string::npos);
    decoded(R"({"Self":)" + nested + "}", {.reading = {.max_depth = 129}});
}

TEST_CASE("members bound to HTTP are not read from the body") {
    const everything::Request out = decoded<everything::Request>(
        R"({"Id":"a","Token":"b","Trace":5,"Point":{"x":1}})", {.body_members_only = true});
    CHECK(out == everything::Request{.token = "b", .point = Point{.x = 1}});
    CHECK(decoded<everything::Request>(R"({"Id":"a"})").id == "a");
    CHECK(fault_of<everything::Request>(R"({"Id":[}])", {.body_members_only = true}) ==
          "Request.Id: expected a value at byte 7");
}

TEST_CASE("a single slot is read") {
    std::string fault;
    std::optional<Document> document;
    CHECK(
        belfry::decode_json(" {\"a\": 1} ", belfry::type_of<std::optional<Document>>, &document, {}, fault));
    CHECK(document->json() == "{\"a\": 1}");
    CHECK(belfry::decode_json("null", belfry::type_of<std::optional<Document>>, &document, {}, fault));
    CHECK(document->json() == "null");
    std::optional<Point> point;
    CHECK(belfry::decode_json("null", belfry::type_of<std::optional<Point>>, &point, {}, fault));
    CHECK_FALSE(point.has_value());
    CHECK(belfry::decode_json("{\"x\":1}", belfry::type_of<std::optional<Point>>, &point, {}, fault));
    CHECK(point == Point{.x = 1});
    belfry::List<Point> points;
    CHECK(belfry::decode_json("[{\"x\":1}]", belfry::type_of<belfry::List<Point>>, &points, {}, fault));
    CHECK(points.size() == 1);
    CHECK_FALSE(belfry::decode_json("", belfry::type_of<std::optional<Point>>, &point, {}, fault));
    CHECK(fault == "Point: the text ends too early at byte 0");
    CHECK_FALSE(belfry::decode_json("[1]", belfry::type_of<belfry::List<Point>>, &points, {}, fault));
    CHECK(fault == "body[0]: expected an object, found a number at byte 1: 1");
    CHECK_FALSE(belfry::decode_json("null x", belfry::type_of<std::optional<Point>>, &point, {}, fault));
}
