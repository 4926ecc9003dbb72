// SPDX-License-Identifier: Apache-2.0
#include <belfry/body/url_listing.hpp>
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/protocol/query_and_headers.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/schema/describe.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Expected values are those of botocore's `decode_list_object_v2`.
namespace {

using namespace belfry;

struct ListRequest {
    std::optional<std::string> encoding{};
    std::optional<std::string> prefix{};
};
constexpr std::string_view request_names[] = {"EncodingType", "Prefix"};
constexpr ShapeExtras request_extras{.member_names = request_names};
template <std::same_as<ListRequest> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{
        .name = "ListRequest",
        .members = {{"encoding-type", type_of<decltype(S::encoding)>, offsetof(S, encoding), Location::query},
                    {"prefix", type_of<decltype(S::prefix)>, offsetof(S, prefix), Location::query}},
        .extras = &request_extras};
}
struct Thing {
    std::optional<std::string> key{};
    std::optional<std::string> etag{};
};
template <std::same_as<Thing> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{.name = "Thing",
                          .members = {{"Key", type_of<decltype(S::key)>, offsetof(S, key)},
                                      {"ETag", type_of<decltype(S::etag)>, offsetof(S, etag)}}};
}
struct ListResponse {
    std::optional<std::string> encoding{};
    std::optional<std::string> prefix{};
    std::optional<std::string> token{};
    List<Thing> contents{};
    std::optional<Thing> first{};
};
template <std::same_as<ListResponse> S> constexpr auto belfry_describe(const S*) {
    return Description<5>{.name = "ListResponse",
                          .members = {{"EncodingType", type_of<decltype(S::encoding)>, offsetof(S, encoding)},
                                      {"Prefix", type_of<decltype(S::prefix)>, offsetof(S, prefix)},
                                      {"Token", type_of<decltype(S::token)>, offsetof(S, token)},
                                      {"Contents", type_of<decltype(S::contents)>, offsetof(S, contents)},
                                      {"First", type_of<decltype(S::first)>, offsetof(S, first)}}};
}

constexpr Service service{.id = "Store",
                          .name = "store",
                          .api_version = "2026-01-01",
                          .signing_name = "store",
                          .protocol = &rest_json,
                          .endpoint_rules = &chime_sdk_voice::endpoint_rules};
constexpr std::string_view encoded[] = {"Prefix", "Contents.Key", "First.Key", "Gone.Key",
                                        "EncodingType.Key"};
constexpr UrlListing listing{.members = encoded};
constexpr OperationHooks hooks{.make_body = &belfry::detail::make_url_listing<listing>};

struct ListThings {
    using Input = ListRequest;
    using Output = ListResponse;
    friend constexpr Operation belfry_describe_operation(const ListThings*) {
        return {.service = &service,
                .name = "ListThings",
                .method = "GET",
                .uri = "/?list-type=2",
                .success_status = 200,
                .input = &structure_of<Input>,
                .output = &structure_of<Output>,
                .encode_query_and_headers = &belfry::detail::encode_query_and_headers,
                .hooks = &hooks};
    }
};

struct Canned final : Transport {
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        urls.push_back(request.url);
        sink.on_head(200, {});
        sink.on_body(std::as_bytes(std::span(body)));
        return {};
    }
    std::string body;
    std::vector<std::string> urls;
};

Result<ListResponse> list(Canned& transport, const ListRequest& input,
                          InvalidText invalid_text = InvalidText::by_format) {
    const ClientCore core(service,
                          {.region = "us-east-1",
                           .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                           .invalid_text = invalid_text},
                          transport);
    return detail::invoke<ListThings>(core, input, {});
}

constexpr const char* encoded_page =
    R"({"EncodingType":"url","Prefix":"a+b%2Fc","Token":"a%20b","First":{"Key":"%07"},"Contents":[)"
    R"({"Key":"a%07b","ETag":"%07"},{"Key":"x+y%2Bz"},{"Key":"caf%C3%A9%25"},{"Key":"100%"},{"Key":"%zz%4"},)"
    R"({"Key":""},{"ETag":"+"}]})";

} // namespace

TEST_CASE("a listing asks for encoded members and decodes them") {
    Canned transport;
    transport.body = encoded_page;
    const auto result = list(transport, {.prefix = "a b/c"});
    REQUIRE(result.has_value());
    CHECK(transport.urls[0].ends_with("/?list-type=2&prefix=a%20b%2Fc&encoding-type=url"));
    CHECK(result->prefix == "a b/c");
    CHECK(result->token == "a%20b");
    CHECK(result->first->key == "\x07");
    REQUIRE(result->contents.size() == 7);
    const char* const keys[] = {"a\ab", "x y+z", "caf\xc3\xa9%", "100%", "%zz%4", ""};
    for (std::size_t i = 0; i < 6; ++i) CHECK(result->contents[i].key == keys[i]);
    CHECK(result->contents[0].etag == "%07");
    CHECK_FALSE(result->contents[6].key.has_value());
    CHECK(result->contents[6].etag == "+");
}

TEST_CASE("a caller who says how names are encoded gets them so") {
    Canned transport;
    transport.body = encoded_page;
    const auto result = list(transport, {.encoding = "url"});
    REQUIRE(result.has_value());
    CHECK(transport.urls[0].ends_with("/?list-type=2&encoding-type=url"));
    CHECK(result->prefix == "a+b%2Fc");
    CHECK(result->contents[0].key == "a%07b");
    list(transport, {.encoding = ""}).reset();
    CHECK(transport.urls[1].ends_with("encoding-type="));
}

TEST_CASE("a store that does not know encoded names keeps them as they are") {
    Canned transport;
    transport.body = R"({"Prefix":"a+b","Contents":[{"Key":"x%20y"}]})";
    auto result = list(transport, {});
    REQUIRE(result.has_value());
    CHECK(result->prefix == "a+b");
    CHECK(result->contents[0].key == "x%20y");
    transport.body = R"({"EncodingType":"other","Contents":[{"Key":"x%20y"}]})";
    CHECK(list(transport, {})->contents[0].key == "x%20y");
}

TEST_CASE("an encoded name that is not UTF-8 is read with U+FFFD, or an error") {
    Canned transport;
    transport.body = R"({"EncodingType":"url","Contents":[{"Key":"a%FF"}]})";
    CHECK(list(transport, {})->contents[0].key == "a\xef\xbf\xbd");
    const auto refused = list(transport, {}, InvalidText::reject);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::response);
    CHECK(refused.error().message == "ListResponse.Contents.Key: the percent-encoded text is not UTF-8");
}
