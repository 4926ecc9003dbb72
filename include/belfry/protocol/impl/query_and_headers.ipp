// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/http_binding.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Makes `error` say what is wrong with an entry of a map. Always false. Only a key that is a token is
/// quoted: others could hold what a log does not take.
[[nodiscard]] BELFRY_COLD inline bool reject_entry(Error& error, const Structure& input, std::size_t index,
                                                   std::string_view key, std::string_view problem) {
    std::string place(input.member_name(index));
    if (is_token(key)) {
        append_char(place, '[');
        append_text(place, key);
        append_char(place, ']');
    }
    return reject_input(error, input, place, problem);
}

BELFRY_COLD BELFRY_INLINE bool encode_query_and_headers(const Operation& operation, const void* object,
                                                        const EncodeOptions& options, HttpRequest& request,
                                                        Error& error) {
    const Structure& input = *operation.input;
    std::string& url = request.url;
    std::string text;
    std::string_view key;
    for (std::size_t i = 0; i < input.count; ++i) {
        const Member& member = input.members[i];
        if (member.location == Location::body || member.location == Location::label ||
            member.location == Location::payload)
            continue;
        const void* const value = slot_value(*member.type, member.slot(object));
        bool good = true;
        if (value == nullptr) {
            if (!member.has(MemberFlags::idempotency_token) || options.idempotency_token.empty()) {
                if (member.has(MemberFlags::required))
                    return reject_input(error, input, input.member_name(i), "required");
                continue;
            }
            if (member.location == Location::query)
                append_query_parameter(url, member.wire_name(), options.idempotency_token);
            else
                request.headers.set(member.wire_name(), options.idempotency_token);
            continue;
        }
        switch (member.location) {
        case Location::query:
            good = append_query_values(*member.type, value, member.wire_name(), text, url);
            break;
        case Location::query_map:
            good = append_query_map(input, object, *member.type, value, operation.uri, text, url);
            break;
        case Location::header:
            good = header_text(member, value, text) && is_field_value(text);
            if (good) request.headers.set(member.wire_name(), text);
            break;
        case Location::header_prefix:
            if (const char* const problem =
                    add_prefixed_headers(input, object, member, value, text, request.headers, key))
                return reject_entry(error, input, i, key, problem);
            break;
        default: break;
        }
        if (!good)
            return reject_input(
                error, input, input.member_name(i),
                "cannot be written as a header or query parameter: it has a line break or NUL, or a year "
                "outside 1 to 9999");
    }
    return true;
}

} // namespace belfry::inline v0::detail
