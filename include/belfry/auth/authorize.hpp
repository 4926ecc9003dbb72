// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/request.hpp>
#include <belfry/operation/operation.hpp>

#include <cstdint>

/// How requests are authenticated in another way than with Signature Version 4: with a bearer token, an API
/// key or an older signature. The headers that include this one declare one way each.
namespace belfry::inline v0 {

struct SigningOptions;

/// The result of an operation's own way of authenticating a request.
enum class AuthorizeResult : std::uint8_t {
    authorized, ///< The request can be sent.
    sign,       ///< The request is still to be signed with Signature Version 4.
    failed,     ///< The error says why.
};

} // namespace belfry::inline v0
