// SPDX-License-Identifier: Apache-2.0
// Makes the calls to buckets of other regions that bucket_regions_botocore.py had botocore make, and compares
// the requests and outcomes. The other cases are those that botocore has no part in.
#include "support/catch.hpp"

#if defined(BELFRY_TEST_BUCKET_REGIONS_BOTOCORE)
#include <belfry/body_sources.hpp>
#include <belfry/bucket_regions.hpp>
#include <belfry/environment.hpp>
#include <belfry/presign.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/head_bucket.hpp>
#include <belfry/s3/head_object.hpp>
#include <belfry/s3/list_objects_v2.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/util/ascii.hpp>

#include "unit/identity/scripted.hpp"

#include <atomic>
#include <cstddef>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace s3 = belfry::s3;

namespace {

/// Compares the requests with the expected ones, and gives their answers.
class Player final : public belfry::Transport {
  public:
    explicit Player(const nlohmann::json& exchanges) : exchanges_(exchanges) {}
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        if (next == exchanges_.size()) return {belfry::TransportStatus::failed, "one request too many"};
        const nlohmann::json& exchange = exchanges_[next++];
        CHECK(exchange.at("method") == request.method);
        CHECK(exchange.at("url") == request.url);
        std::map<std::string, std::string> headers;
        for (const belfry::Header& header : request.headers) {
            std::string name;
            for (const char c : header.name) name += belfry::detail::ascii_lower(c);
            if (name != "user-agent" && name != "content-length" && name != "host")
                headers[name] = header.value;
        }
        CHECK(headers == exchange.at("headers").get<std::map<std::string, std::string>>());
        const nlohmann::json& answer = exchange.at("answer");
        belfry::HttpResponse response{answer.at("status"), {}, answer.at("body")};
        for (const auto& [name, value] : answer.at("headers").items())
            response.headers.append(name, value.get<std::string>());
        return belfry::detail::hand_over(response, sink);
    }
    std::size_t next = 0;

  private:
    const nlohmann::json& exchanges_;
};

template <class Regions> std::string call(Regions& regions, const nlohmann::json& what) {
    const std::string operation = what.at("operation"), bucket = what.at("bucket"), key = what.at("key");
    const auto code = [](const auto& result) { return result ? std::string() : result.error().code; };
    if (operation == "GetObject")
        return code(regions.call(s3::operations::GetObject_{}, {.bucket = bucket, .key = key}));
    if (operation == "HeadObject")
        return code(regions.call(s3::operations::HeadObject{}, {.bucket = bucket, .key = key}));
    if (operation == "HeadBucket")
        return code(regions.call(s3::operations::HeadBucket{}, {.bucket = bucket}));
    if (operation == "ListObjectsV2")
        return code(regions.call(s3::operations::ListObjectsV2{}, {.bucket = bucket}));
    return code(regions.call(
        s3::operations::PutObject{},
        {.body = belfry::StreamingBlob("body"), .bucket = bucket, .content_type = "text/plain", .key = key}));
}

using test::ManualEnvironment;
using test::ScriptedTransport;

/// Makes clients over one transport.
struct MakeClient {
    belfry::Transport& transport;
    belfry::Environment& environment;
    belfry::Duration deadline{};

    s3::Client operator()(std::string region) const {
        return s3::Client{{.region = std::move(region),
                           .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret/+"},
                           .deadline = deadline,
                           .environment = &environment},
                          transport,
                          {.force_path_style = false}};
    }
};

const std::string elsewhere = "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>";
const s3::operations::GetObject_ get_object{};

} // namespace

TEST_CASE("calls to buckets of other regions send the requests of botocore's") {
    std::ifstream file(BELFRY_TEST_BUCKET_REGIONS_BOTOCORE);
    const nlohmann::json cases = nlohmann::json::parse(file);
    CHECK(cases.size() >= 250);
    ManualEnvironment environment;
    // 2026-01-02T03:04:05Z
    environment.time = {1'767'323'045, 0};
    for (const nlohmann::json& test : cases) {
        INFO(test.dump());
        Player server(test.at("exchanges"));
        belfry::BucketRegions regions(test.at("region").get<std::string>(), MakeClient{server, environment});
        for (std::size_t i = 0; i < test.at("calls").size(); ++i)
            REQUIRE(test.at("outcomes")[i] == call(regions, test.at("calls")[i]));
        REQUIRE(server.next == test.at("exchanges").size());
    }
}

TEST_CASE("a call that is made again has the attempts of both") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(503, "").respond(301, elsewhere).add_header("x-amz-bucket-region", "eu-west-1");
    server.respond(503, "").respond(200, "body");
    belfry::BucketRegions regions("us-east-1", MakeClient{server, environment});
    const auto got = regions.call(get_object, {.bucket = "bucket", .key = "k"});
    REQUIRE(got);
    CHECK(got.metadata().attempts == 4);
    CHECK(got->body->view() == "body");
    server.respond(403, "<Error><Code>AccessDenied</Code></Error>");
    const auto refused = regions.call(get_object, {.bucket = "bucket", .key = "k"});
    CHECK(refused.error().attempts == 1);
}

TEST_CASE("an answer without a usable region, or with that of the call, stays an error") {
    for (const char* const region : {"", "eu west", "eu-west-1.evil.test", "evil/", "12", "us-east-1"}) {
        INFO(region);
        ManualEnvironment environment;
        ScriptedTransport server;
        server.respond(301, elsewhere);
        if (*region != '\0') server.add_header("x-amz-bucket-region", region);
        belfry::BucketRegions regions("us-east-1", MakeClient{server, environment});
        const auto got = regions.call(get_object, {.bucket = "bucket", .key = "k"});
        CHECK(got.error().code == "PermanentRedirect");
        CHECK(server.requests.size() == 1);
    }
}

TEST_CASE("access points and directory buckets are not called in another region") {
    for (const char* const bucket :
         {"arn:aws:s3:us-east-1:123456789012:accesspoint:point", "a--use1-az4--x-s3", "p--use1-az4--xa-s3"}) {
        INFO(bucket);
        ManualEnvironment environment;
        ScriptedTransport server;
        server.respond(301, elsewhere).add_header("x-amz-bucket-region", "eu-west-1");
        belfry::BucketRegions regions("us-east-1", [&](std::string region) {
            return s3::Client{{.region = std::move(region),
                               .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
                               .environment = &environment},
                              server,
                              {.disable_s3_express_session_auth = true}};
        });
        const auto got = regions.call(get_object, {.bucket = bucket, .key = "k"});
        CHECK(got.error().code == "PermanentRedirect");
        CHECK(server.requests.size() == 1);
    }
}

TEST_CASE("other clients of the bucket's region are at hand for other kinds of calls") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(301, elsewhere).add_header("x-amz-bucket-region", "eu-west-1");
    belfry::BucketRegions regions("us-east-1", MakeClient{server, environment});
    const s3::GetObjectRequest input{.bucket = "bucket", .key = "k"};
    const s3::Client& first = regions.client("bucket");
    const auto got = first.get_object(input);
    CHECK(regions.learn(first, get_object, input, got.error()));
    CHECK_FALSE(regions.learn(regions.client("bucket"), get_object, input, got.error()));
    CHECK_FALSE(regions.learn(first, get_object, input, belfry::Error{}));
    const auto presigned = belfry::presign(regions.client("bucket").core(), get_object, input);
    REQUIRE(presigned);
    CHECK(presigned->url.starts_with("https://bucket.s3.eu-west-1.amazonaws.com/k?"));
    CHECK(&regions.client("bucket") == &regions.client("bucket"));
    CHECK(&regions.client("other") == &first);
}

TEST_CASE("a bucket that moves is found again") {
    ManualEnvironment environment;
    ScriptedTransport server;
    for (const char* const region : {"eu-west-1", "us-west-2", "us-east-1"})
        server.respond(301, elsewhere).add_header("x-amz-bucket-region", region).respond(200, region);
    belfry::BucketRegions regions("us-east-1", MakeClient{server, environment});
    for (const char* const region : {"eu-west-1", "us-west-2", "us-east-1"}) {
        const auto got = regions.call(get_object, {.bucket = "bucket", .key = "k"});
        REQUIRE(got);
        CHECK(got->body->view() == region);
    }
}

TEST_CASE("a body is sent again if it can be, and else the error says why not") {
    class Reader final : public belfry::Transport {
      public:
        belfry::TransportResult send(const belfry::HttpRequest& request,
                                     belfry::ResponseSink& sink) noexcept override {
            char buffer[64];
            while (request.source != nullptr && request.source->read(buffer, sizeof buffer) > 0) {
            }
            return script.send(request, sink);
        }
        ScriptedTransport script;
    };
    ManualEnvironment environment;
    Reader server;
    server.script.respond(307, elsewhere).add_header("x-amz-bucket-region", "eu-west-1").respond(200, "");
    belfry::BucketRegions regions("us-east-1", MakeClient{server, environment});
    belfry::MemorySource source("twice");
    CHECK(regions.call(s3::operations::PutObject{}, {.body = source, .bucket = "bucket", .key = "k"}));
    CHECK(server.script.requests.size() == 2);
    server.script.respond(307, elsewhere).add_header("x-amz-bucket-region", "us-west-2");
    bool read = false;
    belfry::CallableSource once([&](char* buffer, std::size_t) -> std::ptrdiff_t {
        if (std::exchange(read, true)) return 0;
        *buffer = 'x';
        return 1;
    });
    const auto put = regions.call(s3::operations::PutObject{},
                                  {.body = belfry::StreamingBlob(once, 1), .bucket = "bucket", .key = "k"});
    REQUIRE_FALSE(put);
    CHECK(put.error().message ==
          "elsewhere; not repeated in the bucket's region: the body's source cannot be "
          "rewound");
    CHECK(server.script.requests.size() == 3);
}

TEST_CASE("a deadline limits both calls together") {
    ManualEnvironment environment;
    class SlowServer final : public belfry::Transport {
      public:
        explicit SlowServer(ManualEnvironment& clock) : clock_(clock) {}
        belfry::TransportResult send(const belfry::HttpRequest& request,
                                     belfry::ResponseSink& sink) noexcept override {
            totals.push_back(request.timeouts.total.count() / 1'000'000'000);
            clock_.time.seconds += 6;
            belfry::HttpResponse response{301, {}, elsewhere};
            response.headers.append("x-amz-bucket-region",
                                    totals.size() % 2 == 1 ? "eu-west-1" : "us-east-1");
            return belfry::detail::hand_over(response, sink);
        }
        std::vector<std::int64_t> totals;

      private:
        ManualEnvironment& clock_;
    };
    SlowServer server(environment);
    belfry::BucketRegions regions("us-east-1",
                                  MakeClient{server, environment, belfry::Duration::seconds(10)});
    CHECK_FALSE(regions.call(get_object, {.bucket = "a", .key = "k"}));
    CHECK(server.totals == std::vector<std::int64_t>{10, 4});
    const auto late =
        regions.call(get_object, {.bucket = "b", .key = "k"}, {.deadline = belfry::Duration::seconds(5)});
    CHECK(server.totals.size() == 3);
    CHECK(late.error().message.find(
              "; not repeated in the bucket's region: the call's deadline has passed") != std::string::npos);
}

TEST_CASE("threads that are sent elsewhere at the same time all get there") {
    ManualEnvironment environment;
    constexpr int count = 6;
    class Gate final : public belfry::Transport {
      public:
        belfry::TransportResult send(const belfry::HttpRequest& request,
                                     belfry::ResponseSink& sink) noexcept override {
            if (request.url.find(".eu-west-1.") != std::string::npos)
                return belfry::detail::hand_over({200, {}, ""}, sink);
            ++waiting;
            while (waiting < count) std::this_thread::yield();
            belfry::HttpResponse response{301, {}, elsewhere};
            response.headers.append("x-amz-bucket-region", "eu-west-1");
            return belfry::detail::hand_over(response, sink);
        }
        std::atomic<int> waiting{0};
    };
    Gate server;
    belfry::BucketRegions regions("us-east-1", MakeClient{server, environment});
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i)
        threads.emplace_back([&] {
            if (regions.call(get_object, {.bucket = "bucket", .key = "k"})) ++good;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(good == count);
    CHECK(server.waiting == count);
}

#else
TEST_CASE("calls to buckets of other regions send the requests of botocore's") {
    WARN("SKIPPED: botocore, pugixml or nlohmann/json is missing");
}
#endif
