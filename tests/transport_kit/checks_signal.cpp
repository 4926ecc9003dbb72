// SPDX-License-Identifier: Apache-2.0
// A write to a connection that the peer has reset raises SIGPIPE, which ends a program that does not expect
// it.
#include "context.hpp"

#if defined(BELFRY_KIT_OPENSSL)
#include "tls_server.hpp"
#endif

#include <csignal>

namespace belfry::transport_kit {

namespace {

volatile std::sig_atomic_t raised = 0;
extern "C" void note_signal(int) { raised = 1; }

/// Watches for a SIGPIPE that would have ended the program, had its disposition been the default.
class Watch {
  public:
    explicit Watch(Context& context) : context_(context) {
        raised = 0;
        struct sigaction action{};
        action.sa_handler = note_signal;
        ::sigaction(SIGPIPE, &action, &before_);
    }
    ~Watch() {
        ::sigaction(SIGPIPE, &before_, nullptr);
        context_.expect(raised == 0, "the program got a SIGPIPE, which ends it by default");
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

  private:
    Context& context_;
    struct sigaction before_{};
};

/// A server that resets a connection at some point, with or without TLS.
struct Plan {
    bool tls = false;
    /// Whether it answers a request before.
    bool answers = false;
    /// How much of an upload it reads before.
    std::size_t reads = 0;
    /// Whether it ends in order before; the next write of the peer is then answered by a reset.
    bool closes = false;
};

void play(const Plan& plan, Connection& connection) {
#if defined(BELFRY_KIT_OPENSSL)
    if (plan.tls) {
        TlsSession session(connection, Certificate::good);
        std::string head;
        if (plan.answers && session.accepted() && session.read_request(head)) session.write(reply(200, "ok"));
        if (plan.answers) connection.wait(30);
        if (plan.closes) session.say_goodbye();
    } else
#endif
        if (plan.answers && connection.read()) {
        connection.write(reply(200, "ok"));
        connection.wait(30);
    }
    if (plan.reads > 0) connection.discard(plan.reads);
    if (plan.closes)
        connection.close();
    else
        connection.reset();
}

void meet(Context& context, const Plan& plan) {
    const Watch watch(context);
    Server server([&](Connection& connection) { play(plan, connection); });
    for (int i = 0; i < 3; ++i) {
        HttpRequest request = Context::request(server, "PUT", "/", pattern(plan.answers ? 10 : 8 << 20));
        if (plan.tls) request.url.replace(0, 4, "https");
        const Attempt attempt = context.attempt(request);
        if (!plan.answers) context.expect(!attempt.ok(), "a reset connection gave a response");
        std::this_thread::sleep_for(std::chrono::milliseconds(70));
    }
}
void each(Context& context, bool tls) {
    for (const bool closes : {false, true}) {
        meet(context, {tls, true, 0, closes});
        meet(context, {tls, false, 0, closes});
        meet(context, {tls, false, 100'000, closes});
    }
}
void plain(Context& context) { each(context, false); }
void secure(Context& context) {
#if defined(BELFRY_KIT_OPENSSL)
    if (context.options().trusts_kit_certificate) return each(context, true);
    context.skip("the transport was not given trusted_certificate_file()");
#else
    context.skip("the kit was built without OpenSSL");
#endif
}

} // namespace

Topic signal_checks() {
    return {"signal",
            {
                {"a reset never raises SIGPIPE", plain, false, 30},
                {"a reset never raises SIGPIPE, with TLS", secure, false, 30},
            }};
}

} // namespace belfry::transport_kit
