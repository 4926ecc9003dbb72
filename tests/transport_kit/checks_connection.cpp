// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <atomic>
#include <memory>

namespace belfry::transport_kit {

namespace {

using Status = TransportStatus;

/// Answers each request with its target, so that responses can be told apart.
Server::Script echo_target() {
    return [](Connection& connection) {
        Received received;
        while (connection.read(received) && connection.write(reply(200, received.target))) {
        }
    };
}

void reuse(Context& context) {
    Server server(echo_target());
    for (const char* target : {"/1", "/2", "/3", "/4"})
        context.expect_response(context.attempt(Context::request(server, "POST", target, "{}")), 200, target);
    context.expect(server.connections() == 1,
                   "4 requests took " + std::to_string(server.connections()) + " connections instead of one");
}
void reuse_after_chunks(Context& context) {
    Server server(
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n"));
    for (int i = 0; i < 3; ++i)
        context.expect_response(context.attempt(Context::request(server, "GET", "/")), 200, "ok");
    context.expect(server.connections() == 1, "a connection is not used again after a chunked response");
}
void reuse_after_error(Context& context) {
    Server server(answer(reply(404, "none")));
    for (int i = 0; i < 3; ++i)
        context.expect_response(context.attempt(Context::request(server, "GET", "/")), 404, "none");
    context.expect(server.connections() == 1, "a connection is not used again after a 404");
}
void announced_close(Context& context) {
    Server server(answer_and_close(reply(200, "ok", "Connection: close\r\n")));
    for (int i = 0; i < 3; ++i)
        context.expect_response(context.attempt(Context::request(server, "POST", "/", "{}")), 200, "ok");
    context.expect(server.received().size() == 3, "the server did not see each request once");
}

/// A server that closes each connection after its first answer without announcing it.
void stale(Context& context, bool hard, int pause) {
    Server server([hard](Connection& connection) {
        Received received;
        if (!connection.read(received) || !connection.write(reply(200, received.target))) return;
        connection.wait(50);
        if (hard)
            connection.reset();
        else
            connection.close();
    });
    if (!context.expect_response(context.attempt(Context::request(server, "GET", "/1")), 200, "/1")) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    const Attempt second = context.attempt(Context::request(server, "POST", "/2", pattern(100'000)));
    if (second.ok()) {
        context.expect_response(second, 200, "/2");
        context.expect(server.received().back().body_checksum == checksum(pattern(100'000)),
                       "the body was not sent whole");
    } else {
        context.expect_failure(second, {Status::connection_reset});
        context.remark("reports connection_reset, so the caller retries");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    context.expect_response(context.attempt(Context::request(server, "GET", "/3")), 200, "/3");
}
void stale_close(Context& context) { stale(context, false, 200); }
void stale_reset(Context& context) { stale(context, true, 200); }
void stale_race(Context& context) {
    // The connection closes while the second request is on its way.
    Server server([](Connection& connection) {
        Received received;
        if (!connection.read(received) || !connection.write(reply(200, received.target))) return;
        if (connection.number() % 2 == 1) {
            if (connection.read_head(received)) connection.close();
        } else {
            while (connection.read(received) && connection.write(reply(200, received.target))) {
            }
        }
    });
    if (!context.expect_response(context.attempt(Context::request(server, "GET", "/1")), 200, "/1")) return;
    const Attempt second = context.attempt(Context::request(server, "GET", "/2"));
    if (second.ok())
        context.expect_response(second, 200, "/2");
    else
        context.expect_failure(second, {Status::connection_reset});
}

void late_answer(Context& context) {
    // Bytes of an abandoned attempt must never answer the next one.
    Server server([](Connection& connection) {
        Received received;
        while (connection.read(received)) {
            if (received.target == "/slow") connection.wait(400);
            if (!connection.write(reply(200, received.target))) return;
        }
    });
    HttpRequest slow = Context::request(server, "GET", "/slow");
    slow.timeouts.idle = Duration::milliseconds(150);
    context.expect_failure(context.attempt(slow), {Status::timed_out});
    context.expect_response(context.attempt(Context::request(server, "GET", "/next")), 200, "/next");
    SinkPlan plan;
    plan.cancel_after = 100;
    context.expect_failure(context.attempt(Context::request(server, "GET", "/slow"), plan),
                           {Status::cancelled});
    context.expect_response(context.attempt(Context::request(server, "GET", "/then")), 200, "/then");
}
void after_refusal(Context& context) {
    Server server([](Connection& connection) {
        Received received;
        while (connection.read(received)) {
            const bool bad = received.target == "/bad";
            if (!connection.write(bad ? "HTTP/1.1 abc\r\n\r\n" : reply(200, received.target))) return;
            if (bad) connection.write(reply(200, "/left-over"));
        }
    });
    context.expect_response(context.attempt(Context::request(server, "GET", "/1")), 200, "/1");
    context.expect_failure(context.attempt(Context::request(server, "GET", "/bad")),
                           {Status::protocol_error});
    context.expect_response(context.attempt(Context::request(server, "GET", "/2")), 200, "/2");
}
void surplus(Context& context) {
    // Bytes after the response must not be taken for the next response.
    Server server([](Connection& connection) {
        Received received;
        while (connection.read(received)) {
            const bool first = received.target == "/1";
            if (!connection.write(reply(200, received.target) + (first ? reply(200, "/smuggled") : "")))
                return;
        }
    });
    context.expect_response(context.attempt(Context::request(server, "GET", "/1")), 200, "/1");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const Attempt second = context.attempt(Context::request(server, "GET", "/2"));
    if (second.ok())
        context.expect_response(second, 200, "/2");
    else
        context.expect_failure(second, {Status::protocol_error, Status::connection_reset});
}

void early_refusal(Context& context, bool keeps_reading) {
    Server server([keeps_reading](Connection& connection) {
        Received received;
        if (!connection.read_head(received)) return;
        connection.write(reply(413, "too large", "Connection: close\r\n"));
        if (keeps_reading) return connection.finish();
        connection.wait(300); // so that the response is not lost to the reset
        connection.reset();
    });
    HttpRequest request = Context::request(server, "PUT", "/", pattern(16 << 20));
    const Attempt attempt = context.attempt(request);
    context.expect_duration(attempt, 0, 4000);
    if (attempt.ok()) {
        context.expect_response(attempt, 413, "too large");
    } else {
        context.expect_failure(attempt, {Status::connection_reset});
        context.remark("reports connection_reset instead of the 413");
    }
}
void refused_upload(Context& context) { early_refusal(context, true); }
void refused_upload_reset(Context& context) { early_refusal(context, false); }
void refused_upload_seen(Context& context) {
    early_refusal(context, true);
    context.expect(context.remark().empty(), "the response to an upload that is refused early is lost");
    context.remark("");
}

void threads(Context& context) {
    Server server(echo_target());
    std::vector<std::thread> workers;
    for (int worker = 0; worker < 8; ++worker)
        workers.emplace_back([&, worker] {
            for (int i = 0; i < 12; ++i) {
                std::string target(1, '/');
                target.append(std::to_string(worker)).append("/").append(std::to_string(i));
                context.expect_response(
                    context.attempt(Context::request(server, "POST", target, pattern(5000))), 200, target);
            }
        });
    for (std::thread& worker : workers) worker.join();
    context.expect(server.received().size() == 96, "not every request arrived once");
}
void several_hosts(Context& context) {
    std::vector<std::unique_ptr<Server>> servers;
    for (int i = 0; i < 6; ++i)
        servers.push_back(std::make_unique<Server>(answer(reply(200, "server " + std::to_string(i)))));
    for (int round = 0; round < 3; ++round)
        for (int i = 0; i < 6; ++i)
            context.expect_response(
                context.attempt(Context::request(*servers[static_cast<std::size_t>(i)], "GET", "/")), 200,
                "server " + std::to_string(i));
}
void descriptors(Context& context) {
    if (open_descriptors() < 0) return context.skip("the system does not tell how many descriptors are open");
    Server closing(answer_and_close(reply(200, "ok", "Connection: close\r\n")));
    Server cutting(answer_and_close("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
    const auto round = [&] {
        (void)context.attempt(Context::request(closing, "GET", "/"));
        (void)context.attempt(Context::request(cutting, "GET", "/"));
    };
    round();
    const int before = open_descriptors();
    for (int i = 0; i < 50; ++i) round();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const int more = open_descriptors() - before;
    context.expect(more < 10, std::to_string(more) + " descriptors stay open after 100 requests");
}

} // namespace

Topic connection_checks() {
    return {"reuse",
            {
                {"requests share a connection", reuse, true},
                {"also after chunks", reuse_after_chunks, true},
                {"also after an error", reuse_after_error, true},
                {"Connection: close is obeyed", announced_close},
                {"a connection that was closed meanwhile", stale_close},
                {"a connection that was reset meanwhile", stale_reset},
                {"a connection that closes under the second request", stale_race},
                {"a late answer never reaches the next request", late_answer},
                {"a connection is dropped after nonsense", after_refusal},
                {"surplus bytes never answer the next request", surplus},
                {"an upload refused early and politely", refused_upload},
                {"an upload refused early and rudely", refused_upload_reset},
                {"the early refusal's status is seen", refused_upload_seen, true},
                {"eight threads at once", threads, false, 20},
                {"several servers in turn", several_hosts},
                {"no descriptors leak", descriptors, false, 20},
            }};
}

} // namespace belfry::transport_kit
