// SPDX-License-Identifier: Apache-2.0
// The JSON reader against nlohmann/json: both accept the same texts, and read the same values from them. The
// only differences are:
// - nlohmann/json accepts a byte order mark at the beginning, and treats a NUL as the end of the text;
// - it refuses numbers beyond a double's range, which a reader that does not need the number's value accepts;
// - the reader limits the depth.
#include <belfry/codec/json_reader.hpp>
#include <belfry/util/decimal.hpp>

#include "fuzz.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using belfry::detail::JsonNumber;
using belfry::detail::JsonReader;
using Json = nlohmann::json;

constexpr std::size_t max_depth = 64;

/// Reads a value that `skip_value` accepted with the reader's other functions; false when a number is out of
/// range.
bool build(JsonReader& reader, const char*& at, Json& out) {
    switch (reader.at(at)) {
    case '{': {
        out = Json::object();
        at = reader.enter(at);
        require(at != nullptr, "enter");
        while (reader.at(at) != '}') {
            std::string_view key;
            std::string room;
            at = reader.read_text(at, key, room);
            require(at != nullptr, "key");
            const std::string name(key);
            at = reader.colon(at);
            require(at != nullptr, "colon");
            Json element;
            if (!build(reader, at, element)) return false;
            out[name] = std::move(element);
            at = reader.next(at, '}');
            require(at != nullptr, "next");
        }
        at = reader.leave(at);
        return true;
    }
    case '[':
        out = Json::array();
        at = reader.enter(at);
        require(at != nullptr, "enter");
        while (reader.at(at) != ']') {
            Json element;
            if (!build(reader, at, element)) return false;
            out.push_back(std::move(element));
            at = reader.next(at, ']');
            require(at != nullptr, "next");
        }
        at = reader.leave(at);
        return true;
    case '"': {
        std::string_view text;
        std::string room;
        at = reader.read_text(at, text, room);
        require(at != nullptr, "text");
        out = std::string(text);
        return true;
    }
    case 't': at = reader.read_word(at, "true"); break;
    case 'f': at = reader.read_word(at, "false"); break;
    case 'n': at = reader.read_word(at, "null"); break;
    default: {
        JsonNumber number;
        at = reader.read_number(at, number);
        require(at != nullptr, "number");
        std::int64_t whole = 0;
        double wide = 0;
        if (number.plain && !number.overflow && !number.negative) {
            out = number.magnitude;
        } else if (number.plain && belfry::detail::json_integer(number, whole)) {
            out = whole;
        } else {
            if (!belfry::detail::parse_decimal(number.text, wide)) return false;
            out = wide;
            if (!number.plain && belfry::detail::json_integer(number, whole) && wide < 0x1p53 &&
                wide > -0x1p53)
                require(static_cast<double>(whole) == wide, "a whole number", number.text);
        }
        return true;
    }
    }
    require(at != nullptr, "word");
    out = at[-2] == 'u' ? Json(true) : at[-1] == 'e' ? Json(false) : Json(nullptr);
    return true;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    JsonReader checker(text, max_depth);
    const char* begin = checker.skip_space(checker.begin());
    const char* end = checker.skip_value(begin);
    const bool accepted = end != nullptr && checker.finish(end) != nullptr;
    if (!accepted) {
        require(checker.problem() != nullptr, "a refusal has a reason");
        require(checker.problem_offset() <= size, "a refusal has a place in the text");
    }
    if (text.find('\0') != std::string_view::npos) {
        require(!accepted, "NUL is refused");
        return 0;
    }
    if (text.substr(0, 1) == "\xef") {
        require(!accepted, "no value begins with a byte order mark");
        return 0;
    }
    // nlohmann/json refuses text that is not Unicode, so that it judges the text that takes its place.
    std::string repaired(text);
    if (accepted && checker.invalid_text(text.data()) != nullptr) {
        repaired.clear();
        JsonReader::append_repaired(repaired, text);
    }
    const Json judged = Json::parse(repaired, nullptr, false);
    if (!accepted) {
        const bool deep = std::string_view(checker.problem()) == "nested too deeply";
        require(deep || judged.is_discarded(), "refused what nlohmann/json accepts:", checker.problem());
        return 0;
    }
    JsonReader reader(text, max_depth);
    Json ours;
    const char* at = begin;
    const bool in_range = build(reader, at, ours);
    require(!in_range || at == end, "both ways of reading end at one place");
    require(in_range != judged.is_discarded(), "accepted what nlohmann/json refuses");
    if (in_range) require(ours == judged, "read another value than nlohmann/json");
    return 0;
}
