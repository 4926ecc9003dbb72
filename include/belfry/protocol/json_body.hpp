// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/config.hpp>

#include <string>

/// Inputs and outputs that are a JSON body as a whole.
namespace belfry::inline v0::detail {

/// Writes the input, all of it, as the request's body.
[[nodiscard]] BELFRY_COLD inline bool encode_json_body(const Operation& operation, const void* object,
                                                       JsonOptions json, const EncodeOptions& options,
                                                       HttpRequest& request, Error& error) {
    json.idempotency_token = options.idempotency_token;
    std::string fault;
    if (encode_json(*operation.input, object, request.body, json, fault)) return true;
    return reject_input(error, *operation.input, "body", fault);
}

/// Reads the response's body; one without anything in it leaves `object` as it is.
[[nodiscard]] BELFRY_COLD inline bool decode_json_body(const HttpResponse& response,
                                                       const Structure& structure,
                                                       const DecodeOptions& options, void* object,
                                                       Error& error) {
    if (is_blank(response.body)) return true;
    JsonOptions json;
    json.reading = options;
    std::string fault;
    if (decode_json(json_text(response), structure, object, json, fault)) return true;
    return reject_response(error, fault);
}

} // namespace belfry::inline v0::detail
