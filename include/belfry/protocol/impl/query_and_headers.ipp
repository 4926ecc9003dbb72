// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/http_binding.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>

namespace belfry::inline v0::detail {

BELFRY_COLD BELFRY_INLINE bool encode_query_and_headers(const Operation& operation, const void* object,
                                                        const EncodeOptions& options, HttpRequest& request,
                                                        Error& error) {
    const Structure& input = *operation.input;
    std::string& url = request.url;
    std::string text;
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
            good = append_query_map(input, object, *member.type, value, text, url);
            break;
        case Location::header:
            good = header_text(member, value, text) && is_field_value(text);
            if (good) request.headers.set(member.wire_name(), text);
            break;
        case Location::header_prefix:
            good = add_prefixed_headers(*member.type, value, member.wire_name(), text, request.headers);
            break;
        default: break;
        }
        if (!good)
            return reject_input(
                error, input, input.member_name(i),
                "cannot be written as a header or query parameter: it has a line break or NUL, a header "
                "name that is not a token (RFC 9110), or a year outside 1 to 9999");
    }
    return true;
}

} // namespace belfry::inline v0::detail
