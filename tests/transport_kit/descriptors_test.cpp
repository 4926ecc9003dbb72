// SPDX-License-Identifier: Apache-2.0
// All adapters in a process that has no file descriptors left, and then has them again.
#include "adapters.hpp"
#include "kit.hpp"
#include "server.hpp"
#include "support/no_descriptors.hpp"

#include <cerrno>
#include <string>
#include <system_error>

using namespace belfry;
using namespace belfry::transport_kit;

namespace {

bool says(const Sent& sent, int error) {
    return sent.result.message.find(std::system_category().message(error)) != std::string::npos;
}

void check_without_descriptors(const Adapter& adapter, Server& server) {
    const std::string name = adapter.name;
    const auto transport = adapter.make({});
    const std::string port = std::to_string(server.port());
    for (const char* const host : {"127.0.0.1", "localhost"}) {
        const std::string url = std::string("http://") + host + ":" + port + "/";
        Sent sent;
        {
            const test::NoDescriptors none;
            sent = send(*transport, url);
        }
        expect((sent.result.status == TransportStatus::connect_failed ||
                sent.result.status == TransportStatus::resolve_failed) &&
                   says(sent, EMFILE),
               name + ": the error of " + host + " without descriptors tells it", sent.result.message);
    }
    const std::string url = "http://127.0.0.1:" + port + "/";
    expect(send(*transport, url).ok(), name + ": a request succeeds once there are descriptors");
    const test::NoDescriptors none;
    expect(send(*transport, url).ok(), name + ": the kept connection needs no descriptor");
}

} // namespace

int main() {
    for (const Adapter& adapter : adapters()) {
        Server server(answer(reply(200, "ok")));
        check_without_descriptors(adapter, server);
        const auto transport = adapter.make({});
        const Sent refused = send(*transport, "http://127.0.0.1:" + std::to_string(unused_port()) + "/");
        expect(refused.result.status == TransportStatus::connect_failed && says(refused, ECONNREFUSED),
               std::string(adapter.name) + ": the error of a refused connection tells it",
               refused.result.message);
    }
    return failures() == 0 ? 0 : 1;
}
