// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/core/body_source.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/http/response.hpp>
#include <belfry/util/owned.hpp>

#include <cstddef>
#include <span>

namespace belfry::inline v0::detail {

/// Receives the bytes of a response and checks them at its end.
class ResponseVerifier {
  public:
    virtual ~ResponseVerifier() = default;
    /// A response begins; its bytes count if it is a success.
    virtual void begin(bool success, const Headers& headers) noexcept = 0;
    virtual void update(std::span<const std::byte> bytes) noexcept = 0;
    /// Whether the body is as expected. False, with `error` filled, if it is not.
    virtual bool check(const HttpResponse& response, ResponseMetadata& metadata, Error& error) = 0;
};

/// Signs the chunks of a body; each signature covers the one before it, the first covers the request's.
class ChunkSigner {
  public:
    /// After each signature of the request, and where there is none because the credentials are anonymous.
    virtual bool after_signing(const Credentials& credentials, PreparedRequest& prepared, Error& error) = 0;

  protected:
    ~ChunkSigner() = default;
};

/// The parts that checksums add to a call.
struct ChecksumParts {
    /// The request's body followed by its checksum; null if a header carries the checksum.
    Owned<BodySource> source{};
    /// Part of `source`; null where its chunks are not signed.
    ChunkSigner* signer = nullptr;
    /// Null when responses are not verified.
    Owned<ResponseVerifier> verifier{};
};

} // namespace belfry::inline v0::detail
