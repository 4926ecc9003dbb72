// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_reader.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Documents of the XML protocols: code, message and request id of an error, and whether a document is an
/// output.
namespace belfry::inline v0::detail {

/// A body without a byte order mark, and without white space before it, where XML itself allows none.
[[nodiscard]] BELFRY_COLD inline std::string_view xml_body(const HttpResponse& response) noexcept {
    std::string_view body = response.body;
    if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    return start == std::string_view::npos ? std::string_view() : body.substr(start);
}

/// The request's id, wherever the services put it; `id` stays as it is when there is none.
BELFRY_COLD inline void read_xml_request_id(XmlElement root, std::string& id) {
    std::string buffer;
    for (const XmlElement parent : {root, root.child("ResponseMetadata")})
        for (const std::string_view name : {"RequestId", "requestId", "RequestID"})
            if (const XmlElement element = parent.child(name)) {
                id = element.text(buffer);
                return;
            }
}

/// The element with the members of an error: in `ErrorResponse`; for EC2 and SimpleDB in `Errors` in
/// `Response`; for S3 the document's own (Smithy `restXml` `noErrorWrapping`). If a wrapper does not have
/// such an element, the wrapper itself. Empty if the document is not an error.
[[nodiscard]] BELFRY_COLD inline XmlElement xml_error_element(XmlElement root) noexcept {
    if (root.local_name() == "Error") return root;
    XmlElement wrapper;
    if (root.local_name() == "ErrorResponse") wrapper = root;
    if (root.local_name() == "Response") wrapper = root.child("Errors");
    const XmlElement element = wrapper.child("Error");
    return element ? element : wrapper;
}

/// The reason phrase of a status, those included that only S3 answers with and without a body. An error in a
/// response with the status of a success has nothing to describe it.
[[nodiscard]] BELFRY_COLD constexpr std::string_view xml_status_phrase(int status) noexcept {
    if (status >= 200 && status < 300) return no_error_message;
    switch (status) {
    case 301: return "Moved Permanently";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 416: return "Range Not Satisfiable";
    default: return status_phrase(status);
    }
}

/// Takes code and message out of an error's element. Without a code, the status is the code, or 500 for the
/// status of a success; without a message, the status describes the error.
BELFRY_COLD inline void read_xml_error(XmlElement element, int status, Error& error) {
    std::string buffer;
    error.code = element.child("Code").text(buffer);
    const XmlElement message = element.child("Message");
    error.message = (message ? message : element.child("message")).text(buffer);
    if (is_blank(error.code)) {
        error.code.clear();
        append_integer_text(error.code, status >= 200 && status < 300 ? 500 : status);
    }
    if (is_blank(error.message)) describe_status(error.message, xml_status_phrase(status), status);
}

/// The name of an operation without the version that CloudFront puts behind it: `GetDistribution2020_05_31`.
[[nodiscard]] BELFRY_COLD constexpr std::string_view unversioned_name(const Operation& operation) noexcept {
    constexpr std::size_t version = std::string_view("2020_05_31").size();
    const std::size_t size = operation.name.size();
    const bool versioned =
        size > version && operation.name[size - 6] == '_' && operation.name[size - 3] == '_';
    return operation.name.substr(0, versioned ? size - version : size);
}

/// Whether a document's root element is named after the operation: by its name alone, or with the word that
/// servers put behind it. Case does not count: servers that name elements after types of Go write
/// `getObjectAttributesResponse`.
[[nodiscard]] BELFRY_COLD inline bool is_named_after_operation(XmlElement root,
                                                               const Operation& operation) noexcept {
    const std::string_view wanted = unversioned_name(operation);
    const std::string_view name = root.local_name();
    if (!equals_ignoring_case(name.substr(0, wanted.size()), wanted)) return false;
    for (const std::string_view word : {operation.name.substr(wanted.size()), std::string_view("Response"),
                                        std::string_view("Result"), std::string_view("Output")})
        if (name.substr(wanted.size()) == word) return true;
    return name.size() == wanted.size();
}

/// Makes `error` say that a document is not the operation's output. Always false.
[[nodiscard]] BELFRY_COLD inline bool reject_root(Error& error, const Operation& operation, XmlElement root) {
    std::string what = "the document has the root element ";
    append_text(what, root.name());
    append_text(what, ", which is not the output of ");
    append_text(what, operation.name);
    return reject_response(error, operation.output->name, what);
}

/// The code is the one in the body, else it is the status; the message is the one in the body, else it is the
/// body's beginning, or for no body and for a document the status' own phrase.
BELFRY_NOIPA inline void decode_xml_error(const Operation&, const HttpResponse& response, Error& error) {
    const std::string_view body = xml_body(response);
    const bool markup = !body.empty() && body.front() == '<';
    XmlDocument document;
    std::string fault;
    XmlElement element;
    if (markup && document.parse(body, XmlOptions{}, fault)) {
        read_xml_request_id(document.root(), error.request_id);
        element = xml_error_element(document.root());
    }
    read_xml_error(element, response.status, error);
    // A proxy's page says nothing about the service's error, but a line of text may.
    if (!markup && !body.empty()) error.message = body.substr(0, 4096);
}

} // namespace belfry::inline v0::detail
