// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/util/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

/// What became of one attempt. An HTTP status, whatever its number, is never a transport failure.
enum class TransportStatus : std::uint8_t {
    ok,               ///< The response came in whole; the sink has seen its head and body.
    resolve_failed,   ///< The host name could not be resolved.
    connect_failed,   ///< No connection came about.
    tls_failed,       ///< The TLS handshake or the certificate check failed.
    timed_out,        ///< One of the request's `Timeouts` ran out.
    connection_reset, ///< The peer closed or reset the connection before a response was complete.
    truncated,        ///< Fewer body bytes came than `Content-Length` or the chunked framing promised.
    protocol_error,   ///< What came is not HTTP, or breaks its rules.
    body_failed,      ///< The request's `BodySource` reported a failure.
    cancelled,        ///< The sink asked to stop (`cancelled()`, or a handler returned false).
    failed,           ///< Anything else; `message` says what.
};

/// The outcome of `Transport::send`.
struct TransportResult {
    TransportStatus status = TransportStatus::ok;
    /// The stack's own words about the failure; empty when `ok`.
    std::string message;
};

/// Takes the response as it arrives. The transport calls `on_head` once for the final response (never for a
/// 1xx), then `on_body` any number of times.
class ResponseSink {
  public:
    virtual ~ResponseSink() = default;
    /// Status and fields. Returns false to stop.
    virtual bool on_head(int status, Headers headers) noexcept = 0;
    /// The next body bytes, with transfer coding removed. Returns false to stop.
    virtual bool on_body(std::span<const std::byte> bytes) noexcept = 0;
    /// Whether the caller gave up; a transport asks as often as it wakes up, also while it waits.
    [[nodiscard]] virtual bool cancelled() const noexcept = 0;
};

/// The rope of the bell: sends one request and hands the response to the sink. Implement `send` for your own
/// HTTP stack; `examples/own_transport.cpp` shows how and the transport conformance kit judges the result.
/// Must be callable from several threads at once if the client is.
class Transport {
  public:
    virtual ~Transport() = default;
    /// Makes one attempt. No retries, no redirects followed, no decompression, no change to URL or headers.
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

[[nodiscard]] BELFRY_NOINLINE inline TransportResult hand_over(HttpResponse response, ResponseSink& sink) {
    if (!sink.on_head(response.status, std::move(response.headers))) return {TransportStatus::cancelled, {}};
    if (!response.body.empty() &&
        !sink.on_body(std::as_bytes(std::span(response.body.data(), response.body.size()))))
        return {TransportStatus::cancelled, {}};
    return {};
}

template <class F> class CallableTransport final : public Transport {
  public:
    explicit CallableTransport(F f) : f_(std::move(f)) {}
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
#if defined(__cpp_exceptions)
        // A callable may throw; the seam may not.
        try {
            return call(request, sink);
        } catch (...) {
            return {TransportStatus::failed, "the transport callable threw an exception"};
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

/// Anything that works as a transport when called: `HttpResponse(const HttpRequest&)`, or
/// `TransportResult(const HttpRequest&, ResponseSink&)`.
template <class F>
concept TransportCallable = detail::ReturnsResponse<F> || detail::DrivesSink<F>;

/// What a client keeps of a transport: a reference to a `Transport` that outlives it, or its own copy of a
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
