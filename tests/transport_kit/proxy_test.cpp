// SPDX-License-Identifier: Apache-2.0
// Adapters behind a proxy: the kit's server is the proxy. For http URLs it must get the whole URL unchanged,
// for https URLs a CONNECT, through which TLS then goes to the server.
#include "adapters.hpp"
#include "context.hpp"
#include "server.hpp"
#include "tls_server.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace belfry;
using namespace belfry::transport_kit;

const std::string target = "/a%2Fb/../c//d?x=%20+&operation=y";

/// Copies bytes in both directions until one side ends.
void pump(Connection& connection, int other) {
    pollfd ends[] = {{connection.socket(), POLLIN, 0}, {other, POLLIN, 0}};
    while (!connection.stopping()) {
        if (::poll(ends, 2, 20) <= 0) continue;
        for (int i = 0; i < 2; ++i) {
            if (ends[i].revents == 0) continue;
            char bytes[16384];
            const ssize_t count = ::recv(ends[i].fd, bytes, sizeof bytes, 0);
            if (count <= 0) return;
            for (ssize_t sent = 0; sent < count;) {
                const ssize_t more = ::send(ends[1 - i].fd, bytes + sent,
                                            static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
                if (more <= 0) return;
                sent += more;
            }
        }
    }
}

/// A proxy for tunnels to 127.0.0.1, which answers a CONNECT with these bytes.
Server::Script tunnels(std::string answer) {
    return [answer = std::move(answer)](Connection& connection) {
        Received received;
        if (!connection.read_head(received)) return;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(
            std::atoi(received.target.substr(received.target.find(':') + 1).c_str())));
        const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            connection.write(answer))
            pump(connection, other);
        ::close(other);
    };
}
Server::Script secure_server() {
    return [](Connection& connection) {
        TlsSession session(connection, Certificate::good);
        std::string head;
        while (session.accepted() && session.read_request(head) && session.write(reply(200, "secret"))) {
        }
    };
}

std::string words(const Sent& sent) {
    return std::string(name_of(sent.result.status)) + " (" + sent.result.message + "), status " +
           std::to_string(sent.status) + ", body " + shown(sent.body);
}

/// Sends a POST and checks which request target the server or proxy has received.
void expect_target(const std::string& what, Transport& transport, const Server& server,
                   const std::string& origin, const std::string& wanted) {
    const std::size_t before = server.received().size();
    const Sent sent = send(transport, origin + target, "POST", "{}");
    const auto received = server.received();
    if (!sent.ok() || sent.status != 200 || received.size() != before + 1)
        return expect(false, what, words(sent));
    expect(received.back().target == wanted && received.back().body == "{}" &&
               received.back().values("host").size() == 1,
           what, "the target is " + received.back().target);
}

void plain(const Adapter& adapter) {
    const std::string name = adapter.name;
    Server server(answer(reply(200, "ok")));
    const std::string here = "http://" + server.authority();
    const std::string far = "http://voice.invalid"; // never resolves: only a proxy can reach it
    const std::string nowhere = "http://127.0.0.1:" + std::to_string(unused_port());

    const auto chosen = adapter.make({.proxy = here});
    expect_target(name + ": a proxy from the options", *chosen, server, far, far + target);
    expect_target(name + ": its connection used again", *chosen, server, far, far + target);
    expect(server.connections() == 1, name + ": without another connection to the proxy");
    const auto without_scheme = adapter.make({.proxy = server.authority()});
    expect_target(name + ": a proxy without a scheme", *without_scheme, server, far, far + target);
    const auto with_user = adapter.make({.proxy = "http://us%65r:p%40ss@" + server.authority()});
    expect_target(name + ": a proxy with a user", *with_user, server, far, far + target);
    // RFC 7617, by Python: base64.b64encode(b"user:p@ss")
    expect(server.received().back().values("proxy-authorization") ==
               std::vector<std::string>{"Basic dXNlcjpwQHNz"},
           name + ": the proxy gets its user and password");
    const auto excepted = adapter.make({.proxy = nowhere, .no_proxy = "example.com, 127.0.0.1"});
    expect_target(name + ": a host without proxy from the options", *excepted, server, here, target);
    expect(server.received().back().values("proxy-authorization").empty(),
           name + ": a server gets no proxy authorization");

    ::setenv("http_proxy", here.c_str(), 1);
    const auto obedient = adapter.make({.proxy_from_environment = true});
    expect_target(name + ": a proxy from the environment", *obedient, server, far, far + target);
    ::setenv("http_proxy", nowhere.c_str(), 1);
    const auto deaf = adapter.make({});
    expect_target(name + ": the environment left out", *deaf, server, here, target);
    ::setenv("NO_PROXY", "127.0.0.0/8", 1);
    const auto careful = adapter.make({.proxy_from_environment = true});
    expect_target(name + ": NO_PROXY from the environment", *careful, server, here, target);
    ::unsetenv("NO_PROXY");
    ::unsetenv("http_proxy");
    ::setenv("HTTP_PROXY", nowhere.c_str(), 1); // a header of the request in CGI programs
    const auto in_cgi = adapter.make({.proxy_from_environment = true});
    expect_target(name + ": HTTP_PROXY does not count", *in_cgi, server, here, target);
    ::unsetenv("HTTP_PROXY");

    for (const char* proxy : {"http://", "http://host:port", "http://[::1"})
        expect(!send(*adapter.make({.proxy = proxy}), here + "/").ok(),
               name + ": the malformed proxy " + proxy + " is not passed by");
}

void tunnelled(const Adapter& adapter) {
    const std::string name = adapter.name;
    const std::string trust = trusted_certificate_file();
    Server server(secure_server());
    const std::string url = "https://" + server.authority() + "/";
    for (const char* version : {"HTTP/1.1", "HTTP/1.0"}) {
        Server proxy(tunnels(std::string(version) + " 200 Connection established\r\n\r\n"));
        const auto transport =
            adapter.make({.ca_file = trust, .proxy = "http://us%65r:p%40ss@" + proxy.authority()});
        for (int i = 0; i < 2; ++i) {
            const Sent sent = send(*transport, url);
            expect(sent.ok() && sent.body == "secret", name + ": https through a tunnel of " + version,
                   words(sent));
        }
        const auto received = proxy.received();
        expect(received.size() == 1 && received[0].method == "CONNECT" &&
                   received[0].target == server.authority() &&
                   received[0].values("host") == std::vector<std::string>{server.authority()} &&
                   received[0].values("proxy-authorization") ==
                       std::vector<std::string>{"Basic dXNlcjpwQHNz"},
               name + ": one CONNECT, with the proxy's user");
    }
    for (const int status : {403, 407, 502}) {
        Server proxy(answer_and_close(reply(status, "no")));
        const auto transport = adapter.make({.ca_file = trust, .proxy = "http://" + proxy.authority()});
        const Sent sent = send(*transport, url);
        expect(sent.result.status == TransportStatus::connect_failed && sent.status == 0,
               name + ": a tunnel that is refused with " + std::to_string(status) + " is connect_failed",
               words(sent));
    }
    {
        Server proxy([](Connection& connection) { connection.wait_for_close(3000); });
        const auto transport = adapter.make({.ca_file = trust, .proxy = "http://" + proxy.authority()});
        HttpRequest request;
        request.method = "GET";
        request.url = url;
        request.timeouts.connect = Duration::milliseconds(300);
        struct Sink final : ResponseSink {
            bool on_head(int, Headers) noexcept override { return true; }
            bool on_body(std::span<const std::byte>) noexcept override { return true; }
            [[nodiscard]] bool cancelled() const noexcept override { return false; }
        } sink;
        expect(transport->send(request, sink).status == TransportStatus::timed_out,
               name + ": the connect limit covers a proxy that does not answer");
    }
    ::setenv("HTTPS_PROXY", ("http://127.0.0.1:" + std::to_string(unused_port())).c_str(), 1);
    const auto obedient = adapter.make({.ca_file = trust, .proxy_from_environment = true});
    expect(send(*obedient, url).result.status == TransportStatus::connect_failed,
           name + ": HTTPS_PROXY counts");
    ::setenv("no_proxy", "127.0.0.1", 1);
    const auto careful = adapter.make({.ca_file = trust, .proxy_from_environment = true});
    expect(send(*careful, url).ok(), name + ": no_proxy counts for https");
    ::unsetenv("HTTPS_PROXY");
    ::unsetenv("no_proxy");
    for (const char* proxy : {"htpp://user:secret@127.0.0.1:1", "http://user:secret word@127.0.0.1:1",
                              "http://user:secret@127.0.0.1 :1", "http://user:secret@127.0.0.1:1"}) {
        const Sent sent = send(*adapter.make({.ca_file = trust, .proxy = proxy}), url);
        expect(!sent.ok() && sent.result.message.find("secret") == std::string::npos &&
                   sent.result.message.find("user") == std::string::npos,
               name + ": no error quotes the password of a proxy", words(sent));
    }
    if (name.ends_with("curl")) return;
    for (const char* scheme : {"https", "socks5", "socks5h"}) {
        const Sent sent =
            send(*adapter.make({.ca_file = trust, .proxy = std::string(scheme) + "://127.0.0.1:1"}), url);
        expect(sent.result.status == TransportStatus::failed &&
                   sent.result.message.find("CurlTransport") != std::string::npos,
               name + ": a proxy of the scheme " + scheme + " is refused", words(sent));
    }
}

} // namespace

int main() {
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY",
                             "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
        ::unsetenv(name);
    for (const Adapter& adapter : adapters()) {
        plain(adapter);
        tunnelled(adapter);
    }
    return failures() == 0 ? 0 : 1;
}
