// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace belfry::transport_kit {

namespace {
constexpr int slice_milliseconds = 5;
constexpr int patience_milliseconds = 15'000;
constexpr std::size_t kept_body = 1 << 20;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}
[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(2);
}
int bound_socket(int& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) give_up("the kit cannot open a socket");
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0)
        give_up("the kit cannot bind to 127.0.0.1");
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) give_up("getsockname");
    port = ntohs(address.sin_port);
    return fd;
}
} // namespace

std::vector<std::string> Received::values(std::string_view name) const {
    std::vector<std::string> found;
    for (const Header& header : headers)
        if (belfry::detail::equals_ignoring_case(header.name, name)) found.emplace_back(header.value);
    return found;
}

Connection::~Connection() { close(); }

bool Connection::stopping() const noexcept { return server_.stopping(); }

bool Connection::ready(short events, int milliseconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (socket_ >= 0 && !server_.stopping() && std::chrono::steady_clock::now() < deadline) {
        pollfd entry{socket_, events, 0};
        const int count = ::poll(&entry, 1, slice_milliseconds);
        if (count > 0) return true;
        if (count < 0 && errno != EINTR) return false;
    }
    return false;
}

bool Connection::fill() {
    if (!ready(POLLIN, patience_milliseconds)) return false;
    char bytes[65536];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

bool Connection::read_line(std::string& line) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos)
        if (!fill()) return false;
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
}

bool Connection::read_head(Received& received) {
    received = {};
    received.connection = number_;
    std::string line;
    if (!read_line(line)) return false;
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string::npos || first == last) return false;
    received.method = line.substr(0, first);
    received.target = line.substr(first + 1, last - first - 1);
    received.version = line.substr(last + 1);
    while (read_line(line) && !line.empty()) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) return false;
        std::size_t value = colon + 1;
        if (value < line.size() && line[value] == ' ') ++value; // the blank after the colon
        received.headers.append(line.substr(0, colon), line.substr(value));
    }
    server_.record(received);
    return line.empty();
}

void Connection::take(Received& received, std::string_view bytes) {
    if (received.body.size() < kept_body)
        received.body.append(bytes.substr(0, kept_body - received.body.size()));
    received.body_size += bytes.size();
    Checksum sum = Checksum::resume(received.body_checksum);
    sum.add(bytes);
    received.body_checksum = sum.value();
}

bool Connection::read_exactly(Received& received, std::uint64_t size) {
    while (size > 0) {
        if (buffer_.empty() && !fill()) return false;
        const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_.size()));
        take(received, std::string_view(buffer_).substr(0, count));
        buffer_.erase(0, count);
        size -= count;
    }
    return true;
}

bool Connection::read_chunks(Received& received) {
    std::string line;
    for (;;) {
        if (!read_line(line)) return false;
        std::uint64_t size = 0;
        const char* end = line.data() + line.size();
        if (std::from_chars(line.data(), end, size, 16).ptr == line.data()) return false;
        if (size == 0) break;
        if (!read_exactly(received, size) || !read_line(line) || !line.empty()) return false;
    }
    while (read_line(line))
        if (line.empty()) return true;
    return false;
}

bool Connection::read_body(Received& received) {
    bool whole = true;
    const std::vector<std::string> codings = received.values("transfer-encoding");
    const std::vector<std::string> lengths = received.values("content-length");
    if (!codings.empty()) {
        received.chunked = true;
        whole = read_chunks(received);
    } else if (!lengths.empty()) {
        whole = read_exactly(received, std::strtoull(lengths.front().c_str(), nullptr, 10));
    }
    received.complete = whole;
    server_.update(received);
    return whole;
}

bool Connection::read(Received& received) { return read_head(received) && read_body(received); }
bool Connection::read() {
    Received received;
    return read(received);
}

std::size_t Connection::discard(std::size_t most) {
    if (buffer_.empty() && !fill()) return 0;
    const std::size_t count = std::min(most, buffer_.size());
    buffer_.erase(0, count);
    return count;
}

bool Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!ready(POLLOUT, patience_milliseconds)) return false;
        const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool Connection::write_slowly(std::string_view bytes, std::size_t size, int pause_milliseconds) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, size);
        if (!write(piece) || !wait(pause_milliseconds)) return false;
        bytes.remove_prefix(piece.size());
    }
    return true;
}

bool Connection::wait(int milliseconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (!server_.stopping()) {
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= std::chrono::milliseconds(0)) return true;
        std::this_thread::sleep_for(
            std::min<std::chrono::nanoseconds>(left, std::chrono::milliseconds(slice_milliseconds)));
    }
    return false;
}

void Connection::wait_for_close(int milliseconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    char bytes[65536];
    while (std::chrono::steady_clock::now() < deadline && ready(POLLIN, milliseconds))
        if (::recv(socket_, bytes, sizeof bytes, 0) <= 0) return;
}

void Connection::reset() {
    if (socket_ < 0) return;
    const linger hard{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void Connection::finish() {
    if (socket_ < 0) return;
    ::shutdown(socket_, SHUT_WR);
    wait_for_close(patience_milliseconds);
    close();
}

void Connection::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

Server::Server(Script script, Settings settings) : script_(std::move(script)), settings_(settings) {
    listener_ = bound_socket(port_);
    if (settings_.receive_buffer > 0)
        ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &settings_.receive_buffer,
                     sizeof settings_.receive_buffer);
    if (::listen(listener_, settings_.accepts ? 128 : 0) != 0) give_up("the kit cannot listen");
    if (settings_.accepts) acceptor_ = std::thread([this] { accept_loop(); });
}

Server::~Server() {
    stop();
    if (acceptor_.joinable()) acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
}

void Server::accept_loop() {
    while (!stopping_) {
        pollfd entry{listener_, POLLIN, 0};
        if (::poll(&entry, 1, slice_milliseconds) <= 0) continue;
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const int number = ++accepted_;
        threads_.emplace_back([this, fd, number] {
            Connection connection(*this, fd, number);
            script_(connection);
        });
    }
}

std::string Server::authority() const { return "127.0.0.1:" + std::to_string(port_); }

std::vector<Received> Server::received() const {
    const std::lock_guard lock(mutex_);
    return received_;
}
void Server::record(const Received& received) {
    const std::lock_guard lock(mutex_);
    received_.push_back(received);
}
void Server::update(const Received& received) {
    const std::lock_guard lock(mutex_);
    for (auto entry = received_.rbegin(); entry != received_.rend(); ++entry)
        if (entry->connection == received.connection) {
            *entry = received;
            return;
        }
}

std::string reply(int status, std::string_view body, std::string_view fields) {
    return "HTTP/1.1 " + std::to_string(status) + " Kit\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(fields) + "\r\n" + std::string(body);
}
Server::Script answer(std::string bytes) {
    return [bytes = std::move(bytes)](Connection& connection) {
        Received received;
        while (connection.read(received) && connection.write(bytes))
            // RFC 9112 section 9.6: the client will not send another request.
            for (const std::string& option : received.values("connection"))
                if (option == "close") return connection.finish();
    };
}
Server::Script answer_and_close(std::string bytes) {
    return [bytes = std::move(bytes)](Connection& connection) {
        if (connection.read() && connection.write(bytes)) connection.finish();
    };
}

int unused_port() {
    int port = 0;
    ::close(bound_socket(port));
    return port;
}

} // namespace belfry::transport_kit
