// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>

#include <cstdint>

namespace belfry::inline v0::detail {

struct PreparedRequest;

/// The hooks of a call for bodies that are not simply held in memory: they stream, are compressed, carry
/// checksums or are streams of events. `OperationHooks::make_body` makes one for each call of an operation
/// that needs it, also of one whose output has to be decoded once more.
class BodyHooks {
  public:
    BodyHooks() = default;
    BodyHooks(const BodyHooks&) = delete;
    BodyHooks& operator=(const BodyHooks&) = delete;
    virtual ~BodyHooks() = default;
    /// Once, when the request is complete but for its signature.
    virtual bool prepare(const void* input, PreparedRequest& prepared, Error& error) = 0;
    /// After each signature, and where there is none because the credentials are anonymous.
    virtual bool after_signing(const Credentials& credentials, PreparedRequest& prepared, Error& error) = 0;
    /// The sink of an attempt's response; it forwards to `collected` what is to be decoded.
    virtual ResponseSink& begin_attempt(ResponseSink& collected) = 0;
    /// When a successful response is complete. An error of kind `transport` is retried as a response that was
    /// cut off is, one of kind `response` where the operation may be repeated.
    virtual bool check_response(HttpResponse& response, ResponseMetadata& metadata, Error& error) = 0;
    /// Adds what the body's source or sink says to `error`, after the attempt failed with this status.
    virtual void explain(TransportStatus, Error&) {}
    /// When the output of a successful response has been read.
    virtual bool finish_output(void*, Error&) { return true; }
    /// Before another attempt; false when there cannot be one. `error` tells why the last one failed; its
    /// message may be extended.
    virtual bool restart(PreparedRequest& prepared, Error& error) = 0;
    /// Bytes of the attempt's body that were delivered instead of collected.
    [[nodiscard]] virtual std::int64_t delivered_bytes() const noexcept = 0;
};

} // namespace belfry::inline v0::detail
