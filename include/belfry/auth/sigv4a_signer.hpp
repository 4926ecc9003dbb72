// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/http/request.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0 {

/// Signs the requests of a client with Signature Version 4a: see `SigV4a` (`belfry/sigv4a.hpp`). Programs
/// without that class have only this interface.
class SigV4aSigner {
  public:
    /// Signs a request as `sign_sigv4a` does, for the regions of the client if it names some, else for
    /// `regions`; `code` of the result is null if that succeeds.
    virtual detail::SigningFailure sign(HttpRequest& request, const Credentials& credentials,
                                        const SigningOptions& options, std::string_view regions) = 0;
    /// Whether the client prefers Signature Version 4 where both are possible.
    [[nodiscard]] virtual bool prefers_sigv4() const noexcept = 0;

  protected:
    ~SigV4aSigner() = default;
};

} // namespace belfry::inline v0
