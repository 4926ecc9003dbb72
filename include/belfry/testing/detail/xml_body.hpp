// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/xml_encoder.hpp>
#include <belfry/codec/xml_writer.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Documents of the XML protocols, as services write them.
namespace belfry::inline v0::testing::detail {

/// The declaration in front of each document.
inline constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes an element with a text in it; false if XML cannot carry the text.
[[nodiscard]] inline bool write_text_element(belfry::detail::XmlWriter& writer, std::string_view name,
                                             std::string_view text) {
    writer.open(name);
    const bool good = writer.text(text);
    writer.close(name);
    return good;
}

/// Puts a text behind the first tag of a document, whose element may be empty.
inline void insert_into_root(std::string& document, std::string_view root, std::string_view content) {
    const std::size_t end = document.find('>');
    if (end == std::string::npos) return;
    if (document[end - 1] != '/') {
        document.insert(end + 1, content);
        return;
    }
    document.replace(end - 1, 2, ">");
    document.append(content).append("</").append(root).append(">");
}

/// Writes the element `Error`, with its type, code, message and members.
[[nodiscard]] inline bool write_error_element(const Error& error, const ModelledException& exception,
                                              int status, bool with_type, bool body_only, std::string& out,
                                              std::string& fault) {
    std::string head;
    belfry::detail::XmlWriter writer(head);
    bool good = true;
    if (with_type) good = write_text_element(writer, "Type", status < 500 ? "Sender" : "Receiver");
    good = write_text_element(writer, "Code", error.code) && good;
    if (exception.structure == nullptr) good = write_text_element(writer, "Message", error.message) && good;
    if (!good) {
        fault = "its code or message cannot be written in XML";
        return false;
    }
    std::string element("<Error/>");
    if (exception.structure != nullptr) {
        XmlOptions xml;
        xml.body_members_only = body_only;
        // The namespace is that of the document.
        static constexpr XmlNamespace none{};
        element.clear();
        if (!encode_xml(*exception.structure, {.name = "Error", .xml_namespace = &none}, exception.object,
                        element, xml, fault))
            return false;
    }
    insert_into_root(element, "Error", head);
    out.append(element);
    return true;
}

/// Writes `ErrorResponse`, the document of an error of awsQuery and restXml.
[[nodiscard]] inline bool write_error_response(const Error& error, const ModelledException& exception,
                                               std::string_view request_id, bool body_only,
                                               HttpResponse& response, std::string& fault) {
    response.body.assign(xml_declaration).append("<ErrorResponse>");
    if (!write_error_element(error, exception, response.status, true, body_only, response.body, fault))
        return false;
    response.body.append("<RequestId>").append(request_id).append("</RequestId></ErrorResponse>");
    return true;
}

} // namespace belfry::inline v0::testing::detail
