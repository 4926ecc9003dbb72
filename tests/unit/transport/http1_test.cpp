// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/detail/http1.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <string>

using namespace belfry;
using detail::Http1Response;

namespace {

struct Recorder final : ResponseSink {
    bool on_head(int new_status, Headers new_headers) noexcept override {
        ++heads;
        status = new_status;
        headers = std::move(new_headers);
        return true;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }

    int heads = 0;
    int status = 0;
    Headers headers;
    std::string body;
};

struct Outcome {
    TransportStatus result;
    bool done;
    bool keep_alive;
    int heads;
    int status;
    std::string body;
    Headers headers;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Reads these bytes in pieces of that size, and then the end of the connection if `ends`.
Outcome read(const std::string& bytes, std::size_t size, bool ends, const char* method = "GET") {
    Recorder sink;
    Http1Response response(method, sink);
    for (std::size_t at = 0; at < bytes.size(); at += size)
        response.feed(std::string_view(bytes).substr(at, size));
    if (ends && !response.done()) response.end(true);
    return {response.result().status,
            response.done(),
            response.keep_alive(),
            sink.heads,
            sink.status,
            sink.body,
            sink.headers};
}
/// The outcome, which must not depend on the size of the pieces.
Outcome read(const std::string& bytes, bool ends = false, const char* method = "GET") {
    const Outcome whole = read(bytes, bytes.size() + 1, ends, method);
    for (std::size_t size : {1U, 2U, 3U, 7U, 64U}) {
        const Outcome pieces = read(bytes, size, ends, method);
        INFO("pieces of " << size);
        CHECK(pieces == whole);
    }
    return whole;
}

} // namespace

TEST_CASE("a response of known length ends with its last byte and keeps the connection open") {
    const Outcome outcome = read("HTTP/1.1 404 Not Found\r\nX-A: b \r\nContent-Length: 5\r\n\r\nhello");
    CHECK(outcome.result == TransportStatus::ok);
    CHECK(outcome.done);
    CHECK(outcome.keep_alive);
    CHECK(outcome.status == 404);
    CHECK(outcome.body == "hello");
    CHECK(outcome.headers == Headers{{"X-A", "b"}, {"Content-Length", "5"}});
}

TEST_CASE("chunks are joined, and extensions and trailers are ignored") {
    const Outcome outcome = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
                                 "5;a=\"b\"\r\nhello\r\n00A \r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n");
    CHECK(outcome.result == TransportStatus::ok);
    CHECK(outcome.keep_alive);
    CHECK(outcome.body == "hello0123456789");
    CHECK_FALSE(outcome.headers.contains("x-t"));
}

TEST_CASE("interim responses are ignored") {
    const Outcome outcome = read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 "
                                 "200 OK\r\nContent-Length: 0\r\n\r\n");
    CHECK(outcome.heads == 1);
    CHECK(outcome.status == 200);
    CHECK_FALSE(outcome.headers.contains("link"));
}

TEST_CASE("HEAD, 204 and 304 do not have a body for any headers") {
    for (const char* head :
         {"HTTP/1.1 204 No\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n",
          "HTTP/1.1 304 Same\r\nTransfer-Encoding: chunked\r\n\r\n"})
        CHECK(read(head).result == TransportStatus::ok);
    const Outcome outcome = read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", false, "HEAD");
    CHECK(outcome.done);
    CHECK(outcome.keep_alive);
}

TEST_CASE("a body without a length ends with the connection") {
    const Outcome outcome = read("HTTP/1.1 200 OK\r\n\r\nall of it", true);
    CHECK(outcome.result == TransportStatus::ok);
    CHECK(outcome.body == "all of it");
    CHECK_FALSE(outcome.keep_alive);
    CHECK_FALSE(read("HTTP/1.1 200 OK\r\n\r\nall of it").done);

    Recorder sink;
    Http1Response response("GET", sink);
    response.feed("HTTP/1.1 200 OK\r\n\r\npart");
    response.end(false); // TLS without close_notify
    CHECK(response.result().status == TransportStatus::truncated);
}

TEST_CASE("Connection: close, HTTP/1.0 and ambiguous framing close the connection") {
    for (const char* head :
         {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
        const Outcome outcome = read(head);
        INFO(head);
        CHECK(outcome.result == TransportStatus::ok);
        CHECK_FALSE(outcome.keep_alive);
    }
}

TEST_CASE("bytes after a response close the connection") {
    Recorder sink;
    Http1Response response("GET", sink);
    response.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200");
    CHECK(response.done());
    CHECK(sink.body == "ok");
    CHECK_FALSE(response.keep_alive());
}

TEST_CASE("a response truncated at any byte is an error") {
    for (const std::string whole :
         {"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"})
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const Outcome outcome = read(whole.substr(0, size), 3, true);
            INFO(size);
            CHECK(outcome.result ==
                  (outcome.heads == 0 ? TransportStatus::connection_reset : TransportStatus::truncated));
        }
}

TEST_CASE("a response that violates HTTP is a protocol error") {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string& bytes : {std::string("SSH-2.0-x\r\n"),
                                     std::string("\r\n\r\n"),
                                     std::string("HTTP/2 200\r\n\r\n"),
                                     std::string("HTTP/1.1 20 OK\r\n\r\n"),
                                     std::string("HTTP/1.1 2000 OK\r\n\r\n"),
                                     std::string("HTTP/1.1 abc\r\n\r\n"),
                                     std::string("HTTP/1.1 099 OK\r\n\r\n"),
                                     std::string("HTTP/1.1200 OK\r\n\r\n"),
                                     std::string("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
                                     std::string("HTTP/1.1 200 OK\r\n: b\r\n\r\n"),
                                     std::string("HTTP/1.1 200 OK\r\nA B: c\r\n\r\n"),
                                     std::string("HTTP/1.1 200 OK\r\nA : c\r\n\r\n"),
                                     std::string("HTTP/1.1 200 OK\r\n folded\r\n\r\n"),
                                     std::string("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
                                     chunked + "x\r\n",
                                     chunked + "\r\n",
                                     chunked + "5 x\r\nhello\r\n",
                                     chunked + "-1\r\n",
                                     chunked + "fffffffffffffffff\r\n",
                                     chunked + "2\r\nabc\r\n0\r\n\r\n"}) {
        INFO(bytes);
        CHECK(read(bytes).result == TransportStatus::protocol_error);
    }
}

TEST_CASE("a bare CR or NUL in any line is a protocol error, and a bare LF ends a line") {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string& bytes :
         {std::string("HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok"), head + "X: a\rb\r\n\r\nok",
          head + "X: a\r\r\n\r\nok", head + std::string("X: a\0b\r\n\r\nok", 12),
          head + "X: a\r\n b\rc\r\n\r\nok", head + "X\r: a\r\n\r\nok",
          "HTTP/1.1 102 a\rb\r\n\r\n" + head + "\r\nok", chunked + "2;a\rb\r\nok\r\n0\r\n\r\n",
          chunked + "2\r\nok\r\n0\r\nX: a\rb\r\n\r\n"}) {
        INFO(bytes);
        CHECK(read(bytes).result == TransportStatus::protocol_error);
    }
    // RFC 9112 section 2.2: a recipient may take a single LF for the end of a line.
    const Outcome outcome = read("HTTP/1.1 200 OK\nContent-Length: 2\nX: a\n\nok");
    CHECK(outcome.result == TransportStatus::ok);
    CHECK(*outcome.headers.find("X") == "a");
}

TEST_CASE("interim responses are passed over up to a limit, and a 101 is a protocol error") {
    const std::string final_one = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const auto with_interim = [&](int count) {
        std::string bytes;
        for (int i = 0; i < count; ++i) bytes += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        return read(bytes + final_one);
    };
    CHECK(with_interim(detail::most_interim_responses).status == 200);
    const Outcome endless = with_interim(detail::most_interim_responses + 1);
    CHECK(endless.result == TransportStatus::protocol_error);
    CHECK(endless.heads == 0);
    CHECK(read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n" + final_one).result ==
          TransportStatus::protocol_error);
}

TEST_CASE("a CONNECT that succeeds has no body, and what follows is surplus") {
    for (const char* version : {"1.0", "1.1"}) {
        const std::string head = "HTTP/" + std::string(version) + " 200 Connection established\r\n";
        CHECK(read(head + "\r\n", false, "CONNECT").done);
        CHECK(read(head + "Content-Length: 5\r\n\r\n", false, "CONNECT").done);
        Recorder sink;
        Http1Response response("CONNECT", sink);
        response.feed(head + "\r\n");
        CHECK_FALSE(response.has_surplus());
        response.feed("x");
        CHECK(response.has_surplus());
    }
    CHECK_FALSE(read("HTTP/1.1 407 No\r\nContent-Length: 5\r\n\r\n", false, "CONNECT").done);
}

TEST_CASE("a header section beyond the size limit is an error") {
    for (const char* line : {"X-A: b\r\n", "xxxxxxxx"}) {
        Recorder sink;
        Http1Response response("GET", sink);
        response.feed("HTTP/1.1 200 OK\r\n");
        std::size_t fed = 0;
        for (; fed < 4 << 20 && !response.done(); fed += 8) response.feed(line);
        CHECK(response.result().status == TransportStatus::protocol_error);
        CHECK(fed < 1 << 20);
    }
}

TEST_CASE("random and mutated responses are parsed without a crash, with at most one header section") {
    const std::string seed =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    std::uint32_t state = 1;
    const auto next = [&state] { return state = state * 1664525 + 1013904223; };
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = seed;
        for (int i = 0; i < 3; ++i) bytes[(next() >> 8) % bytes.size()] = static_cast<char>(next() >> 24);
        const Outcome outcome = read(bytes, 1 + (next() >> 8) % 40, true);
        REQUIRE(outcome.done);
        REQUIRE(outcome.heads <= 1);
        if (outcome.result == TransportStatus::ok) REQUIRE(outcome.heads == 1);
    }
}

TEST_CASE("a request's header section is written unchanged") {
    HttpRequest request;
    request.method = "POST";
    request.headers = {{"Host", "h"}, {"x-b", " two  words "}, {"X-a", ""}};
    request.body = "12345";
    request.content_length = 5;
    CHECK(detail::http1_head(request, {"/a/../b?%20"}) ==
          "POST /a/../b?%20 HTTP/1.1\r\nHost: h\r\nx-b: two  words\r\nX-a: \r\nContent-Length: 5\r\n\r\n");
    request.content_length = -1;
    CHECK(detail::http1_head(request, {"/"}) ==
          "POST / HTTP/1.1\r\nHost: h\r\nx-b: two  words\r\nX-a: \r\nTransfer-Encoding: chunked\r\n\r\n");
    request = {};
    request.method = "GET";
    CHECK(detail::http1_head(request, {"/"}) == "GET / HTTP/1.1\r\n\r\n");
    CHECK(detail::http1_head(request, {"http://h/", "Basic YTpi"}) ==
          "GET http://h/ HTTP/1.1\r\nProxy-Authorization: Basic YTpi\r\n\r\n");
}
