// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cerrno>
#include <string>
#include <system_error>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace belfry::inline v0::detail {

/// Why the system gives no socket, as a number of `errno`; 0 if it gives one, or for other reasons. Libraries
/// that look names up and connect do not all report that the process has no descriptors left.
[[nodiscard]] BELFRY_COLD inline int refused_socket() noexcept {
#if defined(__unix__) || defined(__APPLE__)
#if defined(SOCK_CLOEXEC)
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
#endif
    if (socket < 0) return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? errno : 0;
    ::close(socket);
#endif
    return 0;
}

/// Adds the system's text for the error to a message, unless the error is 0.
BELFRY_COLD inline void add_system_reason(std::string& message, int error) {
    if (error != 0) message.append(": ").append(std::system_category().message(error));
}

} // namespace belfry::inline v0::detail
