// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/document.hpp>
#include <belfry/schema/describe.hpp>

#include <concepts>
#include <cstddef>

/// The members of an error's body that say which error it is, as the JSON protocols carry them.
namespace belfry::inline v0::detail {

/// Documents, because a service may put anything there and a wrong type must not hide the error.
struct JsonErrorBody {
    Document lower_code{};
    Document upper_code{};
    Document type{};
    Document message{};
    /// Read if there is no `message`.
    Document other_message{};
};
template <std::same_as<JsonErrorBody> S> constexpr auto belfry_describe(const S*) {
    return Description<5>{
        .name = "Error",
        .members = {{"code", type_of<decltype(S::lower_code)>, offsetof(S, lower_code)},
                    {"Code", type_of<decltype(S::upper_code)>, offsetof(S, upper_code)},
                    {"__type", type_of<decltype(S::type)>, offsetof(S, type)},
                    {"message", type_of<decltype(S::message)>, offsetof(S, message)},
                    {"Message", type_of<decltype(S::other_message)>, offsetof(S, other_message)}}};
}

/// A table for `Service::error_body`: the same members with the names of OAuth 2.0 (RFC 6749 section 5.2), as
/// AWS IAM Identity Center sends them, beside the usual ones.
struct OauthErrorBody : JsonErrorBody {};
template <std::same_as<OauthErrorBody> S> constexpr auto belfry_describe(const S*) {
    return Description<6>{
        .name = "Error",
        .members = {{"code", type_of<decltype(S::lower_code)>, offsetof(S, lower_code)},
                    {"Code", type_of<decltype(S::upper_code)>, offsetof(S, upper_code)},
                    {"__type", type_of<decltype(S::type)>, offsetof(S, type)},
                    {"message", type_of<decltype(S::message)>, offsetof(S, message)},
                    {"Message", type_of<decltype(S::message)>, offsetof(S, message)},
                    {"error_description", type_of<decltype(S::other_message)>, offsetof(S, other_message)}}};
}

} // namespace belfry::inline v0::detail
