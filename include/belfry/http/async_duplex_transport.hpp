// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_transport.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/owned.hpp>

#include <cstddef>
#include <span>

namespace belfry::inline v0 {

/// Called with the outcome of an operation on an `AsyncDuplexStream`.
using DuplexCompletion = Completion<TransportResult>;

/// A request and its response that are under way at the same time on an event loop: `DuplexStream` without
/// waiting. Each function begins an operation and returns at once. The operation ends when its completion is
/// called, which never happens from within that function, but may happen on any thread. Buffers and arguments
/// live until then. At most one of `write` and `close_write` runs at a time, and at most one of `read_head`
/// and `read`; both sides may run at the same time. After an operation has failed, later ones of its side
/// fail, too.
class AsyncDuplexStream {
  public:
    /// Ends what is still under way, as `cancel` does. No operation runs. May be called on any thread, also
    /// from within a completion.
    virtual ~AsyncDuplexStream() = default;

    /// Sends the next bytes of the request's body. Ends when the stack has taken all of them and can take
    /// more, so that a peer who does not read makes the caller wait. When the peer has ended the response, or
    /// will read no more, the result is `connection_reset`; what the response says can still be read.
    virtual void write(std::span<const std::byte> bytes, DuplexCompletion completion) noexcept = 0;
    /// Ends the request's body and leaves the response open. Do not call `write` afterwards. Calling this
    /// again, or after the peer has ended the response, is `ok`.
    virtual void close_write(DuplexCompletion completion) noexcept = 0;
    /// Ends when the head of the final response (never of a 1xx) is in `status` and `headers`. Comes once.
    /// The head may come before the request's body has ended.
    virtual void read_head(int& status, Headers& headers, DuplexCompletion completion) noexcept = 0;
    /// Ends when at least one byte of the response's body, with transfer coding removed, is in `buffer`; with
    /// a `count` of 0 when the body has ended as it should. One that is cut is `truncated` or
    /// `connection_reset`. Without a reader the stack takes a bounded number of bytes from the peer. After
    /// `read_head`.
    virtual void read(std::span<std::byte> buffer, std::size_t& count,
                      DuplexCompletion completion) noexcept = 0;
    /// Makes every operation that runs, and all later ones, end soon with `cancelled`. May be called on any
    /// thread.
    virtual void cancel() noexcept = 0;
};

/// Owns an `AsyncDuplexStream`.
using AsyncDuplexStreamPointer = detail::Owned<AsyncDuplexStream>;

/// Sends requests whose bodies are written while their responses are read, on an event loop.
class AsyncDuplexTransport {
  public:
    virtual ~AsyncDuplexTransport() = default;
    /// Opens one stream under the rules of `DuplexTransport::open`, also for the request's body and limits.
    /// `timeouts.connect` limits this operation, `timeouts.idle` each operation of the stream that waits for
    /// a byte to move, `timeouts.total` the stream. `completion` is called as those of an
    /// `AsyncDuplexStream`; with `ok` when `stream` holds the stream. `request` and `stream` live until then.
    virtual void open(const HttpRequest& request, AsyncDuplexStreamPointer& stream,
                      DuplexCompletion completion) noexcept = 0;
    /// Asks for the opening with that `DuplexCompletion::id` to end soon, with `TransportStatus::cancelled`.
    /// May be called on any thread, and after it has ended. A transport that does nothing here ends an
    /// opening that is cancelled when its connect limit has passed.
    virtual void cancel(const void* id) noexcept { static_cast<void>(id); }
};

} // namespace belfry::inline v0
