// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/detail/wire.hpp>

#include <cerrno>
#include <cstddef>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

namespace belfry::inline v0::detail {

/// Waits until the socket is ready for one of these events of poll(), or the time is over; false when it is
/// not ready.
inline bool wait_for_socket(int socket, int events, int milliseconds) noexcept {
    pollfd entry{socket, static_cast<short>(events), 0};
    return ::poll(&entry, 1, milliseconds) > 0;
}

/// Bytes over a connected socket without waiting.
class SocketWire {
  public:
    explicit SocketWire(int socket) noexcept : socket_(socket) {}
    [[nodiscard]] WireStep read(char* buffer, std::size_t size) const noexcept {
        const ssize_t count = ::recv(socket_, buffer, size, MSG_DONTWAIT);
        if (count == 0) return {WireStep::ended};
        return step(count, WireStep::wants_read);
    }
    [[nodiscard]] WireStep write(const char* bytes, std::size_t size) const noexcept {
#if defined(MSG_NOSIGNAL)
        return step(::send(socket_, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL), WireStep::wants_write);
#else
        return step(::send(socket_, bytes, size, MSG_DONTWAIT), WireStep::wants_write);
#endif
    }
    void wait(unsigned events, int milliseconds) const noexcept {
        const int flags =
            ((events & wire_readable) != 0 ? POLLIN : 0) | ((events & wire_writable) != 0 ? POLLOUT : 0);
        wait_for_socket(socket_, flags, milliseconds);
    }
    /// Whether an idle connection is still open and has received no bytes.
    [[nodiscard]] bool idle() const noexcept {
        char byte = 0;
        return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
               (errno == EAGAIN || errno == EWOULDBLOCK);
    }

  private:
    static WireStep step(ssize_t count, WireStep::Kind wants) noexcept {
        if (count >= 0) return {WireStep::moved, static_cast<std::size_t>(count)};
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {wants};
        return {WireStep::broken};
    }
    int socket_;
};

} // namespace belfry::inline v0::detail
