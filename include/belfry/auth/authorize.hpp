// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/request.hpp>
#include <belfry/operation/operation.hpp>

#include <cstdint>
#include <string>

/// How requests are authenticated in another way than with Signature Version 4: with a bearer token, an API
/// key or an older signature. The headers that include this one declare one way each.
namespace belfry::inline v0 {

struct SigningOptions;

/// The result of an operation's own way of authenticating a request.
enum class AuthorizeResult : std::uint8_t {
    authorized, ///< The request can be sent.
    sign,       ///< The request is still to be signed with Signature Version 4.
    failed,     ///< The error says why.
    presigned,  ///< The URL has the signature that `SigningOptions::placement` asks for.
    pending,    ///< A session is being fetched, and `SigningOptions::waiter` will be called.
};

/// The state that a way of authenticating keeps between the attempts of a call.
struct AuthorizeState {
    /// The body as it was encoded, if a way adds to it what depends on the time and the credentials.
    std::string body{};
};

} // namespace belfry::inline v0
