// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/testing/detail/form_body.hpp>
#include <belfry/testing/detail/response_binding.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/xml_body.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// The service's side of ec2Query (https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html).
namespace belfry::inline v0::testing {
namespace detail::ec2_query {

/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
inline constexpr Refusals refusals{
    .unknown_operation = {"InvalidAction", 400},
    .malformed = {"InvalidParameterValue", 400},
    .invalid = {"InvalidParameterValue", 400},
    .unsigned_request = {"MissingAuthenticationToken", 403},
    .incomplete_signature = {"IncompleteSignature", 403},
    .unknown_key = {"AuthFailure", 401},
    .wrong_signature = {"SignatureDoesNotMatch", 403},
    .wrong_time = {"RequestExpired", 400},
};

inline bool decode(const Operation& operation, const ReceivedRequest& request, void* object, Error& error) {
    return decode_form(operation, request, true, refusals, object, error);
}

inline bool encode(const Operation& operation, const void* object, std::string_view request_id,
                   HttpResponse& response, Error& error) {
    const std::string name = std::string(operation.name) + "Response";
    std::string fault;
    if (!encode_xml(*operation.output, {.name = name, .xml_namespace = operation.service->xml_namespace},
                    object, response.body, XmlOptions{}, fault))
        return reject_output(error, operation.output->name, fault);
    insert_into_root(response.body, name,
                     std::string("<requestId>").append(request_id).append("</requestId>"));
    response.body.insert(0, xml_declaration);
    response.headers.append("Content-Type", "text/xml;charset=UTF-8");
    return true;
}

inline bool encode_error(const Service&, const Error& error, const ModelledException& exception,
                         std::string_view request_id, HttpResponse& response, std::string& fault) {
    response.headers.append("Content-Type", "text/xml;charset=UTF-8");
    response.body.assign(xml_declaration).append("<Response><Errors>");
    if (!write_error_element(error, exception, response.status, false, false, response.body, fault))
        return false;
    response.body.append("</Errors><RequestID>").append(request_id).append("</RequestID></Response>");
    return true;
}

} // namespace detail::ec2_query

inline constexpr ServerProtocol ec2_query{.name = "ec2Query",
                                          .refusals = detail::ec2_query::refusals,
                                          .match = &detail::match_form,
                                          .decode = &detail::ec2_query::decode,
                                          .encode = &detail::ec2_query::encode,
                                          .encode_error = &detail::ec2_query::encode_error};

} // namespace belfry::inline v0::testing
