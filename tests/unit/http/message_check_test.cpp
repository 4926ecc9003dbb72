// SPDX-License-Identifier: Apache-2.0
#include <belfry/http/message_check.hpp>

#include "support/catch.hpp"

using namespace belfry;
using detail::refuse_head;
using detail::refuse_request;

namespace {

HttpRequest request() {
    HttpRequest request;
    request.method = "POST";
    request.url = "https://voice.example/a%20b?c=d";
    request.headers = {{"Host", "voice.example"}, {"X-Empty", ""}};
    request.body = "{}";
    request.content_length = 2;
    return request;
}

class NoSource final : public BodySource {
  public:
    std::ptrdiff_t read(char*, std::size_t) noexcept override { return 0; }
    bool rewind() noexcept override { return true; }
};

} // namespace

TEST_CASE("a valid request is accepted") { CHECK(refuse_request(request()) == nullptr); }

TEST_CASE("a method must be a token") {
    for (const char* method : {"", "GE T", "GET\r\n", "G:T", "GET\x80"}) {
        HttpRequest bad = request();
        bad.method = method;
        CHECK(refuse_request(bad) != nullptr);
    }
}

TEST_CASE("a URL must be absolute and percent-encoded") {
    for (const char* url :
         {"", "/path", "ftp://host/", "http:/host", "HTTP://host/", "https://host/a b", "https://host/\n",
          "https://host/\xc3\xbc", "https://host/#fragment", "https://host/\x7f"}) {
        HttpRequest bad = request();
        bad.url = url;
        INFO(url);
        CHECK(refuse_request(bad) != nullptr);
    }
    HttpRequest bad = request();
    bad.url += std::string(1, '\0');
    CHECK(refuse_request(bad) != nullptr);
}

TEST_CASE("a header with a line break or that frames the body is refused") {
    const Header headers[] = {{"X", "a\r\nY: b"},
                              {"X", "a\nb"},
                              {"X", "a\rb"},
                              {"X\r\nY", "a"},
                              {"X Y", "a"},
                              {"X:", "a"},
                              {"", "a"},
                              {"\xc3\xbc", "a"},
                              {"X", {"a\0b", 3}},
                              {"content-LENGTH", "2"},
                              {"Transfer-Encoding", "chunked"}};
    for (const Header& header : headers) {
        HttpRequest bad = request();
        bad.headers.append(header.name, header.value);
        INFO(header.name);
        CHECK(refuse_request(bad) != nullptr);
    }
    HttpRequest good = request();
    good.headers.append("X-Utf8", "\xc3\xbc \t!");
    CHECK(refuse_request(good) == nullptr);
}

TEST_CASE("content_length must equal the body's size, or be -1 with a source") {
    for (std::int64_t length : {0, 1, 3, -1, -2}) {
        HttpRequest bad = request();
        bad.content_length = length;
        CHECK(refuse_request(bad) != nullptr);
    }
    NoSource source;
    HttpRequest streamed = request();
    streamed.source = &source;
    CHECK(refuse_request(streamed) != nullptr);
    streamed.body.clear();
    CHECK(refuse_request(streamed) == nullptr);
    streamed.content_length = -1;
    CHECK(refuse_request(streamed) == nullptr);
    streamed.content_length = -2;
    CHECK(refuse_request(streamed) != nullptr);
}

TEST_CASE("POST, PUT and PATCH send a Content-Length of 0") {
    HttpRequest empty;
    for (const char* method : {"POST", "PUT", "PATCH"}) {
        empty.method = method;
        CHECK(detail::announces_length(empty));
    }
    for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
        empty.method = method;
        CHECK_FALSE(detail::announces_length(empty));
    }
    HttpRequest body = request();
    body.method = "DELETE";
    CHECK(detail::announces_length(body));
}

TEST_CASE("a response's Content-Length must be one number") {
    CHECK(refuse_head(200, {}) == nullptr);
    CHECK(refuse_head(200, {{"Content-Length", "0"}}) == nullptr);
    CHECK(refuse_head(200, {{"Content-Length", "5"}, {"content-length", "5"}}) == nullptr);
    CHECK(refuse_head(200, {{"Content-Length", "5"}, {"content-length", "6"}}) != nullptr);
    for (const char* length : {"", "-1", "+1", "0x10", "1 ", "5, 5", "5x", "9999999999999999999"})
        CHECK(refuse_head(200, {{"Content-Length", length}}) != nullptr);
    CHECK(refuse_head(100, {}) != nullptr);
    CHECK(refuse_head(0, {}) != nullptr);
    CHECK(refuse_head(599, {}) == nullptr);
}

TEST_CASE("a response header with a line break or NUL is refused") {
    for (const std::string& value : {std::string("a\rb"), std::string("a\nb"), std::string("\r"),
                                     std::string("a\r\n b"), std::string("a\0b", 3)})
        CHECK(refuse_head(200, {{"X-Good", "1"}, {"X-A", value}}) != nullptr);
    CHECK(refuse_head(200, {{"X-A", "a\tb \x7f\xff"}}) == nullptr);
}

TEST_CASE("line breaks and NUL in header values become spaces, and nothing else changes") {
    Headers headers{
        {"X-A", "a\rb\r\n c"}, {"X-B", std::string("\0\0", 2)}, {"X-C", "a\t \xc3\xbc"}, {"X-D", ""}};
    headers.replace_line_breaks();
    CHECK(headers == Headers{{"X-A", "a b   c"}, {"X-B", "  "}, {"X-C", "a\t \xc3\xbc"}, {"X-D", ""}});
}

TEST_CASE("a 101 and the 101st interim response end the exchange") {
    CHECK(detail::refuse_interim(100, 1) == nullptr);
    CHECK(detail::refuse_interim(103, 100) == nullptr);
    CHECK(detail::refuse_interim(102, 101) != nullptr);
    CHECK(detail::refuse_interim(101, 1) != nullptr);
}
