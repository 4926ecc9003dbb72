// SPDX-License-Identifier: Apache-2.0
// Where one call goes, who makes it and what headers it has, in place of what its client says.
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/explain.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

const Credentials clients{.access_key_id = "AKIDCLIENT", .secret_access_key = "secret of the client"};
const Credentials others{
    .access_key_id = "AKIDOTHER", .secret_access_key = "secret of another", .session_token = "token"};

/// A client at a fixed time that keeps its requests and gets the same answer to each.
struct Fixed {
    explicit Fixed(ClientConfig config, int answer = 200)
        : client(complete(std::move(config)), [this, answer](const HttpRequest& request) {
              requests.push_back(request);
              return HttpResponse{answer, {}, "{}"};
          }) {}
    ClientConfig complete(ClientConfig config) {
        config.environment = &environment;
        config.retry.max_attempts = 1;
        return config;
    }
    Result<voice::GetSpeakerSearchTaskResponse> get(const CallOptions& options = {}) const {
        return client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"},
                                              options);
    }
    test::FakeEnvironment environment{};
    std::vector<HttpRequest> requests{};
    voice::Client client;
};

void check_equal(const HttpRequest& one, const HttpRequest& other) {
    CHECK(one.url == other.url);
    CHECK(one.headers == other.headers);
}

} // namespace

TEST_CASE("a call with its own target makes the request of a client with that target") {
    const CredentialsHandle handle = others;
    const struct {
        CallOptions options;
        ClientConfig config;
    } cases[] = {
        {{.region = "eu-central-1"}, {.region = "eu-central-1", .credentials = clients}},
        {{.endpoint = "http://LocalHost:4566/base/"},
         {.region = "us-east-1", .credentials = clients, .endpoint = "http://LocalHost:4566/base/"}},
        {{.credentials = &handle}, {.region = "us-east-1", .credentials = others}},
        {{.region = "us-west-2", .endpoint = "https://proxy.example", .credentials = &handle},
         {.region = "us-west-2", .credentials = others, .endpoint = "https://proxy.example"}},
        {{}, {.region = "us-east-1", .credentials = clients}},
    };
    Fixed shared({.region = "us-east-1", .credentials = clients});
    // Twice, because the client keeps what it has found for calls without their own target.
    for (int round = 0; round < 2; ++round)
        for (const auto& one : cases) {
            Fixed alone(one.config);
            REQUIRE(alone.get());
            REQUIRE(shared.get(one.options));
            check_equal(shared.requests.back(), alone.requests.back());
        }
}

TEST_CASE("a call's own target may be the client's only one") {
    Fixed without({});
    CHECK(without.get().error().kind == ErrorKind::endpoint);
    CHECK(without.requests.empty());
    const CredentialsHandle handle = others;
    CHECK(without.get({.region = "us-east-1"}).error().kind == ErrorKind::credentials);
    REQUIRE(without.get({.region = "us-east-1", .credentials = &handle}));
    Fixed alone({.region = "us-east-1", .credentials = others});
    REQUIRE(alone.get());
    check_equal(without.requests.back(), alone.requests.back());
}

TEST_CASE("a call's own target is checked like that of a client") {
    Fixed f({.region = "us-east-1", .credentials = clients});
    CHECK(f.get({.region = "eu/evil"}).error().code == "InvalidRegion");
    CHECK(f.get({.endpoint = "https://user:pw@host.example"}).error().code == "InvalidEndpoint");
    CHECK(f.get({.endpoint = "nothing"}).error().code == "InvalidEndpoint");
    const CredentialsHandle none;
    CHECK(f.get({.credentials = &none}).error().kind == ErrorKind::credentials);
    const CredentialsHandle provider = [] { return Result<Credentials>(others); };
    REQUIRE(f.get({.credentials = &provider}));
    CHECK(f.requests.size() == 1);
}

TEST_CASE("a call's own headers are sent and signed, in place of others of the same names") {
    Fixed f({.region = "us-east-1", .credentials = clients});
    const Headers own{{"X-Request-Source", "batch 7"}, {"user-agent", "mine/1.0"}, {"X-Empty", ""}};
    REQUIRE(f.get({.headers = &own}));
    const HttpRequest& request = f.requests.back();
    CHECK(*request.headers.find("X-Request-Source") == "batch 7");
    CHECK(*request.headers.find("User-Agent") == "mine/1.0");
    CHECK(*request.headers.find("X-Empty") == "");
    CHECK(request.headers.find("Authorization")->find("x-request-source") != std::string::npos);
    REQUIRE(f.get());
    CHECK_FALSE(f.requests.back().headers.contains("X-Request-Source"));
    for (const Headers& bad :
         {Headers{{"X-Line", "a\r\nX-Other: b"}}, Headers{{"X Space", "a"}}, Headers{{"", "a"}}}) {
        const auto result = f.get({.headers = &bad});
        CHECK(result.error().code == "InvalidRequest");
        CHECK(result.error().message.find("header") != std::string::npos);
    }
    CHECK(f.requests.size() == 2);
}

TEST_CASE("an explanation and an interceptor see a call's own target") {
    struct Seeing final : Interceptor {
        Duration before_attempt(const AttemptInfo& attempt, HttpRequest&) override {
            named.push_back(attempt.names_endpoint);
            return {};
        }
        void after_attempt(const AttemptInfo& attempt, int, const Headers&, const Error&) override {
            named.push_back(attempt.names_endpoint);
        }
        std::vector<bool> named;
    } seeing;
    Fixed f({.region = "us-east-1",
             .credentials = clients,
             .error_facts = keep_error_facts,
             .interceptor = &seeing},
            400);
    const CredentialsHandle handle = others;
    const std::string text = explain(
        f.get({.region = "eu-west-2", .endpoint = "https://here.example", .credentials = &handle}).error());
    CHECK(text.find("eu-west-2") != std::string::npos);
    CHECK(text.find("https://here.example") != std::string::npos);
    CHECK(text.find("us-east-1") == std::string::npos);
    CHECK(text.find("secret of another") == std::string::npos);
    static_cast<void>(f.get());
    CHECK(seeing.named == std::vector<bool>{true, true, false, false});
}

TEST_CASE("a call's own headers may repeat, and replace none of the signature's") {
    Fixed f({.region = "us-east-1", .credentials = clients});
    const Headers own{{"X-Many", "1"}, {"x-many", "2"}, {"Authorization", "mine"}, {"X-Amz-Date", "mine"}};
    REQUIRE(f.get({.headers = &own}));
    const HttpRequest& request = f.requests.back();
    std::string many;
    for (const Header& header : request.headers)
        if (header.name == "X-Many" || header.name == "x-many") many += header.value;
    CHECK(many == "12");
    CHECK(request.headers.find("Authorization")->starts_with("AWS4-HMAC-SHA256 "));
    CHECK(*request.headers.find("X-Amz-Date") != "mine");
}

TEST_CASE("an own authorization of a call without credentials is sent, also past an interceptor") {
    struct Waiting final : Interceptor {
        Duration before_attempt(const AttemptInfo&, HttpRequest&) override { return {}; }
        void after_attempt(const AttemptInfo&, int, const Headers&, const Error&) override {}
    } interceptor;
    const Headers own{{"Authorization", "mine"}};
    for (Interceptor* const used :
         {static_cast<Interceptor*>(nullptr), static_cast<Interceptor*>(&interceptor)}) {
        Fixed f({.region = "us-east-1", .credentials = anonymous_credentials(), .interceptor = used});
        REQUIRE(f.get({.headers = &own}));
        CHECK(*f.requests.back().headers.find("Authorization") == "mine");
    }
}

TEST_CASE("the clock of a call's own endpoint is not that of the client's other calls") {
    test::FakeEnvironment environment;
    std::vector<HttpRequest> requests;
    const voice::Client client{{.region = "us-east-1",
                                .credentials = clients,
                                .retry = {.max_attempts = 1},
                                .environment = &environment},
                               [&](const HttpRequest& request) {
                                   requests.push_back(request);
                                   return HttpResponse{
                                       200, {{"Date", "Wed, 01 Jan 2020 00:00:00 GMT"}}, "{}"};
                               }};
    const auto get = [&](const CallOptions& options) {
        REQUIRE(client.get_speaker_search_task({.voice_connector_id = "vc", .speaker_search_task_id = "t"},
                                               options));
        return requests.back().headers.find("X-Amz-Date")->substr(0, 4);
    };
    CHECK(get({.endpoint = "https://elsewhere.example"}) == "2026");
    CHECK(get({}) == "2026");
    // The client's own endpoint is trusted.
    CHECK(get({}) == "2020");
}
