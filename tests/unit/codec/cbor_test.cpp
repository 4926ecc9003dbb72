// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/cbor.hpp>
#include <belfry/codec/json.hpp>

#include "support/catch.hpp"
#include "unit/codec/everything.hpp"
#include "unit/codec/random_shape.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using belfry::CborOptions;
using everything::Colour;
using everything::Everything;
using everything::Point;
using everything::Request;
using everything::Value;
using Json = nlohmann::json;

template <class S> std::string encoded(const S& in, const CborOptions& options = {}) {
    std::string out;
    std::string fault;
    const bool done = belfry::encode_cbor(belfry::structure_of<S>, &in, out, options, fault);
    INFO(fault);
    REQUIRE(done);
    return out;
}
template <class S> std::string encoding_fault_of(const S& in, const CborOptions& options = {}) {
    std::string out;
    std::string fault;
    REQUIRE_FALSE(belfry::encode_cbor(belfry::structure_of<S>, &in, out, options, fault));
    return fault;
}
template <class S> S decoded(std::string_view bytes, const CborOptions& options = {}) {
    S out;
    std::string fault;
    const bool done = belfry::decode_cbor(bytes, belfry::structure_of<S>, &out, options, fault);
    INFO(fault);
    REQUIRE(done);
    return out;
}
template <class S> std::string fault_of(std::string_view bytes, const CborOptions& options = {}) {
    S out;
    std::string fault;
    REQUIRE_FALSE(belfry::decode_cbor(bytes, belfry::structure_of<S>, &out, options, fault));
    return fault;
}

std::string bytes_of(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return out;
}

/// CBOR as nlohmann/json reads it, in the form that the JSON codec has for the same value.
Json judged(std::string_view bytes) {
    Json read = Json::from_cbor(bytes, true, true, Json::cbor_tag_handler_t::ignore);
    const auto plain = [](const auto& self, Json& value) -> void {
        if (value.is_binary()) {
            std::string text(value.get_binary().begin(), value.get_binary().end());
            std::string base64;
            belfry::append_base64(base64, text);
            value = base64;
        } else if (value.is_number_float()) {
            const double number = value.get<double>();
            if (std::isinf(number)) value = number > 0 ? "Infinity" : "-Infinity";
        } else if (value.is_structured()) {
            for (Json& element : value) self(self, element);
        }
    };
    plain(plain, read);
    return read;
}

/// Removes what CBOR does not carry: documents and members of unions that the model does not list.
void drop_open_types(const belfry::Structure& shape, void* object);
void drop_open_types(const belfry::Type& type, void* slot) {
    void* const value =
        const_cast<void*>(belfry::detail::slot_value(type, static_cast<const void*>(slot))); // NOLINT
    if (value == nullptr) return;
    if (type.kind == belfry::Kind::structure || type.kind == belfry::Kind::union_type) {
        drop_open_types(*type.structure, value);
    } else if (type.kind == belfry::Kind::list || type.kind == belfry::Kind::map) {
        const belfry::Elements elements = type.elements(value);
        auto* element = static_cast<char*>(const_cast<void*>(elements.first)); // NOLINT
        for (std::size_t i = 0; i < elements.count; ++i, element += elements.stride)
            drop_open_types(*type.element, element + elements.value_offset);
    } else if (type.kind == belfry::Kind::document) {
        static_cast<belfry::Document*>(value)->set_json("17");
    }
}
void drop_open_types(const belfry::Structure& shape, void* object) {
    if (shape.union_access != nullptr) {
        const int which = shape.union_access->which(object);
        if (which < 0 || which >= shape.count)
            shape.union_access->emplace(object, 7); // a boolean
        else
            drop_open_types(*shape.members[which].type,
                            const_cast<void*>(shape.union_access->get(object))); // NOLINT
        return;
    }
    for (std::size_t i = 0; i < shape.count; ++i)
        drop_open_types(*shape.members[i].type, shape.members[i].slot(object));
}

/// Removes what nlohmann/json cannot compare: nlohmann/json refuses the tag of times, and the JSON codec
/// writes the fewest digits of a `float`.
void drop_what_differs(Everything& shape) {
    drop_open_types(belfry::structure_of<Everything>, &shape);
    shape.moment.reset();
    shape.date_time.reset();
    shape.http_date.reset();
    shape.date_times = {};
    if (shape.single) shape.single = 0.25F;
    for (Everything& child : shape.children) drop_what_differs(child);
    for (const auto& entry : shape.relatives) drop_what_differs(*shape.relatives.find(entry.key));
    if (shape.self) drop_what_differs(*shape.self);
}

std::string as_json(std::string_view bytes) {
    belfry::detail::CborReader reader(bytes, 64);
    std::string out;
    const char* at = belfry::detail::CborToJson(reader).append(reader.begin(), out);
    if (at != nullptr) at = reader.finish(at);
    return at != nullptr ? out : std::string(reader.problem());
}

} // namespace

TEST_CASE("the examples of RFC 8949 appendix A have the values given there") {
    // The appendix's own diagnostic notation, in JSON.
    const std::pair<const char*, const char*> cases[] = {
        {"00", "0"},
        {"01", "1"},
        {"0a", "10"},
        {"17", "23"},
        {"1818", "24"},
        {"1819", "25"},
        {"1864", "100"},
        {"1903e8", "1000"},
        {"1a000f4240", "1000000"},
        {"1b000000e8d4a51000", "1000000000000"},
        {"1bffffffffffffffff", "18446744073709551615"},
        {"c249010000000000000000", "18446744073709551616"},
        {"3bffffffffffffffff", "-18446744073709551616"},
        {"c349010000000000000000", "-18446744073709551617"},
        {"20", "-1"},
        {"29", "-10"},
        {"3863", "-100"},
        {"3903e7", "-1000"},
        {"f90000", "0.0"},
        {"f98000", "-0.0"},
        {"f93c00", "1.0"},
        {"fb3ff199999999999a", "1.1"},
        {"f93e00", "1.5"},
        {"f97bff", "65504.0"},
        {"fa47c35000", "100000.0"},
        {"fa7f7fffff", "3.4028235e+38"}, // with the fewest digits that distinguish single precision numbers
        {"fb7e37e43c8800759c", "1.0e+300"},
        {"f90001", "5.960464477539063e-8"},
        {"f90400", "0.00006103515625"},
        {"f9c400", "-4.0"},
        {"fbc010666666666666", "-4.1"},
        {"f97c00", "\"Infinity\""},
        {"f97e00", "\"NaN\""},
        {"f9fc00", "\"-Infinity\""},
        {"fa7f800000", "\"Infinity\""},
        {"faff800000", "\"-Infinity\""},
        {"fb7ff0000000000000", "\"Infinity\""},
        {"fbfff0000000000000", "\"-Infinity\""},
        {"f4", "false"},
        {"f5", "true"},
        {"f6", "null"},
        {"f7", "null"},
        {"c074323031332d30332d32315432303a30343a30305a", "\"2013-03-21T20:04:00Z\""},
        {"c11a514b67b0", "1363896240"},
        {"c1fb41d452d9ec200000", "1363896240.5"},
        {"d74401020304", "\"AQIDBA==\""},
        {"d818456449455446", "\"ZElFVEY=\""},
        {"40", "\"\""},
        {"4401020304", "\"AQIDBA==\""},
        {"60", "\"\""},
        {"6161", "\"a\""},
        {"6449455446", "\"IETF\""},
        {"62225c", "\"\\\"\\\\\""},
        {"62c3bc", "\"\u00fc\""},
        {"63e6b0b4", "\"\u6c34\""},
        {"64f0908591", "\"\U00010151\""},
        {"80", "[]"},
        {"83010203", "[1,2,3]"},
        {"8301820203820405", "[1,[2,3],[4,5]]"},
        {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
         "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]"},
        {"a0", "{}"},
        {"a26161016162820203", "{\"a\":1,\"b\":[2,3]}"},
        {"826161a161626163", "[\"a\",{\"b\":\"c\"}]"},
        {"a56161614161626142616361436164614461656145",
         "{\"a\":\"A\",\"b\":\"B\",\"c\":\"C\",\"d\":\"D\",\"e\":\"E\"}"},
        {"5f42010243030405ff", "\"AQIDBAU=\""},
        {"7f657374726561646d696e67ff", "\"streaming\""},
        {"9fff", "[]"},
        {"9f018202039f0405ffff", "[1,[2,3],[4,5]]"},
        {"9f01820203820405ff", "[1,[2,3],[4,5]]"},
        {"83018202039f0405ff", "[1,[2,3],[4,5]]"},
        {"83019f0203ff820405", "[1,[2,3],[4,5]]"},
        {"9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
         "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]"},
        {"bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}"},
        {"826161bf61626163ff", "[\"a\",{\"b\":\"c\"}]"},
        {"bf6346756ef563416d7421ff", "{\"Fun\":true,\"Amt\":-2}"},
        // Section 3.4.4: a decimal fraction.
        {"c48221196ab3", "27315e-2"},
    };
    for (const auto& [hex, json] : cases) {
        INFO(hex);
        const std::string bytes = bytes_of(hex);
        const std::string ours = as_json(bytes);
        if (ours == json) continue;
        // The same number may have other digits.
        const Json read = Json::parse(ours, nullptr, false);
        INFO(ours);
        REQUIRE_FALSE(read.is_discarded());
        CHECK(read == Json::parse(json));
    }
}

TEST_CASE("CBOR that is not well-formed is refused at any depth") {
    // The kinds of RFC 8949 appendix F.
    for (const char* const hex : {"18",
                                  "19",
                                  "1a",
                                  "1b",
                                  "1901",
                                  "1a0102",
                                  "1b01020304050607",
                                  "38",
                                  "58",
                                  "78",
                                  "98",
                                  "9a01ff00",
                                  "b8",
                                  "d8",
                                  "f8",
                                  "f900",
                                  "fa0000",
                                  "fb000000",
                                  "41",
                                  "61",
                                  "5affffffff00",
                                  "5bffffffffffffffff010203",
                                  "7affffffff00",
                                  "7b7fffffffffffffff010203",
                                  "81",
                                  "818181818181818181",
                                  "8200",
                                  "a1",
                                  "a20102",
                                  "a100",
                                  "a2000000",
                                  "c0",
                                  "5f4100",
                                  "7f6100",
                                  "9f",
                                  "9f0102",
                                  "bf",
                                  "bf01020102",
                                  "819f",
                                  "9f8000",
                                  "9f9f9f9f9fffffffff",
                                  "9f819f819f9fffffff",
                                  "1c",
                                  "1d",
                                  "1e",
                                  "3c",
                                  "3d",
                                  "3e",
                                  "5c",
                                  "5d",
                                  "5e",
                                  "7c",
                                  "7d",
                                  "7e",
                                  "9c",
                                  "9d",
                                  "9e",
                                  "bc",
                                  "bd",
                                  "be",
                                  "dc",
                                  "dd",
                                  "de",
                                  "fc",
                                  "fd",
                                  "fe",
                                  "f800",
                                  "f801",
                                  "f818",
                                  "f81f",
                                  "5f00ff",
                                  "5f21ff",
                                  "5f6100ff",
                                  "5f80ff",
                                  "5fa0ff",
                                  "5fc000ff",
                                  "5fe0ff",
                                  "7f4100ff",
                                  "5f5f4100ffff",
                                  "7f7f6100ffff",
                                  "ff",
                                  "81ff",
                                  "8200ff",
                                  "a1ff",
                                  "a1ff00",
                                  "a100ff",
                                  "a20000ff",
                                  "9f81ff",
                                  "9f829f819f9fffffffff",
                                  "bf00ff",
                                  "bf000000ff",
                                  "1f",
                                  "3f",
                                  "df"}) {
        INFO(hex);
        const std::string bytes = bytes_of(hex);
        const belfry::detail::CborReader fresh(bytes, 64);
        belfry::detail::CborReader reader(bytes, 64);
        const char* at = reader.skip(reader.begin());
        if (at != nullptr) at = reader.finish(at);
        CHECK(at == nullptr);
        CHECK(reader.problem_offset() <= bytes.size());
        // Also inside a shape that has no such member.
        CHECK(fault_of<Everything>(bytes_of("a16158") + bytes).rfind("Everything", 0) == 0);
    }
}

TEST_CASE("nlohmann/json reads the same value from written CBOR as from written JSON") {
    belfry::JsonOptions options;
    options.use_model_timestamp_formats = false;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        INFO(seed);
        Everything in;
        RandomShape random(seed);
        random.fill(belfry::structure_of<Everything>, &in);
        drop_open_types(belfry::structure_of<Everything>, &in);
        CHECK(decoded<Everything>(encoded(in)) == in);
        drop_what_differs(in);
        const std::string bytes = encoded(in);
        std::string text;
        std::string fault;
        REQUIRE(belfry::encode_json(belfry::structure_of<Everything>, &in, text, options, fault));
        CHECK(judged(bytes) == Json::parse(text));
        CHECK(decoded<Everything>(bytes) == in);
    }
}

TEST_CASE("CBOR written by nlohmann/json is read") {
    belfry::JsonOptions options;
    options.use_model_timestamp_formats = false;
    for (std::uint64_t seed = 1'000; seed < 1'200; ++seed) {
        INFO(seed);
        Everything in;
        RandomShape random(seed);
        random.fill(belfry::structure_of<Everything>, &in);
        drop_what_differs(in);
        const Json judge = Json::from_cbor(encoded(in), true, true, Json::cbor_tag_handler_t::ignore);
        const std::vector<std::uint8_t> theirs = Json::to_cbor(judge);
        const std::string bytes(theirs.begin(), theirs.end());
        CHECK(judged(encoded(decoded<Everything>(bytes))) == judged(bytes));
    }
}

TEST_CASE("a truncated message is refused with an error that names the shape") {
    Everything in;
    RandomShape random(7);
    random.fill(belfry::structure_of<Everything>, &in);
    drop_open_types(belfry::structure_of<Everything>, &in);
    const std::string bytes = encoded(in);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        INFO(size);
        CHECK(fault_of<Everything>(std::string_view(bytes).substr(0, size)).rfind("Everything", 0) == 0);
    }
    CHECK(fault_of<Everything>(bytes + '\0').find("bytes follow the end of the item") != std::string::npos);
}

TEST_CASE("CBOR of another type is an error that names the member") {
    CHECK(fault_of<Everything>(bytes_of("a164466c616701")) ==
          "Everything.Flag: expected a boolean, found an integer at byte 6: 1");
    CHECK(fault_of<Everything>(bytes_of("a16454696e791880")) ==
          "Everything.Tiny: the number does not fit 8 bits at byte 6: 128");
    CHECK(decoded<Everything>(bytes_of("a16454696e79387f")).tiny == std::int8_t{-128});
    CHECK(fault_of<Everything>(bytes_of("a1645465787400")).find("Everything.Text: expected text") == 0);
    CHECK(fault_of<Everything>(bytes_of("a16454657874")).find("Everything.Text") == 0);
    CHECK(fault_of<Everything>("\x80").find("Everything: expected a map, found an array") == 0);
    CHECK(fault_of<Value>("\xa0").find("a union holds no member") != std::string::npos);
    CHECK(fault_of<Value>(bytes_of("a264746578746161666e756d62657201")).find("more than one") !=
          std::string::npos);
}

TEST_CASE("unknown members are skipped, null and undefined ones are absent, and the last of two is used") {
    const auto out = decoded<Everything>(bytes_of("a4634e6577820102" // "New": [1, 2]
                                                  "6454657874f6"     // "Text": null
                                                  "664e756d626572f7" // "Number": undefined
                                                  "64466c6167f4"));
    CHECK_FALSE(out.text);
    CHECK_FALSE(out.number);
    CHECK(out.flag == false);
    CHECK(decoded<Everything>(bytes_of("a264466c6167f464466c6167f5")).flag == true);
}

TEST_CASE("a timestamp is an integer or a floating-point number, with or without its tag") {
    const auto moment = [](std::string_view hex) {
        return decoded<Everything>(bytes_of("a1664d6f6d656e74") + bytes_of(hex)).moment;
    };
    CHECK(moment("c11a514b67b0") == belfry::Timestamp{1363896240, 0});
    CHECK(moment("1a514b67b0") == belfry::Timestamp{1363896240, 0});
    CHECK(moment("c1fb41d452d9ec200000") == belfry::Timestamp{1363896240, 500'000'000});
    CHECK(moment("20") == belfry::Timestamp{-1, 0});
    CHECK(moment("f9be00") == belfry::Timestamp{-2, 500'000'000}); // one and a half seconds before 1970
    CHECK(fault_of<Everything>(bytes_of("a1664d6f6d656e74f97e00")).find("not a time") != std::string::npos);
    CHECK(fault_of<Everything>(bytes_of("a1664d6f6d656e74c06161")).find("timestamp") != std::string::npos);
}

TEST_CASE("a timestamp that is a text is read as the other codecs read it") {
    const auto moment = [](std::string_view text) {
        std::string bytes = bytes_of("a1664d6f6d656e74c078");
        bytes += static_cast<char>(text.size());
        return decoded<Everything>(bytes.append(text)).moment;
    };
    // RFC 8949 section 3.4.1, and what services confuse it with.
    CHECK(moment("2013-03-21T20:04:00Z") == belfry::Timestamp{1363896240, 0});
    CHECK(moment("Thu, 21 Mar 2013 20:04:00 GMT") == belfry::Timestamp{1363896240, 0});
    CHECK(moment(" 1363896240 ") == belfry::Timestamp{1363896240, 0});
    CHECK(
        decoded<Everything>(bytes_of("a1664d6f6d656e7474323031332d30332d32315432303a30343a30305a")).moment ==
        belfry::Timestamp{1363896240, 0});
}

TEST_CASE("nesting is limited when CBOR is read and written") {
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += '\x81';
    CHECK(fault_of<Everything>(bytes_of("a16158") + deep + '\0').find("nested too deeply") !=
          std::string::npos);
    std::string tags(200'000, '\xc1');
    CHECK(decoded<Everything>(bytes_of("a16158") + tags + '\0') == Everything{});
    Everything in;
    Everything* inner = &in;
    for (int i = 0; i < 12; ++i) {
        inner->children.emplace().emplace_back();
        inner = &inner->children[0];
    }
    CHECK(encoding_fault_of(in, {.max_depth = 10}).find("nested too deeply") != std::string::npos);
    CHECK(decoded<Everything>(encoded(in)) == in);
}

TEST_CASE("a value that CBOR cannot represent is an error") {
    Everything in;
    in.text = "\xff";
    CHECK(encoding_fault_of(in) == "Everything.Text: the text is not UTF-8");
    in = {};
    in.document = belfry::Document("{\"a\":1}");
    CHECK(encoding_fault_of(in).rfind("Everything.Document: only a number", 0) == 0);
    in = {};
    in.value.emplace();
    CHECK(encoding_fault_of(in) == "Everything.Value: the union holds no member");
}

TEST_CASE("arbitrary-precision numbers keep their digits") {
    for (const char* const number :
         {"0", "1", "-1", "18446744073709551615", "18446744073709551616", "-18446744073709551616",
          "-18446744073709551617", "340282366920938463463374607431768211456",
          "-1000000000000000000000000000"}) {
        Everything in;
        in.document = belfry::Document(number);
        const auto out = decoded<Everything>(encoded(in));
        REQUIRE(out.document);
        CHECK(out.document->json() == number);
    }
    Everything in;
    in.document = belfry::Document("-12.3450");
    CHECK(decoded<Everything>(encoded(in)).document->json() == "-123450e-4");
}

TEST_CASE("members bound to HTTP are omitted, and an idempotency token is filled in") {
    const Request in{.id = "label", .trace = "header"};
    CHECK(judged(encoded(in)) == Json::object());
    CHECK(judged(encoded(in, {.idempotency_token = "t"})) == Json{{"Token", "t"}});
}
