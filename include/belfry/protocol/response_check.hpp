// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Errors of a response, for every body format.
namespace belfry::inline v0::detail {

/// Makes `error` say what is wrong with a response, and where in it. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_response(Error& error, std::string_view where,
                                                      std::string_view what) {
    return fail(error, ErrorKind::response, "MalformedResponse", {where, ": ", what});
}

/// The same with the words of a decoder, which begin with the name of the shape. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_response(Error& error, std::string_view what_and_where) {
    return fail(error, ErrorKind::response, "MalformedResponse", what_and_where);
}

/// Whether there is nothing but white space.
[[nodiscard]] BELFRY_COLD inline bool is_blank(std::string_view text) noexcept {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Whether a body is a page or another document of markup, which no JSON begins like.
[[nodiscard]] BELFRY_COLD inline bool is_markup(std::string_view body) noexcept {
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && body[start] == '<';
}

/// The JSON in a body, without the byte order mark that RFC 8259 section 8.1 lets readers ignore.
[[nodiscard]] BELFRY_COLD inline std::string_view json_text(const HttpResponse& response) noexcept {
    const std::string_view body = response.body;
    return body.starts_with("\xef\xbb\xbf") ? body.substr(3) : body;
}

/// Whether the response is of a kind that never has a body.
[[nodiscard]] BELFRY_COLD inline bool never_has_body(const Operation& operation,
                                                     const HttpResponse& response) noexcept {
    return response.status == 204 || response.status == 205 || operation.method == "HEAD";
}

/// Whether the response has no body and says so itself. Without this check, a body truncated to zero bytes
/// looks like an empty one.
[[nodiscard]] BELFRY_COLD inline bool is_empty_on_purpose(const Operation& operation,
                                                          const HttpResponse& response) {
    const auto length = response.headers.find("Content-Length");
    return never_has_body(operation, response) || (length.has_value() && *length == "0");
}

/// Makes `error` say that the response's body is missing. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_missing_body(Error& error, const Operation& operation) {
    return reject_response(error, operation.output->name,
                           "the body is empty, but the response does not say that it should be");
}

/// False, with the reason in `error`, when a body is missing and nothing says that there should be none.
[[nodiscard]] BELFRY_COLD inline bool
check_body_presence(const Operation& operation, const HttpResponse& response, bool expected, Error& error) {
    return !expected || !is_blank(response.body) || is_empty_on_purpose(operation, response) ||
           reject_missing_body(error, operation);
}

/// The message of an error that comes without one and without the status of a failure.
inline constexpr std::string_view no_error_message = "the service gave no message";

/// The reason phrase of a status without a usable body (RFC 9110 section 15).
[[nodiscard]] BELFRY_COLD constexpr std::string_view status_phrase(int status) noexcept {
    switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Request Entity Too Large";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return {};
    }
}

/// Sets the message of an error that says nothing but its status. In a successful response, such as that of
/// an event, the status says nothing either: the message is empty then.
BELFRY_COLD inline void describe_status(std::string& message, std::string_view phrase, int status) {
    assign_text(message, phrase);
    if (!message.empty() || (status >= 200 && status < 300)) return;
    append_text(message, "HTTP status ");
    append_integer_text(message, status);
}

/// Whether a name is the reason phrase of a status without its spaces: `NotFound`.
[[nodiscard]] BELFRY_COLD constexpr bool is_named_after(std::string_view name, int status) noexcept {
    std::size_t i = 0;
    for (const char c : status_phrase(status)) {
        if (c == ' ') continue;
        if (i == name.size() || name[i] != c) return false;
        ++i;
    }
    return i != 0 && i == name.size();
}

} // namespace belfry::inline v0::detail
