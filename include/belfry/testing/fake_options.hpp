// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/testing/sigv4a_verifier.hpp>
#include <belfry/util/config.hpp>

#include <optional>
#include <string>

namespace belfry::inline v0::testing {

/// The requests that a fake accepts.
struct FakeOptions {
    /// The key whose signatures (Signature Version 4) are accepted, also those of the chunks of `aws-chunked`
    /// and of events, and the bearer token that is accepted if there is one. Without it a request needs a
    /// signature of any key, which is not verified. The sessions of S3 Express are not verified.
    std::optional<Credentials> credentials{};
    /// The region of signatures; empty accepts each.
    std::string region{};
    /// Whether requests without a signature are accepted.
    bool allow_unsigned = false;
    /// Verifies Signature Version 4a with the key; null accepts each. It must outlive the fake.
    SigV4aVerifier* sigv4a = nullptr;
    /// The code of the error for an input without a required member, or with a value that the model does not
    /// allow; empty for the one that most services of the protocol use. Models do not say it: Amazon Chime
    /// has `BadRequestException`.
    std::string invalid_code{};
    /// The clock that signatures are compared with; null for the system's. It must outlive the fake.
    Environment* environment = nullptr;
};

} // namespace belfry::inline v0::testing
