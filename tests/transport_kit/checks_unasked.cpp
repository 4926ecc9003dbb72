// SPDX-License-Identifier: Apache-2.0
// RFC 9112 section 9.2: bytes that arrive while no request is outstanding are not a response, and the
// connection is to be closed. A transport that keeps them gives every later call the answer of the one
// before.
#include "context.hpp"

#if defined(BELFRY_KIT_OPENSSL)
#include "tls_server.hpp"
#endif

namespace belfry::transport_kit {

namespace {

using Status = TransportStatus;

/// The server's side of a connection, with or without TLS.
class Peer {
  public:
    explicit Peer(Connection& connection) : connection_(connection) {}
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() = default;
    /// Reads a request and leaves its target in `target`; false when the peer has disconnected.
    virtual bool read(std::string& target) {
        Received received;
        const bool complete = connection_.read(received);
        target = received.target;
        return complete;
    }
    virtual bool write(std::string_view bytes) { return connection_.write(bytes); }
    [[nodiscard]] Connection& connection() const noexcept { return connection_; }

  private:
    Connection& connection_;
};

#if defined(BELFRY_KIT_OPENSSL)
class TlsPeer final : public Peer {
  public:
    explicit TlsPeer(Connection& connection) : Peer(connection), session_(connection, Certificate::good) {}
    bool read(std::string& target) override {
        std::string head;
        if (!session_.accepted() || !session_.read_request(head)) return false;
        const std::size_t start = head.find(' ') + 1;
        target = head.substr(start, head.find(' ', start) - start);
        return true;
    }
    bool write(std::string_view bytes) override { return session_.accepted() && session_.write(bytes); }

  private:
    TlsSession session_;
};
#endif

using PeerScript = std::function<void(Peer&)>;

/// Answers each request with its target.
void serve(Peer& peer) {
    std::string target;
    while (peer.read(target) && peer.write(reply(200, target))) {
    }
}

HttpRequest request_of(const Server& server, bool tls, const char* method, const std::string& target) {
    HttpRequest request = Context::request(server, method, target);
    if (tls) request.url.replace(0, 4, "https");
    return request;
}

/// Sends a request of that method to a server that plays `first` on its first connection, waits, and sends
/// three more. Each must get its own response, or fail in a way that the client retries.
void exchange(Context& context, bool tls, const PeerScript& first, const char* method = "GET") {
    Server server([&](Connection& connection) {
        const auto play = [&](Peer& peer) {
            if (connection.number() == 1) first(peer);
            serve(peer);
        };
#if defined(BELFRY_KIT_OPENSSL)
        if (tls) {
            TlsPeer peer(connection);
            return play(peer);
        }
#endif
        Peer peer(connection);
        play(peer);
    });
    const Attempt begun = context.attempt(request_of(server, tls, method, "/1"));
    if (!context.expect(begun.ok(), "the first response failed: " + shown(begun.result.message))) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    for (const char* target : {"/2", "/3", "/4"}) {
        const Attempt attempt = context.attempt(request_of(server, tls, "GET", target));
        if (attempt.ok())
            context.expect_response(attempt, 200, target);
        else
            context.expect_failure(attempt, {Status::connection_reset, Status::protocol_error});
    }
}
/// With and without TLS, if the transport trusts the kit's certificate.
void exchange_both(Context& context, const PeerScript& first, const char* method = "GET") {
    exchange(context, false, first, method);
#if defined(BELFRY_KIT_OPENSSL)
    if (context.options().trusts_kit_certificate) exchange(context, true, first, method);
#endif
}

const std::string other = reply(200, "somebody else's");

void while_idle(Context& context) {
    for (const std::string& bytes :
         {other, other + other + other, reply(408, "", "Connection: close\r\n"), other.substr(0, 20),
          std::string("HTTP/1.1 100 Continue\r\n\r\n"), std::string("\r\n"), std::string("x")})
        exchange_both(context, [&](Peer& peer) {
            std::string target;
            if (peer.read(target) && peer.write(reply(200, target)) && peer.connection().wait(20))
                peer.write(bytes);
        });
}
/// Writes a response whose parts arrive at different times, the last one together with unasked bytes.
PeerScript parts(std::vector<std::string> pieces, const std::string& surplus) {
    pieces.back() += surplus;
    return [pieces = std::move(pieces)](Peer& peer) {
        std::string target;
        if (!peer.read(target)) return;
        for (const std::string& piece : pieces)
            if (!peer.write(piece) || !peer.connection().wait(15)) return;
    };
}
void behind(Context& context) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string& surplus : {other, other.substr(0, 9), std::string("\r\n")})
        for (const std::vector<std::string>& pieces : std::initializer_list<std::vector<std::string>>{
                 {head + "body"},
                 {head, "body"},
                 {head + "bo", "dy"},
                 {chunked + "4\r\nbody\r\n0\r\n\r\n"},
                 {chunked, "4\r\nbody\r\n", "0\r\n\r\n"},
                 {"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"}})
            exchange_both(context, parts(pieces, surplus));
}
void behind_no_body(Context& context) {
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
    for (const std::string& surplus : {other, std::string("body")})
        exchange_both(context, parts({head}, surplus), "HEAD");
    for (const char* bytes : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n"})
        exchange_both(context, parts({bytes}, other));
}

/// A body whose source takes its time before the first byte.
class SlowSource final : public BodySource {
  public:
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        if (capacity == 0 || done_) return 0;
        done_ = true;
        *buffer = 'b';
        return 1;
    }
    bool rewind() noexcept override {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        done_ = false;
        return true;
    }

  private:
    bool done_ = false;
};

void before_request(Context& context) {
    Server server([](Connection& connection) {
        if (connection.number() == 1) connection.write(other);
        Peer peer(connection);
        serve(peer);
    });
    SlowSource source;
    HttpRequest request = Context::request(server, "PUT", "/1");
    request.source = &source;
    request.content_length = 1;
    const Attempt attempt = context.attempt(request);
    if (attempt.ok())
        context.expect_response(attempt, 200, "/1");
    else
        context.expect_failure(attempt, {Status::connection_reset, Status::protocol_error});
    context.expect_response(context.attempt(Context::request(server, "GET", "/2")), 200, "/2");
}

} // namespace

Topic unasked_checks() {
    return {"unasked",
            {
                {"bytes on an idle connection answer no request", while_idle, false, 30},
                {"bytes right behind a response answer no request", behind, false, 40},
                {"bytes behind a response without a body answer no request", behind_no_body, false, 20},
                {"bytes before the first request answer no request", before_request, true},
            }};
}

} // namespace belfry::transport_kit
