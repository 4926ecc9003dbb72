// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/request.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0 {

/// Signs the requests of a client with sessions of S3 Express: see `S3Express` (`belfry/s3_express.hpp`).
/// Programs without that class have only this interface.
class S3ExpressSigner {
  public:
    /// Signs a request to `endpoint`, the URL of a directory bucket, with a session that `credentials` get,
    /// or fills `error`. May send a request for the session, and wait for it. With `SigningOptions::waiter`,
    /// it does not wait: the result is then `AuthorizeResult::pending`.
    virtual AuthorizeResult sign(HttpRequest& request, const Credentials& credentials,
                                 const SigningOptions& options, std::string_view endpoint, Error& error) = 0;

  protected:
    ~S3ExpressSigner() = default;
};

} // namespace belfry::inline v0
