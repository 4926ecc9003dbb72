// SPDX-License-Identifier: Apache-2.0
// Tests adapters with a proxy: the kit's server acts as the proxy and must receive the whole URL unchanged.
#include <belfry/transport/socket.hpp>

#include "server.hpp"
#if defined(BELFRY_KIT_CURL)
#include <belfry/transport/curl.hpp>
#endif

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using namespace belfry;
using transport_kit::Server;

const std::string target = "/a%2Fb/../c//d?x=%20+&operation=y";
int wrong = 0;

struct Sink final : ResponseSink {
    bool on_head(int new_status, Headers) noexcept override {
        status = new_status;
        return true;
    }
    bool on_body(std::span<const std::byte>) noexcept override { return true; }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }
    int status = 0;
};

/// Sends a POST to the URL and returns the request target that the server or proxy received; empty if none.
std::string seen(Transport& transport, const Server& server, const std::string& origin) {
    HttpRequest request;
    request.method = "POST";
    request.url = origin + target;
    request.headers.append("Host", "voice.invalid");
    request.body = "{}";
    request.content_length = 2;
    Sink sink;
    const std::size_t before = server.received().size();
    const TransportResult result = transport.send(request, sink);
    const auto received = server.received();
    if (result.status != TransportStatus::ok || sink.status != 200 || received.size() != before + 1)
        return {};
    const bool whole = received.back().body == "{}" && received.back().values("host").size() == 1;
    return whole ? received.back().target : "";
}
void expect(const char* what, const std::string& found, const std::string& wanted) {
    std::printf("%s  %s\n", found == wanted ? "PASS" : "FAIL", what);
    if (found == wanted) return;
    std::printf("      \"%s\" instead of \"%s\"\n", found.c_str(), wanted.c_str());
    ++wrong;
}

} // namespace

int main() {
    Server server(transport_kit::answer(transport_kit::reply(200, "ok")));
    const std::string here = "http://" + server.authority();
    const std::string far = "http://voice.invalid"; // never resolves: only a proxy can reach it
    for (const char* name :
         {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
        ::unsetenv(name);

#if defined(BELFRY_KIT_CURL)
    CurlTransport chosen({.proxy = here});
    expect("curl: a proxy from the options", seen(chosen, server, far), far + target);
    CurlTransport excepted({.proxy = "http://127.0.0.1:1", .no_proxy = "127.0.0.1"});
    expect("curl: a host without proxy from the options", seen(excepted, server, here), target);
    ::setenv("http_proxy", here.c_str(), 1);
    CurlTransport obedient;
    expect("curl: a proxy from the environment", seen(obedient, server, far), far + target);
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    CurlTransport deaf({.proxy_from_environment = false});
    expect("curl: the environment left out", seen(deaf, server, here), target);
    ::unsetenv("http_proxy");
#endif
    SocketTransport proxied({.proxy_host = "127.0.0.1", .proxy_port = server.port()});
    expect("socket: a proxy from the options", seen(proxied, server, far), far + target);
    const int connections = server.connections();
    expect("socket: its connection used again", seen(proxied, server, far), far + target);
    expect("socket: without another connection to the proxy", std::to_string(server.connections()),
           std::to_string(connections));
    return wrong == 0 ? 0 : 1;
}
