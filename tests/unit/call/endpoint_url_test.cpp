// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/host_prefix.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/prepare.hpp>

#include "support/catch.hpp"
#include "unit/call/canned.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace belfry;

constexpr OperationHooks hooks{.host_prefix = "sync-", .add_host_prefix = &detail::add_host_prefix};

/// The URL of a request to that endpoint, or the error.
std::string url_of(ClientConfig config, bool with_prefix) {
    Operation operation = operation_of<test::ListThings>;
    if (with_prefix) operation.hooks = &hooks;
    config.region = "us-east-1";
    std::vector<test::ListThingsRequest> seen;
    test::inputs_seen = &seen;
    const test::ListThingsRequest input{.owner = "me"};
    const ClientCore core(*operation.service, std::move(config),
                          [](const HttpRequest&) { return HttpResponse{}; });
    detail::PreparedRequest prepared(core.config(), {});
    Error error;
    const bool good = detail::prepare_request(core, operation, &input, {}, prepared, error);
    test::inputs_seen = nullptr;
    return good ? prepared.request.url : error.code + ": " + error.message;
}

} // namespace

TEST_CASE("a host prefix is put before names only") {
    const struct {
        std::string_view endpoint;
        std::string_view url;
    } cases[] = {
        {"https://example.com", "https://sync-example.com/"},
        {"http://example.com:8080/base", "http://sync-example.com:8080/base/"},
        {"http://10.example", "http://sync-10.example/"},
        {"https://s3.example.", "https://sync-s3.example./"},
        {"http://localhost.", "http://localhost./"},
        {"http://127.0.0.1:8000", "http://127.0.0.1:8000/"},
        {"http://127.1", "http://127.1/"},
        {"https://[::1]:8443", "https://[::1]:8443/"},
        {"http://localhost:4566", "http://localhost:4566/"},
        {"http://LOCALHOST", "http://localhost/"},
        {"http://localhost.localstack.cloud:4566", "http://sync-localhost.localstack.cloud:4566/"},
    };
    for (const auto& one : cases) {
        INFO(one.endpoint);
        CHECK(url_of({.endpoint = std::string(one.endpoint)}, true) == one.url);
    }
    CHECK(url_of({.endpoint = "https://gateway.example", .inject_host_prefix = false}, true) ==
          "https://gateway.example/");
}

TEST_CASE("an endpoint with a user is refused without its password") {
    for (const char* const endpoint :
         {"https://user:hunter2@example.com", "https://user:hunter2@", "https://hunter2@example.com",
          "https://user:hunter2@example.com?x", "ftp://user:hunter2@example.com",
          "https://user:hunter2@example.com:99999", "user:hunter2@example.com"}) {
        INFO(endpoint);
        const std::string refused = url_of({.endpoint = endpoint}, false);
        CHECK(refused.starts_with("InvalidEndpoint: "));
        CHECK(refused.find("hunter2") == std::string::npos);
        CHECK(refused.find("password") != std::string::npos);
    }
}
