// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/socket_options.hpp>
#include <belfry/transport/detail/socket_wire.hpp>
#include <belfry/transport/detail/system_reason.hpp>

#include <cerrno>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace belfry::inline v0::detail {

/// Binds a socket to a local address or to the interface of that name. Returns the error's number, or 0.
[[nodiscard]] inline int bind_locally(int socket, int family, const std::string& local) {
    if (local.empty()) return 0;
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(local.c_str(), nullptr, &hints, &found); code != 0)
        return use_interface(socket, local.c_str());
    const int error = ::bind(socket, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
    ::freeaddrinfo(found);
    return error;
}

/// Connects a non-blocking TCP socket within the clock's limits, trying the name's addresses in turn. The
/// name lookup itself cannot be interrupted. `local` is an address or an interface to connect from, or empty.
/// On success `socket` is the caller's to close.
inline TransportResult connect_socket(const std::string& host, const std::string& port,
                                      const std::string& local, const AttemptClock& clock,
                                      const ResponseSink& sink, int& socket) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0) {
        const int error = code == EAI_SYSTEM ? errno : refused_socket();
        TransportResult result{TransportStatus::resolve_failed, ::gai_strerror(code)};
        add_system_reason(result.message, error);
        return result;
    }

    TransportResult result{TransportStatus::connect_failed, "the host name has no address"};
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        socket = ::socket(address->ai_family, address->ai_socktype, address->ai_protocol);
        if (socket < 0) {
            result = {TransportStatus::connect_failed, std::system_category().message(errno)};
            continue;
        }
        ::fcntl(socket, F_SETFD, FD_CLOEXEC);
        ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
        result = {};
        int error = bind_locally(socket, address->ai_family, local);
        if (error == 0 && ::connect(socket, address->ai_addr, address->ai_addrlen) != 0) error = errno;
        while (error == EINPROGRESS || error == EINTR) {
            result = interruption(sink, clock);
            if (result.status != TransportStatus::ok) break;
            if (!wait_for_socket(socket, POLLOUT, clock.wait_milliseconds())) continue;
            socklen_t size = sizeof error;
            ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (result.status == TransportStatus::ok && error == 0) {
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            limit_unsent(socket);
            leave_out_pipe_signal(socket);
            break;
        }
        ::close(socket);
        socket = -1;
        if (result.status != TransportStatus::ok) break;
        result = {TransportStatus::connect_failed, std::system_category().message(error)};
    }
    ::freeaddrinfo(found);
    return result;
}

} // namespace belfry::inline v0::detail
