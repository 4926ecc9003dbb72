// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/http_binding.hpp>
#include <belfry/protocol/http_payload.hpp>
#include <belfry/protocol/http_response_binding.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/protocol/json_error.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail::rest_json {

[[nodiscard]] BELFRY_COLD inline bool encode_payload(const Operation& operation, const Member& member,
                                                     std::string_view name, const void* value,
                                                     HttpRequest& request, Error& error) {
    const Type& type = *member.type;
    if (value == nullptr) {
        // An absent structure is sent as an empty one; raw payloads and unions are left out.
        if (type.kind == Kind::structure) {
            assign_text(request.body, "{}");
            set_content_type(request, "application/json");
        }
        return true;
    }
    if (is_raw_payload(type)) {
        encode_raw_payload(operation, type, value, request);
        return true;
    }
    std::string fault;
    if (!encode_json(type, value, request.body, JsonOptions{}, fault))
        return reject_input(error, *operation.input, name, fault);
    set_content_type(request, "application/json");
    return true;
}
BELFRY_NOIPA inline bool encode(const Operation& operation, const void* object, const EncodeOptions& options,
                                HttpRequest& request, Error& error) {
    const Structure& input = *operation.input;
    assign_text(request.method, operation.method);
    if (!check_input(input, object, error)) return false;
    if (!encode_http_bindings(operation, object, options, request, error)) return false;

    std::size_t index = 0;
    if (const Member* const payload = payload_of(input, index)) {
        if (!encode_payload(operation, *payload, input.member_name(index),
                            slot_value(*payload->type, payload->slot(object)), request, error))
            return false;
    } else if (has_body_members(input)) {
        JsonOptions json;
        json.body_members_only = true;
        json.idempotency_token = options.idempotency_token;
        std::string fault;
        if (!encode_json(input, object, request.body, json, fault))
            return reject_input(error, input, "body", fault);
        set_content_type(request, "application/json");
    }
    request.content_length = static_cast<std::int64_t>(request.body.size());
    return true;
}

[[nodiscard]] BELFRY_COLD inline bool decode_shape(const Structure& structure, const HttpResponse& response,
                                                   const DecodeOptions& options, void* object, Error& error) {
    if (!decode_http_bindings(structure, response, options, object, error)) return false;
    JsonOptions json;
    json.reading = options;
    std::string fault;
    std::size_t index = 0;
    if (const Member* const payload = payload_of(structure, index)) {
        const Type& type = *payload->type;
        void* const slot = payload->slot(object);
        if (is_raw_payload(type))
            return decode_raw_payload(response, structure, index, options, object, error);
        if (is_blank(response.body)) return true;
        json.hide_text = payload->has(MemberFlags::sensitive);
        return decode_json(json_text(response), type, slot, json, fault) ||
               reject_response(error, structure.member_name(index), fault);
    }
    // Services may send any text where the model has no body. The decoder refuses the page of a proxy.
    const bool expected =
        has_body_members(structure) || (structure.error_code.empty() && is_markup(json_text(response)));
    if (is_blank(response.body) || !expected) return true;
    json.body_members_only = true;
    return decode_json(json_text(response), structure, object, json, fault) || reject_response(error, fault);
}

BELFRY_NOIPA inline bool decode(const Operation& operation, HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    const Structure& output_shape = *operation.output;
    std::size_t index = 0;
    const bool expected = has_body_members(output_shape) && payload_of(output_shape, index) == nullptr;
    if (!check_body_presence(operation, response, expected, error)) return false;
    return decode_shape(*operation.output, response, options, output, error);
}

BELFRY_NOIPA inline void decode_error(const Operation& operation, const HttpResponse& response,
                                      Error& error) {
    read_json_error(operation, response, error);
}

BELFRY_NOIPA inline bool decode_exception(const HttpResponse& response, const Structure& structure,
                                          const DecodeOptions& options, void* exception, Error& error) {
    return decode_shape(structure, response, options, exception, error);
}

} // namespace detail::rest_json

BELFRY_INLINE constexpr Protocol rest_json{.name = "restJson1",
                                           .encode = &detail::rest_json::encode,
                                           .decode = &detail::rest_json::decode,
                                           .decode_error = &detail::rest_json::decode_error,
                                           .decode_exception = &detail::rest_json::decode_exception};

} // namespace belfry::inline v0
