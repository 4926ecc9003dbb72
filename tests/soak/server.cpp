// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

namespace soak {
namespace {

[[noreturn]] void give_up(const char* text) {
    std::perror(text);
    ::_exit(2);
}
std::int64_t milliseconds() {
    std::timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}
/// A time as the header `Date` has it (RFC 9110 section 5.6.7), or as `X-Amz-Date`.
std::string time_text(std::time_t time, const char* format) {
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, format, &parts)};
}
std::uint32_t hash_of(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash | 1U; // zero means that there is none
}
/// The text between the first `before` and the next `after`; empty if they are not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t begin = text.find(before);
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin + before.size());
    const std::size_t end = text.find(after);
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

/// The bytes that are written, and how the connection goes on.
struct Reply {
    enum class End : std::uint8_t { keep, close, reset, stall };
    std::string bytes;
    End end = End::keep;
    /// Bytes that are written at a time; 0 for all.
    std::size_t piece = 0;
};

Reply error_reply(const char* status, const char* code, std::string_view fields = {}) {
    const std::string body = std::string(R"({"Message":"the plan asks for )") + code + "\"}";
    return {std::string("HTTP/1.1 ") + status + "\r\nContent-Type: application/json\r\nx-amzn-errortype: " +
                code + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(fields) +
                "\r\n" + body,
            Reply::End::keep};
}

struct Connection {
    explicit Connection(int fd) : socket(fd) {}
    int socket;
    std::string received{};
    Reply reply{};
    std::size_t written = 0;
    bool replies = false;
    bool stalls = false;
};

class Service {
  public:
    Service(int listener, Shared& shared, Scene scene, std::uint64_t seed)
        : listener_(listener), shared_(shared), scene_(scene), seed_(seed) {}

    [[noreturn]] void run() {
        for (;;) {
            polled_.clear();
            polled_.push_back({listener_, POLLIN, 0});
            for (const auto& one : connections_)
                polled_.push_back({one->socket, static_cast<short>(one->replies ? POLLOUT : POLLIN), 0});
            if (::poll(polled_.data(), polled_.size(), -1) < 0 && errno != EINTR) give_up("poll");
            for (std::size_t i = polled_.size(); i-- > 1;)
                if (polled_[i].revents != 0 && !serve(*connections_[i - 1])) {
                    connections_[i - 1].swap(connections_.back());
                    connections_.pop_back();
                }
            if (polled_[0].revents != 0) accept();
        }
    }

  private:
    void accept() {
        for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            connections_.push_back(std::make_unique<Connection>(fd));
            ++shared_.counts().connections;
        }
    }
    static bool close(const Connection& one, bool resets) {
        if (resets) {
            const linger hard{1, 0};
            ::setsockopt(one.socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        }
        ::close(one.socket);
        return false;
    }
    /// Returns false once the connection is closed.
    bool serve(Connection& one) {
        if (one.replies) return write(one);
        char bytes[16 * 1024];
        const ssize_t count = ::recv(one.socket, bytes, sizeof bytes, 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
        if (count <= 0) return close(one, false);
        if (one.stalls) return true;
        one.received.append(bytes, static_cast<std::size_t>(count));
        const std::size_t end = one.received.find("\r\n\r\n");
        if (end == std::string::npos) return true;
        const std::string_view text = one.received;
        const std::string_view head = text.substr(0, end + 2);
        std::size_t length = 0;
        if (const auto value = between(head, "\r\nContent-Length: ", "\r\n"); !value.empty())
            std::from_chars(value.data(), value.data() + value.size(), length);
        if (text.size() < end + 4 + length) return true;
        one.reply = answer(head, text.substr(end + 4, length));
        one.received.clear();
        one.written = 0;
        one.replies = true;
        return write(one);
    }
    bool write(Connection& one) {
        const Reply& reply = one.reply;
        while (one.written < reply.bytes.size()) {
            std::size_t size = reply.bytes.size() - one.written;
            if (reply.piece != 0) size = std::min(size, reply.piece);
            const ssize_t count = ::send(one.socket, reply.bytes.data() + one.written, size, MSG_NOSIGNAL);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
            if (count < 0) return close(one, false);
            one.written += static_cast<std::size_t>(count);
            // The other connections have their turn between two pieces.
            if (reply.piece != 0 && one.written < reply.bytes.size()) return true;
        }
        one.replies = false;
        switch (reply.end) {
        case Reply::End::keep: return true;
        case Reply::End::stall: return one.stalls = true;
        case Reply::End::close: return close(one, false);
        case Reply::End::reset: return close(one, true);
        }
        return false;
    }

    /// Which call it is; false if the request is not one of the calls.
    bool find_call(std::string_view head, std::string_view body, Kind& kind, std::uint32_t& number) const {
        std::string_view text;
        if (head.starts_with("GET /voice-connectors/")) {
            kind = Kind::get;
            text = between(head, "/speaker-search-tasks/", " ");
        } else if (head.starts_with("POST /voice-connectors/")) {
            kind = Kind::start;
            text = between(head, "/voice-connectors/", "/");
        } else if (head.starts_with("POST /voice-connectors ")) {
            kind = Kind::create;
            text = between(body, "\"Name\":\"", "\"");
        }
        return text.size() == 8 &&
               std::from_chars(text.data(), text.data() + text.size(), number).ptr == text.data() + 8 &&
               number < shared_.calls() && kind == kind_of(number);
    }
    Reply answer(std::string_view head, std::string_view body) {
        if (head.starts_with("GET /credentials ")) return give_credentials();
        ++shared_.counts().requests;
        Kind kind{};
        std::uint32_t number = 0;
        if (!find_call(head, body, kind, number)) {
            ++shared_.counts().unknown;
            return error_reply("400 Bad Request", "BadRequestException");
        }
        Trace& trace = shared_.trace(number);
        const int attempt = ++trace.seen;
        if (milliseconds() < trace.not_before) ++shared_.counts().early;
        trace.not_before = 0;
        if (kind == Kind::start) {
            const std::uint32_t token = hash_of(between(body, "\"ClientRequestToken\":\"", "\""));
            if (attempt == 1)
                trace.token = token;
            else if (trace.token != token)
                ++shared_.counts().other_tokens;
        }
        if (scene_ == Scene::clock && is_skewed(head)) return refuse_date();
        if (scene_ == Scene::credentials && has_expired(head)) {
            ++shared_.counts().expired_keys;
            return error_reply("403 Forbidden", "ExpiredTokenException");
        }
        if (scene_ == Scene::cuts) return cut(trace, number, attempt);
        const Fault fault = fault_of(scene_, seed_, number, attempt);
        if (executes(fault)) ++trace.executed;
        return reply_with(fault, kind, number, trace);
    }

    Reply reply_with(Fault fault, Kind kind, std::uint32_t number, Trace& trace) {
        const std::string whole =
            answer_of(kind, number % 2 == 0 ? Framing::length : Framing::chunked, number);
        const std::size_t head = whole.find("\r\n\r\n") + 4;
        switch (fault) {
        case Fault::none: return {whole};
        case Fault::unavailable:
            return later(trace, error_reply("503 Service Unavailable", "ServiceUnavailableException",
                                            "x-amz-retry-after: 20\r\n"));
        case Fault::failure: return error_reply("500 Internal Server Error", "ServiceFailureException");
        case Fault::throttled:
            return later(trace, error_reply("429 Too Many Requests", "ThrottledClientException",
                                            "x-amz-retry-after: 20\r\n"));
        case Fault::not_found: return error_reply("404 Not Found", "NotFoundException");
        case Fault::unread:
        case Fault::reset_unanswered: return {"", Reply::End::reset};
        case Fault::unanswered: return {"", Reply::End::close};
        case Fault::cut_head: return {whole.substr(0, head / 2), Reply::End::close};
        case Fault::cut_body: return {whole.substr(0, (head + whole.size()) / 2), Reply::End::close};
        case Fault::reset_body: return {whole.substr(0, (head + whole.size()) / 2), Reply::End::reset};
        case Fault::garbage: return {"SSH-2.0-OpenSSH_9.2\r\n\r\n", Reply::End::close};
        case Fault::unreadable:
            return {"HTTP/1.1 " + std::string(kind == Kind::get ? "200 OK" : "201 Created") +
                    "\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"Speaker"};
        case Fault::stalled: return {"", Reply::End::stall};
        case Fault::stalled_body: return {whole.substr(0, (head + whole.size()) / 2), Reply::End::stall};
        case Fault::dripped: return {whole, Reply::End::keep, 5};
        case Fault::closes: ++shared_.counts().closes; return {whole, Reply::End::close};
        }
        return {};
    }
    static Reply later(Trace& trace, Reply reply) {
        // The client's clock may round down.
        trace.not_before = milliseconds() + 19;
        return reply;
    }
    Reply cut(Trace& trace, std::uint32_t number, int attempt) {
        const Cut place = cut_of(number);
        std::string whole = answer_of(place.kind, place.framing, number);
        ++trace.executed;
        const Reply::End end = place.framing == Framing::close ? Reply::End::close : Reply::End::keep;
        if (attempt > 1 || place.position >= whole.size()) return {std::move(whole), end};
        return {whole.substr(0, place.position), place.resets ? Reply::End::reset : Reply::End::close};
    }

    [[nodiscard]] std::int64_t now() const { return std::time(nullptr) + shared_.counts().ahead; }
    [[nodiscard]] bool is_skewed(std::string_view head) const {
        const std::string_view date = between(head, "\r\nX-Amz-Date: ", "\r\n");
        constexpr const char* format = "%Y%m%dT%H%M%SZ";
        // Texts of this format are in the order of their times.
        return date < time_text(now() - 300, format) || date > time_text(now() + 300, format);
    }
    Reply refuse_date() {
        ++shared_.counts().refused_dates;
        return error_reply("403 Forbidden", "RequestTimeTooSkewed",
                           "Date: " + time_text(now(), "%a, %d %b %Y %H:%M:%S GMT") + "\r\n");
    }
    /// A key is named after the virtual time at which it expires.
    [[nodiscard]] bool has_expired(std::string_view head) const {
        const std::string_view key = between(head, "Credential=AKID", "/");
        std::int64_t expiration = 0;
        std::from_chars(key.data(), key.data() + key.size(), expiration);
        return expiration <= shared_.counts().virtual_seconds;
    }
    Reply give_credentials() {
        ++shared_.counts().fetches;
        if (shared_.counts().refuses_fetches) {
            ++shared_.counts().refused_fetches;
            return error_reply("500 Internal Server Error", "InternalServerError");
        }
        const std::int64_t expiration = shared_.counts().virtual_seconds + 100;
        const std::string body = R"({"AccessKeyId":"AKID)" + std::to_string(expiration) +
                                 R"(","SecretAccessKey":"secret","Token":"token","Expiration":")" +
                                 time_text(expiration, "%Y-%m-%dT%H:%M:%SZ") + "\"}";
        return {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body};
    }

    int listener_;
    Shared& shared_;
    Scene scene_;
    std::uint64_t seed_;
    std::vector<std::unique_ptr<Connection>> connections_{};
    std::vector<pollfd> polled_{};
};

} // namespace

Server::Server(Shared& shared, Scene scene, std::uint64_t seed) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        ::listen(listener, 1024) != 0)
        give_up("the server cannot listen on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    std::fflush(nullptr);
    process_ = ::fork();
    if (process_ < 0) give_up("fork");
    if (process_ == 0) {
#if defined(__linux__)
        // It must not outlive a client that crashes.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
        ::alarm(0);
        Service(listener, shared, scene, seed).run();
    }
    ::close(listener);
}

Server::~Server() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

bool Server::runs() {
    if (process_ < 0 || ::waitpid(process_, nullptr, WNOHANG) == 0) return process_ >= 0;
    // Its number may be another's now.
    process_ = -1;
    return false;
}

} // namespace soak
