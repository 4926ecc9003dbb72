// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/headers.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace belfry::transport_kit {

/// A checksum that both ends of a stream can compare without storing the stream (FNV-1a, 64 bit).
class Checksum {
  public:
    void add(std::string_view bytes) noexcept {
        for (char c : bytes) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_; }
    /// Continues from an earlier `value()`.
    [[nodiscard]] static Checksum resume(std::uint64_t value) noexcept {
        Checksum sum;
        sum.value_ = value;
        return sum;
    }

  private:
    std::uint64_t value_ = 0xcbf29ce484222325;
};
[[nodiscard]] inline std::uint64_t checksum(std::string_view bytes) noexcept {
    Checksum sum;
    sum.add(bytes);
    return sum.value();
}

/// A request as it was received.
struct Received {
    std::string method;
    std::string target;
    std::string version;
    Headers headers;
    /// The first megabyte of the body, without transfer coding.
    std::string body;
    std::uint64_t body_size = 0;
    std::uint64_t body_checksum = checksum({});
    bool chunked = false;
    /// Whether the body was received completely.
    bool complete = false;
    /// Counts the server's connections from 1.
    int connection = 0;

    [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
};

class Server;

/// One accepted connection, for the script that acts as the server.
class Connection {
  public:
    Connection(Server& server, int socket, int number) : server_(server), socket_(socket), number_(number) {}
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] int socket() const noexcept { return socket_; }
    /// Whether the server is to end.
    [[nodiscard]] bool stopping() const noexcept;
    /// Reads one request with its body and records it in the server; false when the peer has disconnected.
    bool read(Received& received);
    bool read();
    /// Reads and records the head only, up to the empty line.
    bool read_head(Received& received);
    bool read_body(Received& received);
    /// Reads and discards at most `most` bytes; returns their number, 0 at the end.
    std::size_t discard(std::size_t most);
    bool write(std::string_view bytes);
    /// Writes in pieces of `size` bytes with a pause after each.
    bool write_slowly(std::string_view bytes, std::size_t size, int pause_milliseconds);
    /// Pauses; false when the server is to stop.
    bool wait(int milliseconds);
    /// Waits at most that long until the peer closes.
    void wait_for_close(int milliseconds);
    /// Ends the connection with a reset instead of an orderly close.
    void reset();
    /// Closes the sending side, and reads until the peer closes too.
    void finish();
    void close();

  private:
    bool fill();
    bool read_line(std::string& line);
    bool read_exactly(Received& received, std::uint64_t size);
    bool read_chunks(Received& received);
    void take(Received& received, std::string_view bytes);
    bool ready(short events, int milliseconds);

    Server& server_;
    int socket_;
    int number_;
    std::string buffer_;
};

/// A listener on 127.0.0.1 that runs one script for each connection, on its own thread.
class Server {
  public:
    using Script = std::function<void(Connection&)>;
    struct Settings {
        /// `SO_RCVBUF` of accepted sockets in bytes, for uploads that must stall; 0 for the system's.
        int receive_buffer = 0;
        /// Leaves connections in the backlog.
        bool accepts = true;
    };

    explicit Server(Script script) : Server(std::move(script), Settings{}) {}
    Server(Script script, Settings settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] int port() const noexcept { return port_; }
    /// `127.0.0.1:port`.
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::vector<Received> received() const;
    [[nodiscard]] int connections() const noexcept { return accepted_; }
    [[nodiscard]] bool stopping() const noexcept { return stopping_; }
    /// Ends all scripts and closes all connections, even if a transport is still waiting.
    void stop() noexcept { stopping_ = true; }

    void record(const Received& received);
    void update(const Received& received);

  private:
    void accept_loop();

    Script script_;
    Settings settings_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> accepted_ = 0;
    mutable std::mutex mutex_;
    std::vector<Received> received_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

/// A response with that body and its length; `fields` are whole lines, each with its CRLF.
[[nodiscard]] std::string reply(int status, std::string_view body, std::string_view fields = {});
/// A script that answers every request with these bytes and keeps the connection open.
[[nodiscard]] Server::Script answer(std::string bytes);
/// A script that answers the first request of a connection with these bytes and closes it.
[[nodiscard]] Server::Script answer_and_close(std::string bytes);

/// A port of 127.0.0.1 without a listener.
[[nodiscard]] int unused_port();

} // namespace belfry::transport_kit
