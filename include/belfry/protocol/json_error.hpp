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
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// Code and message of an error response, as the JSON protocols carry them.
namespace belfry::inline v0::detail {

/// Sets `text`, if it is empty, to a document's string, or to the text of a number or boolean.
BELFRY_COLD BELFRY_NOINLINE inline void fill_from_document(std::string& text, const Document& document) {
    const std::string_view json = document.json();
    if (!text.empty() || json == "null") return;
    if (json.front() == '"') {
        std::string fault;
        if (!decode_json(json, type_of<std::string>, &text, JsonOptions{}, fault)) text.clear();
    } else if (json.front() != '{' && json.front() != '[') {
        append_text(text, json);
    }
}

/// The name of the exception's shape, from the body's `__type`; empty when there is none.
BELFRY_COLD inline void read_json_error_shape(const HttpResponse& response, std::string& shape) {
    JsonErrorBody parsed;
    std::string fault;
    if (!decode_json(json_text(response), structure_of<JsonErrorBody>, &parsed, JsonOptions{}, fault)) return;
    std::string type;
    fill_from_document(type, parsed.type);
    assign_text(shape, plain_error_code(type));
}

/// Reads the members of an error's body and sets the message: that of the body, or the beginning of a body
/// that is not JSON; empty for none. Returns whether `parsed` holds the members.
[[nodiscard]] BELFRY_COLD inline bool read_json_error_message(const Operation& operation,
                                                              const HttpResponse& response,
                                                              JsonErrorBody& parsed, Error& error) {
    const Structure* const members = operation.service->error_body;
    const std::string_view body = json_text(response);
    error.message.clear();
    // A proxy's page says nothing about the service's error.
    if (is_blank(body) || is_markup(body)) return false;
    std::string fault;
    if (!decode_json(body, members != nullptr ? *members : structure_of<JsonErrorBody>, &parsed,
                     JsonOptions{}, fault)) {
        assign_text(error.message, body.substr(0, 4096));
        return false;
    }
    fill_from_document(error.message, parsed.message);
    fill_from_document(error.message, parsed.other_message);
    return true;
}

/// The code comes from the header `x-amzn-errortype`, else from the body's `code` or `Code`, else from the
/// header `x-amzn-query-error`, else from the body's `__type`, else it is the status.
BELFRY_COLD inline void read_json_error(const Operation& operation, const HttpResponse& response,
                                        Error& error) {
    JsonErrorBody parsed;
    const bool json = read_json_error_message(operation, response, parsed, error);
    std::string code;
    if (const auto header = response.headers.find("x-amzn-errortype")) code = *header;
    if (json) {
        fill_from_document(code, parsed.lower_code);
        fill_from_document(code, parsed.upper_code);
    }
    if (code.empty()) assign_text(code, query_error_code(response.headers));
    if (json) fill_from_document(code, parsed.type);
    set_error_code(code, response, error);
}

} // namespace belfry::inline v0::detail
