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
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <string>
#include <string_view>

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
    std::string text;
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
        text.clear();
        if (value != nullptr)
            static_cast<void>(append_simple_text(text, *member->type, value, TimestampFormat::date_time));
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

[[nodiscard]] BELFRY_COLD inline bool append_query_map(const Structure& input, const void* object,
                                                       const Type& type, const void* value, std::string& text,
                                                       std::string& url) {
    const Elements entries = type.elements(value);
    for (std::size_t i = 0; i < entries.count; ++i) {
        const char* const entry = static_cast<const char*>(entries.first) + i * entries.stride;
        const auto& key = *static_cast<const std::string*>(static_cast<const void*>(entry));
        // A member bound to the same parameter has the last word (Smithy httpQueryParams).
        std::size_t index = 0;
        const Member* const bound = find_bound(input, Location::query, key, index);
        if (bound != nullptr && slot_value(*bound->type, bound->slot(object)) != nullptr) continue;
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
    JsonReader reader(json, JsonOptions{}.max_depth);
    const char* const end = reader.skip_value(reader.skip_space(reader.begin()));
    if (end == nullptr || reader.finish(end) == nullptr) return false;
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

[[nodiscard]] BELFRY_COLD inline bool add_prefixed_headers(const Type& type, const void* value,
                                                           std::string_view prefix, std::string& text,
                                                           Headers& headers) {
    const Elements entries = type.elements(value);
    for (std::size_t i = 0; i < entries.count; ++i) {
        const char* const entry = static_cast<const char*>(entries.first) + i * entries.stride;
        const void* const element = slot_value(*type.element, entry + entries.value_offset);
        std::string name(prefix);
        append_text(name, *static_cast<const std::string*>(static_cast<const void*>(entry)));
        text.clear();
        if (element == nullptr) continue;
        if (!is_token(name) ||
            !append_simple_text(text, *type.element, element, TimestampFormat::http_date) ||
            !is_field_value(text))
            return false;
        if (!headers.contains(name)) headers.append(name, text);
    }
    return true;
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
