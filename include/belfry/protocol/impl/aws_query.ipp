// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/protocol/form_request.hpp>
#include <belfry/protocol/query_response.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <string>

namespace belfry::inline v0 {
namespace detail::aws_query {

BELFRY_NOIPA inline bool encode(const Operation& operation, const void* object, const EncodeOptions& options,
                                HttpRequest& request, Error& error) {
    return encode_form_request(operation, object, options, false, request, error);
}

/// The members are in an element inside the response's: `<NameResponse><NameResult>`.
BELFRY_NOIPA inline bool decode(const Operation& operation, HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    std::string wrapper(operation.name);
    append_text(wrapper, "Result");
    return decode_query_response(operation, response, options, wrapper, output, error);
}

} // namespace detail::aws_query

BELFRY_INLINE constexpr Protocol aws_query{.name = "awsQuery",
                                           .encode = &detail::aws_query::encode,
                                           .decode = &detail::aws_query::decode,
                                           .decode_error = &detail::decode_xml_error,
                                           .decode_exception = &detail::decode_query_exception};

} // namespace belfry::inline v0
