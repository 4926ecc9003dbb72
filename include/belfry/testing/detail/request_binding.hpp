// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/codec/json.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/http_response_binding.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/strict_text.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// Members of an input in the URI and the headers of a request, as a service reads them: the counterpart of
/// `protocol/http_binding.hpp`.
namespace belfry::inline v0::testing::detail {

/// Takes the next segment of a path; a greedy label takes all that the `rest` segments of the template leave.
[[nodiscard]] inline std::string_view take_segment(std::string_view& path) noexcept {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

/// Compares a path with a template such as `/things/{Id}/parts/{Rest+}` and calls
/// `label(name, encoded_text)` for each label. Returns 0 if they differ, and the larger, the more segments of
/// the template are not labels.
template <class Label>
[[nodiscard]] unsigned match_path(std::string_view pattern, std::string_view path, const Label& label) {
    unsigned score = 1;
    while (!pattern.empty()) {
        if (path.empty()) return 0;
        const std::string_view expected = take_segment(pattern);
        if (expected.starts_with('{') && expected.ends_with("+}")) {
            // The segments behind a greedy label are matched from the end.
            std::size_t end = path.size();
            for (std::size_t i = 0; i < pattern.size(); ++i) {
                if (pattern[i] != '/') continue;
                end = path.rfind('/', end - 1);
                if (end == std::string_view::npos || end == 0) return 0;
            }
            if (end < 2) return 0;
            label(expected.substr(1, expected.size() - 3), path.substr(1, end - 1));
            path.remove_prefix(end);
            continue;
        }
        const std::string_view segment = take_segment(path);
        if (expected.starts_with('{') && expected.ends_with('}')) {
            if (segment.empty()) return 0;
            label(expected.substr(1, expected.size() - 2), segment);
            score += 2;
        } else if (expected == segment) {
            score += 8;
        } else {
            return 0;
        }
    }
    // Clients may leave out or add a slash at the end.
    return path.empty() || path == "/" ? score : 0;
}

/// Where a request is for, if the endpoint rules put a member of the input into the URL: S3's bucket.
struct AddressedPath {
    /// The member's name in the model; empty for most operations.
    std::string_view member{};
    /// Percent-encoded.
    std::string_view value{};
    /// The path of the operation's own URI.
    std::string_view path{};
};

/// Finds the bucket in the host name, in front of `.s3.` or `.s3-`, or else in the first segment of the path
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
[[nodiscard]] inline AddressedPath addressed_path(const Operation& operation,
                                                  const ReceivedRequest& request) {
    AddressedPath found{.path = request.path};
    if (operation.hooks == nullptr) return found;
    for (const EndpointParameterBinding& binding : operation.hooks->endpoint_parameters)
        if (binding.in_url) found.member = binding.member;
    if (found.member.empty()) return found;
    const auto host = request.headers.find("Host");
    const std::size_t service = host.has_value() ? host->find(".s3") : std::string::npos;
    if (service != std::string::npos && service != 0 && service + 3 < host->size() &&
        ((*host)[service + 3] == '.' || (*host)[service + 3] == '-')) {
        found.value = std::string_view(*host).substr(0, service);
        return found;
    }
    found.value = take_segment(found.path);
    if (found.path.empty()) found.path = "/";
    return found;
}

/// How well a request fits the method, path and constant query of an operation.
[[nodiscard]] inline unsigned match_http(const Operation& operation, const ReceivedRequest& request) {
    if (request.method != operation.method) return 0;
    const std::size_t question = operation.uri.find('?');
    std::string_view pattern = operation.uri.substr(0, question);
    if (pattern == "/") pattern = {};
    const AddressedPath addressed = addressed_path(operation, request);
    if (!addressed.member.empty() && addressed.value.empty()) return 0;
    unsigned score = match_path(pattern, addressed.path, [](std::string_view, std::string_view) {});
    if (score == 0 || question == std::string_view::npos) return score;
    Parameters wanted;
    Parameters sent;
    if (!read_parameters(operation.uri.substr(question + 1), wanted) || !read_parameters(request.query, sent))
        return 0;
    for (const auto& [name, value] : wanted) {
        const std::string* const there = find_parameter(sent, name);
        // `x-id` only tells operations apart in logs, and not every client sends it.
        if (there == nullptr && name == "x-id") continue;
        if (there == nullptr || *there != value) return 0;
        score += 64;
    }
    return score;
}

/// Where a member cannot be read, for messages.
[[nodiscard]] inline bool refuse_member(Error& error, const Refusal& refusal, const Structure& shape,
                                        std::size_t index, std::string_view what) {
    std::string message(shape.member_name(index));
    message.append(": ").append(what);
    return refuse(error, refusal, message);
}

[[nodiscard]] inline bool read_label(const Operation& operation, const ReceivedRequest& request,
                                     std::string_view model_name, const Member& member, void* slot) {
    const AddressedPath addressed = addressed_path(operation, request);
    if (addressed.member == model_name) {
        std::string decoded;
        return append_percent_decoded(decoded, addressed.value) &&
               parse_strict_text(decoded, *member.type, TimestampFormat::date_time, slot);
    }
    bool good = false;
    static_cast<void>(match_path(operation.uri.substr(0, operation.uri.find('?')), addressed.path,
                                 [&](std::string_view name, std::string_view text) {
                                     if (name != member.wire_name()) return;
                                     std::string decoded;
                                     good = append_percent_decoded(decoded, text) &&
                                            parse_strict_text(decoded, *member.type,
                                                              TimestampFormat::date_time, slot);
                                 }));
    return good;
}

[[nodiscard]] inline bool read_query_member(const Parameters& query, const Member& member, void* slot) {
    const Type& type = *member.type;
    bool first = true;
    for (const auto& [name, value] : query) {
        if (name != member.wire_name()) continue;
        if (type.kind == Kind::list) {
            if (first) type.clear(slot, true);
            if (!parse_strict_text(value, *type.element, TimestampFormat::date_time, type.add(slot, {})))
                return false;
        } else if (first && !parse_strict_text(value, type, TimestampFormat::date_time, slot)) {
            return false;
        }
        first = false;
    }
    return true;
}

[[nodiscard]] inline bool read_query_map(const Parameters& query, const Member& member, void* slot) {
    const Type& type = *member.type;
    if (!query.empty()) type.clear(slot, true);
    for (std::size_t i = 0; i < query.size(); ++i) {
        const std::string& key = query[i].first;
        bool seen = false;
        for (std::size_t j = 0; j < i && !seen; ++j) seen = query[j].first == key;
        if (seen) continue;
        void* const element = type.add(slot, key);
        if (type.element->kind != Kind::list) {
            if (!parse_strict_text(query[i].second, *type.element, TimestampFormat::date_time, element))
                return false;
            continue;
        }
        type.element->clear(element, true);
        for (const auto& [name, value] : query)
            if (name == key && !parse_strict_text(value, *type.element->element, TimestampFormat::date_time,
                                                  type.element->add(element, {})))
                return false;
    }
    return true;
}

[[nodiscard]] inline bool read_header_list(std::string_view text, const Type& type, void* slot) {
    const Type& element = *type.element;
    const bool dates =
        element.kind == Kind::timestamp && (element.timestamp_format == TimestampFormat::unset ||
                                            element.timestamp_format == TimestampFormat::http_date);
    if (!type.present(slot)) type.clear(slot, true);
    std::string item;
    while (!text.empty())
        if (!belfry::detail::next_header_item(text, dates ? 1 : 0, item) ||
            !parse_strict_text(item, element, TimestampFormat::http_date, type.add(slot, {})))
            return false;
    return true;
}

[[nodiscard]] inline bool read_header_member(const Headers& headers, const Member& member, void* slot) {
    const Type& type = *member.type;
    for (const Header& header : headers) {
        if (!belfry::detail::equals_ignoring_case(header.name, member.wire_name())) continue;
        if (type.kind == Kind::list) {
            // A list may come in several lines (RFC 9110 section 5.3).
            if (!read_header_list(header.value, type, slot)) return false;
            continue;
        }
        if (type.kind != Kind::document)
            return parse_strict_text(header.value, type, TimestampFormat::http_date, slot);
        std::string json;
        std::string fault;
        return decode_base64(header.value, json) && decode_json(json, type, slot, JsonOptions{}, fault);
    }
    return true;
}

[[nodiscard]] inline bool read_prefix_headers(const Headers& headers, const Member& member, void* slot) {
    const Type& type = *member.type;
    const std::string_view prefix = member.wire_name();
    for (const Header& header : headers) {
        const std::string_view name = header.name;
        if (name.size() < prefix.size() ||
            !belfry::detail::equals_ignoring_case(name.substr(0, prefix.size()), prefix))
            continue;
        if (!type.present(slot)) type.clear(slot, true);
        if (!parse_strict_text(header.value, *type.element, TimestampFormat::http_date,
                               type.add(slot, name.substr(prefix.size()))))
            return false;
    }
    return true;
}

/// Reads every member that is bound to the URI or to headers.
[[nodiscard]] inline bool read_http_bindings(const Operation& operation, const ReceivedRequest& request,
                                             const Refusals& refusals, void* object, Error& error) {
    const Structure& input = *operation.input;
    Parameters query;
    if (!read_parameters(request.query, query))
        return refuse(error, refusals.malformed, "the query is not percent-encoded");
    for (std::size_t i = 0; i < input.count; ++i) {
        const Member& member = input.members[i];
        void* const slot = member.slot(object);
        bool good = true;
        switch (member.location) {
        case Location::label:
            good = read_label(operation, request, input.member_name(i), member, slot);
            break;
        case Location::query: good = read_query_member(query, member, slot); break;
        case Location::query_map: good = read_query_map(query, member, slot); break;
        case Location::header: good = read_header_member(request.headers, member, slot); break;
        case Location::header_prefix: good = read_prefix_headers(request.headers, member, slot); break;
        default: break;
        }
        if (!good)
            return refuse_member(error, refusals.malformed, input, i,
                                 "the value in the URI or in the headers is not of the member's type");
    }
    return true;
}

} // namespace belfry::inline v0::testing::detail
