// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_decoder.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/protocol/xml_error.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// The responses of the query protocols, which are XML.
namespace belfry::inline v0::detail {

/// Reads the output out of the element `wrapper` in the document's root element, or out of the root element
/// itself if `wrapper` is empty. A document without that wrapper is some other one, such as the page of a
/// proxy; so is one whose root element is not named after the operation, where there is no wrapper.
[[nodiscard]] BELFRY_COLD inline bool
decode_query_response(const Operation& operation, const HttpResponse& response, const DecodeOptions& options,
                      std::string_view wrapper, void* output, Error& error) {
    const Structure& shape = *operation.output;
    if (is_blank(response.body))
        return shape.count == 0 || reject_response(error, shape.name, "there is no body");
    XmlOptions xml;
    xml.reading = options;
    xml.document_size = response.body.size();
    XmlDocument document;
    std::string fault;
    if (!document.parse(xml_body(response), xml, fault)) return reject_response(error, shape.name, fault);
    xml.check_text = document.checks_text(options);
    const XmlElement root = document.root();
    read_xml_request_id(root, error.request_id);
    if (const XmlElement failure = xml_error_element(root)) {
        // An error is one, whatever status it came with.
        error.kind = ErrorKind::service;
        read_xml_error(failure, response.status, error);
        return false;
    }
    const XmlElement result = wrapper.empty() ? root : root.child(wrapper);
    // The wrapper's name is the operation's; without it only the root element tells documents apart.
    const bool told_by_root = wrapper.empty() || (!result && shape.count == 0);
    if (told_by_root && !is_named_after_operation(root, operation))
        return reject_root(error, operation, root);
    if (!result) {
        if (shape.count == 0) return true;
        fault = "there is no element ";
        append_text(fault, wrapper);
        append_text(fault, " in ");
        append_text(fault, root.name());
        return reject_response(error, shape.name, fault);
    }
    return XmlDecoder(xml).read_structure(result, shape, output, fault) || reject_response(error, fault);
}

BELFRY_NOIPA inline bool decode_query_exception(const HttpResponse& response, const Structure& structure,
                                                const DecodeOptions& options, void* exception, Error& error) {
    XmlOptions xml;
    xml.reading = options;
    xml.document_size = response.body.size();
    XmlDocument document;
    std::string fault;
    if (!document.parse(xml_body(response), xml, fault)) return reject_response(error, structure.name, fault);
    xml.check_text = document.checks_text(options);
    return XmlDecoder(xml).read_structure(xml_error_element(document.root()), structure, exception, fault) ||
           reject_response(error, fault);
}

} // namespace belfry::inline v0::detail
