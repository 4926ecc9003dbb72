// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cerrno>
#include <cstring>

#if defined(__unix__) || defined(__APPLE__)
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace belfry::inline v0::detail {

/// Keeps the kernel from taking megabytes of an upload at once: on a slow line they would look like silence
/// until the last of them has left, and the idle limit would run out although bytes move.
inline void limit_unsent(int socket) noexcept {
#if defined(TCP_NOTSENT_LOWAT)
    const int most = 128 * 1024;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most);
#else
    static_cast<void>(socket);
#endif
}

/// Has a write to a connection that the peer has closed fail instead of raising SIGPIPE, where that is a
/// setting of the socket; elsewhere `SocketWire` asks for it with each write.
inline void leave_out_pipe_signal(int socket) noexcept {
#if defined(SO_NOSIGPIPE)
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#else
    static_cast<void>(socket);
#endif
}

/// Has a socket use one network interface only. Returns the error's number, or 0; `ENODEV` if the system has
/// no such setting.
[[nodiscard]] inline int use_interface(int socket, const char* name) noexcept {
#if defined(SO_BINDTODEVICE)
    const auto size = static_cast<socklen_t>(std::strlen(name) + 1);
    return ::setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, name, size) == 0 ? 0 : errno;
#elif defined(IP_BOUND_IF)
    const unsigned index = ::if_nametoindex(name);
    if (index == 0) return ENODEV;
    const bool used = ::setsockopt(socket, IPPROTO_IP, IP_BOUND_IF, &index, sizeof index) == 0 ||
                      ::setsockopt(socket, IPPROTO_IPV6, IPV6_BOUND_IF, &index, sizeof index) == 0;
    return used ? 0 : errno;
#else
    static_cast<void>(socket);
    static_cast<void>(name);
    return ENODEV;
#endif
}

} // namespace belfry::inline v0::detail
