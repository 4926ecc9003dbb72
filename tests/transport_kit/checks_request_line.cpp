// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

namespace belfry::transport_kit {

namespace {

/// Sends a GET for each target to one server and compares what arrives.
void expect_targets(Context& context, std::initializer_list<const char*> targets) {
    Server server(answer(reply(200, "ok")));
    for (const char* target : targets) {
        const Attempt attempt = context.attempt(Context::request(server, "GET", target));
        if (!context.expect_response(attempt, 200, "ok")) return;
        const std::vector<Received> received = server.received();
        if (!context.expect(!received.empty(), "no request arrived")) return;
        context.expect_equal("the request target", received.back().target, target);
    }
}

void escapes(Context& context) {
    expect_targets(context, {"/a%2Fb/c%20d/e%25f", "/%2F", "/a%2525b", "/%00"});
}
void escape_case(Context& context) { expect_targets(context, {"/a%2fb/%c3%bc", "/a%2Fb/%C3%BC"}); }
void unreserved_escapes(Context& context) { expect_targets(context, {"/%41%7E%2D%2e", "/%3A%40%21%24"}); }
void double_slashes(Context& context) { expect_targets(context, {"//", "/a//b", "//a/b//", "/a/"}); }
void dot_segments(Context& context) {
    expect_targets(context, {"/a/./b", "/a/../b", "/../a", "/.", "/a/..", "/a/%2E%2E/b", "/a/.../b"});
}
void sub_delimiters(Context& context) {
    expect_targets(context, {"/a+b", "/a!$&'()*,;=:@b", "/~user/-._~", "/a:b"});
}
void utf8(Context& context) { expect_targets(context, {"/%E4%B8%AD%E6%96%87", "/%F0%9F%94%94/%C3%A9"}); }
void query_escapes(Context& context) {
    expect_targets(context, {"/?a=%2F%2f%20+%2B", "/p?key=%E4%B8%AD&%41=%7E", "/p?u=a/b?c:d@e"});
}
void query_shape(Context& context) {
    expect_targets(context, {"/p?operation=x", "/p?flag", "/p?flag=", "/p?b=2&a=1&b=1", "/p?a=1&&b=2&",
                             "/p?=x&==", "/p?a=b;c=d", "/p?a=../b/./c"});
}
void long_target(Context& context) {
    const std::string path = "/" + std::string(3000, 'p') + "?q=" + std::string(3000, 'q');
    expect_targets(context, {path.c_str()});
}

void bare_authority(Context& context) {
    Server server(answer(reply(200, "ok")));
    for (const char* rest : {"", "?operation=x"}) {
        if (!context.expect_response(context.attempt(Context::request(server, "GET", rest)), 200, "ok"))
            return;
        context.expect_equal("the request target", server.received().back().target,
                             std::string(1, '/').append(rest));
    }
}

void methods(Context& context) {
    Server server(answer(reply(200, "ok")));
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        const Attempt attempt = context.attempt(Context::request(server, method, "/m"));
        if (!context.expect_response(attempt, 200, "ok")) return;
        context.expect_equal("the method", server.received().back().method, method);
    }
}

void version(Context& context) {
    Server server(answer(reply(200, "ok")));
    if (!context.expect_response(context.attempt(Context::request(server, "GET", "/")), 200)) return;
    context.expect_equal("the version", server.received().back().version, "HTTP/1.1");
}

void unsafe_url(Context& context) {
    Server server(answer(reply(200, "ok")));
    for (const char* target : {"/a b", "/a\r\nX-Injected: 1", "/\n"}) {
        const Attempt attempt = context.attempt(Context::request(server, "GET", target));
        context.expect_failure(attempt, {TransportStatus::failed});
    }
    context.expect(server.received().empty(), "a URL with a blank or a line break was sent");
}

} // namespace

Topic request_line_checks() {
    return {"line",
            {
                {"%2F, %20 and %25 in the path stay as they are", escapes},
                {"percent escapes keep their case", escape_case},
                {"escapes of unreserved characters are not undone", unreserved_escapes},
                {"double and trailing slashes stay", double_slashes},
                {"dot segments stay", dot_segments},
                {"plus and other sub-delimiters stay", sub_delimiters},
                {"percent-encoded UTF-8 stays", utf8},
                {"escapes in the query stay", query_escapes},
                {"the query keeps order, repetitions and empty parts", query_shape},
                {"a target of 6,000 characters arrives", long_target},
                {"a URL without a path asks for /", bare_authority},
                {"every method arrives as given", methods},
                {"requests are HTTP/1.1", version},
                {"a URL with a blank or a line break is refused", unsafe_url},
            }};
}

} // namespace belfry::transport_kit
