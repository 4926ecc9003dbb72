// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace belfry::inline v0 {

struct Credentials;
struct Operation;

namespace detail {

struct PreparedRequest;

/// Follows the bytes of a response and judges them when all have come.
class ResponseVerifier {
  public:
    virtual ~ResponseVerifier() = default;
    /// A response begins; its bytes count if it is a success.
    virtual void begin(bool success, const Headers& headers) = 0;
    virtual void update(std::span<const std::byte> bytes) noexcept = 0;
    /// What came is as it should be.
    virtual bool check(const HttpResponse& response, ResponseMetadata& metadata, Error& error) = 0;
};

/// Wants to know how a request was signed, or that its credentials are anonymous.
class SignatureFollower {
  public:
    virtual bool after_signing(const Credentials& credentials, PreparedRequest& prepared, Error& error) = 0;

  protected:
    ~SignatureFollower() = default;
};

/// What a call does about bodies that are not simply held in memory: they stream, are compressed or carry
/// checksums. `OperationExtras::make_call_body` makes one for each call of an operation that needs it.
class CallBody {
  public:
    CallBody() = default;
    CallBody(const CallBody&) = delete;
    CallBody& operator=(const CallBody&) = delete;
    virtual ~CallBody() { delete verifier; }
    /// Once, when the request is complete but for its signature.
    virtual bool prepare(const void* input, PreparedRequest& prepared, Error& error) = 0;
    /// After each signature, and where there is none because the credentials are anonymous.
    virtual bool after_signing(const Credentials& credentials, PreparedRequest& prepared, Error& error) = 0;
    /// Where an attempt's response goes: past this, and into `collected` what is to be decoded.
    virtual ResponseSink& begin_attempt(ResponseSink& collected) = 0;
    /// When a response with a status of success has come in whole.
    virtual bool check_response(const HttpResponse& response, ResponseMetadata& metadata, Error& error) = 0;
    /// Before another attempt; false when there cannot be one. `error` tells why the last one failed, and may
    /// be told more.
    virtual bool restart(PreparedRequest& prepared, Error& error) = 0;
    /// Bytes of the attempt's body that were handed on instead of collected.
    [[nodiscard]] virtual std::int64_t handed_on() const noexcept = 0;
    /// Takes over a source that a request refers to.
    virtual BodySource* own(BodySource* source) = 0;

    /// Owned; null when responses are not verified.
    ResponseVerifier* verifier = nullptr;
    /// Part of a source that is owned; null for most requests.
    SignatureFollower* follower = nullptr;
};

} // namespace detail
} // namespace belfry::inline v0
