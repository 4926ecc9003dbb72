// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// The common part of the protocols without HTTP bindings.
namespace belfry::inline v0::testing::detail {

/// The `__type` of an error: the name of its shape, or its code if the model does not have it.
[[nodiscard]] inline std::string_view error_type(const Service& service, const Error& error,
                                                 const ModelledException& exception) noexcept {
    return service.query_compatible && exception.structure != nullptr ? exception.structure->name
                                                                      : std::string_view(error.code);
}

/// Names the code that the error had in the query protocol (Smithy `awsQueryCompatible`).
inline void add_query_error(const Service& service, const Error& error, HttpResponse& response) {
    if (!service.query_compatible) return;
    response.headers.append("x-amzn-query-error",
                            error.code + (response.status < 500 ? ";Sender" : ";Receiver"));
}

/// Whether a request names an operation of Smithy's RPC v2
/// (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html).
[[nodiscard]] inline unsigned match_rpc_v2(const Operation& operation, const ReceivedRequest& request,
                                           std::string_view protocol) {
    const auto sent = request.headers.find("smithy-protocol");
    if (request.method != "POST" || !sent.has_value() || *sent != protocol) return 0;
    std::string expected("/service/");
    expected.append(operation.service->shape_name).append("/operation/").append(operation.name);
    return std::string_view(request.path).ends_with(expected) ? 1 : 0;
}
/// Adds the headers of each response of Smithy's RPC v2.
inline void add_rpc_v2_headers(HttpResponse& response, std::string_view protocol,
                               std::string_view media_type) {
    response.headers.append("smithy-protocol", protocol);
    response.headers.append("Content-Type", media_type);
}

} // namespace belfry::inline v0::testing::detail
