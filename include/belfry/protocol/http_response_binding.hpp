// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/response.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Members of an output or exception in the status and the headers of a response (Smithy HTTP binding
/// traits).
namespace belfry::inline v0::detail {

/// Takes the next item off a header's comma-separated list; quoted items may hold commas and `\`-escapes. An
/// HTTP date contains a comma: `commas` says how many belong to an item.
[[nodiscard]] BELFRY_COLD inline bool next_header_item(std::string_view& rest, int commas,
                                                       std::string& item) {
    const auto skip_space = [&] {
        while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
    };
    skip_space();
    item.clear();
    if (!rest.empty() && rest.front() == '"') {
        rest.remove_prefix(1);
        while (!rest.empty() && rest.front() != '"') {
            if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
            append_char(item, rest.front());
            rest.remove_prefix(1);
        }
        if (rest.empty()) return false;
        rest.remove_prefix(1);
        skip_space();
        if (rest.empty()) return true;
        if (rest.front() != ',') return false;
        rest.remove_prefix(1);
        return true;
    }
    std::size_t end = rest.find(',');
    for (; commas > 0 && end != std::string_view::npos; --commas) end = rest.find(',', end + 1);
    std::string_view text = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    assign_text(item, text);
    return true;
}

[[nodiscard]] BELFRY_COLD inline bool parse_header_list(std::string_view text, const Type& type, void* slot,
                                                        InvalidText invalid) {
    type.clear(slot, true);
    const Type& element = *type.element;
    const bool http_dates =
        element.kind == Kind::timestamp && (element.timestamp_format == TimestampFormat::unset ||
                                            element.timestamp_format == TimestampFormat::http_date);
    std::string item;
    while (!text.empty()) {
        if (!next_header_item(text, http_dates ? 1 : 0, item) ||
            !parse_received_text(item, element, type.add(slot, {}), invalid))
            return false;
    }
    return true;
}

[[nodiscard]] BELFRY_COLD inline bool parse_header(std::string_view text, const Member& member, void* slot,
                                                   const DecodeOptions& options) {
    const Type& type = *member.type;
    if (type.kind == Kind::list) return parse_header_list(text, type, slot, options.invalid_text);
    if (type.kind == Kind::document) {
        std::string json;
        std::string fault;
        return decode_base64(text, json) &&
               decode_json(json, type, slot, JsonOptions{.reading = options}, fault);
    }
    return parse_received_text(text, type, slot, options.invalid_text);
}

/// Reads every member that is bound to the status or to headers.
[[nodiscard]] BELFRY_COLD inline bool decode_http_bindings(const Structure& structure,
                                                           const HttpResponse& response,
                                                           const DecodeOptions& options, void* object,
                                                           Error& error) {
    if (!structure.http_bound) return true;
    for (std::size_t i = 0; i < structure.count; ++i) {
        const Member& member = structure.members[i];
        void* const slot = member.slot(object);
        switch (member.location) {
        case Location::status_code:
            *static_cast<std::int32_t*>(slot_emplace(*member.type, slot)) = response.status;
            break;
        case Location::header: {
            auto value = response.headers.find(member.wire_name());
            std::string joined;
            if (value.has_value() && member.type->kind == Kind::list) {
                // A list may come in several lines (RFC 9110 section 5.3).
                for (const Header& header : response.headers)
                    if (equals_ignoring_case(header.name, member.wire_name())) {
                        if (!joined.empty()) append_char(joined, ',');
                        joined += header.value;
                    }
                value = joined;
            }
            if (!value.has_value() || parse_header(*value, member, slot, options)) break;
            if (member.has(MemberFlags::lenient)) {
                static_cast<std::optional<Timestamp>*>(slot)->reset();
                break;
            }
            constexpr std::string_view reason = "the header's value is not of the member's type";
            const std::string_view name = structure.member_name(i);
            if (options.unreadable_members != nullptr && !member.has(MemberFlags::required)) {
                options.unreadable_members->skip(*member.type, slot, {.path = name, .reason = reason});
                break;
            }
            const bool secret = member.has(MemberFlags::sensitive);
            return fail(error, ErrorKind::response, "MalformedResponse",
                        {name, ": ", reason, secret ? "" : ": ", secret ? std::string_view() : *value});
        }
        case Location::header_prefix:
            member.type->clear(slot, true);
            for (const Header& header : response.headers) {
                const std::string_view prefix = member.wire_name();
                if (header.name.size() < prefix.size() ||
                    !equals_ignoring_case(std::string_view(header.name).substr(0, prefix.size()), prefix))
                    continue;
                void* const value =
                    member.type->add(slot, std::string_view(header.name).substr(prefix.size()));
                if (!parse_received_text(header.value, *member.type->element, value, options.invalid_text))
                    return reject_response(error, structure.member_name(i), "a header's value is not text");
            }
            break;
        default: break;
        }
    }
    return true;
}

} // namespace belfry::inline v0::detail
