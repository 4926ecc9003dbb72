// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/socket_options.hpp>
#include <belfry/transport/detail/socket_wire.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace belfry::inline v0::detail {

/// Connects a non-blocking TCP socket within the clock's limits, trying the name's addresses in turn. The
/// name lookup itself cannot be interrupted. On success `socket` is the caller's to close.
inline TransportResult connect_socket(const std::string& host, const std::string& port,
                                      const AttemptClock& clock, const ResponseSink& sink, int& socket) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0)
        return {TransportStatus::resolve_failed, ::gai_strerror(code)};

    TransportResult result{TransportStatus::connect_failed, "the host name has no address"};
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        socket = ::socket(address->ai_family, address->ai_socktype, address->ai_protocol);
        if (socket < 0) {
            result = {TransportStatus::connect_failed, std::strerror(errno)};
            continue;
        }
        ::fcntl(socket, F_SETFD, FD_CLOEXEC);
        ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
        result = {};
        int error = ::connect(socket, address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
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
        result = {TransportStatus::connect_failed, std::strerror(error)};
    }
    ::freeaddrinfo(found);
    return result;
}

} // namespace belfry::inline v0::detail
