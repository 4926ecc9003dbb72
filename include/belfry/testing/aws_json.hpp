// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/testing/detail/json_body.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/rpc.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// The service's side of awsJson1_0 and awsJson1_1
/// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
namespace belfry::inline v0::testing {
namespace detail::aws_json {

inline constexpr Refusals refusals{
    .unknown_operation = {"UnknownOperationException", 400},
    .malformed = {"SerializationException", 400},
    .invalid = {"ValidationException", 400},
    .unsigned_request = {"MissingAuthenticationTokenException", 400},
    .incomplete_signature = {"IncompleteSignatureException", 400},
    .unknown_key = {"UnrecognizedClientException", 400},
    .wrong_signature = {"InvalidSignatureException", 400},
    .wrong_time = {"InvalidSignatureException", 400},
};

[[nodiscard]] inline std::string media_type(const Service& service) {
    return std::string("application/x-amz-json-").append(service.json_version);
}

inline unsigned match(const Operation& operation, const ReceivedRequest& request) {
    const auto target = request.headers.find("X-Amz-Target");
    if (request.method != "POST" || !target.has_value()) return 0;
    std::string expected(operation.service->target_prefix);
    expected.append(".").append(operation.name);
    return *target == expected ? 1 : 0;
}

inline bool decode(const Operation& operation, const ReceivedRequest& request, void* object, Error& error) {
    const auto sent = request.headers.find("Content-Type");
    if (!sent.has_value() || !is_media_type(*sent, media_type(*operation.service)))
        return refuse(error, {"UnknownOperationException", 404},
                      "the header Content-Type must be " + media_type(*operation.service));
    return belfry::detail::is_blank(request.body) ||
           read_json(request.body, *operation.input, JsonOptions{}, refusals, object, error);
}

inline bool encode(const Operation& operation, const void* object, std::string_view, HttpResponse& response,
                   Error& error) {
    std::string fault;
    if (!encode_json(*operation.output, object, response.body, JsonOptions{}, fault))
        return reject_output(error, operation.output->name, fault);
    response.headers.append("Content-Type", media_type(*operation.service));
    return true;
}

inline bool encode_error(const Service& service, const Error& error, const ModelledException& exception,
                         std::string_view, HttpResponse& response, std::string& fault) {
    add_query_error(service, error, response);
    response.headers.append("Content-Type", media_type(service));
    return write_json_error(error, exception, error_type(service, error, exception), JsonOptions{},
                            response.body, fault);
}

} // namespace detail::aws_json

inline constexpr ServerProtocol aws_json{.name = "awsJson1",
                                         .refusals = detail::aws_json::refusals,
                                         .match = &detail::aws_json::match,
                                         .decode = &detail::aws_json::decode,
                                         .encode = &detail::aws_json::encode,
                                         .encode_error = &detail::aws_json::encode_error,
                                         .document_type = &detail::aws_json::media_type};

} // namespace belfry::inline v0::testing
