// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

namespace belfry::transport_kit {

namespace {

using Status = TransportStatus;

constexpr int cancel_at = 200;
constexpr long grace = 1200;

void expect_cancelled(Context& context, const HttpRequest& request, int after) {
    SinkPlan plan;
    plan.cancel_after = after;
    const Attempt attempt = context.attempt(request, plan);
    context.expect_failure(attempt, {Status::cancelled});
    context.expect_duration(attempt, after, after + grace);
}
Server::Script silent_after(std::string bytes) {
    return [bytes = std::move(bytes)](Connection& connection) {
        if (connection.read() && connection.write(bytes)) connection.wait_for_close(3000);
    };
}

void before(Context& context) {
    Server server(answer(reply(200, "ok")));
    expect_cancelled(context, Context::request(server, "POST", "/", "{}"), 0);
}
void waiting(Context& context) {
    Server server(silent_after(""));
    expect_cancelled(context, Context::request(server, "GET", "/"), cancel_at);
}
void in_silent_body(Context& context) {
    Server server(silent_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
    expect_cancelled(context, Context::request(server, "GET", "/"), cancel_at);
}
void in_flowing_body(Context& context) {
    Server server([](Connection& connection) {
        if (!connection.read() || !connection.write("HTTP/1.1 200 OK\r\n\r\n")) return;
        const std::string block(1000, 'b');
        for (int i = 0; i < 300 && connection.write(block) && connection.wait(10); ++i) {
        }
    });
    expect_cancelled(context, Context::request(server, "GET", "/"), cancel_at);
}
void in_upload(Context& context) {
    Server server(
        [](Connection& connection) {
            Received received;
            if (connection.read_head(received)) connection.wait(3000);
            connection.reset();
        },
        {8192, true});
    expect_cancelled(context, Context::request(server, "PUT", "/", pattern(32 << 20)), cancel_at);
}
void connecting(Context& context) {
    FullBacklog backlog;
    if (!backlog.full()) return context.skip("this system accepts connections past a full backlog");
    expect_cancelled(context, backlog.request(), cancel_at);
}
void at_head(Context& context) {
    Server server(answer(reply(200, "unwanted")));
    SinkPlan plan;
    plan.stop_at_head = true;
    const Attempt attempt = context.attempt(Context::request(server, "GET", "/"), plan);
    context.expect_failure(attempt, {Status::cancelled});
    context.expect(attempt.body_size == 0, "the body came although the sink had stopped at the head");
    context.expect_response(context.attempt(Context::request(server, "GET", "/")), 200, "unwanted");
}
void at_empty_head(Context& context) {
    Server server(answer(reply(404, "")));
    SinkPlan plan;
    plan.stop_at_head = true;
    context.expect_failure(context.attempt(Context::request(server, "GET", "/"), plan), {Status::cancelled});
}
void at_body(Context& context) {
    Server server(answer(reply(200, pattern(2 << 20))));
    SinkPlan plan;
    plan.stop_at_body = true;
    const Attempt attempt = context.attempt(Context::request(server, "GET", "/"), plan);
    context.expect_failure(attempt, {Status::cancelled});
    context.expect(attempt.body_size < (2 << 20), "the whole body came although the sink had stopped");
    context.expect_response(context.attempt(Context::request(server, "GET", "/")), 200);
}

} // namespace

Topic stop_checks() {
    return {"stop",
            {
                {"cancelled before it starts", before},
                {"cancelled while connecting", connecting},
                {"cancelled while waiting for the head", waiting},
                {"cancelled within a silent body", in_silent_body},
                {"cancelled within a flowing body", in_flowing_body},
                {"cancelled within a stalled upload", in_upload},
                {"a sink that stops at the head", at_head},
                {"a sink that stops at the head of an empty response", at_empty_head},
                {"a sink that stops within the body", at_body},
            }};
}

} // namespace belfry::transport_kit
