// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/protocol/form_request.hpp>
#include <belfry/protocol/query_response.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {
namespace detail::ec2_query {

BELFRY_NOIPA inline bool encode(const Operation& operation, const void* object, const EncodeOptions& options,
                                HttpRequest& request, Error& error) {
    return encode_form_request(operation, object, options, true, request, error);
}

/// The members stand in the response's element itself.
BELFRY_NOIPA inline bool decode(const Operation& operation, HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    return decode_query_response(operation, response, options, {}, output, error);
}

} // namespace detail::ec2_query

BELFRY_INLINE constexpr Protocol ec2_query{.name = "ec2Query",
                                           .encode = &detail::ec2_query::encode,
                                           .decode = &detail::ec2_query::decode,
                                           .decode_error = &detail::decode_xml_error,
                                           .decode_exception = &detail::decode_query_exception};

} // namespace belfry::inline v0
