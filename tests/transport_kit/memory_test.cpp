// SPDX-License-Identifier: Apache-2.0
// Attempts of all adapters without memory: each allocation fails in turn, alone and with all later ones.
#include "adapters.hpp"
#include "kit.hpp"
#include "server.hpp"
#include "support/failing_allocations.hpp"
#include "tls_server.hpp"

#if defined(BELFRY_KIT_CURL)
#include <curl/curl.h>
#if LIBCURL_VERSION_NUM >= 0x075700
#define BELFRY_KIT_ASYNC_CURL
#include <belfry/transport/async_curl.hpp>
#include <belfry/transport/poll_loop.hpp>
#endif
#endif

#if defined(BELFRY_KIT_BEAST)
#include <belfry/transport/async_beast.hpp>

#include <boost/asio/io_context.hpp>
#endif

#include <new>
#include <string>
#include <utility>

using namespace belfry;
using namespace belfry::transport_kit;
using test::FailedAllocations;
using test::RunOutcome;

namespace {

const std::string answer_bytes =
    reply(200, std::string(1000, 'b'), "X-Long: " + std::string(300, 'l') + "\r\n");

Server::Script secure_answers() {
    return [](Connection& connection) {
        TlsSession session(connection, Certificate::good);
        std::string head;
        while (session.accepted() && session.read_request(head) && session.write(answer_bytes)) {
        }
    };
}
/// Counts what it gets and allocates nothing.
struct CountingSink final : ResponseSink {
    bool on_head(int new_status, Headers) noexcept override {
        status = new_status;
        return true;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        size += bytes.size();
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }
    int status = 0;
    std::size_t size = 0;
};
HttpRequest put(const std::string& url) {
    HttpRequest request;
    request.method = "PUT";
    request.url = url;
    request.headers = {{"Host", "127.0.0.1"}, {"X-Long", std::string(300, 'l')}};
    request.body = std::string(5000, 'u');
    request.content_length = 5000;
    request.timeouts.total = Duration::seconds(5);
    return request;
}

/// Makes a transport and two attempts, of which the second uses the connection of the first if it can.
RunOutcome two_attempts(const Adapter& adapter, const AdapterOptions& options, const HttpRequest& request,
                        bool& wrong) {
    const std::unique_ptr<Transport> transport = adapter.make(options);
    RunOutcome outcome = RunOutcome::success;
    for (int i = 0; i < 2; ++i) {
        CountingSink sink;
        const TransportResult result = transport->send(request, sink);
        if (result.status != TransportStatus::ok)
            outcome = RunOutcome::error;
        else if (sink.status != 200 || sink.size != 1000)
            wrong = true;
        if (result.status != TransportStatus::ok && result.message.empty()) wrong = true;
    }
    return outcome;
}

#if defined(BELFRY_KIT_ASYNC_CURL)
struct Curl {
    explicit Curl(const std::string& ca_file) : transport(loop, options(ca_file)) {}
    static CurlOptions options(const std::string& ca_file) {
        CurlOptions options;
        options.ca_file = ca_file;
        options.proxy_from_environment = false;
        return options;
    }
    void run_until(const bool& done) {
        loop.run_until([&] { return done; });
    }
    PollLoop loop;
    AsyncCurlTransport transport;
};
#endif
#if defined(BELFRY_KIT_BEAST)
struct Beast {
    // Boost 1.74 crashes if it cannot allocate a strand.
    explicit Beast(const std::string& ca_file) : Beast(ca_file, test::WithAllocations()) {}
    Beast(const std::string& ca_file, const test::WithAllocations&)
        : transport(context, {.ca_file = ca_file, .proxy_from_environment = false}) {}
    void run_until(const bool& done) {
        context.restart();
        while (!done) {
            // Asio passes on what its own handlers throw. The attempt must end nevertheless.
            try {
                if (context.run_one() == 0) return;
            } catch (const std::bad_alloc&) {
                continue;
            }
        }
    }
    boost::asio::io_context context;
    AsyncBeastTransport transport;
};
#endif

#if defined(BELFRY_KIT_ASYNC_CURL) || defined(BELFRY_KIT_BEAST)
/// The same on an event loop that runs on this thread, whose allocations fail.
template <class Stack>
RunOutcome two_attempts_on_a_loop(const AdapterOptions& options, const HttpRequest& request, bool& wrong) {
    struct Waiting final : AttemptCompletion::Handler {
        void on_complete(TransportResult outcome) noexcept override {
            result = std::move(outcome);
            done = true;
        }
        void on_abandoned() noexcept override { abandoned = done = true; }
        TransportResult result;
        bool done = false;
        bool abandoned = false;
    };
    // Before the transport, which refers to them until it ends.
    CountingSink sinks[2];
    Waiting waits[2];
    Stack stack(options.ca_file);
    RunOutcome outcome = RunOutcome::success;
    for (int i = 0; i < 2; ++i) {
        stack.transport.start(request, sinks[i], AttemptCompletion(waits[i]));
        stack.run_until(waits[i].done);
        const bool ok = waits[i].result.status == TransportStatus::ok;
        if (!ok) outcome = RunOutcome::error;
        if (ok && (sinks[i].status != 200 || sinks[i].size != 1000)) wrong = true;
        if (!waits[i].done || waits[i].abandoned || (!ok && waits[i].result.message.empty())) wrong = true;
    }
    return outcome;
}

template <class Stack>
void without_memory_on_a_loop(const HttpRequest& request, const AdapterOptions& options) {
    for (const FailedAllocations which : {FailedAllocations::one, FailedAllocations::rest}) {
        bool wrong = false;
        const long failed = test::fail_each_allocation(
            which, [&] { return two_attempts_on_a_loop<Stack>(options, request, wrong); },
            [&](RunOutcome) { CHECK_FALSE(wrong); });
        CHECK(failed > 10);
    }
}
template <class Stack> void without_memory_on_a_loop() {
    Server server(answer(answer_bytes));
    without_memory_on_a_loop<Stack>(put("http://" + server.authority() + "/"), {});
    Server secure(secure_answers());
    without_memory_on_a_loop<Stack>(put("https://" + secure.authority() + "/"),
                                    {.ca_file = trusted_certificate_file()});
}
#endif

void without_memory(const HttpRequest& request, const AdapterOptions& options) {
    for (const Adapter& adapter : adapters())
        for (const FailedAllocations which : {FailedAllocations::one, FailedAllocations::rest}) {
            // Only allocations of this thread fail and are counted.
            if (adapter.has_thread) continue;
            INFO(adapter.name);
            bool wrong = false;
            const long failed = test::fail_each_allocation(
                which, [&] { return two_attempts(adapter, options, request, wrong); },
                [&](RunOutcome) { CHECK_FALSE(wrong); });
            CHECK(failed > 10);
        }
}

} // namespace

TEST_CASE("an attempt without memory is an error or an exception, and leaks nothing") {
    Server server(answer(answer_bytes));
    without_memory(put("http://" + server.authority() + "/"), {});
}

TEST_CASE("an attempt over TLS without memory is an error or an exception, and leaks nothing") {
    Server server(secure_answers());
    without_memory(put("https://" + server.authority() + "/"), {.ca_file = trusted_certificate_file()});
}

#if defined(BELFRY_KIT_ASYNC_CURL)
TEST_CASE("an attempt on an event loop without memory is an error or an exception, and leaks nothing") {
    without_memory_on_a_loop<Curl>();
}
#endif
#if defined(BELFRY_KIT_BEAST)
TEST_CASE("an attempt on an io_context without memory is an error or an exception, and leaks nothing") {
    without_memory_on_a_loop<Beast>();
}
#endif
