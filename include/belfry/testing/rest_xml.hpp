// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml.hpp>
#include <belfry/protocol/http_payload.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/raw_payload.hpp>
#include <belfry/testing/detail/request_binding.hpp>
#include <belfry/testing/detail/response_binding.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/xml_body.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The service's side of restXml (https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html).
namespace belfry::inline v0::testing {
namespace detail::rest_xml {

inline constexpr std::string_view media_type = "application/xml";
inline constexpr Refusals refusals{
    .unknown_operation = {"UnknownOperationException", 404},
    .malformed = {"MalformedInput", 400},
    .invalid = {"InvalidInput", 400},
    .unsigned_request = {"MissingAuthenticationToken", 403},
    .incomplete_signature = {"IncompleteSignature", 403},
    .unknown_key = {"InvalidClientTokenId", 403},
    .wrong_signature = {"SignatureDoesNotMatch", 403},
    .wrong_time = {"SignatureDoesNotMatch", 403},
};
/// Those of Amazon S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
inline constexpr Refusals s3_refusals{
    .unknown_operation = {"MethodNotAllowed", 405},
    .malformed = {"MalformedXML", 400},
    .invalid = {"InvalidRequest", 400},
    .unsigned_request = {"AccessDenied", 403},
    .incomplete_signature = {"AuthorizationHeaderMalformed", 400},
    .unknown_key = {"InvalidAccessKeyId", 403},
    .wrong_signature = {"SignatureDoesNotMatch", 403},
    .wrong_time = {"RequestTimeTooSkewed", 403},
};

/// Whether a document has the name of a structure: its element's name (Smithy `xmlName`), or its own.
[[nodiscard]] inline bool is_root_of(std::string_view root, const Structure& shape) noexcept {
    return root == shape.name ||
           (shape.xml() != nullptr && root == belfry::xml_local_name(shape.xml()->name));
}

[[nodiscard]] inline bool read_document(const ReceivedRequest& request, const Structure& input,
                                        const Member* payload, std::size_t index, const Refusals& codes,
                                        void* object, Error& error) {
    XmlOptions xml;
    xml.reading.invalid_text = InvalidText::reject;
    xml.document_size = request.body.size();
    XmlDocument document;
    std::string fault;
    if (!document.parse(request.body, xml, fault)) return refuse(error, codes.malformed, fault);
    xml.check_text = document.checks_text(xml.reading);
    const XmlElement root = document.root();
    const Structure& shape = payload != nullptr ? *payload->type->structure : input;
    if (!is_root_of(root.local_name(), shape) &&
        (payload == nullptr || root.local_name() != belfry::xml_local_name(payload->wire_name())))
        return refuse(
            error, codes.malformed,
            std::string("the root element is ").append(root.name()).append(", not ").append(shape.name));
    xml.body_members_only = payload == nullptr;
    const bool good = payload != nullptr ? decode_xml(root, *payload->type, input.xml_member(index),
                                                      payload->slot(object), xml, fault)
                                         : decode_xml(root, input, object, xml, fault);
    return good || refuse(error, codes.malformed, fault);
}

inline bool decode(const Operation& operation, const ReceivedRequest& request, void* object, Error& error) {
    const Structure& input = *operation.input;
    const Refusals& codes = *(operation.service->no_error_wrapping ? &s3_refusals : &refusals);
    if (!read_http_bindings(operation, request, codes, object, error)) return false;
    std::size_t index = 0;
    const Member* const payload = belfry::detail::payload_of(input, index);
    if (payload != nullptr && belfry::detail::is_raw_payload(*payload->type))
        return read_raw_payload(request, *payload, object) ||
               refuse(error, codes.malformed, "the body is not UTF-8");
    if (belfry::detail::is_blank(request.body)) return true;
    if (payload == nullptr && !belfry::detail::has_body_members(input)) return true;
    if (payload != nullptr && payload->type->structure == nullptr)
        return refuse(error, codes.malformed, "XML cannot carry a payload of this type");
    return read_document(request, input, payload, index, codes, object, error);
}

/// Writes the document of an output or exception.
[[nodiscard]] inline bool write_document(const Service& service, const Structure& shape, XmlRoot root,
                                         const void* object, bool body_only, HttpResponse& response,
                                         std::string& fault) {
    if (root.xml_namespace == nullptr && shape.xml() != nullptr)
        root.xml_namespace = shape.xml()->xml_namespace;
    if (root.xml_namespace == nullptr) root.xml_namespace = service.xml_namespace;
    XmlOptions xml;
    xml.body_members_only = body_only;
    if (!encode_xml(shape, root, object, response.body, xml, fault)) return false;
    response.body.insert(0, xml_declaration);
    if (!response.headers.contains("Content-Type")) response.headers.append("Content-Type", media_type);
    return true;
}

/// Makes the one member of an output the document's root element, such as S3's location of a bucket. Without
/// the member the element is empty.
inline void unwrap(std::string& document, std::string_view member) {
    // The codec writes `<Output xmlns="..."><Member>text</Member></Output>`; the namespace stays.
    const std::size_t root = xml_declaration.size();
    const std::size_t tag = document.find_first_of(" />", root);
    const std::size_t root_end = document.find('>', root);
    if (tag == std::string::npos || root_end == std::string::npos) return;
    const bool is_empty = document[root_end - 1] == '/';
    const std::string attributes = document.substr(tag, root_end - tag - (is_empty ? 1 : 0));
    std::string inner;
    if (!is_empty) inner = document.substr(root_end + 1, document.rfind("</") - root_end - 1);
    if (inner.empty()) inner.append("<").append(member).append("/>");
    inner.insert(inner.find_first_of(" />"), attributes);
    document.assign(xml_declaration).append(inner);
}
/// The name of the first member that is in the body.
[[nodiscard]] inline std::string_view first_body_member(const Structure& shape) noexcept {
    for (std::size_t i = 0; i < shape.count; ++i)
        if (shape.members[i].location == Location::body) return shape.members[i].wire_name();
    return shape.name;
}

inline bool encode(const Operation& operation, const void* object, std::string_view request_id,
                   HttpResponse& response, Error& error) {
    const Structure& output = *operation.output;
    if (operation.service->no_error_wrapping) response.headers.append("x-amz-request-id", request_id);
    if (!write_http_bindings(output, object, response, error)) return false;
    std::size_t index = 0;
    std::string fault;
    if (const Member* const payload = belfry::detail::payload_of(output, index)) {
        const Type& type = *payload->type;
        const void* const value = belfry::detail::slot_value(type, payload->slot(object));
        if (value == nullptr) return true;
        if (belfry::detail::is_raw_payload(type))
            return write_raw_payload(type, value, response) ||
                   reject_output(error, output.member_name(index), "its source cannot be read");
        XmlRoot root{.name = payload->wire_name()};
        if (const XmlMember* const xml = output.xml_member(index)) root.xml_namespace = xml->xml_namespace;
        return (type.structure != nullptr &&
                write_document(*operation.service, *type.structure, root, value, false, response, fault)) ||
               reject_output(error, output.member_name(index), fault);
    }
    if (!belfry::detail::has_body_members(output)) return true;
    if (!write_document(*operation.service, output, {}, object, true, response, fault))
        return reject_output(error, output.name, fault);
    if (operation.unwrapped_output) unwrap(response.body, first_body_member(output));
    return true;
}

inline bool encode_error(const Service& service, const Error& error, const ModelledException& exception,
                         std::string_view request_id, HttpResponse& response, std::string& fault) {
    if (service.no_error_wrapping) response.headers.append("x-amz-request-id", request_id);
    if (exception.structure != nullptr) {
        Error problem;
        if (!write_http_bindings(*exception.structure, exception.object, response, problem)) {
            fault = problem.message;
            return false;
        }
    }
    response.headers.append("Content-Type", media_type);
    if (!service.no_error_wrapping)
        return write_error_response(error, exception, request_id, true, response, fault);
    response.body.assign(xml_declaration);
    return write_error_element(error, exception, response.status, false, true, response.body, fault);
}

} // namespace detail::rest_xml

inline constexpr ServerProtocol rest_xml{.name = "restXml",
                                         .refusals = detail::rest_xml::refusals,
                                         .match = &detail::match_http,
                                         .decode = &detail::rest_xml::decode,
                                         .encode = &detail::rest_xml::encode,
                                         .encode_error = &detail::rest_xml::encode_error,
                                         .unwrapped_refusals = &detail::rest_xml::s3_refusals};

} // namespace belfry::inline v0::testing
