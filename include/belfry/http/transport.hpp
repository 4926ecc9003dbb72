// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/exception_text.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

/// The outcome of one attempt. A complete response is `ok` with any HTTP status.
enum class TransportStatus : std::uint8_t {
    ok,               ///< The response is complete; the sink has received its header section and body.
    resolve_failed,   ///< The host name could not be resolved.
    connect_failed,   ///< A connection could not be established.
    tls_failed,       ///< The TLS handshake or the certificate check failed.
    timed_out,        ///< One of the request's `Timeouts` ran out.
    connection_reset, ///< The peer closed or reset the connection before a response was complete.
    truncated,        ///< The body is shorter than `Content-Length` or the chunked framing says.
    protocol_error,   ///< The response violates HTTP.
    body_failed,      ///< The request's `BodySource` reported a failure.
    cancelled,        ///< The sink asked to stop (`cancelled()`, or a handler returned false).
    failed,           ///< Anything else; `message` says what.
};

/// The outcome of `Transport::send`.
struct TransportResult {
    TransportStatus status = TransportStatus::ok;
    /// The HTTP stack's description of the failure; empty if `ok`.
    std::string message;
};

/// Receives the response as it arrives. The transport calls `on_head` once for the final response (never for
/// a 1xx), then `on_body` any number of times.
class ResponseSink {
  public:
    virtual ~ResponseSink() = default;
    /// Status and fields. Returns false to stop.
    virtual bool on_head(int status, Headers headers) noexcept = 0;
    /// The next body bytes, with transfer coding removed. Returns false to stop.
    virtual bool on_body(std::span<const std::byte> bytes) noexcept = 0;
    /// Whether the caller cancelled. A transport checks this each time it wakes up, also while it waits.
    [[nodiscard]] virtual bool cancelled() const noexcept = 0;
};

/// Sends one request and passes the response to the sink. Implement `send` for your own HTTP stack:
/// `examples/own_transport.cpp` is an example, and the transport conformance kit tests an implementation.
/// Must be callable from several threads at once if the client is.
class Transport {
  public:
    virtual ~Transport() = default;
    /// Makes one attempt. Must not retry, follow redirects, decompress, or change the URL or headers.
    virtual TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept = 0;
};

namespace detail {
template <class F>
concept ReturnsResponse = requires(F& f, const HttpRequest& request) {
    { f(request) } -> std::convertible_to<HttpResponse>;
};
template <class F>
concept DrivesSink = requires(F& f, const HttpRequest& request, ResponseSink& sink) {
    { f(request, sink) } -> std::convertible_to<TransportResult>;
};

/// Gives a whole response to the sink.
[[nodiscard]] BELFRY_COLD BELFRY_INLINE TransportResult hand_over(HttpResponse response, ResponseSink& sink);

template <class F> class CallableTransport final : public Transport {
  public:
    explicit CallableTransport(F f) : f_(std::move(f)) {}
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
#if defined(__cpp_exceptions)
        // `send` is noexcept, but a callable may throw.
        try {
            return call(request, sink);
        } catch (...) {
            return {TransportStatus::failed, exception_text("the transport callable threw an exception")};
        }
#else
        return call(request, sink);
#endif
    }

  private:
    TransportResult call(const HttpRequest& request, ResponseSink& sink) {
        if constexpr (DrivesSink<F>) {
            return f_(request, sink);
        } else {
            return hand_over(f_(request), sink);
        }
    }
    F f_;
};
} // namespace detail

/// A callable that can be used as a transport: `HttpResponse(const HttpRequest&)`, or
/// `TransportResult(const HttpRequest&, ResponseSink&)`.
template <class F>
concept TransportCallable = detail::ReturnsResponse<F> || detail::DrivesSink<F>;

// For the declarations of clients: belfry/async_transport.hpp defines them.
class AsyncTransport;
class AsyncTimer;

/// A client's transport: a reference to a `Transport` that outlives the client, or its own copy of a
/// callable.
class TransportHandle {
  public:
    TransportHandle(Transport& transport) noexcept : transport_(&transport) {} // NOLINT
    template <class F>
        requires(!std::derived_from<std::remove_cvref_t<F>, Transport> &&
                 !std::same_as<std::remove_cvref_t<F>, TransportHandle> &&
                 TransportCallable<std::remove_cvref_t<F>>)
    TransportHandle(F&& f) // NOLINT
        : transport_(new detail::CallableTransport<std::decay_t<F>>(std::forward<F>(f))), owned_(true) {}
    TransportHandle(TransportHandle&& other) noexcept
        : transport_(std::exchange(other.transport_, nullptr)), owned_(std::exchange(other.owned_, false)) {}
    TransportHandle& operator=(TransportHandle&& other) noexcept {
        std::swap(transport_, other.transport_);
        std::swap(owned_, other.owned_);
        return *this;
    }
    ~TransportHandle() {
        if (owned_) delete transport_;
    }
    [[nodiscard]] Transport& get() const noexcept { return *transport_; }

  private:
    Transport* transport_;
    bool owned_ = false;
};

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/http/impl/transport.ipp>
#endif
