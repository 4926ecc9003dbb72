// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <netdb.h>

namespace belfry::transport_kit {

namespace {

using Status = TransportStatus;

/// Sends a request to a server that answers with these bytes and closes the connection in order.
Attempt ask_closing(Context& context, const std::string& bytes) {
    Server server(answer_and_close(bytes));
    return context.attempt(Context::request(server, "GET", "/"));
}
/// Each of these answers must be reported as a violation of HTTP, whether or not the connection closes after
/// it.
void expect_protocol_errors(Context& context, std::initializer_list<std::string> answers) {
    for (const std::string& bytes : answers) {
        context.expect_failure(ask_closing(context, bytes), {Status::protocol_error});
        if (!context.failure().empty()) {
            context.expect(false, "the answer was " + shown(bytes));
            return;
        }
    }
}

void short_length(Context& context) {
    for (const std::string& part : {std::string(), std::string("half"), pattern(65'536)}) {
        const Attempt attempt =
            ask_closing(context, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + part);
        context.expect_failure(attempt, {Status::truncated});
        context.expect(attempt.status == 200, "the head did not reach the sink");
    }
}
void short_error(Context& context) {
    context.expect_failure(ask_closing(context, "HTTP/1.1 503 Busy\r\nContent-Length: 10\r\n\r\nhalf"),
                           {Status::truncated});
}
void short_chunk(Context& context) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const char* part :
         {"", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n", "5\r\nhello\r\n1"})
        context.expect_failure(ask_closing(context, head + part), {Status::truncated});
}
void reset_in_body(Context& context) {
    for (const char* head : {"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
                             "HTTP/1.1 200 OK\r\n\r\npart"}) {
        Server server([head](Connection& connection) {
            if (!connection.read() || !connection.write(head)) return;
            connection.wait(100); // so that the reset does not overtake what was written
            connection.reset();
        });
        const Attempt attempt = context.attempt(Context::request(server, "GET", "/"));
        context.expect_failure(attempt, {Status::connection_reset, Status::truncated});
    }
}
void no_answer(Context& context) {
    for (bool hard : {false, true}) {
        Server server([hard](Connection& connection) {
            if (!connection.read()) return;
            if (hard)
                connection.reset();
            else
                connection.finish();
        });
        const Attempt attempt = context.attempt(Context::request(server, "POST", "/", "{}"));
        context.expect_failure(attempt, {Status::connection_reset});
        context.expect(attempt.heads == 0, "the sink got a head that was never sent");
    }
}
void at_once(Context& context) {
    Server server([](Connection& connection) { connection.reset(); });
    context.expect_failure(context.attempt(Context::request(server, "POST", "/", "{}")),
                           {Status::connection_reset, Status::connect_failed});
}
void cut_head(Context& context) {
    for (const char* part : {"H", "HTTP/1.1", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
                             "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        const Attempt attempt = ask_closing(context, part);
        context.expect_failure(attempt,
                               {Status::connection_reset, Status::truncated, Status::protocol_error});
        context.expect(attempt.heads == 0, "the sink got a head that was cut");
    }
}
void garbage(Context& context) {
    expect_protocol_errors(context,
                           {"SSH-2.0-OpenSSH_9.6\r\n", "<html>hello</html>\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n",
                            std::string("\x15\x03\x01\x00\x02\x02\x50\r\n\r\n", 11), pattern(5000),
                            "220 mail ESMTP\r\n250 ok\r\n"});
}
void status_lines(Context& context) {
    expect_protocol_errors(
        context,
        {"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
         "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n",
         "HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "HTTQ/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
}
void lengths(Context& context) {
    expect_protocol_errors(context,
                           {"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
                            "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nhello",
                            "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello",
                            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nhello",
                            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello"});
}
void chunk_sizes(Context& context) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    expect_protocol_errors(context, {head + "zz\r\nhello\r\n0\r\n\r\n", head + "-5\r\nhello\r\n0\r\n\r\n",
                                     head + "fffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
                                     head + "5\r\nhelloXX0\r\n\r\n"});
}
void header_lines(Context& context) {
    expect_protocol_errors(context, {"HTTP/1.1 200 OK\r\nthis is not a header\r\nContent-Length: 0\r\n\r\n",
                                     "HTTP/1.1 200 OK\r\n: nameless\r\nContent-Length: 0\r\n\r\n"});
}
void endless_head(Context& context) {
    const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    for (bool in_lines : {true, false}) {
        Server server([&](Connection& connection) {
            if (!connection.read()) return;
            connection.write(in_lines ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 200 OK\r\nX-Endless: ");
            const std::string piece(1000, 'x');
            for (int i = 0; i < 50'000; ++i)
                if (!connection.write(in_lines ? line : piece)) return;
            connection.finish();
        });
        const std::size_t before = resident_memory();
        const Attempt attempt = context.attempt(Context::request(server, "GET", "/"));
        context.expect_failure(attempt, {Status::protocol_error, Status::failed});
        context.expect(resident_memory() < before + (24 << 20), "the memory grew with an endless head");
    }
}
void nothing_listens(Context& context) {
    HttpRequest request;
    request.method = "GET";
    const std::string authority = "127.0.0.1:" + std::to_string(unused_port());
    request.url = "http://" + authority + "/";
    request.headers.append("Host", authority);
    const Attempt attempt = context.attempt(request);
    context.expect_failure(attempt, {Status::connect_failed});
    context.expect_duration(attempt, 0, 2000);
}
void unknown_host(Context& context) {
    HttpRequest request;
    request.method = "GET";
    request.url = "http://nobody.belfry-kit.invalid/"; // RFC 6761: .invalid never resolves
    request.headers.append("Host", "nobody.belfry-kit.invalid");
    request.timeouts.connect = Duration::seconds(6);
    const Attempt attempt = context.attempt(request);
    if (attempt.result.status == Status::timed_out)
        return context.skip("the system's resolver did not answer within 6 s");
    context.expect_failure(attempt, {Status::resolve_failed});
}
void second_address(Context& context) {
    addrinfo* found = nullptr;
    if (::getaddrinfo("localhost", nullptr, nullptr, &found) != 0)
        return context.skip("localhost does not resolve here");
    ::freeaddrinfo(found);
    // Where localhost is ::1 first, that address refuses and 127.0.0.1 must be tried.
    Server server(answer(reply(200, "ok")));
    HttpRequest request = Context::request(server, "GET", "/");
    request.url = "http://localhost:" + std::to_string(server.port()) + "/";
    context.expect_response(context.attempt(request), 200, "ok");
}
void bad_urls(Context& context) {
    for (const char* url : {"", "example.com/", "ftp://127.0.0.1/", "http://", "http:///path",
                            "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "file:///etc/hostname"}) {
        HttpRequest request;
        request.method = "GET";
        request.url = url;
        const Attempt attempt = context.attempt(request);
        if (!context.expect(!attempt.ok(), "the URL \"" + std::string(url) + "\" gave a response")) return;
    }
}

} // namespace

Topic broken_checks() {
    return {"broken",
            {
                {"a body shorter than Content-Length is truncated", short_length},
                {"so is an error's body", short_error},
                {"chunks that stop short are truncated", short_chunk},
                {"a reset within the body is a failure", reset_in_body},
                {"a connection closed without an answer is connection_reset", no_answer},
                {"a connection reset at once is a failure", at_once},
                {"a head that is cut is a failure", cut_head},
                {"garbage is protocol_error", garbage},
                {"malformed status lines are protocol_error", status_lines},
                {"impossible and conflicting lengths are protocol_error", lengths},
                {"malformed chunk sizes are protocol_error", chunk_sizes},
                {"malformed header lines are protocol_error", header_lines},
                {"an endless head is refused in constant memory", endless_head},
                {"nothing listening is connect_failed", nothing_listens},
                {"an unknown host is resolve_failed", unknown_host, false, 20},
                {"a name's further addresses are tried", second_address},
                {"impossible URLs are failures", bad_urls},
            }};
}

} // namespace belfry::transport_kit
