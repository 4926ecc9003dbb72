// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/cbor_decoder.hpp>
#include <belfry/codec/json_decoder.hpp>
#include <belfry/codec/json_encoder.hpp>

#include "support/catch.hpp"
#include "unit/codec/everything.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

// Text that is not Unicode: half of a surrogate pair, and bytes that are not UTF-8. Go's encoding/json, which
// AWS's SDK for Go uses, reads both as U+FFFD, too.
namespace {

using belfry::InvalidText;
using everything::Colour;
using everything::Everything;
using everything::Value;

constexpr std::string_view other = "\xef\xbf\xbd";

template <class S = Everything>
std::string json_fault(std::string_view text, S& out, InvalidText invalid = InvalidText::by_format) {
    std::string fault;
    static_cast<void>(belfry::decode_json(text, belfry::structure_of<S>, &out,
                                          {.reading = {.invalid_text = invalid}}, fault));
    return fault;
}
template <class S = Everything> S read_json(std::string_view text) {
    S out;
    CAPTURE(text);
    CHECK(json_fault(text, out).empty());
    return out;
}
std::string json_fault(std::string_view text, InvalidText invalid) {
    Everything out;
    return json_fault(text, out, invalid);
}
std::string with(std::string_view before, std::string_view text, std::string_view behind) {
    return std::string(before).append(text).append(behind);
}

struct Case {
    std::string_view written;
    std::string read;
};
const Case cases[] = {
    {R"(\ud800)", std::string(other)},
    {R"(a\udbffb)", with("a", other, "b")},
    {R"(\udc00)", std::string(other)},
    {R"(\udFFFx)", with("", other, "x")},
    {R"(\ud800\ud800)", std::string(other) + std::string(other)},
    {R"(\ude00\ud83d)", std::string(other) + std::string(other)},
    {R"(\ud800\u0041)", with("", other, "A")},
    {R"(\ud83d\ud83d\ude00)", with("", other, "\xf0\x9f\x98\x80")},
    {R"(\ud83d\n\ude00)", with(other, "\n", other)},
    {R"(\ud83d\\ude00)", with(other, "\\ude00", "")},
    {R"(\\ud800)", R"(\ud800)"},
    {R"(\ud83d\ude00)", "\xf0\x9f\x98\x80"},
    {"\xff", std::string(other)},
    {"a\x80"
     "b",
     with("a", other, "b")},
    {"\xc3", std::string(other)},
    {"\xe2\x82", std::string(other)},
    {"\xf0\x9f\x98x", with("", other, "x")},
    {"\xed\xa0\x80", std::string(other) + std::string(other) + std::string(other)},
    {"\xc3\xa9\xc3\\n\xc3\xa9", with("\xc3\xa9", other, "\n\xc3\xa9")},
    {"\xff\\ud800\\\"", with(other, other, "\"")},
};
bool is_text(const Case& text) { return text.read.find(other) == std::string::npos; }

} // namespace

TEST_CASE("JSON strings that are not text are read with U+FFFD") {
    for (const Case& text : cases) {
        CAPTURE(text.written);
        CHECK(read_json(with(R"({"Text":")", text.written, R"("})")).text == text.read);
        CHECK(read_json(with(R"({"Texts":["a",")", text.written, R"("]})")).texts[1] == text.read);
        CHECK(read_json(with(R"({"Colour":")", text.written, R"("})")).colour->to_string() == text.read);
        const Everything out = read_json(with(R"({"Names":{")", text.written, R"(":"v"}})"));
        REQUIRE(out.names.size() == 1);
        CHECK(out.names.begin()->key == text.read);
        // A document is JSON, and nlohmann/json reads it.
        const Everything holder = read_json(with(R"({"Document":{"k":[")", text.written, R"("]}})"));
        CHECK(nlohmann::json::parse(holder.document->json())["k"][0] == text.read);
        const Value value = read_json<Value>(with(R"({"new":[")", text.written, R"("]})"));
        REQUIRE(value.as_unknown() != nullptr);
        CHECK(nlohmann::json::parse(value.as_unknown()->json)[0] == text.read);
    }
}

TEST_CASE("a JSON string that is not text is an error if that is asked for") {
    for (const Case& text : cases) {
        CAPTURE(text.written);
        const struct {
            std::string_view before;
            std::string_view behind;
            std::string_view place;
        } places[] = {{R"({"Text":")", R"("})", "Everything.Text: "},
                      {R"({"Texts":["a",")", R"("]})", "Everything.Texts[1]: "},
                      {R"({"Colour":")", R"("})", "Everything.Colour: "},
                      {R"({"Names":{")", R"(":"v"}})", "Everything.Names: "},
                      {R"({"Names":{"k":")", R"("}})", "Everything.Names[k]: "},
                      {R"({"Document":{"k":[")", R"("]}})", "Everything.Document: "}};
        for (const auto& place : places) {
            const std::string fault =
                json_fault(with(place.before, text.written, place.behind), InvalidText::reject);
            CAPTURE(place.place, fault);
            if (is_text(text))
                CHECK(fault.empty());
            else
                CHECK(fault.starts_with(std::string(place.place) + "expected text, found "));
        }
    }
    CHECK(json_fault(R"({"Text":"ab\ud800"})", InvalidText::reject) ==
          "Everything.Text: expected text, found half of a surrogate pair at byte 11");
    CHECK(json_fault("{\"Text\":\"ab\xff\"}", InvalidText::reject) ==
          "Everything.Text: expected text, found bytes that are not UTF-8 at byte 11");
}

TEST_CASE("a skipped member of JSON may hold anything that the grammar allows") {
    for (const InvalidText invalid : {InvalidText::by_format, InvalidText::reject, InvalidText::repair}) {
        for (const Case& text : cases) {
            Everything out;
            CAPTURE(text.written);
            CHECK(json_fault(with(R"({"new":")", text.written, R"(","Text":"t"})"), out, invalid).empty());
            CHECK(out.text == "t");
            CHECK(json_fault(with(R"({"new":{"k":[{")", text.written, R"(":1}]},"Text":"u"})"), out, invalid)
                      .empty());
            CHECK(out.text == "u");
            CHECK(json_fault(with(R"({"new)", text.written, R"(":null,"Text":"v"})"), out, invalid).empty());
            CHECK(out.text == "v");
        }
        for (const char* const value : {"1e999", "-1E+99999", "123456789012345678901234567890", "0.1e-999",
                                        R"({"a":1,"a":2})", "\"\""}) {
            Everything out;
            CAPTURE(value);
            CHECK(json_fault(with(R"({"new":)", value, R"(,"Text":"t"})"), out, invalid).empty());
            CHECK(out.text == "t");
        }
        // None of these is JSON: the rest cannot be trusted to be what the service meant.
        for (const char* const value :
             {"01", "1.", ".5", "+1", "-", "1e", "NaN", "Infinity", "0x1", "'a'", "tru", R"("\x41")",
              R"("\u12g4")", R"("\u123")", "\"\x01\"", "[1,]", "{a:1}"}) {
            CAPTURE(value);
            CHECK_FALSE(json_fault(with(R"({"new":)", value, R"(,"Text":"t"})"), invalid).empty());
        }
    }
}

TEST_CASE("a document that is not text is not sent") {
    for (const char* const json : {R"({"k":"\ud800"})", R"(["\udc00\ud800"])", "\"\xff\"", "{\"\xc3\":1}"}) {
        std::string out;
        std::string fault;
        CHECK_FALSE(belfry::encode_json(
            belfry::structure_of<Everything>,
            &static_cast<const Everything&>(Everything{.document = belfry::Document(json)}), out,
            belfry::JsonOptions{}, fault));
        CHECK(fault ==
              "Everything.Document: the document has half of a surrogate pair or bytes that are not UTF-8");
    }
}

TEST_CASE("UTF-8 is repaired as nlohmann/json does for each sequence of up to three bytes") {
    using Json = nlohmann::json;
    const auto judge = [](const std::string& text) {
        return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace))
            .get<std::string>();
    };
    const auto check = [&](const std::string& text) {
        std::string repaired;
        belfry::append_repaired_utf8(repaired, text);
        if (repaired != judge(text)) {
            CAPTURE(Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore));
            FAIL("disagreement");
        }
    };
    for (int first = 0x7f; first < 256; ++first)
        for (int second = 0x7f; second < 256; ++second) {
            const std::string two{static_cast<char>(first), static_cast<char>(second)};
            for (const char* const tail :
                 {"", "a", "\x80", "\xbf", "\xc3", "\xe2", "\x80\x80", "\xbf\x80x", "\xff"})
                check(two + tail);
        }
}

namespace {
/// A map of one entry whose key or value is a CBOR text.
std::string cbor_text(std::string_view bytes) {
    return std::string(1, static_cast<char>(0x60 + bytes.size())).append(bytes);
}
std::string cbor_fault(const std::string& bytes, Everything& out,
                       InvalidText invalid = InvalidText::by_format) {
    std::string fault;
    static_cast<void>(belfry::decode_cbor(bytes, belfry::structure_of<Everything>, &out,
                                          {.reading = {.invalid_text = invalid}}, fault));
    return fault;
}
} // namespace

TEST_CASE("CBOR text that is not UTF-8 is read with U+FFFD, or an error, or skipped") {
    for (const Case& text : cases) {
        if (text.written.find('\\') != std::string_view::npos) continue;
        CAPTURE(text.written);
        const std::string piece = cbor_text(text.written);
        const std::string head = "\x7f"; // of a text in chunks
        for (const std::string& value : {piece, head + cbor_text("x") + piece + "\xff"}) {
            const std::string expected = value == piece ? text.read : "x" + text.read;
            Everything out;
            CHECK(cbor_fault("\xa2" + cbor_text("Text") + value + cbor_text("Colour") + value, out).empty());
            CHECK(out.text == expected);
            CHECK(out.colour->to_string() == expected);
            CHECK(cbor_fault("\xa1" + cbor_text("Names") + "\xa1" + piece + value, out).empty());
            CHECK(out.names.begin()->key == text.read);
            CHECK(out.names.begin()->value == expected);
            CHECK(cbor_fault("\xa1" + cbor_text("Document") + "\xa1" + piece + value, out).empty());
            CHECK(nlohmann::json::parse(out.document->json()) == nlohmann::json({{text.read, expected}}));

            for (const InvalidText invalid :
                 {InvalidText::by_format, InvalidText::reject, InvalidText::repair}) {
                Everything rest;
                CHECK(cbor_fault("\xa3" + piece + value + cbor_text("new") + "\x81" + value +
                                     cbor_text("Text") + cbor_text("t"),
                                 rest, invalid)
                          .empty());
                CHECK(rest.text == "t");
            }
            Everything ignored;
            const std::string fault =
                cbor_fault("\xa1" + cbor_text("Text") + value, ignored, InvalidText::reject);
            CHECK(fault.starts_with("Everything.Text: expected text, found bytes that are not UTF-8"));
            CHECK_FALSE(cbor_fault("\xa1" + cbor_text("Names") + "\xa1" + value + "\x61x", ignored,
                                   InvalidText::reject)
                            .empty());
            CHECK_FALSE(
                cbor_fault("\xa1" + cbor_text("Document") + "\x81" + value, ignored, InvalidText::reject)
                    .empty());
        }
    }
}
