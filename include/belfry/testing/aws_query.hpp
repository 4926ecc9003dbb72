// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/testing/detail/form_body.hpp>
#include <belfry/testing/detail/response_binding.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/xml_body.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// The service's side of awsQuery (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).
namespace belfry::inline v0::testing {
namespace detail::aws_query {

inline constexpr Refusals refusals{
    .unknown_operation = {"InvalidAction", 400},
    .malformed = {"MalformedInput", 400},
    .invalid = {"ValidationError", 400},
    .unsigned_request = {"MissingAuthenticationToken", 403},
    .incomplete_signature = {"IncompleteSignature", 403},
    .unknown_key = {"InvalidClientTokenId", 403},
    .wrong_signature = {"SignatureDoesNotMatch", 403},
    .wrong_time = {"SignatureDoesNotMatch", 403},
};

inline bool decode(const Operation& operation, const ReceivedRequest& request, void* object, Error& error) {
    return decode_form(operation, request, false, refusals, object, error);
}

inline bool encode(const Operation& operation, const void* object, std::string_view request_id,
                   HttpResponse& response, Error& error) {
    const std::string name(operation.name);
    const std::string result = name + "Result";
    belfry::detail::XmlWriter writer(response.body);
    writer.open(name + "Response");
    if (!writer.declare(operation.service->xml_namespace))
        return reject_output(error, operation.output->name, "the service's namespace cannot be written");
    belfry::detail::append_char(response.body, '>');
    static constexpr XmlNamespace none{};
    std::string fault;
    // An output without members does not have a result.
    if (operation.output->count != 0 &&
        !encode_xml(*operation.output, {.name = result, .xml_namespace = &none}, object, response.body,
                    XmlOptions{}, fault))
        return reject_output(error, operation.output->name, fault);
    response.body.append("<ResponseMetadata><RequestId>").append(request_id);
    response.body.append("</RequestId></ResponseMetadata></").append(name).append("Response>");
    response.headers.append("Content-Type", "text/xml");
    return true;
}

inline bool encode_error(const Service&, const Error& error, const ModelledException& exception,
                         std::string_view request_id, HttpResponse& response, std::string& fault) {
    response.headers.append("Content-Type", "text/xml");
    return write_error_response(error, exception, request_id, false, response, fault);
}

} // namespace detail::aws_query

inline constexpr ServerProtocol aws_query{.name = "awsQuery",
                                          .refusals = detail::aws_query::refusals,
                                          .match = &detail::match_form,
                                          .decode = &detail::aws_query::decode,
                                          .encode = &detail::aws_query::encode,
                                          .encode_error = &detail::aws_query::encode_error};

} // namespace belfry::inline v0::testing
