// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0::detail {

/// The error for a transport's status.
struct TransportFailure {
    ErrorKind kind;
    /// `Error::code`.
    const char* code;
    /// `Error::message`, for transports that give none.
    const char* message;
};

[[nodiscard]] BELFRY_COLD constexpr TransportFailure transport_failure(TransportStatus status) noexcept {
    switch (status) {
    case TransportStatus::ok: return {ErrorKind::transport, "Ok", "no failure"};
    case TransportStatus::resolve_failed:
        return {ErrorKind::transport, "ResolveFailed", "the host name could not be resolved"};
    case TransportStatus::connect_failed:
        return {ErrorKind::transport, "ConnectFailed", "no connection could be made"};
    case TransportStatus::tls_failed: return {ErrorKind::transport, "TlsFailed", "the TLS handshake failed"};
    case TransportStatus::timed_out: return {ErrorKind::timeout, "TimedOut", "a time limit ran out"};
    case TransportStatus::connection_reset:
        return {ErrorKind::transport, "ConnectionReset",
                "the connection was closed before the response was complete"};
    case TransportStatus::truncated:
        return {ErrorKind::transport, "TruncatedResponse", "the response is shorter than its Content-Length"};
    case TransportStatus::protocol_error:
        return {ErrorKind::transport, "ProtocolError", "the response is not valid HTTP"};
    case TransportStatus::body_failed:
        return {ErrorKind::transport, "BodyFailed", "the request's body could not be read"};
    case TransportStatus::cancelled: return {ErrorKind::cancelled, "Cancelled", "the call was cancelled"};
    case TransportStatus::failed: break;
    }
    return {ErrorKind::transport, "TransportFailed", "the transport failed"};
}

/// Makes `error` say how the transport failed, in the transport's words if there are any. Always false.
BELFRY_COLD inline bool fail(Error& error, TransportStatus status, std::string_view message) {
    const TransportFailure failure = transport_failure(status);
    return fail(error, failure.kind, failure.code, message.empty() ? failure.message : message);
}

} // namespace belfry::inline v0::detail
