// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0::testing {

/// Verifies Signature Version 4a for a fake (`FakeOptions::sigv4a`), which needs a cryptographic library.
/// `belfry/testing/openssl_verifier.hpp` does so with OpenSSL. Must be callable from several threads at once
/// if the fake is.
class SigV4aVerifier {
  public:
    virtual ~SigV4aVerifier() = default;
    /// Whether `signature`, in DER, is one of `string_to_sign` by the key that is derived from `credentials`
    /// (IAM User Guide, "Create a signed AWS API request").
    virtual bool verify(const Credentials& credentials, std::string_view string_to_sign,
                        std::string_view signature) noexcept = 0;
};

} // namespace belfry::inline v0::testing
