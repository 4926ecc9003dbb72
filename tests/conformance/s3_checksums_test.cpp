// SPDX-License-Identifier: Apache-2.0
// Makes the calls with checksums that s3_checksums_botocore.py had botocore make, and compares the requests;
// and reads the responses that botocore read.
#include "support/catch.hpp"

#if defined(BELFRY_TEST_S3_CHECKSUMS_BOTOCORE)
#include <belfry/body_sources.hpp>
#include <belfry/environment.hpp>
#include <belfry/openssl_checksums.hpp>
#include <belfry/s3/delete_objects.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/xxhash.hpp>

#include <charconv>
#include <cstddef>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace s3 = belfry::s3;

namespace {

/// A clock that stands still at 2026-01-02T03:04:05Z.
class FrozenEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'767'323'045, 0}; }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char*, std::size_t) noexcept override { return false; }
};

/// Keeps the last request, with the names of headers in lower case.
class Server final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        method = request.method;
        url = request.url;
        body = request.body;
        headers.clear();
        if (request.source != nullptr) {
            body.clear();
            char buffer[4096];
            for (std::ptrdiff_t count; (count = request.source->read(buffer, sizeof buffer)) > 0;)
                body.append(buffer, static_cast<std::size_t>(count));
        }
        length_fits = request.content_length == static_cast<std::int64_t>(body.size());
        for (const belfry::Header& header : request.headers) {
            std::string name;
            for (const char c : header.name) name += belfry::detail::ascii_lower(c);
            if (name != "user-agent" && name != "content-length" && name != "host")
                headers[name] = header.value;
        }
        return belfry::detail::hand_over(answer, sink);
    }
    belfry::HttpResponse answer{200, {}, ""};
    std::string method, url, body;
    std::map<std::string, std::string> headers;
    bool length_fits = false;
};

/// The bytes of a body in chunks, which botocore makes larger than Belfry, and the text behind them.
std::pair<std::string, std::string> unchunked(std::string_view text) {
    std::string bytes;
    for (;;) {
        const std::size_t line = text.find("\r\n");
        std::size_t size = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + line, size, 16);
        REQUIRE(fault == std::errc());
        REQUIRE(end == text.data() + line);
        text.remove_prefix(line + 2);
        if (size == 0) return {bytes, std::string(text)};
        bytes += text.substr(0, size);
        REQUIRE(text.substr(size, 2) == "\r\n");
        text.remove_prefix(size + 2);
    }
}

std::string decoded(const nlohmann::json& base64) {
    std::string bytes;
    REQUIRE(belfry::decode_base64(base64.get<std::string>(), bytes));
    return bytes;
}

nlohmann::json cases(const char* name) {
    std::ifstream file(BELFRY_TEST_S3_CHECKSUMS_BOTOCORE);
    return nlohmann::json::parse(file).at(name);
}

belfry::ClientConfig config_of(FrozenEnvironment& environment, const std::string& scheme,
                               belfry::ChecksumProvider& checksums) {
    return {.region = "us-west-2",
            .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret/+"},
            .endpoint = scheme + "://storage.example.test",
            .retry = {.max_attempts = 1},
            .checksums = &checksums,
            .environment = &environment};
}

} // namespace

TEST_CASE("requests with each checksum algorithm are those of botocore's") {
    const nlohmann::json tests = cases("requests");
    CHECK(tests.size() >= 9 * 2 * 10);
    FrozenEnvironment environment;
    belfry::OpenSslChecksums sha512;
    belfry::XxhashChecksums checksums(sha512);
    for (const nlohmann::json& test : tests) {
        const nlohmann::json& call = test.at("call");
        const nlohmann::json& expected = test.at("request");
        const std::string scheme = call.at("scheme"), operation = call.at("operation");
        INFO(scheme << ' ' << operation << ' ' << call.at("algorithm"));
        const s3::ChecksumAlgorithm algorithm(call.at("algorithm").get<std::string>());
        Server server;
        const s3::Client client{
            config_of(environment, scheme, checksums), server, {.force_path_style = true}};
        auto theirs = expected.at("headers").get<std::map<std::string, std::string>>();
        const std::string their_body = decoded(expected.at("body"));
        if (operation == "DeleteObjects") {
            server.answer.body = "<DeleteResult/>";
            REQUIRE(client.delete_objects({.bucket = "b",
                                           .delete_ = s3::Delete{.objects = {{.key = "a"}, {.key = "b c"}}},
                                           .checksum_algorithm = algorithm}));
            CHECK(server.body == their_body);
            // botocore sends XML without Content-Type, which the signature covers.
            CHECK(server.headers.erase("content-type") == 1);
            CHECK(server.headers.erase("authorization") == 1);
            CHECK(theirs.erase("authorization") == 1);
        } else {
            const std::string body = decoded(call.at("body"));
            // Over plain http, Belfry signs the chunks of a source, which botocore does not have.
            belfry::MemorySource source(body);
            for (const bool streams : {false, true}) {
                if (streams && scheme == "http") continue;
                REQUIRE(client.put_object(
                    {.body = streams ? belfry::StreamingBlob(source) : belfry::StreamingBlob(body),
                     .bucket = "b",
                     .content_type = "text/plain",
                     .checksum_algorithm = algorithm,
                     .key = "k"}));
                CHECK(server.length_fits);
                if (scheme == "https")
                    CHECK(unchunked(server.body) == unchunked(their_body));
                else
                    CHECK(server.body == their_body);
                REQUIRE(server.headers == theirs);
            }
        }
        CHECK(expected.at("method") == server.method);
        CHECK(expected.at("url") == server.url);
        REQUIRE(server.headers == theirs);
    }
}

TEST_CASE("responses with checksums are accepted and refused as by botocore") {
    const nlohmann::json tests = cases("responses");
    CHECK(tests.size() >= 400);
    FrozenEnvironment environment;
    belfry::XxhashChecksums xxhash;
    belfry::OpenSslChecksums checksums(xxhash);
    Server server;
    const s3::Client client{config_of(environment, "https", checksums), server, {.force_path_style = true}};
    for (const nlohmann::json& test : tests) {
        INFO(test.at("headers").dump());
        server.answer = {200, {}, decoded(test.at("body"))};
        for (const auto& [name, value] : test.at("headers").items())
            server.answer.headers.append(name, value.get<std::string>());
        const auto got = client.get_object({.bucket = "b", .key = "k"});
        REQUIRE(got.has_value() != test.at("error").get<bool>());
        if (got)
            CHECK(test.at("algorithm") == std::string(to_string(got.metadata().verified_checksum)));
        else
            CHECK(got.error().code == "ChecksumMismatch");
    }
}

#else
TEST_CASE("requests with each checksum algorithm are those of botocore's") {
    WARN("SKIPPED: botocore, pugixml, nlohmann/json, OpenSSL or xxHash is missing");
}
#endif
