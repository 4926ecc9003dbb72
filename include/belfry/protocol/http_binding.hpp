// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json_options.hpp>
#include <belfry/codec/json_reader.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Members of an operation's input in the URI and the headers of its request (Smithy HTTP binding traits).
namespace belfry::inline v0::detail {

[[nodiscard]] BELFRY_COLD inline const Member* find_bound(const Structure& structure, Location location,
                                                          std::string_view wire_name,
                                                          std::size_t& index) noexcept {
    for (std::size_t i = 0; i < structure.count; ++i)
        if (structure.members[i].location == location && structure.members[i].wire_name() == wire_name) {
            index = i;
            return &structure.members[i];
        }
    return nullptr;
}

/// Expands the labels of the path of an operation's URI into `url`.
[[nodiscard]] BELFRY_COLD inline bool append_path(const Operation& operation, const void* object,
                                                  std::string_view path, std::string& url, Error& error) {
    const Structure& input = *operation.input;
    std::string buffer;
    while (true) {
        const std::size_t open = path.find('{');
        const std::size_t close = open == std::string_view::npos ? open : path.find('}', open);
        append_text(url, path.substr(0, close == std::string_view::npos ? close : open));
        if (close == std::string_view::npos) return true;
        std::string_view label = path.substr(open + 1, close - open - 1);
        const bool greedy = !label.empty() && label.back() == '+';
        if (greedy) label.remove_suffix(1);
        path.remove_prefix(close + 1);

        std::size_t index = 0;
        const Member* const member = find_bound(input, Location::label, label, index);
        if (member == nullptr)
            return reject_input(error, input, label, "the model binds no member to this label");
        const void* const value = slot_value(*member->type, member->slot(object));
        std::string_view text;
        if (value != nullptr)
            static_cast<void>(
                find_simple_text(text, buffer, *member->type, value, TimestampFormat::date_time));
        // S3 takes the path as it is, and its keys may have dot segments.
        const bool verbatim = greedy && operation.service->sign_path_verbatim && !text.empty();
        if (const char* const problem = verbatim ? nullptr : path_text_problem(text, greedy))
            return reject_input(error, input, input.member_name(index), problem);
        if (greedy)
            append_percent_encoded_path(url, text);
        else
            append_percent_encoded(url, text);
    }
}
BELFRY_COLD
inline void append_query_parameter(std::string& url, std::string_view name, std::string_view value) {
    append_char(url, url.find('?') == std::string::npos ? '?' : '&');
    append_percent_encoded(url, name);
    append_char(url, '=');
    append_percent_encoded(url, value);
}

[[nodiscard]] BELFRY_COLD inline bool append_query_values(const Type& type, const void* value,
                                                          std::string_view name, std::string& text,
                                                          std::string& url) {
    if (type.kind != Kind::list) {
        text.clear();
        if (!append_simple_text(text, type, value, TimestampFormat::date_time)) return false;
        append_query_parameter(url, name, text);
        return true;
    }
    const Elements elements = type.elements(value);
    for (std::size_t i = 0; i < elements.count; ++i) {
        const void* const element =
            slot_value(*type.element, static_cast<const char*>(elements.first) + i * elements.stride);
        if (element != nullptr && !append_query_values(*type.element, element, name, text, url)) return false;
    }
    return true;
}

/// Whether the literal query of an operation's URI has a parameter of that name.
[[nodiscard]] BELFRY_COLD inline bool has_literal_parameter(std::string_view uri,
                                                            std::string_view name) noexcept {
    std::size_t at = uri.find('?');
    while (at != std::string_view::npos) {
        uri.remove_prefix(at + 1);
        at = uri.find('&');
        const std::string_view parameter = uri.substr(0, at);
        if (parameter.substr(0, parameter.find('=')) == name) return true;
    }
    return false;
}

[[nodiscard]] BELFRY_COLD inline bool append_query_map(const Structure& input, const void* object,
                                                       const Type& type, const void* value,
                                                       std::string_view uri, std::string& text,
                                                       std::string& url) {
    const Elements entries = type.elements(value);
    for (std::size_t i = 0; i < entries.count; ++i) {
        const char* const entry = static_cast<const char*>(entries.first) + i * entries.stride;
        const auto& key = *static_cast<const std::string*>(static_cast<const void*>(entry));
        // A member bound to the same parameter has the last word (Smithy httpQueryParams).
        std::size_t index = 0;
        const Member* const bound = find_bound(input, Location::query, key, index);
        if (bound != nullptr && slot_value(*bound->type, bound->slot(object)) != nullptr) continue;
        if (has_literal_parameter(uri, key)) continue;
        const void* const element = slot_value(*type.element, entry + entries.value_offset);
        if (element != nullptr && !append_query_values(*type.element, element, key, text, url)) return false;
    }
    return true;
}

/// Appends a value to a header's list, in quotes when it holds what separates a list (Smithy httpHeader).
BELFRY_COLD inline void append_header_list_item(std::string& out, std::string_view item, bool quotable) {
    if (!quotable || item.find_first_of("\",") == std::string_view::npos) {
        append_text(out, item);
        return;
    }
    append_char(out, '"');
    for (const char c : item) {
        if (c == '"' || c == '\\') append_char(out, '\\');
        append_char(out, c);
    }
    append_char(out, '"');
}

/// Appends a JSON text without the white space between its tokens, to keep the header short; false if it is
/// not JSON.
[[nodiscard]] inline bool append_compact_json(std::string& out, std::string_view json) {
    JsonReader reader(json, DecodeOptions{}.max_depth);
    const char* const end = reader.skip_value(reader.skip_space(reader.begin()));
    if (end == nullptr || reader.finish(end) == nullptr || reader.invalid_text(json.data()) != nullptr)
        return false;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') in_string = !in_string;
        if (in_string || (c != ' ' && c != '\t' && c != '\r' && c != '\n')) out += c;
        if (in_string && c == '\\') out += json[++i];
    }
    return true;
}

[[nodiscard]] BELFRY_COLD inline bool header_text(const Member& member, const void* value,
                                                  std::string& text) {
    const Type& type = *member.type;
    text.clear();
    if (type.kind == Kind::document) {
        std::string compact;
        if (!append_compact_json(compact, static_cast<const Document*>(value)->json())) return false;
        append_base64(text, compact);
        return true;
    }
    if (type.kind != Kind::list) return append_simple_text(text, type, value, TimestampFormat::http_date);
    const Elements elements = type.elements(value);
    const bool quotable = type.element->kind == Kind::string || type.element->kind == Kind::enumeration;
    std::string item;
    bool first = true;
    for (std::size_t i = 0; i < elements.count; ++i) {
        const void* const element =
            slot_value(*type.element, static_cast<const char*>(elements.first) + i * elements.stride);
        if (element == nullptr) continue;
        item.clear();
        if (!append_simple_text(item, *type.element, element, TimestampFormat::http_date)) return false;
        if (!first) append_char(text, ',');
        first = false;
        append_header_list_item(text, item, quotable);
    }
    return true;
}

/// Whether a header is the message's, the connection's or the signature's own: those that Smithy lets no
/// member be bound to (https://smithy.io/2.0/spec/http-bindings.html, "Restricted HTTP headers"), other
/// fields of one connection (RFC 9110 section 7.6.1, RFC 9113 section 8.2.2), and those that Signature
/// Version 4 or the protocols set.
[[nodiscard]] BELFRY_COLD inline bool is_reserved_header(std::string_view name) noexcept {
    for (const std::string_view reserved : {"authorization",
                                            "connection",
                                            "content-encoding",
                                            "content-length",
                                            "expect",
                                            "host",
                                            "keep-alive",
                                            "max-forwards",
                                            "proxy-authenticate",
                                            "proxy-authorization",
                                            "proxy-connection",
                                            "server",
                                            "te",
                                            "trailer",
                                            "transfer-encoding",
                                            "upgrade",
                                            "user-agent",
                                            "www-authenticate",
                                            "x-forwarded-for",
                                            "x-amz-content-sha256",
                                            "x-amz-date",
                                            "x-amz-region-set",
                                            "x-amz-security-token",
                                            "x-amz-decoded-content-length",
                                            "x-amz-trailer",
                                            "x-amz-target"})
        if (equals_ignoring_case(name, reserved)) return true;
    return false;
}

/// Whether a header is bound to a member of the input that is set, or that is filled in.
[[nodiscard]] BELFRY_COLD inline bool is_bound_header(const Structure& input, const void* object,
                                                      std::string_view name) noexcept {
    for (std::size_t i = 0; i < input.count; ++i) {
        const Member& member = input.members[i];
        if (member.location == Location::header && equals_ignoring_case(member.wire_name(), name) &&
            (slot_value(*member.type, member.slot(object)) != nullptr ||
             member.has(MemberFlags::idempotency_token)))
            return true;
    }
    return false;
}

[[nodiscard]] BELFRY_COLD inline bool is_ascii(std::string_view text) noexcept {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    return true;
}

/// Adds the entries of a map that is bound to headers with a prefix, which may be empty. Returns why an entry
/// is refused, with its key in `key`, or null. A member that is bound to the same header has the last word
/// (Smithy's test RestJsonHttpEmptyPrefixHeadersRequestClient).
[[nodiscard]] BELFRY_COLD inline const char* add_prefixed_headers(const Structure& input, const void* object,
                                                                  const Member& member, const void* value,
                                                                  std::string& text, Headers& headers,
                                                                  std::string_view& key) {
    const Type& type = *member.type;
    const Elements entries = type.elements(value);
    std::vector<std::string_view> names; // those of the map, to find two that differ only in case
    for (std::size_t i = 0; i < entries.count; ++i) {
        const char* const entry = static_cast<const char*>(entries.first) + i * entries.stride;
        const void* const element = slot_value(*type.element, entry + entries.value_offset);
        key = *static_cast<const std::string*>(static_cast<const void*>(entry));
        if (element == nullptr) continue;
        std::string name(member.wire_name());
        append_text(name, key);
        if (!is_token(name))
            return "the name of a header consists of ASCII letters, digits and !#$%&'*+-.^_`|~";
        if (is_reserved_header(name)) return "the message or its signature sets this header itself";
        for (const std::string_view other : names)
            if (equals_ignoring_case(other, key))
                return "another key differs only in case, and the names of headers have no case";
        names.push_back(key);
        text.clear();
        if (!append_simple_text(text, *type.element, element, TimestampFormat::http_date))
            return "the value cannot be written as a header";
        if (!is_ascii(text))
            return "the value has a character beyond ASCII, which services do not keep as it is; encode it, "
                   "for example in base64";
        if (!is_field_value(text)) return "the value has a line break or NUL";
        if (!is_bound_header(input, object, name)) headers.set(name, text);
    }
    return nullptr;
}

/// Writes every member that is bound to the URI or to headers; `request.url` becomes path and query.
[[nodiscard]] BELFRY_COLD inline bool encode_http_bindings(const Operation& operation, const void* object,
                                                           const EncodeOptions& options, HttpRequest& request,
                                                           Error& error) {
    const std::size_t question = operation.uri.find('?');
    std::string& url = request.url;
    url.clear();
    url.reserve(256);
    if (!append_path(operation, object, operation.uri.substr(0, question), url, error)) return false;
    if (question != std::string_view::npos) append_text(url, operation.uri.substr(question));
    return operation.encode_query_and_headers == nullptr ||
           operation.encode_query_and_headers(operation, object, options, request, error);
}

} // namespace belfry::inline v0::detail
