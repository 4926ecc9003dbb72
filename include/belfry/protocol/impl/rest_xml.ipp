// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/http_binding.hpp>
#include <belfry/protocol/http_payload.hpp>
#include <belfry/protocol/http_response_binding.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/protocol/xml_error.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail::rest_xml {

/// Writes a structure or union as the whole body. A namespace that its own or its member's trait names stands
/// for the service's.
[[nodiscard]] BELFRY_COLD inline bool encode_document(const Operation& operation, const Structure& shape,
                                                      XmlRoot root, const void* object,
                                                      const XmlOptions& options, HttpRequest& request,
                                                      Error& error) {
    if (root.xml_namespace == nullptr && shape.xml() != nullptr)
        root.xml_namespace = shape.xml()->xml_namespace;
    if (root.xml_namespace == nullptr) root.xml_namespace = operation.service->xml_namespace;
    std::string fault;
    if (!encode_xml(shape, root, object, request.body, options, fault))
        return reject_input(error, *operation.input, "body", fault);
    set_content_type(request, "application/xml");
    return true;
}

/// An absent payload means that there is no body.
[[nodiscard]] BELFRY_COLD inline bool encode_payload(const Operation& operation, std::size_t index,
                                                     const void* value, HttpRequest& request, Error& error) {
    const Member& member = operation.input->members[index];
    const Type& type = *member.type;
    if (value == nullptr) return true;
    if (is_raw_payload(type)) {
        encode_raw_payload(operation, type, value, request);
        return true;
    }
    if (type.structure == nullptr)
        return reject_input(error, *operation.input, operation.input->member_name(index),
                            "XML cannot carry a payload of this type");
    // A payload's wire name is its element's.
    XmlRoot root{.name = member.wire_name()};
    if (const XmlMember* const xml = operation.input->xml_member(index))
        root.xml_namespace = xml->xml_namespace;
    return encode_document(operation, *type.structure, root, value, XmlOptions{}, request, error);
}

/// Whether the body would have any content.
[[nodiscard]] BELFRY_COLD inline bool fills_body(const Structure& input, const void* object,
                                                 std::string_view token) noexcept {
    for (std::size_t i = 0; i < input.count; ++i) {
        const Member& member = input.members[i];
        if (member.location == Location::body &&
            (slot_value(*member.type, member.slot(object)) != nullptr ||
             (!token.empty() && member.has(MemberFlags::idempotency_token))))
            return true;
    }
    return false;
}

BELFRY_NOIPA inline bool encode(const Operation& operation, const void* object, const EncodeOptions& options,
                                HttpRequest& request, Error& error) {
    const Structure& input = *operation.input;
    request.method = operation.method;
    if (!check_input(input, object, error)) return false;
    if (!encode_http_bindings(operation, object, options, request, error)) return false;

    std::size_t index = 0;
    if (const Member* const payload = payload_of(input, index)) {
        if (!encode_payload(operation, index, slot_value(*payload->type, payload->slot(object)), request,
                            error))
            return false;
    } else if (fills_body(input, object, options.idempotency_token)) {
        XmlOptions xml;
        xml.body_members_only = true;
        xml.idempotency_token = options.idempotency_token;
        if (!encode_document(operation, input, {}, object, xml, request, error)) return false;
    }
    request.content_length = static_cast<std::int64_t>(request.body.size());
    return true;
}

/// Reads the one member in the body out of the root element itself.
[[nodiscard]] BELFRY_COLD inline bool decode_unwrapped(XmlElement root, const Structure& structure,
                                                       const XmlOptions& options, void* object,
                                                       std::string& fault) {
    std::string buffer;
    for (std::size_t i = 0; i < structure.count; ++i) {
        const Member& member = structure.members[i];
        if (member.location != Location::body) continue;
        // An empty element means that the value is absent.
        if (!root.first_child() && root.text(buffer).empty()) return true;
        return decode_xml(root, *member.type, structure.xml_member(i), member.slot(object), options, fault);
    }
    return true;
}

/// Reads the document of a body into the structure that describes it.
[[nodiscard]] BELFRY_COLD inline bool decode_document(XmlElement root, const Structure& structure,
                                                      XmlOptions xml, bool unwrapped, void* object,
                                                      Error& error) {
    std::string fault;
    std::size_t index = 0;
    bool done = false;
    if (const Member* const payload = payload_of(structure, index)) {
        xml.hide_text = payload->has(MemberFlags::sensitive);
        done =
            decode_xml(root, *payload->type, structure.xml_member(index), payload->slot(object), xml, fault);
    } else if (unwrapped) {
        done = decode_unwrapped(root, structure, xml, object, fault);
    } else {
        xml.body_members_only = true;
        done = decode_xml(root, structure, object, xml, fault);
    }
    return done || reject_response(error, fault);
}

/// Whether a root element has the name of a structure: its element's (Smithy `xmlName`), or the shape's own.
[[nodiscard]] BELFRY_COLD inline bool is_named_after_shape(XmlElement root, const Structure& shape) noexcept {
    const XmlShape* const xml = shape.xml();
    return root.local_name() == shape.name ||
           (xml != nullptr && !xml->name.empty() && root.local_name() == xml_local_name(xml->name));
}

/// Whether the root element is the output's, and not another document's, such as the page of a proxy. It has
/// the name of the output or of the payload, or is named after the operation
/// (https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html; docs/adr/0021-roots-of-documents.md).
/// Namespaces do not count.
[[nodiscard]] BELFRY_COLD inline bool is_output_root(XmlElement root, const Operation& operation,
                                                     const Member* payload, std::size_t index) noexcept {
    const Structure& shape = *operation.output;
    if (is_named_after_operation(root, operation) || is_named_after_shape(root, shape)) return true;
    if (payload != nullptr)
        return root.local_name() == xml_local_name(payload->wire_name()) ||
               root.local_name() == shape.member_name(index) ||
               (payload->type->structure != nullptr && is_named_after_shape(root, *payload->type->structure));
    // The output's one member is the root element.
    for (std::size_t i = 0; i < shape.count && operation.unwrapped_output; ++i)
        if (root.local_name() == xml_local_name(shape.members[i].wire_name())) return true;
    return false;
}

/// False, with the reason in `error`, when the structure that is the whole body is missing: S3 sends a status
/// of success, and white space, before it knows that an operation failed. `Content-Length: 0` does not excuse
/// it. JSON services may leave the body out (Smithy's test
/// RestJsonHttpPayloadWithStructureAndEmptyResponseBody).
[[nodiscard]] BELFRY_COLD inline bool check_payload_presence(const Operation& operation,
                                                             const HttpResponse& response,
                                                             const Type& payload, Error& error) {
    return payload.kind != Kind::structure || !is_blank(response.body) ||
           never_has_body(operation, response) ||
           reject_response(error, operation.output->name, "the body is empty, but it is the output");
}

/// Reads the output, or the error in its place, out of a body that is not blank. S3 sends the head of some
/// responses before it knows the outcome, so that an error can have the status 200 (Amazon S3 API Reference,
/// "CopyObject", "Response and special errors").
[[nodiscard]] BELFRY_COLD inline bool
decode_output_document(const Operation& operation, const HttpResponse& response, const Member* payload,
                       std::size_t index, const DecodeOptions& options, void* output, Error& error) {
    const Structure& shape = *operation.output;
    XmlOptions xml;
    xml.reading = options;
    xml.document_size = response.body.size();
    XmlDocument document;
    std::string fault;
    if (!document.parse(xml_body(response), xml, fault)) return reject_response(error, shape.name, fault);
    xml.check_text = document.checks_text(options);
    const XmlElement root = document.root();
    if (const XmlElement failure = xml_error_element(root)) {
        error.kind = ErrorKind::service;
        read_xml_request_id(root, error.request_id);
        read_xml_error(failure, response.status, error);
        return false;
    }
    if (!is_output_root(root, operation, payload, index)) return reject_root(error, operation, root);
    if (payload == nullptr && !has_body_members(shape)) return true;
    return decode_document(root, shape, xml, operation.unwrapped_output, output, error);
}

BELFRY_NOIPA inline bool decode(const Operation& operation, HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    const Structure& shape = *operation.output;
    std::size_t index = 0;
    const Member* const payload = payload_of(shape, index);
    if (payload != nullptr ? !check_payload_presence(operation, response, *payload->type, error)
                           : !check_body_presence(operation, response, has_body_members(shape), error))
        return false;
    // A stored object may look like an error.
    const bool raw = payload != nullptr && is_raw_payload(*payload->type);
    if (!raw && !is_blank(response.body) &&
        !decode_output_document(operation, response, payload, index, options, output, error))
        return false;
    if (raw && !decode_raw_payload(response, shape, index, options, output, error)) return false;
    return decode_http_bindings(shape, response, options, output, error);
}

BELFRY_NOIPA inline bool decode_exception(const HttpResponse& response, const Structure& structure,
                                          const DecodeOptions& options, void* exception, Error& error) {
    if (!decode_http_bindings(structure, response, options, exception, error)) return false;
    std::size_t index = 0;
    const Member* const payload = payload_of(structure, index);
    if (payload != nullptr && is_raw_payload(*payload->type))
        return decode_raw_payload(response, structure, index, options, exception, error);
    if (is_blank(response.body) || (payload == nullptr && !has_body_members(structure))) return true;
    XmlOptions xml;
    xml.reading = options;
    xml.document_size = response.body.size();
    XmlDocument document;
    std::string fault;
    if (!document.parse(xml_body(response), xml, fault)) return reject_response(error, structure.name, fault);
    xml.check_text = document.checks_text(options);
    const XmlElement found = xml_error_element(document.root());
    return decode_document(found ? found : document.root(), structure, xml, false, exception, error);
}

} // namespace detail::rest_xml

BELFRY_INLINE constexpr Protocol rest_xml{.name = "restXml",
                                          .encode = &detail::rest_xml::encode,
                                          .decode = &detail::rest_xml::decode,
                                          .decode_error = &detail::decode_xml_error,
                                          .decode_exception = &detail::rest_xml::decode_exception};

} // namespace belfry::inline v0
