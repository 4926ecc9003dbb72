// SPDX-License-Identifier: Apache-2.0
// Makes the calls to directory buckets that s3_express_botocore.py had botocore make, and compares the
// requests.
#include "support/catch.hpp"

#if defined(BELFRY_TEST_S3_EXPRESS_BOTOCORE)
#include <belfry/async.hpp>
#include <belfry/body_sources.hpp>
#include <belfry/environment.hpp>
#include <belfry/interceptor.hpp>
#include <belfry/presign.hpp>
#include <belfry/s3/delete_objects.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/head_object.hpp>
#include <belfry/s3/list_objects_v2.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/s3_express.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>

#include "unit/async/loop.hpp"
#include "unit/identity/scripted.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace s3 = belfry::s3;

namespace {

/// A clock that stands still at 2026-01-02T03:04:05Z.
class FrozenEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'767'323'045, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char*, std::size_t) noexcept override { return false; }
};

/// A request, with the names of headers in lower case.
struct Sent {
    std::string method, url, body;
    std::map<std::string, std::string> headers;
};

/// Gives the same session to everybody.
class Server final : public belfry::Transport {
  public:
    explicit Server(std::string session) : session_(std::move(session)) {}
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        Sent& sent = requests.emplace_back(Sent{request.method, request.url, request.body, {}});
        if (request.source != nullptr) {
            char buffer[4096];
            for (std::ptrdiff_t count; (count = request.source->read(buffer, sizeof buffer)) > 0;)
                sent.body.append(buffer, static_cast<std::size_t>(count));
        }
        for (const belfry::Header& header : request.headers) {
            std::string name;
            for (const char c : header.name) name += belfry::detail::ascii_lower(c);
            if (name != "user-agent" && name != "content-length" && name != "host")
                sent.headers[name] = header.value;
        }
        std::string body;
        if (request.method == "POST") body = "<DeleteResult/>";
        if (request.method == "GET") body = "<ListBucketResult/>";
        if (request.url.ends_with("?session")) body = session_;
        return belfry::detail::hand_over({200, {}, body}, sink);
    }
    std::vector<Sent> requests;

  private:
    std::string session_;
};

/// The URL's path and its parameters, whose order botocore and Belfry choose differently.
std::vector<std::string> parts_of(std::string_view url) {
    std::vector<std::string> parts;
    while (!url.empty()) {
        const std::size_t end = std::min(url.find_first_of("?&"), url.size());
        parts.emplace_back(url.substr(0, end));
        url.remove_prefix(std::min(end + 1, url.size()));
    }
    std::sort(parts.begin(), parts.end());
    return parts;
}

/// Sends the call, or gives the presigned URL.
std::string call(const s3::Client& client, const nlohmann::json& what) {
    const std::string operation = what.at("operation"), bucket = what.at("bucket"), key = what.at("key");
    const s3::GetObjectRequest get{.bucket = bucket, .key = key};
    const s3::HeadObjectRequest head{.bucket = bucket, .key = key};
    if (what.contains("expires")) {
        const belfry::PresignOptions options{.expires_seconds = what.at("expires")};
        const auto presigned =
            operation == "GetObject"
                ? belfry::presign(client.core(), s3::operations::GetObject_{}, get, options)
                : belfry::presign(client.core(), s3::operations::HeadObject{}, head, options);
        return presigned ? presigned->url : presigned.error().message;
    }
    const auto result = [](const auto& output) { return output ? "" : output.error().message; };
    if (operation == "GetObject") return result(client.get_object(get));
    if (operation == "HeadObject") return result(client.head_object(head));
    if (operation == "ListObjectsV2")
        return result(client.list_objects_v2({.bucket = bucket, .prefix = key}));
    if (operation == "DeleteObjects")
        return result(client.delete_objects(
            {.bucket = bucket, .delete_ = s3::Delete{.objects = {{.key = "a"}, {.key = "b c"}}}}));
    const std::string body = what.at("body");
    return result(client.put_object(
        {.body = belfry::StreamingBlob(body), .bucket = bucket, .content_type = "text/plain", .key = key}));
}

} // namespace

TEST_CASE("calls to directory buckets send the requests of botocore's") {
    std::ifstream file(BELFRY_TEST_S3_EXPRESS_BOTOCORE);
    const nlohmann::json document = nlohmann::json::parse(file);
    const nlohmann::json& cases = document.at("cases");
    CHECK(cases.size() >= 400);
    FrozenEnvironment environment;
    for (const nlohmann::json& test : cases) {
        INFO(test.dump());
        const nlohmann::json& settings = test.at("client");
        Server server(document.at("session"));
        belfry::S3Express express(server, {.environment = &environment});
        const std::string token = settings.at("token"), endpoint = settings.value("endpoint", "");
        const s3::Client client{{.region = settings.at("region"),
                                 .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret/+", token},
                                 .endpoint = endpoint,
                                 .use_fips = settings.value("fips", false),
                                 .use_dual_stack = settings.value("dual_stack", false),
                                 .content_md5 = test.at("call").at("content_md5"),
                                 .crypto = &express,
                                 .environment = &environment},
                                server};
        const std::string url = call(client, test.at("call"));
        REQUIRE(parts_of(url) == parts_of(test.value("url", "")));
        const nlohmann::json& expected = test.at("requests");
        REQUIRE(server.requests.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const Sent& sent = server.requests[i];
            CHECK(expected[i].at("method") == sent.method);
            CHECK(expected[i].at("url") == sent.url);
            std::string body;
            REQUIRE(belfry::decode_base64(expected[i].at("body").get<std::string>(), body));
            CHECK(sent.body == body);
            auto ours = sent.headers,
                 theirs = expected[i].at("headers").get<std::map<std::string, std::string>>();
            // botocore sends XML without Content-Type, which the signature covers.
            if (sent.method == "POST") {
                CHECK(ours.erase("content-type") == 1);
                CHECK(ours.erase("authorization") == 1);
                CHECK(theirs.erase("authorization") == 1);
            }
            REQUIRE(ours == theirs);
        }
    }
}

namespace {

using test::ManualEnvironment;
using test::ScriptedTransport;

const std::string bucket = "a--usw2-az1--x-s3";

std::string session_until(const std::string& time) {
    return "<CreateSessionResult><Credentials><AccessKeyId>" + time +
           "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-" + time +
           "</SessionToken><Expiration>2026-01-01T" + time +
           "Z</Expiration></Credentials></CreateSessionResult>";
}

belfry::ClientConfig config_of(ManualEnvironment& environment, belfry::CryptoProvider* crypto) {
    return {.region = "us-west-2",
            .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"},
            .crypto = crypto,
            .environment = &environment};
}

std::string header(const belfry::HttpRequest& request, std::string_view name) {
    const auto value = request.headers.find(name);
    return std::string(value.value_or("(none)"));
}

} // namespace

TEST_CASE("a call that is repeated uses the session of that time") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session_until("00:00:12"))
        .respond(503, "")
        .add_header("Retry-After", "5")
        .respond(200, session_until("00:06:00"))
        .respond(200, "body");
    belfry::S3Express express(server, {.environment = &environment});
    const s3::Client client{config_of(environment, &express), server};
    const auto got = client.get_object({.bucket = bucket, .key = "k"});
    REQUIRE(got);
    CHECK(got.metadata().attempts == 2);
    REQUIRE(server.requests.size() == 4);
    CHECK(header(server.requests[1], "X-Amz-S3session-Token") == "token-00:00:12");
    CHECK(header(server.requests[3], "X-Amz-S3session-Token") == "token-00:06:00");
}

TEST_CASE("an interceptor does not see the session's token of the attempt before") {
    class Recorder final : public belfry::Interceptor {
      public:
        belfry::Duration before_attempt(const belfry::AttemptInfo&, belfry::HttpRequest& request) override {
            tokens.push_back(header(request, "X-Amz-S3session-Token"));
            return {};
        }
        void after_attempt(const belfry::AttemptInfo&, int, const belfry::Headers&,
                           const belfry::Error&) override {}
        std::vector<std::string> tokens;
    };
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session_until("00:05:00")).respond(503, "").respond(200, "");
    belfry::S3Express express(server, {.environment = &environment});
    Recorder recorder;
    belfry::ClientConfig config = config_of(environment, &express);
    config.interceptor = &recorder;
    const s3::Client client{std::move(config), server};
    REQUIRE(client.get_object({.bucket = bucket, .key = "k"}));
    CHECK(recorder.tokens == std::vector<std::string>{"(none)", "(none)"});
    CHECK(header(server.requests.at(2), "X-Amz-S3session-Token") == "token-00:05:00");
}

TEST_CASE("a call that gets no session sends nothing, and its error names the bucket") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(404, "<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>");
    belfry::S3Express express(server, {.environment = &environment});
    const s3::Client client{config_of(environment, &express), server};
    const auto got = client.get_object({.bucket = bucket, .key = "k"});
    REQUIRE_FALSE(got);
    CHECK(got.error().kind == belfry::ErrorKind::credentials);
    CHECK(got.error().attempts == 0);
    CHECK(got.error().message == "no session for the directory bucket 'a--usw2-az1--x-s3': CreateSession: "
                                 "NoSuchBucket: none (status 404)");
    CHECK(server.is_done());
}

TEST_CASE("an error of S3 about a session is the call's") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session_until("00:05:00"))
        .respond(400, "<Error><Code>ExpiredToken</Code><Message>ended early</Message></Error>");
    belfry::S3Express express(server, {.environment = &environment});
    const s3::Client client{config_of(environment, &express), server};
    const auto got = client.get_object({.bucket = bucket, .key = "k"});
    REQUIRE_FALSE(got);
    CHECK(got.error().kind == belfry::ErrorKind::service);
    CHECK(got.error().code == "ExpiredToken");
    CHECK(got.error().http_status == 400);
}

TEST_CASE("buckets of other kinds, and clients that turn sessions off, have the usual signature") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, "").respond(200, "");
    belfry::S3Express express(server, {.environment = &environment});
    const s3::Client client{config_of(environment, &express), server};
    CHECK(client.get_object({.bucket = "usual", .key = "k"}));
    const s3::Client off{config_of(environment, &express), server, {.disable_s3_express_session_auth = true}};
    CHECK(off.get_object({.bucket = bucket, .key = "k"}));
    REQUIRE(server.requests.size() == 2);
    for (const belfry::HttpRequest& request : server.requests) {
        CHECK(header(request, "X-Amz-S3session-Token") == "(none)");
        CHECK(header(request, "Authorization").find("Credential=AKIDEXAMPLE/") != std::string::npos);
    }
    CHECK(header(server.requests[1], "Authorization").find("/s3express/") != std::string::npos);
}

TEST_CASE("an anonymous request to a directory bucket carries nothing of a session") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, "");
    belfry::S3Express express(server, {.environment = &environment});
    belfry::ClientConfig config = config_of(environment, &express);
    config.credentials = belfry::anonymous_credentials();
    const s3::Client client{std::move(config), server};
    CHECK(client.get_object({.bucket = bucket, .key = "k"}));
    CHECK(header(server.requests.at(0), "Authorization") == "(none)");
    CHECK(header(server.requests.at(0), "X-Amz-S3session-Token") == "(none)");
}

TEST_CASE("a stream over http, whose chunks are signed, is refused") {
    ManualEnvironment environment;
    ScriptedTransport server;
    belfry::S3Express express(server, {.environment = &environment});
    belfry::ClientConfig config = config_of(environment, &express);
    config.endpoint = "http://127.0.0.1:9000";
    const s3::Client client{std::move(config), server};
    belfry::MemorySource source("stream");
    const auto put = client.put_object({.body = source, .bucket = bucket, .key = "k"});
    REQUIRE_FALSE(put);
    CHECK(put.error().code == "UnsupportedBody");
    CHECK(server.requests.empty());
}

TEST_CASE("an asynchronous call gets its session by the object's own transport") {
    ManualEnvironment environment;
    ScriptedTransport server;
    server.respond(200, session_until("00:05:00"));
    belfry::S3Express express(server, {.environment = &environment});
    test::FakeAsyncTransport loop;
    test::FakeTimer timer;
    const s3::Client client{config_of(environment, &express), server};
    const belfry::AsyncCaller caller(client, loop, timer);
    int called = 0;
    const auto count = [&](belfry::Result<s3::GetObjectOutput> result) { called += result ? 1 : 0; };
    auto first = caller.start(s3::operations::GetObject_{}, {.bucket = bucket, .key = "k"}, count);
    auto second = caller.start(s3::operations::GetObject_{}, {.bucket = bucket, .key = "l"}, count);
    REQUIRE(loop.requests.size() == 2);
    for (const belfry::HttpRequest& request : loop.requests)
        CHECK(header(request, "X-Amz-S3session-Token") == "token-00:05:00");
    loop.answer(200, "");
    loop.answer(200, "");
    CHECK(called == 2);
    CHECK(server.is_done());
}

#else
TEST_CASE("calls to directory buckets send the requests of botocore's") {
    WARN("SKIPPED: botocore, pugixml or nlohmann/json is missing");
}
#endif
