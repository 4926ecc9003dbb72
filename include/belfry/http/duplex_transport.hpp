// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace belfry::inline v0 {

/// A request and its response that are under way at the same time. One thread may write while another one
/// reads; `cancel` may come from any thread. Calls block, and a call that failed fails from then on.
class DuplexStream {
  public:
    /// Ends what is still under way, as `cancel` does. No other call may be running.
    virtual ~DuplexStream() = default;

    /// Sends the next bytes of the request's body and returns when the stack has taken all of them, so that
    /// a peer who does not read makes the caller wait. When the peer has ended the response, or will read no
    /// more, the result is `connection_reset`; what the response says can still be read.
    virtual TransportResult write(std::span<const std::byte> bytes) noexcept = 0;
    /// Ends the request's body and leaves the response open. Do not call `write` afterwards. Calling this
    /// again, or after the peer has ended the response, is `ok`.
    virtual TransportResult close_write() noexcept = 0;
    /// Waits for the head of the final response (never of a 1xx) and gives it, once.
    virtual TransportResult read_head(int& status, Headers& headers) noexcept = 0;
    /// Waits for bytes of the response's body, with transfer coding removed, and gives at least one and at
    /// most `buffer.size()`; none when the body has ended as it should. One that is cut is `truncated` or
    /// `connection_reset`. After `read_head`.
    virtual TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept = 0;
    /// Makes every call that is running, and all later ones, end soon with `cancelled`.
    virtual void cancel() noexcept = 0;
};

/// Owns a `DuplexStream`.
class DuplexStreamPointer {
  public:
    DuplexStreamPointer() noexcept = default;
    explicit DuplexStreamPointer(DuplexStream* owned) noexcept : stream_(owned) {}
    DuplexStreamPointer(DuplexStreamPointer&& other) noexcept
        : stream_(std::exchange(other.stream_, nullptr)) {}
    DuplexStreamPointer& operator=(DuplexStreamPointer&& other) noexcept {
        std::swap(stream_, other.stream_);
        return *this;
    }
    ~DuplexStreamPointer() { delete stream_; }
    [[nodiscard]] DuplexStream* get() const noexcept { return stream_; }
    DuplexStream* operator->() const noexcept { return stream_; }

  private:
    DuplexStream* stream_ = nullptr;
};

/// Sends requests whose bodies are written while their responses are read, which needs HTTP/2. It is separate
/// from `Transport` because only operations that send events need it. Must be callable from several threads
/// at once if the client is.
class DuplexTransport {
  public:
    virtual ~DuplexTransport() = default;
    /// Opens one stream under the rules of `Transport::send`: no retries, no redirects, no change to URL or
    /// headers. The request's body is what will be written; its `body` is empty and its `content_length` 0,
    /// which is not to be sent. Returns as soon as bytes can be written, without waiting for a response: some
    /// services answer only when they have read something. `ok` when `stream` holds the stream. `request` is
    /// not needed afterwards. `timeouts.connect` limits this call, `timeouts.idle` each wait for a byte to
    /// move, `timeouts.total` the stream.
    virtual TransportResult open(const HttpRequest& request, DuplexStreamPointer& stream) noexcept = 0;
};

} // namespace belfry::inline v0
