// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace belfry::transport_kit {

namespace {

using Status = TransportStatus;

constexpr int limit = 300;
constexpr long grace = 900;

HttpRequest limited(const Server& server, int idle, int total, const char* method = "GET",
                    std::string body = {}) {
    HttpRequest request = Context::request(server, method, "/", std::move(body));
    request.timeouts.idle = Duration::milliseconds(idle);
    request.timeouts.total = Duration::milliseconds(total);
    return request;
}
void expect_timeout(Context& context, const HttpRequest& request, int after) {
    const Attempt attempt = context.attempt(request);
    context.expect_failure(attempt, {Status::timed_out});
    context.expect_duration(attempt, after - 20, after + grace);
}
/// A server that reads the request, writes these bytes and then is silent for three seconds.
Server::Script silent_after(std::string bytes) {
    return [bytes = std::move(bytes)](Connection& connection) {
        if (connection.read() && connection.write(bytes)) connection.wait_for_close(3000);
    };
}

void idle_before_head(Context& context) {
    Server server(silent_after(""));
    expect_timeout(context, limited(server, limit, 0), limit);
}
void idle_in_head(Context& context) {
    Server server(silent_after("HTTP/1.1 200 OK\r\nContent-"));
    expect_timeout(context, limited(server, limit, 0), limit);
}
void idle_in_body(Context& context) {
    for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
                              "HTTP/1.1 200 OK\r\n\r\nhalf"}) {
        Server server(silent_after(bytes));
        expect_timeout(context, limited(server, limit, 0), limit);
    }
}
void drip(Context& context) {
    Server server([](Connection& connection) {
        if (connection.read()) connection.write_slowly("HTTP/1.1 200 OK\r\n", 6, 150);
        connection.write_slowly("Content-Length: 5\r\n\r\n", 100, 150);
        connection.write_slowly("drips", 1, 150);
        connection.wait_for_close(500);
    });
    context.expect_response(context.attempt(limited(server, 600, 0)), 200, "drips");
}
/// Each byte counts as progress, wherever in the response it is.
void byte_drip(Context& context) {
    const std::string whole = "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: "
                              "chunked\r\n\r\n5;x=y\r\ndrips\r\n0\r\nX-T: 1\r\n\r\n";
    constexpr std::size_t count = 14;
    // In the status line, a header line, a chunk and the trailer.
    for (const std::size_t start : {std::size_t{1}, std::size_t{18}, std::size_t{54}, whole.size() - count}) {
        Server server([&](Connection& connection) {
            if (!connection.read() || !connection.write(whole.substr(0, start))) return;
            connection.write_slowly(whole.substr(start, count), 1, 60);
            connection.write(whole.substr(start + count));
            connection.wait_for_close(500);
        });
        context.expect_response(context.attempt(limited(server, 400, 0)), 200, "drips");
    }
}
Server::Script endless_drip(const char* head) {
    return [head](Connection& connection) {
        if (!connection.read()) return;
        connection.write(head);
        for (int i = 0; i < 100 && connection.write("1\r\nx\r\n") && connection.wait(30); ++i) {
        }
    };
}
void total_in_body(Context& context) {
    Server server(endless_drip("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    expect_timeout(context, limited(server, 2000, 500), 500);
}
void total_in_head(Context& context) {
    Server server([](Connection& connection) {
        if (!connection.read()) return;
        connection.write("HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 100 && connection.write("X-A: b\r\n") && connection.wait(30); ++i) {
        }
    });
    expect_timeout(context, limited(server, 2000, 500), 500);
}
void total_while_waiting(Context& context) {
    Server server(silent_after(""));
    expect_timeout(context, limited(server, 0, limit), limit);
}

/// A server that reads only the head.
void stalled_upload(Context& context, int idle, int total) {
    Server server(
        [](Connection& connection) {
            Received received;
            if (connection.read_head(received)) connection.wait(3000);
            connection.reset();
        },
        {8192, true});
    expect_timeout(context, limited(server, idle, total, "PUT", pattern(32 << 20)), limit);
}
void idle_in_upload(Context& context) { stalled_upload(context, limit, 0); }
void total_in_upload(Context& context) { stalled_upload(context, 0, limit); }
void slow_upload(Context& context) {
    // For two seconds the server reads little at a time; buffers in between hide the first megabytes.
    Server server(
        [](Connection& connection) {
            Received received;
            if (!connection.read_head(received)) return;
            const auto start = std::chrono::steady_clock::now();
            for (std::size_t got = 0; got < 3 << 20;) {
                const std::size_t count = connection.discard(1 << 16);
                if (count == 0) return;
                got += count;
                if (std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2000))
                    connection.wait(40);
            }
            connection.write(reply(200, "ok"));
            connection.finish();
        },
        {16384, true});
    context.expect_response(context.attempt(limited(server, 1500, 0, "PUT", pattern(3 << 20))), 200, "ok");
}

void no_limits(Context& context) {
    Server server([](Connection& connection) {
        if (connection.read() && connection.wait(1200)) connection.write(reply(200, "late"));
        connection.wait_for_close(500);
    });
    HttpRequest request = limited(server, 0, 0);
    request.timeouts.connect = {};
    context.expect_response(context.attempt(request), 200, "late");
}
void limits_do_not_stay(Context& context) {
    Server server([](Connection& connection) {
        while (connection.read() && connection.wait(500) && connection.write(reply(200, "slow"))) {
        }
    });
    context.expect_failure(context.attempt(limited(server, 150, 0)), {Status::timed_out});
    context.expect_response(context.attempt(limited(server, 5000, 0)), 200, "slow");
    context.expect_failure(context.attempt(limited(server, 5000, 150)), {Status::timed_out});
    context.expect_response(context.attempt(limited(server, 5000, 5000)), 200, "slow");
}

void connect_limit(Context& context) {
    FullBacklog backlog;
    if (!backlog.full()) return context.skip("this system accepts connections past a full backlog");
    HttpRequest request = backlog.request();
    request.timeouts.connect = Duration::milliseconds(limit);
    request.timeouts.idle = {};
    expect_timeout(context, request, limit);
}
void total_while_connecting(Context& context) {
    FullBacklog backlog;
    if (!backlog.full()) return context.skip("this system accepts connections past a full backlog");
    HttpRequest request = backlog.request();
    request.timeouts.connect = {};
    request.timeouts.total = Duration::milliseconds(limit);
    expect_timeout(context, request, limit);
}
void slow_sink(Context& context) {
    // The time spent in a sink does not count as idle.
    Server server(answer(reply(200, pattern(1000))));
    SinkPlan plan;
    bool first = true;
    plan.on_piece = [&](std::string_view) {
        if (std::exchange(first, false)) std::this_thread::sleep_for(std::chrono::milliseconds(700));
    };
    context.expect_response(context.attempt(limited(server, limit, 0), plan), 200, pattern(1000));
}

} // namespace

FullBacklog::FullBacklog() : server_([](Connection&) {}, {0, false}) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(server_.port()));
    for (int& fd : fillers_) {
        fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    // If the queue is full, the last connection hangs in its handshake.
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    full_ = ::getpeername(fillers_[3], reinterpret_cast<sockaddr*>(&peer), &size) != 0;
}
FullBacklog::~FullBacklog() {
    for (int fd : fillers_) ::close(fd);
}
HttpRequest FullBacklog::request() const { return Context::request(server_, "GET", "/"); }

Topic time_checks() {
    return {"time",
            {
                {"connect limit", connect_limit},
                {"total limit while connecting", total_while_connecting},
                {"idle limit before the head", idle_before_head},
                {"idle limit within the head", idle_in_head},
                {"idle limit within the body", idle_in_body},
                {"slow bytes within the idle limit do not time out", drip},
                {"single bytes within the idle limit do not time out", byte_drip, false, 20},
                {"total limit while waiting", total_while_waiting},
                {"total limit within a head that drips", total_in_head},
                {"total limit within a body that drips", total_in_body},
                {"idle limit when an upload stalls", idle_in_upload},
                {"total limit when an upload stalls", total_in_upload},
                {"a slow upload that moves does not time out", slow_upload, true},
                {"a slow sink does not time out", slow_sink},
                {"zero means no limit", no_limits},
                {"limits are the request's own", limits_do_not_stay},
            }};
}

} // namespace belfry::transport_kit
