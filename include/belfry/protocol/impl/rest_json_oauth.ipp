// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <belfry/protocol/impl/rest_json.ipp>

#include <concepts>
#include <cstddef>
#include <string>

namespace belfry::inline v0 {
namespace detail::rest_json_oauth {

struct ErrorBody {
    Document description{};
};
template <std::same_as<ErrorBody> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{
        .name = "Error",
        .members = {{"error_description", type_of<decltype(S::description)>, offsetof(S, description)}}};
}

BELFRY_NOIPA inline void decode_error(const Operation&, const HttpResponse& response, Error& error) {
    read_json_error(response, error);
    ErrorBody parsed;
    std::string fault;
    if (error.message.empty() &&
        decode_json(response.body, structure_of<ErrorBody>, &parsed, JsonOptions{}, fault))
        error.message = document_text(parsed.description);
}

} // namespace detail::rest_json_oauth

BELFRY_INLINE constexpr Protocol rest_json_oauth{.name = "restJson1",
                                                 .encode = &detail::rest_json::encode,
                                                 .decode = &detail::rest_json::decode,
                                                 .decode_error = &detail::rest_json_oauth::decode_error,
                                                 .decode_exception = &detail::rest_json::decode_exception};

} // namespace belfry::inline v0
