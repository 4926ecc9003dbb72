// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/cbor_decoder.hpp>
#include <belfry/codec/json_decoder.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/codec/xml_decoder.hpp>
#endif
#include <belfry/interop/nlohmann.hpp>
#include <belfry/schema/describe.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <string>
#include <string_view>

// A short text must not become a value that takes a thousand times as much memory.
namespace {

using namespace belfry;

/// As large as the largest structures of services: SecurityHub's `Resource` takes 52,048 bytes, QuickSight's
/// `Visual` 79,912.
struct Large {
    std::optional<std::string> id{};
    std::optional<std::string> filler[1'000]{};
};
template <std::same_as<Large> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{.name = "Large", .members = {{"Id", type_of<decltype(S::id)>, offsetof(S, id)}}};
}
struct Nested {
    Box<Nested> left{};
    Box<Nested> right{};
    std::optional<std::string> filler[1'000]{};
};
template <std::same_as<Nested> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{.name = "Nested",
                          .members = {{"l", type_of<decltype(S::left)>, offsetof(S, left)},
                                      {"r", type_of<decltype(S::right)>, offsetof(S, right)}}};
}
struct Page {
    List<Large> items{};
    List<std::optional<Large>> sparse{};
    Map<Large> named{};
    Map<std::optional<Large>> sparse_named{};
    List<List<Large>> grid{};
    List<Nested> trees{};
    List<std::string> texts{};
    List<std::int64_t> numbers{};
};
template <std::same_as<Page> S> constexpr auto belfry_describe(const S*) {
    return Description<8>{
        .name = "Page",
        .members = {{"Items", type_of<decltype(S::items)>, offsetof(S, items)},
                    {"Sparse", type_of<decltype(S::sparse)>, offsetof(S, sparse)},
                    {"Named", type_of<decltype(S::named)>, offsetof(S, named)},
                    {"SparseNamed", type_of<decltype(S::sparse_named)>, offsetof(S, sparse_named)},
                    {"Grid", type_of<decltype(S::grid)>, offsetof(S, grid)},
                    {"Trees", type_of<decltype(S::trees)>, offsetof(S, trees)},
                    {"Texts", type_of<decltype(S::texts)>, offsetof(S, texts)},
                    {"Numbers", type_of<decltype(S::numbers)>, offsetof(S, numbers)}}};
}

std::string repeated(std::string_view text, std::size_t count, std::string_view between = {}) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all.append(i == 0 ? "" : between).append(text);
    return all;
}
std::string entries(std::string_view value, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all.append(i == 0 ? "\"" : ",\"").append(std::to_string(i)).append("\":").append(value);
    return all;
}

std::string json_fault(const std::string& text, std::size_t max_memory = 0) {
    Page page;
    std::string fault;
    static_cast<void>(
        decode_json(text, structure_of<Page>, &page, {.reading = {.max_memory = max_memory}}, fault));
    return fault;
}
constexpr std::size_t many = 4'000; // elements of `Large` take 160 MB
const std::string too_much = "the members take more memory than the limit: see max_response_memory";

} // namespace

TEST_CASE("JSON whose elements take far more memory than their text is an error") {
    for (const std::string& text : {
             R"({"Items":[)" + repeated("{}", many, ",") + "]}",
             R"({"Sparse":[)" + repeated("null", many, ",") + "]}",
             R"({"Sparse":[)" + repeated("{}", many, ",") + "]}",
             R"({"Named":{)" + entries("{}", many) + "}}",
             R"({"SparseNamed":{)" + entries("null", many) + "}}",
             R"({"Grid":[)" + repeated("[{}]", many, ",") + "]}",
             R"({"Grid":[)" + repeated("[{},{},{}]", many / 3 + 1, ",") + "]}",
             // Each tree has two more on the heap.
             R"({"Trees":[)" + repeated(R"({"l":{},"r":{}})", many / 3 + 1, ",") + "]}",
         }) {
        INFO(text.substr(0, 40));
        CHECK(json_fault(text).find(too_much) != std::string::npos);
        CHECK(json_fault(text).find("[") != std::string::npos); // the place
        CHECK(json_fault(text, std::size_t{200'000'000}).empty());
    }
}

TEST_CASE("responses as services send them keep far from the limit of memory") {
    // A page of SecurityHub's has 100 findings with a resource each, and a resource of 95 bytes is a short
    // one.
    CHECK(json_fault(
              R"({"Items":[)" +
              repeated(R"({"Id":"AWS::::Account:123456789012","Region":"us-east-1","Type":"AwsAccount"})",
                       1'500, ",") +
              "]}")
              .empty());
    CHECK(json_fault(R"({"Texts":[)" + repeated("\"\"", 3'000'000, ",") + "]}").empty());
    CHECK(json_fault(R"({"Numbers":[)" + repeated("0", 3'000'000, ",") + "]}").empty());
}

TEST_CASE("an option limits memory exactly") {
    // Memory is counted in units of 8 bytes.
    constexpr auto three_of = [](std::size_t size) { return 3 * ((size + 7) / 8 * 8); };
    const std::string three = R"({"Items":[{},{},{}]})";
    CHECK(json_fault(three, three_of(sizeof(Large))).empty());
    CHECK(json_fault(three, three_of(sizeof(Large)) - 1) == "Page.Items[2]: " + too_much + " at byte 16");
    CHECK(json_fault(R"({"Trees":[{"l":{},"r":{}}]})", three_of(sizeof(Nested))).empty());
    CHECK(json_fault(R"({"Trees":[{"l":{},"r":{}}]})", three_of(sizeof(Nested)) - 1) ==
          "Page.Trees[0].r: " + too_much + " at byte 22");
}

TEST_CASE("CBOR whose elements take far more memory than their bytes is an error") {
    const auto fault_of = [](const std::string& bytes, std::size_t max_memory) {
        Page page;
        std::string fault;
        static_cast<void>(
            decode_cbor(bytes, structure_of<Page>, &page, {.reading = {.max_memory = max_memory}}, fault));
        return fault;
    };
    for (const std::string& bytes :
         {"\xa1\x65Items\x9f" + repeated("\xa0", many) + "\xff",
          "\xa1\x66Sparse\x9f" + repeated("\xf6", many) + "\xff",
          "\xa1\x64Grid\x9f" + repeated("\x81\xa0", many) + "\xff",
          "\xa1\x65Trees\x9f" + repeated("\xa2\x61l\xa0\x61r\xa0", many / 3 + 1) + "\xff"}) {
        CHECK(fault_of(bytes, 0).find(too_much) != std::string::npos);
        CHECK(fault_of(bytes, 200'000'000).empty());
    }
}

#if BELFRY_TEST_HAS_XML
TEST_CASE("XML whose elements take far more memory than their text is an error") {
    const auto fault_of = [](const std::string& text, std::size_t max_memory) {
        Page page;
        std::string fault;
        static_cast<void>(
            decode_xml(text, structure_of<Page>, &page, {.reading = {.max_memory = max_memory}}, fault));
        return fault;
    };
    std::string named;
    for (std::size_t i = 0; i < many; ++i)
        named += "<entry><key>" + std::to_string(i) + "</key><value/></entry>";
    for (const std::string& text :
         {"<Page><Items>" + repeated("<m/>", many) + "</Items></Page>",
          "<Page><Named>" + named + "</Named></Page>",
          "<Page><Trees>" + repeated("<m><l/><r/></m>", many / 3 + 1) + "</Trees></Page>"}) {
        INFO(text.substr(0, 40));
        CHECK(fault_of(text, 0).find(too_much) != std::string::npos);
        CHECK(fault_of(text, 200'000'000).empty());
    }
}
#endif

TEST_CASE("a JSON value whose elements take far more memory than it does is an error") {
    nlohmann::json json;
    json["Items"] = nlohmann::json::array();
    for (std::size_t i = 0; i < many; ++i) json["Items"].push_back(nlohmann::json::object());
    Page page;
    std::string fault;
    CHECK_FALSE(from_json(json, structure_of<Page>, &page, fault));
    CHECK(fault.find("take more memory") != std::string::npos);
    json["Items"].erase(json["Items"].begin() + 1'000, json["Items"].end());
    Page smaller;
    CHECK(from_json(json, structure_of<Page>, &smaller, fault));
    CHECK(smaller.items.size() == 1'000);
}

TEST_CASE("the largest limit lets every response pass") {
    Page page;
    std::string fault;
    CHECK(decode_json(R"({"Items":[{}]})", structure_of<Page>, &page,
                      {.reading = {.max_memory = static_cast<std::size_t>(-1)}}, fault));
    CHECK(fault.empty());
}
