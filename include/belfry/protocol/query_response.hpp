// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_decoder.hpp>
#include <belfry/core/compilation.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/protocol/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/number_text.hpp>

#include <string>
#include <string_view>

/// The responses of the query protocols, which are XML.
namespace belfry::inline v0::detail {

/// The request's id, wherever the query protocol, EC2 or SimpleDB put it; `id` stays as it is when there is
/// none.
[[gnu::cold]] inline void read_query_request_id(XmlElement root, std::string& id) {
    std::string room;
    for (const XmlElement parent : {root, root.child("ResponseMetadata")})
        for (const std::string_view name : {"RequestId", "requestId", "RequestID"})
            if (const XmlElement element = parent.child(name)) {
                id = element.text(room);
                return;
            }
}

/// The element with the members of an error: in `ErrorResponse` or, for EC2 and SimpleDB, in `Errors` in
/// `Response`. None when the document is no error.
[[nodiscard, gnu::cold]] inline XmlElement query_error_element(XmlElement root) noexcept {
    if (root.local_name() == "ErrorResponse") return root.child("Error");
    return root.local_name() == "Response" ? root.child("Errors").child("Error") : XmlElement();
}

/// Takes code and message out of an error's element.
[[gnu::cold]] inline void read_query_error(XmlElement element, Error& error) {
    std::string room;
    error.code = element.child("Code").text(room);
    const XmlElement message = element.child("Message");
    error.message = (message ? message : element.child("message")).text(room);
}

/// Reads the output out of the element `wrapper` in the document's root element, or out of the root element
/// itself where there is none.
[[nodiscard, gnu::cold]] inline bool
decode_query_response(const Operation& operation, const HttpResponse& response, const DecodeOptions& options,
                      std::string_view wrapper, void* output, Error& error) {
    const Structure& shape = *operation.output;
    if (is_blank(response.body))
        return shape.count == 0 || reject_response(error, shape.name, "there is no body");
    XmlOptions xml;
    xml.max_depth = options.max_depth;
    XmlDocument document;
    std::string fault;
    if (!document.parse(response.body, xml, fault)) return reject_response(error, shape.name, fault);
    const XmlElement root = document.root();
    read_query_request_id(root, error.request_id);
    if (const XmlElement failure = query_error_element(root)) {
        // An error is one, whatever status it came with.
        error.kind = ErrorKind::service;
        read_query_error(failure, error);
        return false;
    }
    const XmlElement result = wrapper.empty() ? XmlElement() : root.child(wrapper);
    return XmlDecoder(xml).read_structure(result ? result : root, shape, output, fault) ||
           reject_response(error, shape.name, fault);
}

/// The code is the one in the body, else it is the status; the message is the one in the body, else it is the
/// body's beginning, or of a page in HTML the status' own phrase.
BELFRY_BOUNDARY inline void decode_query_error(const Operation&, const HttpResponse& response, Error& error) {
    const std::string_view body = response.body;
    const bool markup = body.find_first_not_of(" \t\r\n") != std::string_view::npos &&
                        body[body.find_first_not_of(" \t\r\n")] == '<';
    XmlDocument document;
    std::string fault;
    XmlElement element;
    if (markup && document.parse(body, XmlOptions{}, fault)) {
        read_query_request_id(document.root(), error.request_id);
        element = query_error_element(document.root());
    }
    read_query_error(element, error);
    if (error.code.empty()) append_integer_text(error.code, response.status);
    if (element) return;
    if (!markup && !is_blank(body))
        error.message = body.substr(0, 4096);
    else if (markup || response.status >= 500)
        // A proxy's page says nothing about the service's error.
        error.message = status_phrase(response.status);
}

BELFRY_BOUNDARY inline bool decode_query_exception(const HttpResponse& response, const Structure& structure,
                                                   const DecodeOptions& options, void* exception,
                                                   Error& error) {
    XmlOptions xml;
    xml.max_depth = options.max_depth;
    XmlDocument document;
    std::string fault;
    if (!document.parse(response.body, xml, fault)) return reject_response(error, structure.name, fault);
    return XmlDecoder(xml).read_structure(query_error_element(document.root()), structure, exception,
                                          fault) ||
           reject_response(error, structure.name, fault);
}

} // namespace belfry::inline v0::detail
