// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/protocol/json_body.hpp>
#include <belfry/protocol/json_error.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/protocol/rpc.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail::aws_json {

BELFRY_NOIPA inline bool encode(const Operation& operation, const void* object, const EncodeOptions& options,
                                HttpRequest& request, Error& error) {
    if (!begin_rpc_request(operation, object, request, error)) return false;
    const Service& service = *operation.service;
    std::string target(service.target_prefix);
    append_char(target, '.');
    append_text(target, operation.name);
    request.headers.append("X-Amz-Target", target);
    // An input without members is an empty object, too.
    if (!encode_json_body(operation, object, JsonOptions{}, options, request, error)) return false;
    std::string media_type = "application/x-amz-json-";
    append_text(media_type, service.json_version);
    finish_rpc_request(media_type, request);
    return true;
}

BELFRY_NOIPA inline bool decode(const Operation& operation, HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    const Structure& structure = *operation.output;
    return check_body_presence(operation, response, structure.count != 0, error) &&
           decode_json_body(response, structure, options, output, error);
}

BELFRY_NOIPA inline void decode_error(const Operation& operation, const HttpResponse& response,
                                      Error& error) {
    JsonErrorBody body;
    const bool json = read_json_error_message(operation, response, body, error);
    std::string code(query_error_code(response.headers));
    // Exceptions may have a member called `code` that names something else; `__type` is the protocol's own.
    const auto header = response.headers.find("x-amzn-errortype");
    if (code.empty() && header.has_value()) code = *header;
    if (json) {
        fill_from_document(code, body.type);
        fill_from_document(code, body.lower_code);
        fill_from_document(code, body.upper_code);
    }
    set_error_code(code, response, error);
}

BELFRY_NOIPA inline bool decode_exception(const HttpResponse& response, const Structure& structure,
                                          const DecodeOptions& options, void* exception, Error& error) {
    return decode_json_body(response, structure, options, exception, error);
}

} // namespace detail::aws_json

BELFRY_INLINE constexpr Protocol aws_json{.name = "awsJson1",
                                          .encode = &detail::aws_json::encode,
                                          .decode = &detail::aws_json::decode,
                                          .decode_error = &detail::aws_json::decode_error,
                                          .decode_exception = &detail::aws_json::decode_exception,
                                          .read_error_shape = &detail::read_json_error_shape};

} // namespace belfry::inline v0
