// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

/// A server on 127.0.0.1 for one kind of request each: it reads and drops the body of a PUT, and answers a
/// GET with a body of a fixed size. It does nothing else, so that it costs little beside the client. It
/// serves until the program ends.
class LoopbackServer {
  public:
    explicit LoopbackServer(std::int64_t answer_size)
        : answer_size_(answer_size), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, any, size) != 0 || ::listen(socket_, 4) != 0 ||
            ::getsockname(socket_, any, &size) != 0) {
            std::puts("the benchmark cannot listen on 127.0.0.1");
            std::exit(1);
        }
        port_ = ntohs(address.sin_port);
        std::thread([this] {
            for (int peer = 0; (peer = ::accept(socket_, nullptr, nullptr)) >= 0;)
                std::thread([this, peer] { serve(peer); }).detach();
        }).detach();
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;
    ~LoopbackServer() { ::shutdown(socket_, SHUT_RDWR); }

    [[nodiscard]] int port() const noexcept { return port_; }

  private:
    void serve(int peer) const {
        std::vector<char> block(std::size_t{256} * 1024, 'x');
        std::string head;
        for (ssize_t got = 0; (got = ::recv(peer, block.data(), block.size(), 0)) > 0;) {
            head.append(block.data(), static_cast<std::size_t>(got));
            const std::size_t end = head.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            const std::string_view field = "Content-Length: ";
            const std::size_t at = head.find(field);
            auto left = at < end ? std::atoll(head.c_str() + at + field.size()) : 0LL;
            left -= static_cast<long long>(head.size() - end - 4);
            while (left > 0 && (got = ::recv(peer, block.data(), block.size(), 0)) > 0) left -= got;
            const std::int64_t size = head.starts_with("GET") ? answer_size_ : 0;
            head.clear();
            block.assign(block.size(), 'x');
            const std::string answer =
                "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
            if (left > 0 || !send_all(peer, answer.data(), answer.size())) break;
            const auto most = static_cast<std::int64_t>(block.size());
            for (std::int64_t sent = 0; sent < size; sent += most)
                if (!send_all(peer, block.data(),
                              static_cast<std::size_t>(size - sent < most ? size - sent : most)))
                    break;
        }
        ::close(peer);
    }
    static bool send_all(int peer, const char* bytes, std::size_t size) {
        while (size > 0) {
            const ssize_t sent = ::send(peer, bytes, size, MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes += sent;
            size -= static_cast<std::size_t>(sent);
        }
        return true;
    }

    std::int64_t answer_size_;
    int socket_;
    int port_ = 0;
};
