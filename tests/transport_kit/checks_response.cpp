// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <utility>

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
        const auto length = attempt.headers.find("content-length");
        context.expect(length.has_value() && *length == "1000", "the Content-Length of HEAD is lost");
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

void many_interim(Context& context) {
    // A server may send one every few seconds for as long as it works (RFC 9110 section 15.2).
    std::string interim;
    for (int i = 0; i < 30; ++i) interim += "HTTP/1.1 102 Processing\r\nX-Step: 1\r\n\r\n";
    expect_interim(context, interim.c_str());
}
void endless_interim(Context& context) {
    struct Case {
        std::string bytes;
        int pause;
    };
    for (const Case& test :
         {Case{"HTTP/1.1 100 Continue\r\n\r\n", 0}, Case{"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0},
          Case{"HTTP/1.1 102 Processing\r\n\r\n", 5}}) {
        Server server([&](Connection& connection) {
            if (!connection.read()) return;
            for (int i = 0; i < 400'000 && connection.write(test.bytes); ++i)
                if (test.pause > 0 && !connection.wait(test.pause)) return;
            connection.finish();
        });
        HttpRequest request = Context::request(server, "GET", "/");
        request.timeouts.total = Duration::seconds(4);
        const Attempt attempt = context.attempt(request);
        context.expect_failure(attempt, {TransportStatus::protocol_error, TransportStatus::failed});
        context.expect(attempt.heads == 0, "an interim response reached the sink");
    }
}
void switched_protocols(Context& context) {
    // RFC 9110 section 7.8: the request had no Upgrade, so there is nothing to switch to.
    for (const std::string rest : {"", "\x81\x05hello", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
        const Attempt attempt = ask(context, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                                             "Upgrade: websocket\r\n\r\n" +
                                                 rest);
        context.expect_failure(attempt, {TransportStatus::protocol_error});
        context.expect(attempt.heads == 0, "a 101 reached the sink");
        context.expect_duration(attempt, 0, 2000);
    }
}

/// RFC 9110 section 5.5: CR, LF and NUL within a value make a message that is refused, or become blanks.
void expect_clean(Context& context, const std::string& bytes) {
    const Attempt attempt = ask(context, bytes);
    if (attempt.ok()) {
        for (const Header& header : attempt.headers) {
            context.expect(header.value.find_first_of(std::string("\r\n\0", 3)) == std::string::npos,
                           "the value of " + shown(header.name) + " has a line break or NUL: \"" +
                               shown(header.value) + "\"");
            context.expect(!belfry::detail::equals_ignoring_case(header.name, "x-injected"),
                           "a CR within a line was taken for its end");
        }
        context.expect_response(attempt, 200, "ok");
    } else {
        context.expect_failure(attempt, {TransportStatus::protocol_error});
    }
    if (!context.failure().empty()) context.expect(false, "the answer was " + shown(bytes));
}
void line_breaks_in_values(Context& context) {
    for (const std::string& field :
         {std::string("X-A: a\rb"), std::string("X-A: \ra"), std::string("X-A: a\r"),
          std::string("X-A: a\r\r"), std::string("X-A: a\rX-Injected: 1"), std::string("X-A: a\0b", 8),
          std::string("X-A: \0", 6), std::string("X-A: a\r\n b\rc"), std::string("X-A: a\r\n \r b"),
          std::string("ETag: \"\r\"")})
        expect_clean(context, reply(200, "ok", field + "\r\n"));
    expect_clean(context, "HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok");
    for (const std::string& trailer : {std::string("X-T: a\rb"), std::string("X-T: \0", 6)})
        expect_clean(context, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n" +
                                  trailer + "\r\n\r\n");
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
        if (belfry::detail::equals_ignoring_case(header.name, "x-many"))
            found.append(header.value).append("|");
    context.expect_equal("the repeated header", found, "b|a|c|");
}
void trimmed_values(Context& context) {
    const Attempt attempt =
        ask(context, reply(200, "ok",
                           "X-Tight:v\r\nX-Wide: \t v w \t\r\nX-Empty:\r\nX-Blank:   \r\nX-Colon: a:b\r\n"));
    context.expect_response(attempt, 200);
    for (const Header& wanted : {Header{"x-tight", "v"}, Header{"x-wide", "v w"}, Header{"x-empty", ""},
                                 Header{"x-blank", ""}, Header{"x-colon", "a:b"}}) {
        const auto found = attempt.headers.find(wanted.name);
        if (context.expect(found.has_value(), std::string(wanted.name).append(" is missing")))
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
        const auto found = attempt.headers.find(wanted.name);
        context.expect_equal(wanted.name, found.value_or("(missing)"), wanted.value);
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
    const auto value = attempt.headers.find("x-folded");
    context.expect_equal("the folded value", value.value_or("(missing)"), "a b");
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
                {"thirty interim responses are passed over", many_interim},
                {"interim responses without end are refused", endless_interim, false, 20},
                {"101 is protocol_error", switched_protocols},
                {"line breaks and NUL in header values are refused or replaced", line_breaks_in_values},
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
