// SPDX-License-Identifier: Apache-2.0
// Rules of few services that their models do not state: members that are filled in or shortened, headers, and
// bearer tokens.
#include <belfry/auth/bearer_token.hpp>
#include <belfry/call/call.hpp>
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/protocol/query_and_headers.hpp>
#include <belfry/protocol/request_rules.hpp>
#include <belfry/protocol/rest_json.hpp>

#include "unit/call/canned.hpp"

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <support/catch.hpp>
#include <utility>
#include <vector>

namespace {

struct RingRequest {
    std::optional<std::string> account{};
    std::optional<std::string> bell{};
    std::optional<std::string> accept{};
    std::optional<std::string> note{};
    friend bool operator==(const RingRequest&, const RingRequest&) = default;
};
template <std::same_as<RingRequest> S> constexpr belfry::Description<4> belfry_describe(const S*) {
    using belfry::type_of;
    return {
        .name = "RingRequest",
        .members = {{"account", type_of<decltype(S::account)>, offsetof(S, account), belfry::Location::label},
                    {"bell", type_of<decltype(S::bell)>, offsetof(S, bell), belfry::Location::label},
                    {"Accept", type_of<decltype(S::accept)>, offsetof(S, accept), belfry::Location::header},
                    {"note", type_of<decltype(S::note)>, offsetof(S, note)}}};
}
struct RingResponse {};
template <std::same_as<RingResponse> S> constexpr belfry::Description<0> belfry_describe(const S*) {
    return {.name = "RingResponse"};
}

constexpr belfry::Service service{.id = "Tower",
                                  .name = "tower",
                                  .api_version = "2000-01-01",
                                  .signing_name = "tower",
                                  .protocol = &belfry::rest_json,
                                  .endpoint_rules = &belfry::chime_sdk_voice::endpoint_rules};

constexpr belfry::InputRule input_rules[] = {{.member = "account", .fallback = "-"},
                                             {.member = "bell", .last_segment = true},
                                             {.member = "note", .last_segment = true}};
constexpr belfry::ConstantHeader headers[] = {{"x-tower-version", "2000-01-01"}, {"accept", "text/plain"}};
constexpr belfry::RequestRules rules{.input = input_rules,
                                     .copy_input = &belfry::detail::copy_input<RingRequest>,
                                     .destroy_input = &belfry::detail::destroy_input<RingRequest>,
                                     .headers = headers};
constexpr belfry::OperationHooks by_rules{.encode = &belfry::detail::encode_by_rules<rules>};
constexpr belfry::OperationHooks with_token{.authorize = &belfry::detail::add_bearer_token};
constexpr belfry::OperationHooks with_token_or_signed{.authorize = &belfry::detail::add_bearer_token_if_any};

/// The operation with one of these rules.
template <const belfry::OperationHooks* Hooks> struct Ring {
    using Input = RingRequest;
    using Output = RingResponse;
    friend constexpr belfry::Operation belfry_describe_operation(const Ring*) {
        return {.service = &service,
                .name = "Ring",
                .method = "POST",
                .uri = "/{account}/bells/{bell}",
                .success_status = 200,
                .input = &belfry::structure_of<Input>,
                .output = &belfry::structure_of<Output>,
                .encode_query_and_headers = &belfry::detail::encode_query_and_headers,
                .hooks = Hooks};
    }
};

/// A client whose requests are kept and answered with the given statuses in order.
struct Kept {
    std::vector<belfry::HttpRequest> requests{};
    std::vector<int> statuses{200};
    test::FakeEnvironment environment{};

    [[nodiscard]] belfry::ClientCore client(belfry::Credentials credentials,
                                            std::string endpoint = "https://bell.example") {
        belfry::ClientConfig config;
        config.region = "us-east-1";
        config.credentials = std::move(credentials);
        config.endpoint = std::move(endpoint);
        config.environment = &environment;
        return belfry::ClientCore(service, std::move(config), [this](const belfry::HttpRequest& request) {
            requests.push_back(request);
            const std::size_t number = requests.size() - 1;
            return belfry::HttpResponse{
                statuses[number < statuses.size() ? number : statuses.size() - 1], {}, "{}"};
        });
    }
};

template <const belfry::OperationHooks* Hooks>
[[nodiscard]] belfry::Result<RingResponse> ring(const belfry::ClientCore& client) {
    return belfry::detail::invoke<Ring<Hooks>>(client, {.account = "a", .bell = "b"}, {});
}

[[nodiscard]] belfry::Result<belfry::HttpRequest> encoded(const RingRequest& input) {
    return belfry::encode(Ring<&by_rules>{}, input);
}

} // namespace

TEST_CASE("a member that is absent or empty takes its fallback") {
    CHECK(encoded({.bell = "b"})->url == "/-/bells/b");
    CHECK(encoded({.account = "", .bell = "b"})->url == "/-/bells/b");
    CHECK(encoded({.account = "123", .bell = "b"})->url == "/123/bells/b");
}

TEST_CASE("only the part after the last slash is sent, for every location of the member") {
    const RingRequest input{.account = "/a", .bell = "/hostedzone/Z1", .note = "a/b"};
    const RingRequest before = input;
    const auto request = encoded(input);
    REQUIRE(request.has_value());
    CHECK(request->url == "/%2Fa/bells/Z1");
    CHECK(request->body == R"({"note":"b"})");
    CHECK(input == before);
    CHECK(encoded({.bell = "Z1"})->url == "/-/bells/Z1");
}

TEST_CASE("a member whose value is empty after trimming is missing") {
    for (const auto& bell : {std::optional<std::string>(), std::optional<std::string>("/hostedzone/")}) {
        const auto request = encoded({.bell = bell});
        REQUIRE_FALSE(request.has_value());
        CHECK(request.error().kind == belfry::ErrorKind::validation);
        CHECK(request.error().message.find("RingRequest.bell: required") != std::string::npos);
    }
}

TEST_CASE("constant headers are sent unless the input sets them") {
    const auto usual = encoded({.bell = "b"});
    CHECK(*usual->headers.find("X-Tower-Version") == "2000-01-01");
    CHECK(*usual->headers.find("Accept") == "text/plain");
    const auto own = encoded({.bell = "b", .accept = "image/png"});
    CHECK(*own->headers.find("Accept") == "image/png");
}

TEST_CASE("a bearer token is sent in place of a signature with each attempt") {
    Kept kept;
    kept.statuses = {503, 503, 200};
    const belfry::ClientCore client = kept.client(belfry::bearer_credentials("abc-._~+/123=="));
    REQUIRE(ring<&with_token>(client).has_value());
    REQUIRE(kept.requests.size() == 3);
    for (const belfry::HttpRequest& request : kept.requests) {
        CHECK(*request.headers.find("Authorization") == "Bearer abc-._~+/123==");
        CHECK_FALSE(request.headers.contains("X-Amz-Date"));
    }
}

TEST_CASE("without a valid token no request is sent") {
    struct Case {
        const char* token;
        const char* endpoint;
        const char* code;
    };
    for (const Case& each : {Case{"", "https://bell.example", "NoBearerToken"},
                             Case{"a b", "https://bell.example", "InvalidBearerToken"},
                             Case{"a\r\nX: y", "https://bell.example", "InvalidBearerToken"},
                             Case{"==", "https://bell.example", "InvalidBearerToken"},
                             Case{"a", "http://bell.example", "InvalidBearerToken"},
                             Case{"a", "http://localhost.example", "InvalidBearerToken"}}) {
        INFO(each.token << ' ' << each.endpoint);
        Kept kept;
        const belfry::ClientCore client = kept.client(belfry::bearer_credentials(each.token), each.endpoint);
        const auto result = ring<&with_token>(client);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().kind == belfry::ErrorKind::credentials);
        CHECK(result.error().code == each.code);
        CHECK(kept.requests.empty());
    }
}

TEST_CASE("a token is sent without TLS only to the local host") {
    for (const char* const endpoint : {"http://localhost:8080", "http://127.0.0.1", "http://[::1]:80/base"}) {
        Kept kept;
        const belfry::ClientCore client = kept.client(belfry::bearer_credentials("a"), endpoint);
        CHECK(ring<&with_token>(client).has_value());
    }
}

TEST_CASE("if a service takes both, credentials without a token sign the request") {
    Kept kept;
    const belfry::ClientCore keys = kept.client(belfry::Credentials{"AKIDEXAMPLE", "secret"});
    REQUIRE(ring<&with_token_or_signed>(keys).has_value());
    CHECK(kept.requests[0].headers.find("Authorization")->starts_with("AWS4-HMAC-SHA256 "));
    const belfry::ClientCore token = kept.client(belfry::bearer_credentials("t"));
    REQUIRE(ring<&with_token_or_signed>(token).has_value());
    CHECK(*kept.requests[1].headers.find("Authorization") == "Bearer t");
}
