// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/protocol/json_body.hpp>
#include <belfry/protocol/json_error.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/protocol/rpc.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail::rpc_v2_json {

inline constexpr std::string_view protocol_name = "rpc-v2-json";
inline constexpr std::string_view media_type = "application/json";

BELFRY_NOIPA inline bool encode(const Operation& operation, const void* object, const EncodeOptions& options,
                                HttpRequest& request, Error& error) {
    if (!begin_rpc_v2_request(operation, object, protocol_name, media_type, request, error)) return false;
    if (operation.unit_input) return true;
    JsonOptions json;
    json.use_model_timestamp_formats = false;
    if (!encode_json_body(operation, object, json, options, request, error)) return false;
    finish_rpc_request(media_type, request);
    return true;
}

BELFRY_NOIPA inline bool decode(const Operation& operation, HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    if (!is_rpc_v2_response(response, protocol_name)) return reject_protocol(error, operation, protocol_name);
    const Structure& structure = *operation.output;
    return check_body_presence(operation, response, structure.count != 0, error) &&
           decode_json_body(response, structure, options, output, error);
}

BELFRY_NOIPA inline void decode_error(const Operation& operation, const HttpResponse& response,
                                      Error& error) {
    if (!is_rpc_v2_response(response, protocol_name)) return read_status_error(response, error);
    JsonErrorBody body;
    const bool json = read_json_error_message(operation, response, body, error);
    std::string code(query_error_code(response.headers));
    // The protocol uses only this member, neither the header `x-amzn-errortype` nor `code`.
    if (json) fill_from_document(code, body.type);
    set_error_code(code, response, error);
}

BELFRY_NOIPA inline bool decode_exception(const HttpResponse& response, const Structure& structure,
                                          const DecodeOptions& options, void* exception, Error& error) {
    return decode_json_body(response, structure, options, exception, error);
}

} // namespace detail::rpc_v2_json

BELFRY_INLINE constexpr Protocol rpc_v2_json{.name = "rpcv2Json",
                                             .encode = &detail::rpc_v2_json::encode,
                                             .decode = &detail::rpc_v2_json::decode,
                                             .decode_error = &detail::rpc_v2_json::decode_error,
                                             .decode_exception = &detail::rpc_v2_json::decode_exception,
                                             .read_error_shape = &detail::read_json_error_shape};

} // namespace belfry::inline v0
