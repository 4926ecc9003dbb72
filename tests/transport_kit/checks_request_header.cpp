// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <algorithm>

namespace belfry::transport_kit {

namespace {

/// The request that the server received; incomplete if the attempt failed.
Received arrived(Context& context, Server& server, const HttpRequest& request) {
    if (!context.expect_response(context.attempt(request), 200, "ok")) return {};
    const std::vector<Received> received = server.received();
    return received.empty() ? Received{} : received.back();
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text += (text.empty() ? "" : "|") + value;
    return text;
}

void expect_values(Context& context, std::initializer_list<Header> headers) {
    Server server(answer(reply(200, "ok")));
    HttpRequest request = Context::request(server, "GET", "/");
    for (const Header& header : headers) request.headers.append(header.name, header.value);
    const Received received = arrived(context, server, request);
    for (const Header& header : headers)
        context.expect_equal(header.name, joined(received.values(header.name)), header.value);
}

void values(Context& context) {
    expect_values(context,
                  {{"X-Amz-Date", "20260102T030405Z"},
                   {"Authorization", "AWS4-HMAC-SHA256 Credential=A/b/c, SignedHeaders=host;x, Signature=0f"},
                   {"X-Quotes", "\"a\", 'b'; c=\"d\\\"e\""},
                   {"X-Inner-Blanks", "a  b\t c"},
                   {"X-Colons", ":a:b: c"}});
}
void utf8_value(Context& context) {
    expect_values(context, {{"X-Utf8", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x94"}});
}
void long_value(Context& context) {
    expect_values(context, {{"X-Amz-Security-Token", std::string(7000, 't')}});
}
void empty_value(Context& context) {
    Server server(answer(reply(200, "ok")));
    HttpRequest request = Context::request(server, "GET", "/");
    request.headers.append("X-Empty", "");
    const Received received = arrived(context, server, request);
    if (context.expect(received.values("x-empty").size() == 1, "the header without a value was not sent"))
        context.expect_equal("X-Empty", received.values("x-empty").front(), "");
}
void common_headers(Context& context) {
    // Names that HTTP stacks may set themselves.
    expect_values(context, {{"User-Agent", "belfry-kit/1"},
                            {"Accept", "application/json"},
                            {"Content-Type", "application/x-amz-json-1.1"},
                            {"Accept-Language", "de"},
                            {"Cookie", "a=b"},
                            {"Date", "Fri, 02 Jan 2026 03:04:05 GMT"},
                            {"Range", "bytes=0-9"},
                            {"If-None-Match", "*"}});
}

void name_case(Context& context) {
    Server server(answer(reply(200, "ok")));
    HttpRequest request = Context::request(server, "GET", "/");
    for (const char* name : {"x-amz-lower", "X-Amz-Mixed-CASE"}) request.headers.append(name, "1");
    const Received received = arrived(context, server, request);
    for (const char* name : {"x-amz-lower", "X-Amz-Mixed-CASE"})
        context.expect(std::any_of(received.headers.begin(), received.headers.end(),
                                   [&](const Header& header) { return header.name == name; }),
                       std::string(name) + " changed its case");
}
void repeated(Context& context) {
    Server server(answer(reply(200, "ok")));
    HttpRequest request = Context::request(server, "GET", "/");
    request.headers.append("X-Many", "z");
    request.headers.append("X-Between", "1");
    request.headers.append("x-many", "a");
    request.headers.append("X-Many", "m");
    const std::vector<std::string> found = arrived(context, server, request).values("x-many");
    // One line with commas is equivalent and has the same signature (RFC 9110 section 5.3).
    std::string combined;
    for (const std::string& value : found)
        for (char c : value + ",")
            if (c != ' ') combined += c;
    context.expect_equal("the repeated header", combined, "z,a,m,");
}
void many(Context& context) {
    Server server(answer(reply(200, "ok")));
    HttpRequest request = Context::request(server, "GET", "/");
    for (int i = 0; i < 100; ++i) request.headers.append("X-Number-" + std::to_string(i), std::to_string(i));
    const Received received = arrived(context, server, request);
    for (int i = 0; i < 100; ++i)
        context.expect(joined(received.values("x-number-" + std::to_string(i))) == std::to_string(i),
                       "some of 100 headers are missing");
}
void host(Context& context) {
    Server server(answer(reply(200, "ok")));
    for (const std::string& name : {std::string("voice-chime.us-east-1.example"), server.authority()}) {
        HttpRequest request = Context::request(server, "GET", "/");
        request.headers.set("Host", name);
        const Received received = arrived(context, server, request);
        context.expect_equal("Host", joined(received.values("host")), name);
    }
}
void no_additions(Context& context) {
    Server server(answer(reply(200, "ok")));
    const std::vector<std::string> harmless = {"host", "connection", "accept", "user-agent",
                                               "content-length"};
    for (const char* method : {"GET", "POST", "DELETE"}) {
        const std::string body = std::string_view(method) == "POST" ? "{}" : "";
        const Received received = arrived(context, server, Context::request(server, method, "/", body));
        for (const Header& header : received.headers)
            context.expect(std::any_of(harmless.begin(), harmless.end(),
                                       [&](const std::string& name) {
                                           return belfry::detail::equals_ignoring_case(name, header.name);
                                       }),
                           std::string("adds ").append(header.name).append(": ").append(header.value));
    }
}
void injection(Context& context) {
    Server server(answer(reply(200, "ok")));
    const Header bad[] = {{"X-Value", "a\r\nX-Injected: 1"},
                          {"X-Value", "a\nb"},
                          {"X-Nul", {"a\0b", 3}},
                          {"X-Name\r\nX-Injected", "1"},
                          {"X Blank", "1"},
                          {"", "1"},
                          {"X-Colon:", "1"}};
    for (const Header& header : bad) {
        HttpRequest request = Context::request(server, "GET", "/");
        request.headers.append(header.name, header.value);
        context.expect_failure(context.attempt(request), {TransportStatus::failed});
    }
    context.expect(server.received().empty(), "a header that breaks its line was sent");
}
void cookies(Context& context) {
    Server server(answer(reply(200, "ok", "Set-Cookie: session=1; Path=/\r\n")));
    for (int i = 0; i < 2; ++i) {
        const Received received = arrived(context, server, Context::request(server, "GET", "/"));
        context.expect(received.values("cookie").empty(),
                       "sends back a cookie that the request did not sign");
    }
}
void no_credentials(Context& context) {
    Server server(answer(reply(401, "no", "WWW-Authenticate: Basic realm=\"kit\"\r\n")));
    context.expect_response(context.attempt(Context::request(server, "GET", "/")), 401, "no");
    context.expect(server.received().size() == 1, "asks again after a 401");
    for (const Received& received : server.received())
        context.expect(received.values("authorization").empty(), "adds an Authorization header");
}

} // namespace

Topic request_header_checks() {
    return {"header",
            {
                {"values arrive byte for byte", values},
                {"UTF-8 in a value stays", utf8_value},
                {"a value of 7,000 characters arrives", long_value},
                {"a header without a value is sent", empty_value},
                {"common headers are sent as given and once", common_headers},
                {"names keep their case", name_case},
                {"a repeated name keeps all values in order", repeated},
                {"100 headers arrive", many},
                {"Host is sent once, as given", host},
                {"no header is added that changes the answer", no_additions},
                {"a header that would break its line is refused", injection},
                {"cookies are not kept", cookies},
                {"a 401 does not start authentication", no_credentials},
            }};
}

} // namespace belfry::transport_kit
