// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <optional>

namespace belfry::inline v0 {

/// Sockets are watched for these; the values may be combined.
enum SocketEvents : unsigned { socket_readable = 1, socket_writable = 2 };

/// A part of the program that an event loop drives, such as an `AsyncCurlTransport`. The loop calls it on its
/// own thread.
class SocketHandler {
  public:
    /// A socket is ready for some of the `SocketEvents` that it is watched for, or it has failed.
    virtual void on_ready(std::intptr_t socket, unsigned events) noexcept = 0;
    /// The time of `SocketLoop::set_timer` is over.
    virtual void on_time() noexcept = 0;
    /// `SocketLoop::wake` was called, once or several times.
    virtual void on_wake() noexcept = 0;

  protected:
    ~SocketHandler() = default;
};

/// An event loop as Belfry's asynchronous transports see it: derive a class that passes these functions on to
/// libuv, Asio, epoll or a game's loop. `PollLoop` (`belfry/transport/poll_loop.hpp`) is one for programs
/// without. All functions but `wake` are called on the thread of the loop.
class SocketLoop {
  public:
    virtual ~SocketLoop() = default;
    /// A handler begins: the first of these functions that is called for it.
    virtual void attach(SocketHandler& handler) = 0;
    /// Calls `handler.on_ready` whenever the socket is ready for one of these `SocketEvents`
    /// (level-triggered) or has failed; 0 to watch it no longer, which comes before the socket is closed.
    /// Replaces what the handler has said of the socket before. False if that is not possible, for lack of
    /// memory.
    [[nodiscard]] virtual bool watch(SocketHandler& handler, std::intptr_t socket,
                                     unsigned events) noexcept = 0;
    /// Calls `handler.on_time` once, after `delay` and never from within this function; without a value not
    /// at all. Replaces the timer that the handler had.
    virtual void set_timer(SocketHandler& handler, std::optional<Duration> delay) noexcept = 0;
    /// Calls `handler.on_wake` soon, never from within this function. The only function that comes on any
    /// thread.
    virtual void wake(SocketHandler& handler) noexcept = 0;
    /// The handler ends: it must not be called any more.
    virtual void forget(SocketHandler& handler) noexcept = 0;
};

} // namespace belfry::inline v0
