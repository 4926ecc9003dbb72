// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/query.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/request.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>

/// The requests of the query protocols: form data in the body of a POST.
namespace belfry::inline v0::detail {

[[nodiscard]] BELFRY_COLD inline bool encode_form_request(const Operation& operation, const void* object,
                                                          const EncodeOptions& options, bool ec2,
                                                          HttpRequest& request, Error& error) {
    const Structure& input = *operation.input;
    if (!check_input(input, object, error)) return false;
    request.method = "POST";
    request.url = "/";
    std::string& body = request.body;
    append_text(body, "Action=");
    append_percent_encoded(body, operation.name);
    append_text(body, "&Version=");
    append_percent_encoded(body, operation.service->api_version);
    QueryOptions query;
    query.ec2 = ec2;
    query.idempotency_token = options.idempotency_token;
    std::string fault;
    if (!encode_query(input, object, body, query, fault))
        return fail(error, ErrorKind::validation, "ValidationError", fault);
    request.headers.append("Content-Type", "application/x-www-form-urlencoded");
    request.content_length = static_cast<std::int64_t>(body.size());
    return true;
}

} // namespace belfry::inline v0::detail
