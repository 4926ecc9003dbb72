// SPDX-License-Identifier: Apache-2.0
// Requests that the socket transports refuse, which the transport conformance kit does not check.
#include <belfry/transport/detail/pooled_transport.hpp>
#include <belfry/transport/socket.hpp>
#if defined(BELFRY_TEST_HAS_SOCKET_TLS)
#include <belfry/transport/socket_tls.hpp>
#endif

#include "support/catch.hpp"

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace belfry;

namespace {

struct Sink final : ResponseSink {
    bool on_head(int, Headers) noexcept override { return true; }
    bool on_body(std::span<const std::byte>) noexcept override { return true; }
    [[nodiscard]] bool cancelled() const noexcept override { return gave_up; }
    bool gave_up = false;
};

TransportResult get(Transport& transport, const char* url, bool gave_up = false) {
    HttpRequest request;
    request.method = "GET";
    request.url = url;
    Sink sink;
    sink.gave_up = gave_up;
    return transport.send(request, sink);
}

/// The state of the connections of a `PlanTransport`.
struct Log {
    int made = 0;
    int open = 0;
    std::vector<int> used;
    bool reusable = true;
    bool fresh = true;
    bool throws = false;
};
struct PlanConnection {
    explicit PlanConnection(Log& new_log) : log(new_log), number(++log.made) { ++log.open; }
    PlanConnection(const PlanConnection&) = delete;
    PlanConnection& operator=(const PlanConnection&) = delete;
    ~PlanConnection() { --log.open; }
    TransportResult send(const HttpRequest&, const detail::Origin&, ResponseSink&, bool& reusable) {
        log.used.push_back(number);
        if (log.throws) throw std::runtime_error("thrown by the connection");
        reusable = log.reusable;
        return {};
    }
    [[nodiscard]] bool fresh() const { return log.fresh; }
    std::string key;
    Log& log;
    int number;
};
class PlanTransport final : public detail::PooledTransport<PlanConnection> {
  public:
    explicit PlanTransport(Log& log) : PooledTransport(2), log_(log) {}

  protected:
    std::unique_ptr<PlanConnection> make_connection(const detail::Origin& origin,
                                                    TransportResult& refusal) override {
        if (!origin.tls) return std::make_unique<PlanConnection>(log_);
        refusal = {TransportStatus::failed, "no TLS"};
        return nullptr;
    }

  private:
    Log& log_;
};

} // namespace

TEST_CASE("a request that is invalid, cancelled or for another scheme does not open a connection") {
    Log log;
    PlanTransport transport(log);
    CHECK(get(transport, "ftp://host/").status == TransportStatus::failed);
    CHECK(get(transport, "http://").status == TransportStatus::failed);
    CHECK(get(transport, "http://host/", true).status == TransportStatus::cancelled);
    const TransportResult refused = get(transport, "https://host/");
    CHECK(refused.status == TransportStatus::failed);
    CHECK(refused.message == "no TLS");
    CHECK(log.made == 0);
}

TEST_CASE("a connection is reused for the same scheme, host and port until it is stale") {
    Log log;
    PlanTransport transport(log);
    CHECK(get(transport, "http://host/a").status == TransportStatus::ok);
    CHECK(get(transport, "http://host:80/b").status == TransportStatus::ok);
    CHECK(get(transport, "http://host:81/").status == TransportStatus::ok);
    CHECK(get(transport, "http://other/").status == TransportStatus::ok);
    CHECK(log.used == std::vector<int>{1, 1, 2, 3});
    CHECK(log.open == 2); // the pool's size

    log.fresh = false;
    CHECK(get(transport, "http://other/").status == TransportStatus::ok);
    CHECK(log.used.back() == 4);
}

TEST_CASE("a connection that cannot carry another request is closed") {
    Log log;
    log.reusable = false;
    PlanTransport transport(log);
    for (int i = 0; i < 3; ++i) CHECK(get(transport, "http://host/").status == TransportStatus::ok);
    CHECK(log.used == std::vector<int>{1, 2, 3});
    CHECK(log.open == 0);
}

TEST_CASE("an exception within an attempt is an error and closes the connection") {
    Log log;
    log.throws = true;
    PlanTransport transport(log);
    const TransportResult result = get(transport, "http://host/");
    CHECK(result.status == TransportStatus::failed);
    CHECK(result.message == "the attempt threw an exception: thrown by the connection");
    CHECK(log.open == 0);
}

TEST_CASE("a socket that cannot be bound gives the number of the error") {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(socket >= 0);
    CHECK(detail::bind_locally(socket, AF_INET, "") == 0);
    errno = 0;
    // An address for documentation (RFC 5737), which is not that of an interface.
    CHECK(detail::bind_locally(socket, AF_INET, "192.0.2.1") == EADDRNOTAVAIL);
    errno = 0;
    // ENODEV, or EPERM where interfaces are the administrator's to choose.
    CHECK(detail::bind_locally(socket, AF_INET, "no-such-device") != 0);
    CHECK(detail::bind_locally(socket, AF_INET, "127.0.0.1") == 0);
    ::close(socket);
}

TEST_CASE("a SocketTransport refuses https URLs and names the transport for them") {
    SocketTransport transport;
    const TransportResult result = get(transport, "https://127.0.0.1:1/");
    CHECK(result.status == TransportStatus::failed);
    CHECK(result.message.find("SocketTlsTransport") != std::string::npos);
}

#if defined(BELFRY_TEST_HAS_SOCKET_TLS)
TEST_CASE("an unreadable certificate file fails https requests and no others") {
    SocketTlsTransport transport({.ca_file = "there/is/no/such/file.pem"});
    CHECK(get(transport, "https://127.0.0.1:1/").status == TransportStatus::tls_failed);
    CHECK(get(transport, "http://127.0.0.1:1/").status == TransportStatus::connect_failed);
}
#endif
