// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// The common part of the protocols without HTTP bindings, for every body format.
namespace belfry::inline v0::detail {

/// Checks the input and begins its request: POST to `/`, with the header that asks for the query protocol's
/// error codes where the service once spoke it (Smithy `awsQueryCompatible`).
[[nodiscard]] BELFRY_COLD inline bool begin_rpc_request(const Operation& operation, const void* object,
                                                        HttpRequest& request, Error& error) {
    if (!check_input(*operation.input, object, error)) return false;
    request.method = "POST";
    request.url = "/";
    if (operation.service->query_compatible) request.headers.append("x-amzn-query-mode", "true");
    return true;
}

/// The same for Smithy's RPC v2: to the operation's path, with the protocol's name and the media type that is
/// accepted (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html).
[[nodiscard]] BELFRY_COLD inline bool begin_rpc_v2_request(const Operation& operation, const void* object,
                                                           std::string_view protocol,
                                                           std::string_view media_type, HttpRequest& request,
                                                           Error& error) {
    if (!begin_rpc_request(operation, object, request, error)) return false;
    for (const std::string_view part : {std::string_view("service/"), operation.service->shape_name,
                                        std::string_view("/operation/"), operation.name})
        append_text(request.url, part);
    request.headers.append("smithy-protocol", protocol);
    request.headers.append("Accept", media_type);
    return true;
}

/// Names the media type of a body that is complete, and counts its bytes.
BELFRY_COLD inline void finish_rpc_request(std::string_view media_type, HttpRequest& request) {
    request.headers.append("Content-Type", media_type);
    request.content_length = static_cast<std::int64_t>(request.body.size());
}

/// Whether the response uses the RPC v2 protocol `protocol`. If not, only its status has a meaning.
[[nodiscard]] BELFRY_COLD inline bool is_rpc_v2_response(const HttpResponse& response,
                                                         std::string_view protocol) noexcept {
    const auto header = response.headers.find("smithy-protocol");
    return header.has_value() && *header == protocol;
}

/// Makes `error` say that a successful response is of another protocol. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_protocol(Error& error, const Operation& operation,
                                                      std::string_view protocol) {
    std::string what = "the header smithy-protocol is not ";
    append_text(what, protocol);
    return reject_response(error, operation.output->name, what);
}

/// Gives an error that nothing but the status tells apart a code and a message.
BELFRY_COLD inline void read_status_error(const HttpResponse& response, Error& error) {
    error.code.clear();
    append_integer_text(error.code, response.status);
    describe_status(error.message, status_phrase(response.status), response.status);
}

} // namespace belfry::inline v0::detail
