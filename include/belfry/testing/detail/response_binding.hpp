// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/http_binding.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Members of an output or exception in the status and the headers of a response, as a service writes them:
/// the counterpart of `protocol/http_response_binding.hpp`.
namespace belfry::inline v0::testing::detail {

/// Makes `error` say that an output cannot be written, which is a fault of the test's handler. Always false.
BELFRY_COLD inline bool reject_output(Error& error, std::string_view shape, std::string_view what) {
    return belfry::detail::fail(error, ErrorKind::response, "InvalidOutput", {shape, ": ", what});
}

/// Writes every member that is bound to the status or to headers.
[[nodiscard]] inline bool write_http_bindings(const Structure& shape, const void* object,
                                              HttpResponse& response, Error& error) {
    std::string text;
    for (std::size_t i = 0; i < shape.count; ++i) {
        const Member& member = shape.members[i];
        const void* const value = belfry::detail::slot_value(*member.type, member.slot(object));
        if (value == nullptr) continue;
        if (member.location == Location::status_code) {
            response.status = static_cast<int>(*static_cast<const std::int32_t*>(value));
        } else if (member.location == Location::header) {
            if (!belfry::detail::header_text(member, value, text) || !belfry::detail::is_field_value(text))
                return reject_output(error, shape.member_name(i), "cannot be written as a header");
            response.headers.set(member.wire_name(), text);
        } else if (member.location == Location::header_prefix) {
            std::string_view key;
            if (const char* const problem = belfry::detail::add_prefixed_headers(shape, object, member, value,
                                                                                 text, response.headers, key))
                return reject_output(error, shape.member_name(i), problem);
        }
    }
    return true;
}

} // namespace belfry::inline v0::testing::detail
