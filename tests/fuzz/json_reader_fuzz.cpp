// SPDX-License-Identifier: Apache-2.0
// Reads JSON into a structure with a member of each kind; nlohmann/json judges what was accepted and what it
// means.
#include <belfry/codec/json.hpp>
#include <belfry/core/describe.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

namespace fuzz {

struct Sample {
    std::optional<std::string> text{};
    std::optional<bool> flag{};
    std::optional<std::int64_t> whole{};
    std::optional<double> number{};
    std::optional<belfry::Document> document{};
    belfry::List<std::string> list{};
    belfry::Map<std::int32_t> map{};
    friend bool operator==(const Sample&, const Sample&) = default;
};

template <std::same_as<Sample> S> constexpr auto belfry_describe(const S*) {
    return belfry::Description<7>{
        .name = "Sample",
        .members =
            {
                {"text", belfry::type_of<decltype(S::text)>, offsetof(S, text)},
                {"flag", belfry::type_of<decltype(S::flag)>, offsetof(S, flag)},
                {"whole", belfry::type_of<decltype(S::whole)>, offsetof(S, whole)},
                {"number", belfry::type_of<decltype(S::number)>, offsetof(S, number)},
                {"document", belfry::type_of<decltype(S::document)>, offsetof(S, document)},
                {"list", belfry::type_of<decltype(S::list)>, offsetof(S, list)},
                {"map", belfry::type_of<decltype(S::map)>, offsetof(S, map)},
            },
    };
}

namespace {

using Json = nlohmann::json;

[[noreturn]] void complain(const char* what, const std::string& text, const std::string& detail) {
    std::fprintf(stderr, "%s\n  text: %s\n  %s\n", what, text.c_str(), detail.c_str());
    std::abort();
}

/// What the judge cannot decide: a NUL ends its input, it skips a byte order mark, and numbers beyond a
/// double are no JSON to it.
bool judge_differs(const std::string& text) {
    if (text.find('\0') != text.npos || text.starts_with("\xEF\xBB\xBF")) return true;
    try {
        static_cast<void>(Json::parse(text));
    } catch (const Json::out_of_range&) {
        return true;
    } catch (const Json::exception&) {
    }
    return false;
}

/// The member of that name, unless it is absent or null.
const Json* find(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

void compare(const Sample& sample, const Json& json, const std::string& text) {
    const Json* expected = find(json, "text");
    if (sample.text.has_value() != (expected != nullptr) || (expected && *sample.text != *expected))
        complain("text differs", text, sample.text.value_or("absent"));
    expected = find(json, "flag");
    if (sample.flag.has_value() != (expected != nullptr) || (expected && *sample.flag != *expected))
        complain("flag differs", text, "");
    expected = find(json, "whole");
    if (sample.whole.has_value() != (expected != nullptr)) complain("whole is lost", text, "");
    if (expected && expected->is_number_integer() && *sample.whole != expected->get<std::int64_t>())
        complain("whole differs", text, std::to_string(*sample.whole));
    expected = find(json, "number");
    if (sample.number.has_value() != (expected != nullptr)) complain("number is lost", text, "");
    if (expected && expected->is_number() && *sample.number != expected->get<double>())
        complain("number differs", text, std::to_string(*sample.number));
    if (sample.document) {
        const auto value = json.find("document");
        if (value == json.end() || Json::parse(sample.document->json()) != *value)
            complain("document differs", text, std::string(sample.document->json()));
    }
    expected = find(json, "list");
    if (expected) {
        // The list is not sparse: null elements are left out.
        std::size_t at = 0;
        for (const Json& item : *expected)
            if (!item.is_null() && (at >= sample.list.size() || sample.list[at++] != item))
                complain("list differs", text, "");
        if (at != sample.list.size()) complain("list has too many elements", text, "");
    }
    expected = find(json, "map");
    if (expected)
        for (const auto& [key, value] : sample.map)
            if (!expected->contains(key)) complain("map has a key of its own", text, key);
}

void check(const std::string& text) {
    // Deep inputs are another limit's business; here both sides have to read them.
    const belfry::JsonOptions options{.max_depth = 4096};
    std::string said;
    Sample sample;
    const bool read = belfry::decode_json(text, belfry::structure_of<Sample>, &sample, options, said);
    std::optional<belfry::Document> document;
    std::string document_said;
    const bool is_json = belfry::decode_json(text, belfry::type_of<std::optional<belfry::Document>>,
                                             &document, options, document_said);
    if (!read && said.empty()) complain("a failure without words", text, "");
    if (read && !is_json) complain("a structure, and yet no JSON", text, document_said);
    if (judge_differs(text)) return;
    const bool expected = Json::accept(text);
    if (is_json != expected)
        complain(is_json ? "accepted what is no JSON" : "refused JSON", text, document_said);
    if (!read) return;
    const Json json = Json::parse(text);
    if (!json.is_object()) complain("a structure out of something else", text, "");
    compare(sample, json, text);

    // What was read can be written, and read again to the same values.
    std::string written;
    if (!belfry::encode_json(belfry::structure_of<Sample>, &sample, written, options, said))
        complain("cannot write what was read", text, said);
    if (!Json::accept(written)) complain("wrote what is no JSON", text, written);
    Sample again;
    if (!belfry::decode_json(written, belfry::structure_of<Sample>, &again, options, said) ||
        !(again == sample)) {
        // NaN is not equal to itself.
        if (!sample.number || !std::isnan(*sample.number))
            complain("the round trip changed values", text, written);
    }
}

} // namespace
} // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::check(std::string(reinterpret_cast<const char*>(data), size));
    return 0;
}
