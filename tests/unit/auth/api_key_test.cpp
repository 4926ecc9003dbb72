// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/api_key.hpp>
#include <belfry/auth/bearer_token.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>

#include "support/catch.hpp"

#include <string>

using belfry::ApiKeyTraits;
using belfry::AuthorizeResult;
using belfry::Credentials;
using belfry::Error;
using belfry::HttpRequest;
using belfry::Operation;

namespace {

HttpRequest to(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    return request;
}

constexpr ApiKeyTraits header_traits{.name = "X-Api-Key"};

AuthorizeResult add(const ApiKeyTraits& traits, const std::string& key, HttpRequest& request, Error& error) {
    return belfry::detail::add_api_key(traits, belfry::bearer_credentials(key), request, error);
}

} // namespace

// The forms are those of https://smithy.io/2.0/spec/authentication-traits.html#httpapikeyauth-trait.
TEST_CASE("an API key is sent in the header that the model names, after its scheme if there is one") {
    Error error;
    HttpRequest request = to("https://weather.example/");
    REQUIRE(add({.name = "X-Api-Key"}, "secret", request, error) == AuthorizeResult::authorized);
    CHECK(*request.headers.find("x-api-key") == "secret");
    REQUIRE(add({.name = "Authorization", .scheme = "ApiKey"}, "secret", request, error) ==
            AuthorizeResult::authorized);
    CHECK(*request.headers.find("Authorization") == "ApiKey secret");
    REQUIRE(add({.name = "X-Api-Key"}, "newer", request, error) == AuthorizeResult::authorized);
    CHECK(request.headers.size() == 2);
    CHECK(*request.headers.find("x-api-key") == "newer");
}

TEST_CASE("an API key in the query is percent-encoded, and replaced on another attempt") {
    Error error;
    const ApiKeyTraits traits{.name = "api key", .in_query = true};
    HttpRequest request = to("https://weather.example/cities");
    REQUIRE(add(traits, "a&b=c/", request, error) == AuthorizeResult::authorized);
    CHECK(request.url == "https://weather.example/cities?api%20key=a%26b%3Dc%2F");
    REQUIRE(add(traits, "newer", request, error) == AuthorizeResult::authorized);
    CHECK(request.url == "https://weather.example/cities?api%20key=newer");
    request = to("https://weather.example/cities?x=1&api%20key=old&y=api%20key=old");
    REQUIRE(add(traits, "new", request, error) == AuthorizeResult::authorized);
    CHECK(request.url == "https://weather.example/cities?x=1&api%20key=new&y=api%20key=old");
    request = to("https://weather.example/cities?x=1");
    REQUIRE(add(traits, "k", request, error) == AuthorizeResult::authorized);
    CHECK(request.url == "https://weather.example/cities?x=1&api%20key=k");
}

TEST_CASE("an API key without TLS, or an invalid one, is an error") {
    const ApiKeyTraits traits{.name = "X-Api-Key"};
    struct Case {
        const char* url;
        std::string key;
        const char* code;
    };
    for (const Case& wrong :
         {Case{"https://a.example/", "", "NoApiKey"}, Case{"http://a.example/", "secret", "InvalidApiKey"},
          Case{"http://localhost.example/", "secret", "InvalidApiKey"},
          Case{"http://localhost:x@a.example/", "secret", "InvalidApiKey"},
          Case{"http://localhost:80@a.example/", "secret", "InvalidApiKey"},
          Case{"http://127.0.0.1:@a.example/", "secret", "InvalidApiKey"},
          Case{"http://[::1]@a.example/", "secret", "InvalidApiKey"},
          Case{"http://127.0.0.1:80.a.example/", "secret", "InvalidApiKey"},
          Case{"https://a.example/", "se\ncret", "InvalidApiKey"}}) {
        Error error;
        HttpRequest request = to(wrong.url);
        REQUIRE(add(traits, wrong.key, request, error) == AuthorizeResult::failed);
        CHECK(error.kind == belfry::ErrorKind::credentials);
        CHECK(error.code == wrong.code);
        CHECK(error.message.find("secret") == std::string::npos);
        CHECK(request.headers.size() == 0);
    }
    Error error;
    for (const char* const url : {"http://127.0.0.1:8000/", "http://localhost/a@b", "http://[::1]:8000"}) {
        HttpRequest request = to(url);
        CHECK(add(traits, "secret", request, error) == AuthorizeResult::authorized);
    }
}

TEST_CASE("a request is signed if there is an access key and not an API key") {
    Error error;
    HttpRequest request = to("https://a.example/");
    const auto authorize = &belfry::detail::add_api_key_if_any<header_traits>;
    belfry::AuthorizeState state;
    CHECK(authorize(Operation{}, Credentials{"id", "secret"}, {}, state, request, error) ==
          AuthorizeResult::sign);
    CHECK(request.headers.empty());
    CHECK(authorize(Operation{}, belfry::bearer_credentials("key"), {}, state, request, error) ==
          AuthorizeResult::authorized);
    CHECK(*request.headers.find("X-Api-Key") == "key");
}
