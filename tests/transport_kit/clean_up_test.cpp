// SPDX-License-Identifier: Apache-2.0
// Transports that end while a peer has already reset their connections, with SIGPIPE at its default: a signal
// would end this program.
#include "adapters.hpp"
#include "kit.hpp"
#include "server.hpp"
#include "tls_server.hpp"

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

using namespace belfry;
using namespace belfry::transport_kit;

namespace {

/// Answers once, says TLS's goodbye if `closes`, and resets the connection.
Server::Script reset_after_answer(bool closes) {
    return [closes](Connection& connection) {
        {
            TlsSession session(connection, Certificate::good);
            std::string head;
            if (session.accepted() && session.read_request(head)) session.write(reply(200, "ok"));
            connection.wait(20);
            if (closes) session.say_goodbye();
        }
        connection.reset();
    };
}

} // namespace

int main() {
    std::signal(SIGPIPE, SIG_DFL);
    for (const Adapter& adapter : adapters())
        for (const bool closes : {false, true}) {
            Server server(reset_after_answer(closes));
            const std::string url = "https://" + server.authority() + "/";
            {
                const auto transport = adapter.make({.ca_file = trusted_certificate_file()});
                for (int i = 0; i < 4; ++i) {
                    const Sent sent = send(*transport, url);
                    expect(sent.ok() || sent.result.status == TransportStatus::connection_reset,
                           std::string(adapter.name) + ": a request after a reset", sent.result.message);
                    std::this_thread::sleep_for(std::chrono::milliseconds(60));
                }
            }
            expect(true, std::string(adapter.name) + ": the transport has ended");
        }
    return failures() == 0 ? 0 : 1;
}
