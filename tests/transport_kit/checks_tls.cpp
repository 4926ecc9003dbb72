// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#if defined(BELFRY_KIT_OPENSSL)
#include "tls_server.hpp"
#endif

namespace belfry::transport_kit {

#if defined(BELFRY_KIT_OPENSSL)

namespace {

using Status = TransportStatus;

/// Answers every request with these bytes; if `polite`, sends close_notify before it closes.
Server::Script secure_answer(Certificate certificate, std::string bytes, bool polite = true,
                             bool closes = false) {
    return [certificate, bytes = std::move(bytes), polite, closes](Connection& connection) {
        TlsSession session(connection, certificate);
        std::string head;
        while (session.accepted() && session.read_request(head))
            if (!session.write(bytes) || closes) break;
        if (polite) session.say_goodbye();
    };
}
HttpRequest secure_request(const Server& server, const char* method = "GET", std::string body = {}) {
    HttpRequest request = Context::request(server, method, "/secret", std::move(body));
    request.url.replace(0, 4, "https");
    return request;
}
/// Whether complete exchanges can be checked; notes the reason if not.
bool trusted(Context& context) {
    if (!context.options().trusts_kit_certificate)
        context.skip("the transport was not given trusted_certificate_file()");
    return context.options().trusts_kit_certificate;
}
void expect_refused(Context& context, Certificate certificate) {
    Server server(secure_answer(certificate, reply(200, "leaked")));
    const Attempt attempt = context.attempt(secure_request(server));
    if (attempt.result.status == Status::failed)
        return context.skip("the transport has no TLS: " + attempt.result.message);
    context.expect_failure(attempt, {Status::tls_failed});
    context.expect(attempt.heads == 0, "a response was taken from a server that is not trusted");
}

void accepted(Context& context) {
    if (!trusted(context)) return;
    Server server(secure_answer(Certificate::good, reply(200, "ok")));
    for (int i = 0; i < 3; ++i) context.expect_response(context.attempt(secure_request(server)), 200, "ok");
}
void reused(Context& context) {
    if (!trusted(context)) return;
    Server server(secure_answer(Certificate::good, reply(200, "ok")));
    for (int i = 0; i < 3; ++i) context.expect_response(context.attempt(secure_request(server)), 200, "ok");
    context.expect(server.connections() == 1,
                   "3 requests took " + std::to_string(server.connections()) + " handshakes");
}
void unknown_authority(Context& context) { expect_refused(context, Certificate::untrusted); }
void other_name(Context& context) { expect_refused(context, Certificate::other_name); }
void expired(Context& context) { expect_refused(context, Certificate::expired); }
void plain_server(Context& context) {
    Server server([](Connection& connection) {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
        connection.wait_for_close(1000);
    });
    const Attempt attempt = context.attempt(secure_request(server));
    if (attempt.result.status == Status::failed)
        return context.skip("the transport has no TLS: " + attempt.result.message);
    context.expect_failure(attempt, {Status::tls_failed});
}
void cut_handshake(Context& context) {
    Server server([](Connection& connection) {
        connection.discard(10);
        connection.reset();
    });
    const Attempt attempt = context.attempt(secure_request(server));
    if (attempt.result.status == Status::failed)
        return context.skip("the transport has no TLS: " + attempt.result.message);
    context.expect_failure(attempt, {Status::tls_failed, Status::connection_reset});
}
void silent_handshake(Context& context) {
    Server server([](Connection& connection) { connection.wait_for_close(3000); });
    HttpRequest request = secure_request(server);
    request.timeouts.connect = Duration::milliseconds(400);
    const Attempt attempt = context.attempt(request);
    if (attempt.result.status == Status::failed)
        return context.skip("the transport has no TLS: " + attempt.result.message);
    context.expect_failure(attempt, {Status::timed_out});
    context.expect_duration(attempt, 380, 1500);
}
void large_bodies(Context& context) {
    if (!trusted(context)) return;
    const std::string bytes = pattern(4 << 20);
    Server server(secure_answer(Certificate::good, reply(200, bytes)));
    const Attempt attempt = context.attempt(secure_request(server, "PUT", pattern(3 << 20)));
    context.expect_response(attempt, 200);
    context.expect(attempt.body_checksum == checksum(bytes), "the body is not as it was sent");
}
void short_body(Context& context) {
    if (!trusted(context)) return;
    for (bool polite : {true, false}) {
        Server server(secure_answer(Certificate::good, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                                    polite, true));
        context.expect_failure(context.attempt(secure_request(server)),
                               {Status::truncated, Status::connection_reset});
    }
}
void rude_end(Context& context) {
    if (!trusted(context)) return;
    // Without close_notify, an attacker may have truncated a body that ends with its connection.
    Server polite(secure_answer(Certificate::good, "HTTP/1.1 200 OK\r\n\r\nwhole", true, true));
    context.expect_response(context.attempt(secure_request(polite)), 200, "whole");
    Server rude(secure_answer(Certificate::good, "HTTP/1.1 200 OK\r\n\r\nperhaps", false, true));
    context.expect_failure(context.attempt(secure_request(rude)),
                           {Status::truncated, Status::connection_reset});
}
void stale(Context& context) {
    if (!trusted(context)) return;
    Server server(secure_answer(Certificate::good, reply(200, "ok"), true, true));
    for (int i = 0; i < 3; ++i) {
        const Attempt attempt = context.attempt(secure_request(server, "POST", "{}"));
        if (i == 0 || attempt.ok())
            context.expect_response(attempt, 200, "ok");
        else
            context.expect_failure(attempt, {Status::connection_reset});
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}
void silent_body(Context& context) {
    if (!trusted(context)) return;
    Server server([](Connection& connection) {
        TlsSession session(connection, Certificate::good);
        std::string head;
        if (session.accepted() && session.read_request(head))
            session.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        connection.wait_for_close(3000);
    });
    HttpRequest request = secure_request(server);
    request.timeouts.idle = Duration::milliseconds(300);
    const Attempt late = context.attempt(request);
    context.expect_failure(late, {Status::timed_out});
    context.expect_duration(late, 280, 1500);
    SinkPlan plan;
    plan.cancel_after = 200;
    const Attempt cancelled = context.attempt(secure_request(server), plan);
    context.expect_failure(cancelled, {Status::cancelled});
    context.expect_duration(cancelled, 200, 1500);
}

} // namespace

std::string trusted_certificate_file() { return tls_trust_file(); }

Topic tls_checks() {
    return {"tls",
            {
                {"a trusted certificate is accepted", accepted},
                {"an unknown authority is tls_failed", unknown_authority},
                {"another host's certificate is tls_failed", other_name},
                {"an expired certificate is tls_failed", expired},
                {"a server without TLS is tls_failed", plain_server},
                {"a handshake that is cut is a failure", cut_handshake},
                {"the connect limit covers the handshake", silent_handshake},
                {"large bodies in both directions", large_bodies},
                {"requests share a handshake", reused, true},
                {"a body that is cut is a failure", short_body},
                {"an end without TLS's goodbye is a failure", rude_end, true},
                {"a connection that was closed meanwhile", stale},
                {"limits and cancellation within a body", silent_body},
            }};
}

#else

namespace {
void not_built(Context& context) { context.skip("the kit was built without OpenSSL"); }
} // namespace

std::string trusted_certificate_file() { return {}; }

Topic tls_checks() { return {"tls", {{"certificates and handshakes", not_built}}}; }

#endif

} // namespace belfry::transport_kit
