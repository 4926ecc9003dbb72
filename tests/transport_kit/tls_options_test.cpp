// SPDX-License-Identifier: Apache-2.0
// Options of the adapters' connections against TLS servers: client certificates, the oldest version of TLS,
// the local address.
#include "adapters.hpp"
#include "context.hpp"
#include "tls_server.hpp"

#if defined(BELFRY_KIT_CURL)
#include <belfry/transport/curl.hpp>
#endif
#if defined(BELFRY_KIT_NGHTTP2)
#include <belfry/transport/nghttp2.hpp>
#endif

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace {

using namespace belfry;
using namespace belfry::transport_kit;

/// Answers each request with the client's address.
Server::Script secure(const TlsDemands& demands) {
    return [demands](Connection& connection) {
        TlsSession session(connection, Certificate::good, demands);
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        ::getpeername(connection.socket(), reinterpret_cast<sockaddr*>(&peer), &size);
        char text[INET_ADDRSTRLEN] = "";
        ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
        std::string head;
        while (session.accepted() && session.read_request(head) && session.write(reply(200, text))) {
        }
        connection.wait_for_close(200); // so that an alert is not lost to a reset
    };
}
std::string words(const Sent& sent) {
    return std::string(name_of(sent.result.status)) + " (" + sent.result.message + "), body " +
           shown(sent.body);
}
std::string url_of(const Server& server) { return "https://" + server.authority() + "/"; }

void client_certificates(const Adapter& adapter) {
    const ClientFiles& files = client_files();
    const AdapterOptions none{.ca_file = trusted_certificate_file()};
    for (const bool newest : {true, false}) {
        Server server(secure({.client_certificate = true, .only_tls_1_2 = !newest}));
        const std::string name = std::string(adapter.name) + ", TLS " + (newest ? "1.3: " : "1.2: ");
        const auto accepted = [&](const char* what, const AdapterOptions& options) {
            const auto transport = adapter.make(options);
            for (int i = 0; i < 2; ++i) {
                const Sent sent = send(*transport, url_of(server));
                expect(sent.ok() && sent.status == 200, name + what, words(sent));
            }
        };
        const auto refused = [&](const char* what, const AdapterOptions& options,
                                 std::initializer_list<TransportStatus> ways) {
            const Sent sent = send(*adapter.make(options), url_of(server));
            bool expected = false;
            for (const TransportStatus way : ways) expected = expected || sent.result.status == way;
            expect(expected && sent.status == 0 && !sent.result.message.empty(), name + what, words(sent));
        };
        AdapterOptions options = none;
        refused("a server that demands a certificate refuses a client without", options,
                {TransportStatus::tls_failed});
        options.client_certificate = files.certificate;
        options.client_key = files.key;
        accepted("a certificate and its key", options);
        options.client_key = files.encrypted_key;
        options.client_key_password = files.password;
        accepted("a key with a password", options);
        const auto unusable = {TransportStatus::tls_failed, TransportStatus::failed};
        options.client_key_password = "wrong";
        refused("a wrong password is an error", options, unusable);
        options.client_key_password = "";
        refused("a missing password is an error and no question at the terminal", options, unusable);
        options = none;
        options.client_certificate = files.both;
        accepted("certificate and key in one file", options);
        options.client_certificate = files.certificate;
        refused("a certificate without its key is an error", options, unusable);
        options.client_key = files.other_key;
        refused("another certificate's key is an error", options, unusable);
        options.client_certificate = "there/is/no/such/file.pem";
        refused("a missing file is an error", options, unusable);
    }
}

void versions(const Adapter& adapter) {
    const std::string name = adapter.name;
    AdapterOptions options{.ca_file = trusted_certificate_file()};
    Server old(secure({.only_tls_1_2 = true}));
    Server current(secure({}));
    expect(send(*adapter.make(options), url_of(old)).ok(), name + ": TLS 1.2 is accepted by default");
    options.min_tls_version = TlsVersion::tls_1_3;
    const Sent refused = send(*adapter.make(options), url_of(old));
    expect(refused.result.status == TransportStatus::tls_failed, name + ": TLS 1.2 below a minimum of 1.3",
           words(refused));
    expect(send(*adapter.make(options), url_of(current)).ok(), name + ": TLS 1.3 with a minimum of 1.3");
}

void local_interfaces(const Adapter& adapter) {
    const std::string name = adapter.name;
    AdapterOptions options{.ca_file = trusted_certificate_file(), .local_interface = "127.0.0.2"};
    Server server(secure({}));
    Server plain(answer(reply(200, "ok")));
    const Sent sent = send(*adapter.make(options), url_of(server));
    expect(sent.body == "127.0.0.2", name + ": a local address", words(sent));
    expect(send(*adapter.make(options), "http://" + plain.authority() + "/").ok(),
           name + ": a local address without TLS");
    options.local_interface = "lo";
    expect(send(*adapter.make(options), url_of(server)).ok(), name + ": an interface by name");
    for (const char* nonsense : {"no-such-interface", "192.0.2.1"}) {
        options.local_interface = nonsense;
        const Sent failed = send(*adapter.make(options), url_of(server));
        expect(failed.result.status == TransportStatus::connect_failed,
               name + ": the local address " + nonsense + " is connect_failed", words(failed));
    }
}

#if defined(BELFRY_KIT_CURL)
void own_options() {
    Server server(secure({}));
    const std::string port = std::to_string(server.port());
    const std::string entry = "localhost:" + port + ":127.0.0.1";
    curl_slist* const hosts = curl_slist_append(nullptr, ("+" + entry).c_str());
    int calls = 0;
    CurlTransport transport({.ca_file = trusted_certificate_file(),
                             .proxy_from_environment = false,
                             .configure = [&](void* easy) {
                                 ++calls;
                                 return static_cast<int>(curl_easy_setopt(easy, CURLOPT_RESOLVE, hosts));
                             }});
    for (int i = 0; i < 2; ++i) {
        const Sent sent = send(transport, "https://localhost:" + port + "/");
        expect(sent.ok(), "curl: an option of one's own", words(sent));
    }
    expect(calls == 1, "curl: one's own options are set once for each connection");
    curl_slist_free_all(hosts);
    CurlTransport failing({.configure = [](void*) { return static_cast<int>(CURLE_SSL_ENGINE_NOTFOUND); }});
    expect(send(failing, url_of(server)).result.status == TransportStatus::failed,
           "curl: an option of one's own that fails");
}
#endif

#if defined(BELFRY_KIT_NGHTTP2)
void http2() {
    // The kit's server does not choose HTTP/2, which is noticed only after a handshake that succeeds.
    Server server(secure({.client_certificate = true, .only_tls_1_2 = true}));
    HttpRequest request;
    request.method = "POST";
    request.url = url_of(server);
    request.content_length = -1;
    struct Source final : BodySource {
        std::ptrdiff_t read(char*, std::size_t) noexcept override { return 0; }
        bool rewind() noexcept override { return true; }
    } source;
    request.source = &source;
    const auto open = [&](Nghttp2Options options) {
        options.ca_file = trusted_certificate_file();
        options.proxy_from_environment = false;
        Nghttp2Transport transport(std::move(options));
        DuplexStreamPointer stream;
        return transport.open(request, stream);
    };
    const ClientFiles& files = client_files();
    expect(open({}).status == TransportStatus::tls_failed, "nghttp2: a client without a certificate");
    expect(open({.client_certificate = files.certificate, .client_key = files.key}).status ==
               TransportStatus::protocol_error,
           "nghttp2: a client with a certificate");
    expect(open({.client_certificate = files.both, .min_tls_version = TlsVersion::tls_1_3}).status ==
               TransportStatus::tls_failed,
           "nghttp2: TLS 1.2 below a minimum of 1.3");
    expect(open({.client_certificate = files.both, .local_interface = "no-such-interface"}).status ==
               TransportStatus::connect_failed,
           "nghttp2: an interface that does not exist");
    expect(open({.proxy = "http://127.0.0.1:" + std::to_string(unused_port())}).status ==
               TransportStatus::connect_failed,
           "nghttp2: a proxy");
    request.url.replace(0, 5, "http");
    const TransportResult plain = open({.proxy = "http://127.0.0.1:1"});
    expect(plain.status == TransportStatus::failed && plain.message.find("proxy") != std::string::npos,
           "nghttp2: HTTP/2 without TLS is not sent through a proxy");
}
#endif

} // namespace

int main() {
    for (const Adapter& adapter : adapters()) {
        client_certificates(adapter);
        versions(adapter);
        local_interfaces(adapter);
    }
#if defined(BELFRY_KIT_CURL)
    own_options();
#endif
#if defined(BELFRY_KIT_NGHTTP2)
    http2();
#endif
    return failures() == 0 ? 0 : 1;
}
