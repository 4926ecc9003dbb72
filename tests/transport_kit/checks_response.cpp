// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

namespace belfry::transport_kit {

namespace {

/// Sends a request to a server that answers with these bytes and leaves the connection open.
Attempt ask(Context& context, const std::string& bytes, const char* method = "GET") {
    Server server(answer(bytes));
    return context.attempt(Context::request(server, method, "/"));
}

void expect_statuses(Context& context, std::initializer_list<int> statuses) {
    for (int status : statuses) {
        const std::string body = "{\"status\":" + std::to_string(status) + "}";
        Server server(answer(reply(status, body, "x-amzn-errortype: Kit\r\n")));
        const Attempt attempt = context.attempt(Context::request(server, "POST", "/", "{}"));
        if (!context.expect_response(attempt, status, body)) return;
        context.expect(attempt.headers.contains("x-amzn-errortype"), "the headers are missing");
        context.expect(server.received().size() == 1, "status " + std::to_string(status) + " was retried");
    }
}
void successes(Context& context) { expect_statuses(context, {200, 201, 202, 203, 206, 226, 299}); }
void client_errors(Context& context) {
    expect_statuses(context, {400, 402, 403, 404, 409, 410, 412, 415, 418, 422, 429});
}
void retried_statuses(Context& context) { expect_statuses(context, {401, 407, 408, 417, 421, 425, 426}); }
void server_errors(Context& context) { expect_statuses(context, {500, 501, 502, 503, 504, 507, 511, 599}); }
void unknown_statuses(Context& context) { expect_statuses(context, {299, 399, 499, 600, 799}); }

void redirects(Context& context) {
    Server target(answer(reply(200, "followed")));
    for (int status : {300, 301, 302, 303, 307, 308}) {
        const std::string location = "Location: http://" + target.authority() + "/other\r\n";
        Server server(answer(reply(status, "moved", location)));
        const Attempt attempt = context.attempt(Context::request(server, "GET", "/"));
        if (target.connections() > 0) {
            context.expect(false, "a redirect was followed");
            return;
        }
        context.expect_response(attempt, status, "moved");
        context.expect(attempt.headers.contains("location"), "Location is missing");
    }
}

void empty_bodies(Context& context) {
    for (int status : {200, 400, 500}) {
        const Attempt attempt = ask(context, reply(status, ""));
        context.expect_response(attempt, status, "");
        context.expect_duration(attempt, 0, 2000);
    }
}
void no_content(Context& context) {
    const Attempt attempt = ask(context, "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", "DELETE");
    context.expect_response(attempt, 204, "");
    context.expect_duration(attempt, 0, 2000);
}
void not_modified(Context& context) {
    // RFC 9112 section 6.3: a 304 has no body whatever its Content-Length says.
    const Attempt attempt = ask(context, "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n");
    context.expect_response(attempt, 304, "");
    context.expect_duration(attempt, 0, 2000);
}
void head(Context& context) {
    Server server(answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: \"a\"\r\n\r\n"));
    for (int i = 0; i < 2; ++i) {
        const Attempt attempt = context.attempt(Context::request(server, "HEAD", "/"));
        if (!context.expect_response(attempt, 200, "")) return;
        context.expect_duration(attempt, 0, 2000);
        const std::string* length = attempt.headers.find("content-length");
        context.expect(length != nullptr && *length == "1000", "the Content-Length of HEAD is lost");
        context.expect_equal("the method", server.received().back().method, "HEAD");
    }
}
void head_chunked(Context& context) {
    const Attempt attempt = ask(context, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD");
    context.expect_response(attempt, 200, "");
    context.expect_duration(attempt, 0, 2000);
}

void expect_interim(Context& context, const char* interim) {
    const Attempt attempt = ask(context, interim + reply(200, "final", "X-Final: 1\r\n"));
    if (!context.expect_response(attempt, 200, "final")) return;
    context.expect(attempt.headers.contains("x-final"), "the final response's headers are missing");
    context.expect(!attempt.headers.contains("link"), "an interim response's headers were kept");
}
void continue_100(Context& context) { expect_interim(context, "HTTP/1.1 100 Continue\r\n\r\n"); }
void several_interim(Context& context) {
    expect_interim(context, "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                            "HTTP/1.1 100 \r\nX-Odd: 1\r\n\r\n");
}

void reasons(Context& context) {
    for (const char* line : {"HTTP/1.1 200 \r\n", "HTTP/1.1 200 All is (very) well: \xc3\xbc\r\n"}) {
        const Attempt attempt = ask(context, line + std::string("Content-Length: 2\r\n\r\nok"));
        context.expect_response(attempt, 200, "ok");
    }
}
void no_blank(Context& context) {
    // RFC 9112 section 4 requires the blank even without a reason phrase; some servers leave it out.
    const Attempt attempt = ask(context, "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok");
    if (attempt.result.status == TransportStatus::protocol_error)
        return context.remark("refuses such a line");
    context.expect_response(attempt, 200, "ok");
}
void http_10(Context& context) {
    Server server(answer_and_close("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    for (int i = 0; i < 2; ++i)
        context.expect_response(context.attempt(Context::request(server, "GET", "/")), 200, "ok");
}

void repeated_headers(Context& context) {
    const Attempt attempt =
        ask(context, reply(200, "ok", "X-Many: b\r\nX-Other: 1\r\nx-many: a\r\nX-MANY: c\r\n"));
    context.expect_response(attempt, 200);
    std::string found;
    for (const Header& header : attempt.headers)
        if (belfry::detail::equals_ignoring_case(header.name, "x-many")) found += header.value + "|";
    context.expect_equal("the repeated header", found, "b|a|c|");
}
void trimmed_values(Context& context) {
    const Attempt attempt =
        ask(context, reply(200, "ok",
                           "X-Tight:v\r\nX-Wide: \t v w \t\r\nX-Empty:\r\nX-Blank:   \r\nX-Colon: a:b\r\n"));
    context.expect_response(attempt, 200);
    for (const Header& wanted : {Header{"x-tight", "v"}, Header{"x-wide", "v w"}, Header{"x-empty", ""},
                                 Header{"x-blank", ""}, Header{"x-colon", "a:b"}}) {
        const std::string* found = attempt.headers.find(wanted.name);
        if (context.expect(found != nullptr, wanted.name + " is missing"))
            context.expect_equal(wanted.name, *found, wanted.value);
    }
}
void raw_values(Context& context) {
    // cpp-httplib, among others, decodes percent escapes in header values.
    const Attempt attempt = ask(context, reply(200, "ok",
                                               "X-Escapes: a%20b%2Fc+d\r\nX-Utf8: \xc3\xbc\r\n"
                                               "X-List: \"a, b\", c\r\n"));
    context.expect_response(attempt, 200);
    for (const Header& wanted : {Header{"X-Escapes", "a%20b%2Fc+d"}, Header{"X-Utf8", "\xc3\xbc"},
                                 Header{"X-List", "\"a, b\", c"}}) {
        const std::string* found = attempt.headers.find(wanted.name);
        context.expect_equal(wanted.name, found != nullptr ? *found : "(missing)", wanted.value);
    }
}
void large_head(Context& context) {
    std::string fields;
    for (int i = 0; i < 60; ++i)
        fields += "X-Field-" + std::to_string(i) + ": " + std::string(400, 'v') + "\r\n";
    const Attempt attempt =
        ask(context, reply(200, "ok", fields + "X-Long: " + std::string(6000, 'l') + "\r\n"));
    context.expect_response(attempt, 200, "ok");
    context.expect(attempt.headers.contains("x-field-59") && attempt.headers.contains("x-long"),
                   "headers of a large head are missing");
}
void folded(Context& context) {
    const Attempt attempt = ask(context, reply(200, "ok", "X-Folded: a\r\n  b\r\nX-After: 1\r\n"));
    if (attempt.result.status == TransportStatus::protocol_error)
        return context.remark("refuses folded lines");
    context.expect_response(attempt, 200, "ok");
    const std::string* value = attempt.headers.find("x-folded");
    context.expect_equal("the folded value", value != nullptr ? *value : "(missing)", "a b");
}
void piecewise(Context& context) {
    Server server([](Connection& connection) {
        while (connection.read() && connection.write_slowly(reply(404, "none", "X-A: b\r\n"), 1, 1)) {
        }
    });
    context.expect_response(context.attempt(Context::request(server, "GET", "/")), 404, "none");
}

} // namespace

Topic response_checks() {
    return {"response",
            {
                {"2xx come with their body", successes},
                {"4xx are responses, not failures", client_errors},
                {"401, 407, 408, 417, 421 are not handled by the stack", retried_statuses},
                {"5xx are responses, not failures", server_errors},
                {"unknown statuses are responses", unknown_statuses},
                {"redirects are not followed", redirects},
                {"an empty body ends at once", empty_bodies},
                {"204 has no body", no_content},
                {"304 has no body even with a Content-Length", not_modified},
                {"HEAD has no body, and its Content-Length is kept", head},
                {"HEAD has no body even if it says chunked", head_chunked},
                {"100 Continue is passed over", continue_100},
                {"102 and 103 are passed over", several_interim},
                {"a status line without a reason, and with a long one", reasons},
                {"a status line that ends after the number is read or refused", no_blank},
                {"HTTP/1.0", http_10},
                {"repeated headers are all kept, in order", repeated_headers},
                {"header values are trimmed and may be empty", trimmed_values},
                {"header values are not decoded", raw_values},
                {"a head of 30 kB", large_head},
                {"a folded header line is joined or refused", folded},
                {"a response that comes byte by byte", piecewise},
            }};
}

} // namespace belfry::transport_kit
