// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#if defined(__unix__) || defined(__APPLE__)
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

} // namespace belfry::inline v0::detail
