// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_reader.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Code, message and request id of an error response, as the XML protocols carry them.
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
/// `Response`; for S3 the document's own (Smithy `restXml` `noErrorWrapping`). Empty if the document is not
/// an error.
[[nodiscard]] BELFRY_COLD inline XmlElement xml_error_element(XmlElement root) noexcept {
    if (root.local_name() == "Error") return root;
    if (root.local_name() == "ErrorResponse") return root.child("Error");
    return root.local_name() == "Response" ? root.child("Errors").child("Error") : XmlElement();
}

/// Takes code and message out of an error's element.
BELFRY_COLD inline void read_xml_error(XmlElement element, Error& error) {
    std::string buffer;
    error.code = element.child("Code").text(buffer);
    const XmlElement message = element.child("Message");
    error.message = (message ? message : element.child("message")).text(buffer);
}

/// The reason phrase of a status, those included that only S3 answers with and without a body.
[[nodiscard]] BELFRY_COLD constexpr std::string_view xml_status_phrase(int status) noexcept {
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

/// The code is the one in the body, else it is the status; the message is the one in the body, else it is the
/// body's beginning, or for no body and for a page in HTML the status' own phrase.
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
    read_xml_error(element, error);
    if (error.code.empty()) append_integer_text(error.code, response.status);
    if (element && !error.message.empty()) return;
    // A proxy's page says nothing about the service's error.
    error.message = markup || body.empty() ? xml_status_phrase(response.status) : body.substr(0, 4096);
}

} // namespace belfry::inline v0::detail
