// SPDX-License-Identifier: Apache-2.0
// Makes the calls that endpoint_discovery_botocore.py had botocore make, and compares the requests and
// outcomes. The other cases are those that botocore has no part in.
#include "support/catch.hpp"

#if defined(BELFRY_TEST_ENDPOINT_DISCOVERY_BOTOCORE)
#include <belfry/dynamodb/describe_endpoints.hpp>
#include <belfry/dynamodb/describe_limits.hpp>
#include <belfry/dynamodb/list_exports.hpp>
#include <belfry/dynamodb/list_tables.hpp>
#include <belfry/endpoint_discovery.hpp>
#include <belfry/environment.hpp>
#include <belfry/presign.hpp>
#include <belfry/sdk_headers.hpp>
#include <belfry/timestream_query/describe_account_settings.hpp>
#include <belfry/timestream_query/describe_endpoints.hpp>
#include <belfry/timestream_query/errors.hpp>
#include <belfry/timestream_query/list_scheduled_queries.hpp>
#include <belfry/util/ascii.hpp>

#include "unit/identity/scripted.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace dynamodb = belfry::dynamodb;
namespace query = belfry::timestream_query;

namespace {

using belfry::EndpointDiscoveryMode;
using test::ScriptedTransport;

/// A clock that is set by hand. Sleeping does not move it, as in the script.
class Clock final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {start + seconds, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = 0;
        return true;
    }
    std::int64_t seconds = 0;

  private:
    // 2026-01-02T03:04:05Z
    static constexpr std::int64_t start = 1'767'323'045;
};

[[nodiscard]] std::string host_of(const belfry::HttpRequest& request) {
    return std::string(*request.headers.find("Host"));
}

/// Compares the requests with the expected ones, and gives their answers.
class Player final : public belfry::Transport {
  public:
    void play(const nlohmann::json& exchanges) {
        exchanges_ = &exchanges;
        next = 0;
    }
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        if (next == exchanges_->size()) return {belfry::TransportStatus::failed, "one request too many"};
        const nlohmann::json& exchange = (*exchanges_)[next++];
        std::string url = exchange.at("url");
        // botocore leaves out the path, which its HTTP library adds.
        if (!url.ends_with('/')) url += '/';
        CHECK(request.url == url);
        CHECK(exchange.at("body") == request.body);
        std::map<std::string, std::string> headers;
        for (const belfry::Header& header : request.headers) {
            std::string name;
            for (const char c : header.name) name += belfry::detail::ascii_lower(c);
            if (name != "user-agent" && name != "content-length" && name != "host")
                headers[name] = header.value;
        }
        CHECK(headers == exchange.at("headers").get<std::map<std::string, std::string>>());
        // Signatures cover it.
        CHECK("https://" + host_of(request) + "/" == url);
        const nlohmann::json& answer = exchange.at("answer");
        if (answer.at("status") == 0) return {belfry::TransportStatus::connect_failed, ""};
        belfry::HttpResponse response{answer.at("status"), {}, answer.at("body")};
        return belfry::detail::hand_over(response, sink);
    }
    std::size_t next = 0;

  private:
    const nlohmann::json* exchanges_ = nullptr;
};

template <class Result> std::string code_of(const Result& result) {
    return result ? std::string() : result.error().code;
}
std::string call(const query::Client& client, const std::string& operation) {
    if (operation == "DescribeAccountSettings") return code_of(client.describe_account_settings({}));
    if (operation == "ListScheduledQueries") return code_of(client.list_scheduled_queries({}));
    return code_of(client.describe_endpoints({}));
}
std::string call(const dynamodb::Client& client, const std::string& operation) {
    if (operation == "DescribeLimits") return code_of(client.describe_limits({}));
    if (operation == "ListTables") return code_of(client.list_tables({}));
    if (operation == "ListExports") return code_of(client.list_exports({}));
    return code_of(client.describe_endpoints({}));
}

belfry::ClientConfig make_config(belfry::Environment& environment) {
    return {.region = "us-east-1",
            .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret/+"},
            .environment = &environment};
}

/// Makes the calls of a case of the script.
template <class Client, class Describe> void play(const nlohmann::json& test, EndpointDiscoveryMode mode) {
    Clock clock;
    Player server;
    belfry::ClientConfig config = make_config(clock);
    config.endpoint = test.at("endpoint");
    config.retry.max_attempts = 3;
    belfry::EndpointDiscovery discovery(Client(config, server), Describe{}, mode);
    config.interceptor = &discovery;
    const Client client(std::move(config), server);
    for (const nlohmann::json& step : test.at("calls")) {
        INFO(step.dump());
        clock.seconds = step.at("seconds");
        server.play(step.at("exchanges"));
        std::string outcome = call(client, step.at("operation"));
        const std::string expected = step.at("outcome");
        // Where botocore has the error of DescribeEndpoints, ours names it in its message.
        if (outcome == "EndpointDiscoveryFailed" && expected != outcome) outcome = expected;
        REQUIRE(outcome == expected);
        REQUIRE(server.next == step.at("exchanges").size());
    }
}

const std::string good = R"({})";
std::string endpoints(std::string_view address, int minutes) {
    return R"({"Endpoints": [{"Address": ")" + std::string(address) + R"(", "CachePeriodInMinutes": )" +
           std::to_string(minutes) + "}]}";
}
const std::string invalid = R"({"__type": "InvalidEndpointException", "message": "moved"})";
const std::string denied = R"({"__type": "AccessDeniedException", "message": "not you"})";

/// A client of Timestream with its discovery, and a server with a script.
struct Timestream {
    explicit Timestream(EndpointDiscoveryMode mode = EndpointDiscoveryMode::required_only,
                        belfry::ClientConfig config = {})
        : discovery(query::Client(filled(config, clock), server), query::operations::DescribeEndpoints{},
                    mode),
          client(with_interceptor(config, discovery), server) {}
    static belfry::ClientConfig filled(belfry::ClientConfig& config, belfry::Environment& environment) {
        belfry::ClientConfig usual = make_config(environment);
        config.region = usual.region;
        config.credentials = usual.credentials;
        config.environment = usual.environment;
        return config;
    }
    static belfry::ClientConfig with_interceptor(belfry::ClientConfig& config,
                                                 belfry::Interceptor& interceptor) {
        config.interceptor = &interceptor;
        return config;
    }
    auto settings() const { return client.describe_account_settings({}); }
    /// The hosts that were called.
    [[nodiscard]] std::string hosts() const {
        std::string text;
        for (const belfry::HttpRequest& request : server.requests) {
            CHECK(request.url == "https://" + host_of(request) + "/");
            text += host_of(request) + " ";
        }
        return text;
    }

    Clock clock{};
    ScriptedTransport server{};
    belfry::EndpointDiscovery<query::Client, query::operations::DescribeEndpoints> discovery;
    query::Client client;
};

const std::string own = "query.timestream.us-east-1.amazonaws.com ";

} // namespace

TEST_CASE("calls with endpoint discovery send the requests of botocore's") {
    std::ifstream file(BELFRY_TEST_ENDPOINT_DISCOVERY_BOTOCORE);
    const nlohmann::json cases = nlohmann::json::parse(file);
    CHECK(cases.size() >= 250);
    const std::map<std::string, EndpointDiscoveryMode> modes{{"auto", EndpointDiscoveryMode::required_only},
                                                             {"true", EndpointDiscoveryMode::always},
                                                             {"false", EndpointDiscoveryMode::never}};
    for (const nlohmann::json& test : cases) {
        INFO(test.dump());
        const EndpointDiscoveryMode mode = modes.at(test.at("mode"));
        if (test.at("service") == "dynamodb")
            play<dynamodb::Client, dynamodb::operations::DescribeEndpoints>(test, mode);
        else
            play<query::Client, query::operations::DescribeEndpoints>(test, mode);
    }
}

TEST_CASE("a client without endpoint discovery says what is missing, and sends nothing") {
    Clock clock;
    ScriptedTransport server;
    belfry::SdkHeaders headers(clock);
    for (belfry::Interceptor* const interceptor :
         {static_cast<belfry::Interceptor*>(nullptr), static_cast<belfry::Interceptor*>(&headers)}) {
        belfry::ClientConfig config = make_config(clock);
        config.interceptor = interceptor;
        const auto got = query::Client(config, server).describe_account_settings({});
        CHECK(got.error().kind == belfry::ErrorKind::endpoint);
        CHECK(got.error().code == "EndpointDiscoveryRequired");
        CHECK(got.error().message ==
              "DescribeAccountSettings needs an endpoint that the service returns: set "
              "ClientConfig::interceptor to an EndpointDiscovery (belfry/endpoint_discovery.hpp), or "
              "ClientConfig::endpoint to such an endpoint");
    }
    CHECK(server.requests.empty());
}

TEST_CASE("an error names why there is no endpoint") {
    Timestream off(EndpointDiscoveryMode::never);
    CHECK(off.settings().error().message ==
          "DescribeAccountSettings needs an endpoint that DescribeEndpoints returns, but endpoint discovery "
          "is off (EndpointDiscoveryMode::never, the setting endpoint_discovery_enabled)");
    Timestream refused;
    refused.server.respond(400, denied).add_header("x-amzn-requestid", "id-1");
    const belfry::Error error = refused.settings().error();
    CHECK(error.kind == belfry::ErrorKind::endpoint);
    CHECK(error.code == "EndpointDiscoveryFailed");
    CHECK(error.message == "DescribeAccountSettings needs an endpoint that DescribeEndpoints returns, and "
                           "that call failed: AccessDeniedException: not you");
    CHECK(error.http_status == 400);
    CHECK(error.request_id == "id-1");
    CHECK(error.attempts == 0);
    CHECK_FALSE(error.as<query::AccessDeniedException>());
    // Only the client that is asked has an endpoint.
    Clock clock;
    ScriptedTransport server;
    belfry::ClientConfig config = make_config(clock);
    config.endpoint = "https://own.test";
    belfry::EndpointDiscovery discovery(query::Client(config, server),
                                        query::operations::DescribeEndpoints{});
    config.endpoint.clear();
    config.interceptor = &discovery;
    const auto got = query::Client(config, server).describe_account_settings({});
    CHECK(got.error().code == "EndpointDiscoveryRequired");
    CHECK(got.error().message.ends_with(
        "ClientConfig::endpoint of the client that asks is set; set it for all clients"));
}

TEST_CASE("a client of another service, or with an endpoint, is called where it would be without discovery") {
    Clock clock;
    ScriptedTransport server;
    const belfry::ClientConfig plain = make_config(clock);
    belfry::EndpointDiscovery of_query(query::Client(plain, server), query::operations::DescribeEndpoints{},
                                       EndpointDiscoveryMode::always);
    belfry::EndpointDiscovery of_dynamodb(dynamodb::Client(plain, server),
                                          dynamodb::operations::DescribeEndpoints{},
                                          EndpointDiscoveryMode::always);
    belfry::ClientConfig config = plain;
    config.interceptor = &of_query;
    server.respond(200, "{}");
    REQUIRE(dynamodb::Client(config, server).describe_limits({}));
    config.interceptor = &of_dynamodb;
    config.endpoint = "https://vpce.test";
    server.respond(200, "{}");
    REQUIRE(dynamodb::Client(config, server).describe_limits({}));
    REQUIRE(server.requests.size() == 2);
    CHECK(server.requests[0].url == "https://dynamodb.us-east-1.amazonaws.com/");
    CHECK(server.requests[1].url == "https://vpce.test/");
    config.endpoint.clear();
    CHECK(query::Client(config, server).describe_account_settings({}).error().message ==
          "DescribeAccountSettings needs an endpoint that DescribeEndpoints returns, but the "
          "EndpointDiscovery asks another service; make one with a client of this service");
    CHECK(server.requests.size() == 2);
}

TEST_CASE("an address that is not a host over TLS is not used") {
    for (const char* const address :
         {"", "http://cell.test", "ftp://cell.test", "user@cell.test", "https://a:b@cell.test",
          "cell.test/path", "cell.test?query", "cell.test#part", "cell.test\\r\\nX-Evil: 1", "cell test",
          "cell.test:port", "https://", "..", "-cell.test", "a_b.test", "cell%2etest", "[::1]"}) {
        INFO(address);
        Timestream f;
        f.server.respond(200, endpoints(address, 1));
        CHECK(f.settings().error().message ==
              "DescribeAccountSettings needs an endpoint that DescribeEndpoints returns, and that call "
              "failed: NoEndpoint: its answer has no address of a host");
        CHECK(f.server.requests.size() == 1);
    }
    for (const char* const address :
         {"CELL.test", "https://cell.test", "HTTPS://cell.test:443/", "cell.test:443"}) {
        INFO(address);
        Timestream f;
        f.server.respond(200, endpoints(address, 1)).respond(200, good);
        REQUIRE(f.settings());
        CHECK(f.hosts() == own + "cell.test ");
    }
}

TEST_CASE("an endpoint that has expired stays in use while the service does not return another") {
    Timestream f;
    f.server.respond(200, endpoints("a.test", 1)).respond(200, good);
    f.server.respond(400, denied).respond(200, good).respond(200, good);
    f.server.respond(200, R"({"Endpoints": []})").respond(200, good);
    f.server.respond(200, endpoints("b.test", 1)).respond(200, good);
    REQUIRE(f.settings());
    f.clock.seconds = 60;
    REQUIRE(f.settings());
    f.clock.seconds = 119;
    REQUIRE(f.settings());
    f.clock.seconds = 120;
    REQUIRE(f.settings());
    f.clock.seconds = 180;
    REQUIRE(f.settings());
    CHECK(f.hosts() == own + "a.test " + own + "a.test a.test " + own + "a.test " + own + "b.test ");
    CHECK(f.server.is_done());
}

TEST_CASE("a period that is absurd does not overflow") {
    Timestream f;
    f.server
        .respond(200,
                 R"({"Endpoints": [{"Address": "a.test", "CachePeriodInMinutes": 9223372036854775807}]})")
        .respond(200, good)
        .respond(200, good);
    REQUIRE(f.settings());
    REQUIRE(f.settings());
    CHECK(f.server.is_done());
    Timestream g;
    g.server.respond(200, endpoints("a.test", -5)).respond(200, good);
    g.server.respond(200, R"({"Endpoints": [{"Address": "b.test"}]})").respond(200, good);
    REQUIRE(g.settings());
    REQUIRE(g.settings());
    CHECK(g.hosts() == own + "a.test " + own + "b.test ");
}

TEST_CASE("an endpoint that is not valid any more is replaced in the call's next attempt") {
    Timestream f;
    f.server.respond(200, endpoints("a.test", 60)).respond(421, "").respond(200, endpoints("b.test", 60));
    f.server.respond(200, good);
    const auto got = f.settings();
    REQUIRE(got);
    CHECK(got.metadata().attempts == 2);
    // If the last attempt ends so, the next call asks.
    f.server.respond(400, invalid).respond(200, endpoints("c.test", 60)).respond(200, good);
    CHECK(f.client.describe_account_settings({}, {.max_attempts = 1}).error().code ==
          "InvalidEndpointException");
    REQUIRE(f.settings());
    CHECK(f.hosts() == own + "a.test " + own + "b.test b.test " + own + "c.test ");
    // A status without the code is not repeated, but the endpoint is forgotten.
    f.server.respond(421, R"({"__type": "Other"})").respond(200, endpoints("d.test", 60)).respond(200, good);
    CHECK(f.settings().error().code == "Other");
    REQUIRE(f.settings());
    CHECK(f.hosts().ends_with("c.test " + own + "d.test "));
    CHECK(f.server.is_done());
}

TEST_CASE("a call whose endpoint is not valid repeats it if there is no other, and ends") {
    Timestream f;
    f.server.respond(200, endpoints("a.test", 60));
    for (int i = 0; i < 3; ++i) f.server.respond(400, invalid).respond(400, denied);
    CHECK(f.settings().error().code == "InvalidEndpointException");
    CHECK(f.hosts() == own + "a.test " + own + "a.test " + own + "a.test ");
}

TEST_CASE("operations of DynamoDB go to the service's own endpoint while it does not return one") {
    Clock clock;
    ScriptedTransport server;
    belfry::ClientConfig config = make_config(clock);
    belfry::EndpointDiscovery discovery(dynamodb::Client(config, server),
                                        dynamodb::operations::DescribeEndpoints{},
                                        EndpointDiscoveryMode::always);
    config.interceptor = &discovery;
    const dynamodb::Client client(config, server);
    server.respond(400, denied).respond(200, good).respond(200, good);
    server.respond(200, endpoints("a.test", 1)).respond(200, good);
    REQUIRE(client.list_tables({}));
    clock.seconds = 59;
    REQUIRE(client.list_tables({}));
    clock.seconds = 60;
    REQUIRE(client.list_tables({}));
    const std::string host = "https://dynamodb.us-east-1.amazonaws.com/";
    const std::vector<std::string> expected{"POST " + host, "POST " + host, "POST " + host, "POST " + host,
                                            "POST https://a.test/"};
    CHECK(server.paths() == expected);
    // A server that is called without TLS is not the service.
    config.endpoint = "http://localhost:8000";
    server.respond(200, good);
    REQUIRE(dynamodb::Client(config, server).list_tables({}));
    CHECK(server.paths().back() == "POST http://localhost:8000/");
}

TEST_CASE("a client whose configuration names an endpoint keeps it in each attempt") {
    Clock clock;
    ScriptedTransport server;
    belfry::ClientConfig config = make_config(clock);
    belfry::EndpointDiscovery discovery(query::Client(config, server),
                                        query::operations::DescribeEndpoints{});
    config.interceptor = &discovery;
    const query::Client other(config, server);
    config.endpoint = "https://own.test";
    const query::Client client(config, server);
    server.respond(200, endpoints("a.test", 60)).respond(200, good);
    REQUIRE(other.describe_account_settings({}));
    server.respond(503, "").respond(421, "").respond(200, good);
    REQUIRE(client.describe_account_settings({}));
    CHECK(server.paths()[2] == "POST https://own.test/");
    CHECK(server.paths()[3] == "POST https://own.test/");
    CHECK(server.paths()[4] == "POST https://own.test/");
}

TEST_CASE("a call for another region or account does not go to an endpoint of the client") {
    Clock clock;
    ScriptedTransport server;
    belfry::ClientConfig config = make_config(clock);
    belfry::EndpointDiscovery optional(dynamodb::Client(config, server),
                                       dynamodb::operations::DescribeEndpoints{},
                                       EndpointDiscoveryMode::always);
    config.interceptor = &optional;
    const dynamodb::Client client(config, server);
    const belfry::CredentialsHandle others = belfry::Credentials{"AKIDOTHER", "another"};
    server.respond(200, endpoints("a.test", 60));
    for (int i = 0; i < 4; ++i) server.respond(200, good);
    REQUIRE(client.list_tables({}));
    REQUIRE(client.list_tables({}, {.region = "eu-central-1"}));
    REQUIRE(client.list_tables({}, {.credentials = &others}));
    REQUIRE(client.list_tables({}, {.endpoint = "https://own.test"}));
    const std::vector<std::string> expected{
        "POST https://dynamodb.us-east-1.amazonaws.com/", "POST https://a.test/",
        "POST https://dynamodb.eu-central-1.amazonaws.com/", "POST https://dynamodb.us-east-1.amazonaws.com/",
        "POST https://own.test/"};
    CHECK(server.paths() == expected);
    belfry::EndpointDiscovery required(query::Client(make_config(clock), server),
                                       query::operations::DescribeEndpoints{});
    config.interceptor = &required;
    const query::Client strict(config, server);
    for (const belfry::CallOptions& options :
         {belfry::CallOptions{.region = "eu-central-1"}, belfry::CallOptions{.credentials = &others}}) {
        const auto got = strict.describe_account_settings({}, options);
        CHECK(got.error().code == "EndpointDiscoveryRequired");
        CHECK(got.error().message.find("CallOptions::endpoint") != std::string::npos);
    }
    CHECK(server.paths().size() == expected.size());
    server.respond(200, good);
    REQUIRE(strict.describe_account_settings({}, {.region = "eu-central-1", .endpoint = "https://own.test"}));
    CHECK(server.paths().back() == "POST https://own.test/");
}

TEST_CASE("the interceptor of the client that asks sees all attempts") {
    class Recorder final : public belfry::Interceptor {
      public:
        belfry::Duration before_attempt(const belfry::AttemptInfo& attempt,
                                        belfry::HttpRequest& request) override {
            if (waits > 0) return belfry::Duration::seconds(waits--);
            seen += std::string(attempt.operation.name) + " " + host_of(request) + " ";
            return {};
        }
        void after_attempt(const belfry::AttemptInfo&, int status, const belfry::Headers&,
                           const belfry::Error&) override {
            seen += std::to_string(status) + "; ";
        }
        int waits = 0;
        std::string seen;
    };
    Recorder recorder;
    belfry::ClientConfig config;
    config.interceptor = &recorder;
    Timestream f(EndpointDiscoveryMode::required_only, config);
    f.server.respond(200, endpoints("a.test", 0)).respond(421, "").respond(200, endpoints("b.test", 0));
    f.server.respond(200, good);
    recorder.waits = 1;
    REQUIRE(f.settings());
    CHECK(recorder.seen == "DescribeEndpoints " + own + "200; DescribeAccountSettings a.test 421; " +
                               "DescribeEndpoints " + own + "200; DescribeAccountSettings b.test 200; ");
}

TEST_CASE("a presigned URL has the discovered endpoint") {
    Timestream f;
    f.server.respond(200, endpoints("a.test", 1));
    const auto url = belfry::presign(f.client.core(), query::operations::ListScheduledQueries{}, {});
    REQUIRE(url);
    CHECK(url->url.starts_with("https://a.test/?"));
}

TEST_CASE("threads share one answer") {
    constexpr int count = 6;
    class Gate final : public belfry::Transport {
      public:
        belfry::TransportResult send(const belfry::HttpRequest& request,
                                     belfry::ResponseSink& sink) noexcept override {
            if (!request.headers.find("X-Amz-Target")->ends_with("DescribeEndpoints"))
                return belfry::detail::hand_over({200, {}, good}, sink);
            ++asked;
            // All others have begun their calls, and soon wait for this answer.
            while (begun < count) std::this_thread::yield();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            return belfry::detail::hand_over({200, {}, endpoints("a.test", 60)}, sink);
        }
        std::atomic<int> asked{0};
        std::atomic<int> begun{0};
    };
    Clock clock;
    Gate server;
    belfry::ClientConfig config = make_config(clock);
    belfry::EndpointDiscovery discovery(query::Client(config, server),
                                        query::operations::DescribeEndpoints{});
    config.interceptor = &discovery;
    const query::Client client(config, server);
    std::atomic<int> calls_that_succeeded{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i)
        threads.emplace_back([&] {
            ++server.begun;
            if (client.describe_account_settings({})) ++calls_that_succeeded;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(calls_that_succeeded == count);
    CHECK(server.asked == 1);
}

#else
TEST_CASE("calls with endpoint discovery send the requests of botocore's") {
    WARN("SKIPPED: botocore or nlohmann/json is missing");
}
#endif
