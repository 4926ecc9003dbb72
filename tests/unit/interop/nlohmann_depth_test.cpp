// SPDX-License-Identifier: Apache-2.0
#include <belfry/interop/nlohmann.hpp>
#include <belfry/schema/describe.hpp>

#include "support/catch.hpp"
using namespace belfry;
struct Deep {
    Box<Deep> inner{};
    std::optional<Document> document{};
};
template <std::same_as<Deep> S> constexpr Description<2> belfry_describe(const S*) {
    return {.name = "Deep",
            .members = {{"inner", type_of<decltype(S::inner)>, offsetof(S, inner)},
                        {"document", type_of<decltype(S::document)>, offsetof(S, document)}}};
}
TEST_CASE("JSON nested deeper than the stack allows is an error") {
    nlohmann::json json = nlohmann::json::object();
    for (int i = 0; i < 100'000; ++i) {
        nlohmann::json outer = nlohmann::json::object();
        outer["inner"] = std::move(json);
        json = std::move(outer);
    }
    CHECK_THROWS_AS(json.get<Deep>(), Exception);
    nlohmann::json document = nlohmann::json::array();
    for (int i = 0; i < 100'000; ++i) {
        nlohmann::json outer = nlohmann::json::array();
        outer.push_back(std::move(document));
        document = std::move(outer);
    }
    nlohmann::json holder;
    holder["document"] = std::move(document);
    CHECK_THROWS_AS(holder.get<Deep>(), Exception);
    nlohmann::json fine = Deep{.inner = Deep{.document = Document("[1]")}};
    CHECK(fine.dump() == R"({"inner":{"document":[1]}})");
    CHECK(fine.get<Deep>().inner->document->json() == "[1]");
}

TEST_CASE("a value nested deeper than the stack allows has no JSON") {
    Deep deep{.document = Document("[1]")};
    for (int i = 0; i < 100'000; ++i) {
        Deep outer;
        outer.inner = std::move(deep);
        deep = std::move(outer);
    }
    CHECK_THROWS_AS(nlohmann::json(deep), Exception);
    // Destruction is recursive, so release the levels one by one.
    while (deep.inner) deep = Deep(std::move(*deep.inner));
    // Every value that can be read can be written.
    for (int levels : {1, 100, 127}) {
        INFO(levels);
        nlohmann::json json = {{"document", 1}};
        for (int i = 0; i < levels; ++i) json = {{"inner", json}};
        CHECK(nlohmann::json(json.get<Deep>()) == json);
    }
}
