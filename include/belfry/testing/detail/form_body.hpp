// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/query_decoder.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// The requests of the query protocols: form data in the body of a POST, or in the query of a GET.
namespace belfry::inline v0::testing::detail {

[[nodiscard]] inline bool read_form(const ReceivedRequest& request, Parameters& parameters) {
    return read_parameters(request.query, parameters) &&
           (request.method != "POST" || read_parameters(request.body, parameters));
}

inline unsigned match_form(const Operation& operation, const ReceivedRequest& request) {
    Parameters parameters;
    if (!read_form(request, parameters)) return 0;
    const std::string* const action = find_parameter(parameters, "Action");
    const std::string* const version = find_parameter(parameters, "Version");
    return action != nullptr && *action == operation.name && version != nullptr &&
                   *version == operation.service->api_version
               ? 1
               : 0;
}

[[nodiscard]] inline bool decode_form(const Operation& operation, const ReceivedRequest& request, bool ec2,
                                      const Refusals& refusals, void* object, Error& error) {
    Parameters parameters;
    if (!read_form(request, parameters))
        return refuse(error, refusals.malformed, "the form data is malformed");
    const std::string fault = QueryDecoder(parameters, ec2).read(*operation.input, object);
    return fault.empty() || refuse(error, refusals.malformed, fault);
}

} // namespace belfry::inline v0::testing::detail
