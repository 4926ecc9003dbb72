// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/error_code.hpp>
#include <belfry/protocol/json_error_body.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// Code and message of an error response, as the JSON protocols carry them.
namespace belfry::inline v0::detail {

/// A document's string, or the text of a number or boolean; empty for everything else.
[[nodiscard]] BELFRY_COLD inline std::string document_text(const Document& document) {
    std::string text;
    const std::string_view json = document.json();
    if (json == "null") return text;
    const char first = json.front();
    std::string fault;
    if (first == '"') {
        if (!decode_json(json, type_of<std::string>, &text, JsonOptions{}, fault)) text.clear();
    } else if (first != '{' && first != '[') {
        text = json;
    }
    return text;
}

/// The name of the exception's shape, from the body's `__type`; empty when there is none.
BELFRY_COLD inline void read_json_error_shape(const HttpResponse& response, std::string& shape) {
    JsonErrorBody parsed;
    std::string fault;
    if (!decode_json(response.body, structure_of<JsonErrorBody>, &parsed, JsonOptions{}, fault)) return;
    shape = plain_error_code(document_text(parsed.type));
}

/// Reads the members of an error's body, if it is JSON, and sets the message: that of the body, else the
/// body's beginning.
BELFRY_COLD inline void read_json_error_message(const Operation& operation, const HttpResponse& response,
                                                JsonErrorBody& parsed, Error& error) {
    const Structure* const members = operation.service->error_body;
    const std::string_view body = response.body;
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    const bool empty = start == std::string_view::npos;
    const bool html = !empty && body[start] == '<';

    std::string fault;
    const bool json = !empty && !html &&
                      decode_json(body, members != nullptr ? *members : structure_of<JsonErrorBody>, &parsed,
                                  JsonOptions{}, fault);
    if (!json) parsed = JsonErrorBody();
    if (json) {
        error.message = document_text(parsed.message);
        if (error.message.empty()) error.message = document_text(parsed.other_message);
    } else if (!empty && !html) {
        error.message = body.substr(0, 4096);
    } else {
        // A proxy's page says nothing about the service's error.
        error.message = status_phrase(response.status);
    }
}

/// The code comes from the header `x-amzn-errortype`, else from the body's `code` or `Code`, else from the
/// header `x-amzn-query-error`, else from the body's `__type`, else it is the status.
BELFRY_COLD inline void read_json_error(const Operation& operation, const HttpResponse& response,
                                        Error& error) {
    JsonErrorBody parsed;
    read_json_error_message(operation, response, parsed, error);
    std::string code;
    if (const std::string* const header = response.headers.find("x-amzn-errortype")) code = *header;
    if (code.empty()) code = document_text(parsed.lower_code);
    if (code.empty()) code = document_text(parsed.upper_code);
    if (code.empty()) code = query_error_code(response.headers);
    if (code.empty()) code = document_text(parsed.type);
    set_error_code(code, response, error);
}

} // namespace belfry::inline v0::detail
