// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/json.hpp>
#include <belfry/interop/nlohmann.hpp>

#include "support/catch.hpp"
#include "unit/codec/everything.hpp"
#include "unit/codec/random_shape.hpp"

#include <limits>
#include <string>
#include <string_view>

namespace {

using everything::Colour;
using everything::Everything;
using everything::Point;
using everything::Value;
using nlohmann::json;

std::string fault_of(std::string_view text) {
    Everything out;
    std::string fault;
    CAPTURE(text);
    REQUIRE_FALSE(belfry::from_json(json::parse(text), belfry::structure_of<Everything>, &out, fault));
    return fault;
}

} // namespace

TEST_CASE("a shape converts to a JSON value and back") {
    Everything in;
    in.flag = true;
    in.large = std::numeric_limits<std::int64_t>::max();
    in.single = 0.1f;
    in.number = -std::numeric_limits<double>::infinity();
    in.text = "a\u00e9";
    in.colour = Colour("later");
    in.date_time = belfry::Timestamp{1398796238, 0};
    in.moment = belfry::Timestamp{1398796238, 123'456'000};
    in.bytes = belfry::Blob("\x01\xff");
    in.document = belfry::Document(R"({"b": [1.0, null], "a": 1})");
    in.value = Value::from<3>(belfry::List<Value>{Value::from<0>(std::string("x"))});
    in.sparse_texts = {std::nullopt, "a"};
    in.weights = {{"a", 1}};
    const json value = in;
    CHECK(value == json::parse(R"({"Flag": true, "Large": 9223372036854775807, "Single": 0.1,
        "Number": "-Infinity", "Text": "aé", "Colour": "later", "DateTime": 1398796238,
        "Moment": 1398796238.123456, "Bytes": "Af8=", "Document": {"a": 1, "b": [1.0, null]},
        "Value": {"list": [{"text": "x"}]}, "SparseTexts": [null, "a"], "WeightsOfAll": {"a": 1.0}})"));
    in.document = belfry::Document(R"({"a":1,"b":[1.0,null]})");
    CHECK(value.get<Everything>() == in);
    CHECK(json(Everything{}) == json::object());
    CHECK(json(everything::Nothing{}).get<everything::Nothing>() == everything::Nothing{});
}

TEST_CASE("members of a shape convert") {
    CHECK(json(Colour(Colour::DarkBlue)) == "dark-blue");
    CHECK(json("RED").get<Colour>() == Colour::Red);
    CHECK(json(belfry::Timestamp{-1, 500'000'000}) == -0.5);
    CHECK(json("1970-01-01T00:00:01Z").get<belfry::Timestamp>() == belfry::Timestamp{1, 0});
    CHECK(json(1.25).get<belfry::Timestamp>() == belfry::Timestamp{1, 250'000'000});
    CHECK(json(belfry::Blob("abc")) == "YWJj");
    CHECK(json("YWJj").get<belfry::Blob>().view() == "abc");
    CHECK(json(belfry::Document("[1, 2]")) == json{1, 2});
    CHECK(json{1, 2}.get<belfry::Document>().json() == "[1,2]");
    CHECK(json(nullptr).get<belfry::Document>().json() == "null");
    CHECK(json(belfry::List<Point>{Point{.x = 1}}) == json::parse(R"([{"x":1}])"));
    CHECK(json::parse(R"({"a":{"y":2}})").get<belfry::Map<Point>>().find("a")->y == 2);
    CHECK(json(Value::from<1>(std::int64_t{5})) == json{{"number", 5}});
    const Value later = json::parse(R"({"later":{"a":[1]}})").get<Value>();
    CHECK(later.as_unknown()->json == R"({"a":[1]})");
    CHECK(json(later) == json::parse(R"({"later":{"a":[1]}})"));
}

TEST_CASE("a value of another type is an error that names the member") {
    CHECK(fault_of("[]") == "Everything: expected an object, found a list");
    CHECK(fault_of(R"({"Colr":"RED"})") == "Everything.Colr: no such member");
    CHECK(fault_of(R"({"Flag":1})") == "Everything.Flag: expected a boolean, found a number");
    CHECK(fault_of(R"({"Tiny":128})") == "Everything.Tiny: the number does not fit 8 bits");
    CHECK(fault_of(R"({"Small":40000})") == "Everything.Small: the number does not fit 16 bits");
    CHECK(fault_of(R"({"Medium":-2147483649})") == "Everything.Medium: the number does not fit 32 bits");
    CHECK(fault_of(R"({"Large":9223372036854775808})") ==
          "Everything.Large: expected a whole number of 64 bits");
    CHECK(fault_of(R"({"Large":9223372036854775808.0})") ==
          "Everything.Large: expected a whole number of 64 bits");
    CHECK(fault_of(R"({"Medium":1.5})") == "Everything.Medium: expected a whole number of 64 bits");
    CHECK(fault_of(R"({"Single":1e39})") == "Everything.Single: the number is too large");
    CHECK(fault_of(R"({"Number":"many"})") == "Everything.Number: expected a number, found a string");
    CHECK(fault_of(R"({"Text":1})") == "Everything.Text: expected a string, found a number");
    CHECK(fault_of(R"({"Colour":{}})") == "Everything.Colour: expected a string, found an object");
    CHECK(fault_of(R"({"Bytes":"a"})") == "Everything.Bytes: the text is not base64");
    CHECK(fault_of(R"({"Moment":"soon"})") == "Everything.Moment: expected a timestamp");
    CHECK(fault_of(R"({"Moment":[]})") == "Everything.Moment: expected a timestamp, found a list");
    CHECK(fault_of(R"({"Texts":["a",true]})") == "Everything.Texts[1]: expected a string, found a boolean");
    CHECK(fault_of(R"({"Texts":["a",null]})") == "Everything.Texts[1]: expected a string, found null");
    CHECK(fault_of(R"({"Names":{"k":1}})") == "Everything.Names[k]: expected a string, found a number");
    CHECK(fault_of(R"({"Points":{}})") == "Everything.Points: expected a list, found an object");
    CHECK(fault_of(R"({"Names":[]})") == "Everything.Names: expected an object, found a list");
    CHECK(fault_of(R"({"Value":{}})") == "Everything.Value: a union holds no member");
    CHECK(fault_of(R"({"Value":{"text":"a","flag":true}})") ==
          "Everything.Value: a union holds more than one member");
    CHECK(fault_of(R"({"Children":[{"Self":{"Point":{"z":1}}}]})") ==
          "Everything.Children[0].Self.Point.z: no such member");

    CHECK(json::parse(R"({"Medium":2.0,"Large":-9223372036854775808})").get<Everything>().medium == 2);
    CHECK(json::parse(R"({"AddedLater":[1],"Texts":["a",null],"Flag":null})").get<Everything>() ==
          Everything{.texts = {"a"}});
    CHECK_THROWS_AS(json::parse(R"({"Flag":1})").get<Everything>(), belfry::Exception);
    CHECK_THROWS_AS(json(Everything{.document = belfry::Document("{")}), belfry::Exception);
}

TEST_CASE("the conversion agrees with the JSON codec on random shapes") {
    belfry::JsonOptions options;
    options.use_member_names = true;
    options.use_model_timestamp_formats = false;
    for (std::uint64_t seed = 1000; seed < 1500; ++seed) {
        CAPTURE(seed);
        RandomShape random(seed);
        Everything in;
        random.fill(belfry::structure_of<Everything>, &in);
        std::string text;
        std::string fault;
        REQUIRE(belfry::encode_json(belfry::structure_of<Everything>, &in, text, options, fault));
        const json value = json::parse(text);
        CAPTURE(text);
        REQUIRE(value == json(in));

        Everything read;
        REQUIRE(belfry::from_json(value, belfry::structure_of<Everything>, &read, fault));
        Everything decoded;
        // Printed by another program, with white space and the keys in another order.
        REQUIRE(
            belfry::decode_json(value.dump(2), belfry::structure_of<Everything>, &decoded, options, fault));
        REQUIRE(json(read) == value);
        REQUIRE(json(decoded) == value);
    }
}
