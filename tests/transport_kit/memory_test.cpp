// SPDX-License-Identifier: Apache-2.0
// Attempts of all adapters without memory: each allocation fails in turn, alone and with all later ones.
#include "adapters.hpp"
#include "kit.hpp"
#include "server.hpp"
#include "support/failing_allocations.hpp"
#include "tls_server.hpp"

#include <string>

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

void without_memory(const HttpRequest& request, const AdapterOptions& options) {
    for (const Adapter& adapter : adapters())
        for (const FailedAllocations which : {FailedAllocations::one, FailedAllocations::rest}) {
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
