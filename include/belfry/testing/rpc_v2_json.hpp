// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/testing/aws_json.hpp>
#include <belfry/testing/detail/json_body.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/rpc.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// The service's side of Smithy's RPC v2 with JSON.
namespace belfry::inline v0::testing {
namespace detail::rpc_v2_json {

inline constexpr std::string_view protocol_name = "rpc-v2-json";
inline constexpr std::string_view media_type = "application/json";

/// Times are always numbers.
[[nodiscard]] inline JsonOptions options() {
    JsonOptions json;
    json.use_model_timestamp_formats = false;
    return json;
}
inline unsigned match(const Operation& operation, const ReceivedRequest& request) {
    return match_rpc_v2(operation, request, protocol_name);
}
inline bool decode(const Operation& operation, const ReceivedRequest& request, void* object, Error& error) {
    if (belfry::detail::is_blank(request.body)) return true;
    if (!check_media_type(request, media_type, error)) return false;
    return read_json(request.body, *operation.input, options(), aws_json::refusals, object, error);
}
inline bool encode(const Operation& operation, const void* object, std::string_view, HttpResponse& response,
                   Error& error) {
    add_rpc_v2_headers(response, protocol_name, media_type);
    std::string fault;
    if (!encode_json(*operation.output, object, response.body, options(), fault))
        return reject_output(error, operation.output->name, fault);
    return true;
}
inline bool encode_error(const Service& service, const Error& error, const ModelledException& exception,
                         std::string_view, HttpResponse& response, std::string& fault) {
    add_rpc_v2_headers(response, protocol_name, media_type);
    add_query_error(service, error, response);
    return write_json_error(error, exception, error_type(service, error, exception), options(), response.body,
                            fault);
}
inline std::string document_type(const Service&) { return std::string(media_type); }

} // namespace detail::rpc_v2_json

inline constexpr ServerProtocol rpc_v2_json{.name = "rpcv2Json",
                                            .refusals = detail::aws_json::refusals,
                                            .match = &detail::rpc_v2_json::match,
                                            .decode = &detail::rpc_v2_json::decode,
                                            .encode = &detail::rpc_v2_json::encode,
                                            .encode_error = &detail::rpc_v2_json::encode_error,
                                            .document_type = &detail::rpc_v2_json::document_type};

} // namespace belfry::inline v0::testing
