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

[[nodiscard]] BELFRY_COLD inline const XmlMember* xml_of(const Structure& structure,
                                                         std::size_t index) noexcept {
    const XmlShape* const xml = structure.xml();
    return xml != nullptr && xml->members != nullptr ? &xml->members[index] : nullptr;
}

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
    if (const XmlMember* const xml = xml_of(*operation.input, index)) root.xml_namespace = xml->xml_namespace;
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
        return decode_xml(root, *member.type, xml_of(structure, i), member.slot(object), options, fault);
    }
    return true;
}

/// Reads the body's document; `of_error` when it is an error's.
[[nodiscard]] BELFRY_COLD inline bool decode_document(const Structure& structure,
                                                      const HttpResponse& response,
                                                      const DecodeOptions& options, bool unwrapped,
                                                      bool of_error, void* object, Error& error) {
    XmlOptions xml;
    xml.max_depth = options.max_depth;
    XmlDocument document;
    std::string fault;
    if (!document.parse(xml_body(response), xml, fault)) return reject_response(error, structure.name, fault);
    XmlElement root = document.root();
    if (of_error)
        if (const XmlElement element = xml_error_element(root)) root = element;
    std::size_t index = 0;
    bool done = false;
    if (const Member* const payload = payload_of(structure, index)) {
        done = decode_xml(root, *payload->type, xml_of(structure, index), payload->slot(object), xml, fault);
    } else if (unwrapped) {
        done = decode_unwrapped(root, structure, xml, object, fault);
    } else {
        xml.body_members_only = true;
        done = decode_xml(root, structure, object, xml, fault);
    }
    return done || reject_response(error, structure.name, fault);
}

[[nodiscard]] BELFRY_COLD inline bool decode_shape(const Structure& structure, const HttpResponse& response,
                                                   const DecodeOptions& options, bool unwrapped,
                                                   bool of_error, void* object, Error& error) {
    if (!decode_http_bindings(structure, response, object, error)) return false;
    std::size_t index = 0;
    const Member* const payload = payload_of(structure, index);
    if (payload != nullptr && is_raw_payload(*payload->type)) {
        decode_raw_payload(response, *payload->type, payload->slot(object));
        return true;
    }
    if (is_blank(response.body) || (payload == nullptr && !has_body_members(structure))) return true;
    return decode_document(structure, response, options, unwrapped, of_error, object, error);
}

BELFRY_NOIPA inline bool decode(const Operation& operation, const HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    const Structure& shape = *operation.output;
    std::size_t index = 0;
    const bool expected = has_body_members(shape) && payload_of(shape, index) == nullptr;
    if (!check_body_presence(operation, response, expected, error)) return false;
    return decode_shape(shape, response, options, operation.unwrapped_output, false, output, error);
}

BELFRY_NOIPA inline bool decode_exception(const HttpResponse& response, const Structure& structure,
                                          const DecodeOptions& options, void* exception, Error& error) {
    return decode_shape(structure, response, options, false, true, exception, error);
}

/// Whether the first element has the name of an error's, after any comments and processing instructions.
[[nodiscard]] BELFRY_COLD inline bool begins_as_error(std::string_view body) noexcept {
    while (body.substr(0, 2) == "<?" || body.substr(0, 4) == "<!--") {
        const std::string_view end = body[1] == '?' ? "?>" : "-->";
        const std::size_t at = body.find(end);
        if (at == std::string_view::npos) return false;
        body.remove_prefix(at + end.size());
        const std::size_t start = body.find_first_not_of(" \t\r\n");
        body.remove_prefix(start == std::string_view::npos ? body.size() : start);
    }
    return body.substr(0, 6) == "<Error";
}

/// S3 sends the head of some responses before it knows the outcome, so that an error can have the status 200
/// (Amazon S3 API Reference, "CopyObject", "Response and special errors").
BELFRY_NOIPA inline bool error_in_success(const Operation& operation, const HttpResponse& response) {
    std::size_t index = 0;
    const Member* const payload = payload_of(*operation.output, index);
    // A stored object may look like an error.
    if (payload != nullptr && is_raw_payload(*payload->type)) return false;
    const std::string_view body = xml_body(response);
    if (!begins_as_error(body)) return false;
    XmlDocument document;
    std::string fault;
    return document.parse(body, XmlOptions{}, fault) && xml_error_element(document.root()).child("Code");
}

} // namespace detail::rest_xml

BELFRY_INLINE constexpr Protocol rest_xml{.name = "restXml",
                                          .encode = &detail::rest_xml::encode,
                                          .decode = &detail::rest_xml::decode,
                                          .decode_error = &detail::decode_xml_error,
                                          .decode_exception = &detail::rest_xml::decode_exception,
                                          .error_in_success = &detail::rest_xml::error_in_success};

} // namespace belfry::inline v0
