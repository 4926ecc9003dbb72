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

/// The addresses of a host name; the caller frees them. `flags` are those of getaddrinfo(). A lookup waits,
/// unless the flags allow only addresses.
[[nodiscard]] inline TransportResult look_up(const std::string& host, const std::string& port, int flags,
                                             addrinfo*& found) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    if (code == 0) return {};
    const int error = code == EAI_SYSTEM ? errno : refused_socket();
    TransportResult result{TransportStatus::resolve_failed, ::gai_strerror(code)};
    add_system_reason(result.message, error);
    return result;
}
/// Begins to connect a new non-blocking socket. Returns the error's number, EINPROGRESS while it connects, or
/// 0. `socket` is the caller's to close unless it is negative.
[[nodiscard]] inline int begin_connecting(const addrinfo& address, const std::string& local, int& socket) {
    socket = ::socket(address.ai_family, address.ai_socktype, address.ai_protocol);
    if (socket < 0) return errno;
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
    if (const int error = bind_locally(socket, address.ai_family, local); error != 0) return error;
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
    return errno == EINTR ? EINPROGRESS : errno;
}
/// The outcome of connecting, for a socket that is ready.
[[nodiscard]] inline int connecting_error(int socket) noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}
/// Sets the options of a socket that is connected.
inline void set_up_connected(int socket) noexcept {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    limit_unsent(socket);
    leave_out_pipe_signal(socket);
}

/// Connects a non-blocking TCP socket within the clock's limits, trying the name's addresses in turn. The
/// name lookup itself cannot be interrupted. `local` is an address or an interface to connect from, or empty.
/// On success `socket` is the caller's to close.
inline TransportResult connect_socket(const std::string& host, const std::string& port,
                                      const std::string& local, const AttemptClock& clock,
                                      const ResponseSink& sink, int& socket) {
    addrinfo* found = nullptr;
    TransportResult result = look_up(host, port, 0, found);
    if (result.status != TransportStatus::ok) return result;
    result = {TransportStatus::connect_failed, "the host name has no address"};
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        int error = begin_connecting(*address, local, socket);
        result = {};
        while (error == EINPROGRESS) {
            result = interruption(sink, clock);
            if (result.status != TransportStatus::ok) break;
            if (wait_for_socket(socket, POLLOUT, clock.wait_milliseconds())) error = connecting_error(socket);
        }
        if (result.status == TransportStatus::ok && error == 0) {
            set_up_connected(socket);
            break;
        }
        if (socket >= 0) ::close(socket);
        socket = -1;
        if (result.status != TransportStatus::ok) break;
        result = {TransportStatus::connect_failed, std::system_category().message(error)};
    }
    ::freeaddrinfo(found);
    return result;
}

} // namespace belfry::inline v0::detail
