// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/json.hpp>

#include "support/catch.hpp"
#include "unit/codec/everything.hpp"
#include "unit/codec/random_shape.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

using belfry::JsonOptions;
using everything::Colour;
using everything::Everything;
using everything::Point;
using everything::Value;

template <class S> std::string encoded(const S& in, const JsonOptions& options = {}) {
    std::string out;
    std::string fault;
    const bool done = belfry::encode_json(belfry::structure_of<S>, &in, out, options, fault);
    INFO(fault);
    REQUIRE(done);
    return out;
}
template <class S> std::string fault_of(const S& in, const JsonOptions& options = {}) {
    std::string out;
    std::string fault;
    REQUIRE_FALSE(belfry::encode_json(belfry::structure_of<S>, &in, out, options, fault));
    return fault;
}

} // namespace

TEST_CASE("every kind of member is written, in the model's order") {
    Everything in;
    in.flag = true;
    in.tiny = std::int8_t{-128};
    in.small = std::int16_t{32767};
    in.medium = -1;
    in.large = std::numeric_limits<std::int64_t>::min();
    in.single = 0.1f;
    in.number = 1.5;
    in.text = "a";
    in.colour = Colour::DarkBlue;
    in.moment = belfry::Timestamp{1398796238, 500'000'000};
    in.date_time = belfry::Timestamp{1398796238, 0};
    in.http_date = belfry::Timestamp{1398796238, 0};
    in.bytes = belfry::Blob("\x01\xff");
    in.document = belfry::Document(R"({"free": [1.0]})");
    in.point = Point{.y = 2};
    in.nothing.emplace();
    in.value = Value::from<1>(std::int64_t{5});
    in.self = Everything{.flag = false};
    CHECK(
        encoded(in) ==
        R"({"Flag":true,"Tiny":-128,"Small":32767,"Medium":-1,"Large":-9223372036854775808,"Single":0.1,)"
        R"("Number":1.5,"Text":"a","Colour":"dark-blue","Moment":1398796238.5,)"
        R"("DateTime":"2014-04-29T18:30:38Z","HttpDate":"Tue, 29 Apr 2014 18:30:38 GMT","Bytes":"Af8=",)"
        R"("Document":{"free": [1.0]},"Point":{"y":2},"Nothing":{},"Value":{"number":5},"Self":{"Flag":false}})");
    CHECK(encoded(Everything{}) == "{}");
}

TEST_CASE("empty lists and maps are written, absent ones are not") {
    Everything in;
    in.texts.emplace();
    in.flags = {true, false};
    in.date_times = {{0, 0}};
    in.grid = {{1, 2}, {}, {3}};
    in.documents = {belfry::Document("[]"), belfry::Document()};
    in.sparse_texts = {std::nullopt, "a"};
    in.sparse_grid = {std::nullopt, belfry::List<std::int32_t>{1}, belfry::List<std::int32_t>{}};
    in.names = {{"b", "1"}, {"a\"", "2"}};
    in.weights.emplace();
    in.sparse_numbers = {{"a", std::nullopt}, {"b", 1}};
    CHECK(encoded(in) == R"({"Texts":[],"Flags":[true,false],"DateTimes":["1970-01-01T00:00:00Z"],)"
                         R"("Documents":[[],null],"Grid":[[1,2],[],[3]],"SparseTexts":[null,"a"],)"
                         R"("SparseGrid":[null,[1],[]],"Names":{"b":"1","a\"":"2"},"Weights":{},)"
                         R"("SparseNumbers":{"a":null,"b":1}})");
}

TEST_CASE("strings of any length are escaped wherever they need it") {
    for (std::size_t length = 0; length < 70; ++length)
        for (std::size_t place = 0; place <= length; ++place)
            for (const std::string_view special : {"", "\"", "\\", "\n", "\x01", "\x1f", "\x7f", "\u00e9",
                                                   "\u20ac", "\U0001f600", "\"\\\"\\"}) {
                std::string text(length, 'x');
                text.insert(place, special);
                const Everything in{.text = text};
                const std::string json = encoded(in);
                const nlohmann::json judged = nlohmann::json::parse(json);
                REQUIRE(judged["Text"].get_ref<const std::string&>() == text);
                // Both escape only what must be escaped.
                REQUIRE(json == judged.dump());
            }
    CHECK(encoded(Everything{.text = std::string("\0\b\f\r\t/\x1b", 7)}) ==
          R"({"Text":"\u0000\b\f\r\t/\u001b"})");
    const std::string long_text(100'000, '"');
    CHECK(encoded(Everything{.text = long_text}).size() == 200'011);
}

TEST_CASE("a value that JSON cannot represent is an error that names the member") {
    CHECK(fault_of(Everything{.text = "a\xff"}) == "Everything.Text: the text is not UTF-8");
    CHECK(fault_of(Everything{.texts = {"a", "0123456789abcdef0123456789\xed\xa0\x80"}}) ==
          "Everything.Texts[1]: the text is not UTF-8");
    CHECK(fault_of(Everything{.names = {{"\xc3", "a"}}}) == "Everything.Names[a key]: the text is not UTF-8");
    CHECK(fault_of(Everything{.names = {{"k", "\xc3"}}}) == "Everything.Names[k]: the text is not UTF-8");
    CHECK(fault_of(Everything{.colour = Colour("\x80")}) == "Everything.Colour: the text is not UTF-8");
    CHECK(fault_of(Everything{.document = belfry::Document("{")}) ==
          "Everything.Document: the document is not JSON");
    CHECK(fault_of(Everything{.document = belfry::Document("1 2")}) ==
          "Everything.Document: the document is not JSON");
    CHECK(fault_of(Everything{.document = belfry::Document("")}) ==
          "Everything.Document: the document is not JSON");
    CHECK(fault_of(Everything{.value = Value{}}) == "Everything.Value: the union holds no member");
    CHECK(fault_of(Value::from<3>(belfry::List<Value>{Value{}})) ==
          "Value.list[0]: the union holds no member");
    CHECK(fault_of(Everything{.date_time = belfry::Timestamp{253'402'300'800, 0}}) ==
          "Everything.DateTime: the year is not one of 1 to 9999");
    CHECK(encoded(Everything{.moment = belfry::Timestamp{253'402'300'800, 0}}) ==
          R"({"Moment":253402300800})");
}

TEST_CASE("numbers are written in their shortest form and read back equal") {
    const double numbers[] = {0,
                              -0.0,
                              1,
                              100,
                              0.1,
                              1.0 / 3,
                              1e21,
                              1e300,
                              5e-324,
                              1e-7,
                              123456789.123,
                              9007199254740993.0,
                              1.7976931348623157e308};
    for (const double number : numbers) {
        const std::string json = encoded(Everything{.number = number});
        CAPTURE(json);
        CHECK(nlohmann::json::parse(json)["Number"].get<double>() == number);
        CHECK(json.size() <= std::string(R"({"Number":})").size() + 24);
    }
    CHECK(encoded(Everything{.number = 0.1}) == R"({"Number":0.1})");
    CHECK(encoded(Everything{.number = std::numeric_limits<double>::quiet_NaN()}) == R"({"Number":"NaN"})");
    CHECK(encoded(Everything{.number = std::numeric_limits<double>::infinity()}) ==
          R"({"Number":"Infinity"})");
    CHECK(encoded(Everything{.single = -std::numeric_limits<float>::infinity()}) ==
          R"({"Single":"-Infinity"})");
}

TEST_CASE("a union is an object with one key, also for an unknown member") {
    CHECK(encoded(Value::from<0>(std::string("a"))) == R"({"text":"a"})");
    CHECK(encoded(Value::from<2>(Point{})) == R"({"point":{}})");
    CHECK(encoded(Value::from<3>(belfry::List<Value>{})) == R"({"list":[]})");
    CHECK(encoded(Value::from<6>(belfry::Box<Value>(Value::from<7>(true)))) == R"({"nested":{"flag":true}})");
    Value later;
    std::string fault;
    REQUIRE(belfry::decode_json(R"({"la\"ter":{"a": 1}})", belfry::structure_of<Value>, &later, {}, fault));
    CHECK(encoded(later) == R"({"la\"ter":{"a": 1}})");
}

TEST_CASE("options choose the members of the outermost structure that are written") {
    const everything::Request in{.id = "i", .trace = "t", .point = Point{.x = 1}};
    CHECK(encoded(in) == R"({"Id":"i","Trace":"t","Point":{"x":1}})");
    CHECK(encoded(in, {.body_members_only = true}) == R"({"Point":{"x":1}})");
    CHECK(encoded(in, {.body_members_only = true, .idempotency_token = "made"}) ==
          R"({"Token":"made","Point":{"x":1}})");
    CHECK(encoded(everything::Request{.token = "mine"},
                  {.body_members_only = true, .idempotency_token = "made"}) == R"({"Token":"mine"})");
    CHECK(encoded(Everything{.weights = {{"a", 1}}}, {.use_member_names = true}) ==
          R"({"WeightsOfAll":{"a":1}})");
    CHECK(encoded(Everything{.moment = belfry::Timestamp{0, 0}},
                  {.default_timestamp_format = belfry::TimestampFormat::date_time}) ==
          R"({"Moment":"1970-01-01T00:00:00Z"})");
}

TEST_CASE("nesting beyond the limit is an error when JSON is written") {
    Everything in;
    for (int i = 1; i < 128; ++i) {
        Everything outer;
        outer.self = std::move(in);
        in = std::move(outer);
    }
    CHECK(encoded(in).size() == 127 * 9 + 2);
    const std::string fault = fault_of(in, {.max_depth = 127});
    CHECK(fault.find(".Self.Self: nested too deeply") != std::string::npos);
    CHECK(fault_of(Everything{.document = belfry::Document("[[]]")}, {.max_depth = 2}) ==
          "Everything.Document: the document is not JSON");
}

TEST_CASE("JSON is appended to the output") {
    std::string out = "before ";
    std::string fault;
    const belfry::List<Point> points{Point{.x = 1}};
    CHECK(belfry::encode_json(belfry::type_of<belfry::List<Point>>, &points, out, {}, fault));
    CHECK(out == R"(before [{"x":1}])");
    const std::optional<Point> absent;
    CHECK(belfry::encode_json(belfry::type_of<std::optional<Point>>, &absent, out, {}, fault));
    CHECK(out == R"(before [{"x":1}]null)");
}

TEST_CASE("random shapes are valid JSON to nlohmann/json and read back equal") {
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        CAPTURE(seed);
        RandomShape random(seed);
        Everything in;
        random.fill(belfry::structure_of<Everything>, &in);
        JsonOptions options;
        options.use_member_names = seed % 2 == 0;
        const std::string json = encoded(in, options);
        CAPTURE(json);
        REQUIRE(nlohmann::json::accept(json));
        Everything out;
        std::string fault;
        const bool done = belfry::decode_json(json, belfry::structure_of<Everything>, &out, options, fault);
        CAPTURE(fault);
        REQUIRE(done);
        REQUIRE(out == in);
    }
}
