// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/protocol/http_payload.hpp>
#include <belfry/testing/detail/json_body.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/raw_payload.hpp>
#include <belfry/testing/detail/request_binding.hpp>
#include <belfry/testing/detail/response_binding.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The service's side of restJson1 (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html).
namespace belfry::inline v0::testing {
namespace detail::rest_json {

inline constexpr std::string_view media_type = "application/json";
inline constexpr Refusals refusals{
    .unknown_operation = {"UnknownOperationException", 404},
    .malformed = {"SerializationException", 400},
    .invalid = {"ValidationException", 400},
    .unsigned_request = {"MissingAuthenticationTokenException", 403},
    .incomplete_signature = {"IncompleteSignatureException", 400},
    .unknown_key = {"UnrecognizedClientException", 403},
    .wrong_signature = {"InvalidSignatureException", 403},
    .wrong_time = {"InvalidSignatureException", 403},
};

/// Checks `Content-Type`; `expected` is empty if every media type will do.
[[nodiscard]] inline bool check_content_type(const ReceivedRequest& request, std::string_view expected,
                                             Error& error) {
    return expected.empty() || (request.body.empty() && !request.headers.contains("Content-Type")) ||
           check_media_type(request, expected, error);
}
[[nodiscard]] inline bool check_accept(const Operation& operation, const ReceivedRequest& request,
                                       Error& error) {
    const Structure& output = *operation.output;
    std::size_t index = 0;
    std::string_view sent = media_type;
    if (const Member* const payload = belfry::detail::payload_of(output, index)) {
        // The tables do not have the media type of a blob in an output.
        if (belfry::detail::is_raw_payload(*payload->type))
            sent = payload->type->kind == Kind::blob ? std::string_view() : "text/plain";
    } else if (!belfry::detail::has_body_members(output)) {
        return true;
    }
    return accepts(request.headers, sent) ||
           refuse(error, not_acceptable, std::string("the answer would be ").append(sent));
}

inline bool decode(const Operation& operation, const ReceivedRequest& request, void* object, Error& error) {
    const Structure& input = *operation.input;
    if (!check_accept(operation, request, error)) return false;
    if (!read_http_bindings(operation, request, refusals, object, error)) return false;
    std::size_t index = 0;
    if (const Member* const payload = belfry::detail::payload_of(input, index)) {
        const Type& type = *payload->type;
        void* const slot = payload->slot(object);
        if (belfry::detail::is_raw_payload(type)) {
            const bool any = type.kind == Kind::blob && operation.payload_media_type.empty();
            if (!check_content_type(
                    request, any ? std::string_view() : raw_media_type(type, operation.payload_media_type),
                    error))
                return false;
            return read_raw_payload(request, *payload, object) ||
                   refuse(error, refusals.malformed, "the body is not UTF-8");
        }
        return check_content_type(request, media_type, error) &&
               (belfry::detail::is_blank(request.body) ||
                read_json(request.body, type, refusals, slot, error));
    }
    if (!belfry::detail::has_body_members(input)) {
        const bool has_type = request.headers.contains("Content-Type");
        return input.count == 0 || request.body.empty() || !has_type ||
               refuse(error, unsupported_media_type, "the operation's requests do not have a body");
    }
    if (!check_content_type(request, media_type, error)) return false;
    JsonOptions json;
    json.body_members_only = true;
    return belfry::detail::is_blank(request.body) ||
           read_json(request.body, input, json, refusals, object, error);
}

/// Writes the payload of an output or exception. If it is absent, there is no body.
[[nodiscard]] inline bool write_payload(const Member& payload, std::string_view name, const void* object,
                                        HttpResponse& response, Error& error) {
    const Type& type = *payload.type;
    const void* const value = belfry::detail::slot_value(type, payload.slot(object));
    if (value == nullptr) return true;
    if (belfry::detail::is_raw_payload(type))
        return write_raw_payload(type, value, response) ||
               reject_output(error, name, "its source cannot be read");
    std::string fault;
    if (!encode_json(type, value, response.body, JsonOptions{}, fault))
        return reject_output(error, name, fault);
    if (!response.headers.contains("Content-Type")) response.headers.append("Content-Type", media_type);
    return true;
}

inline bool encode(const Operation& operation, const void* object, std::string_view, HttpResponse& response,
                   Error& error) {
    const Structure& output = *operation.output;
    if (!write_http_bindings(output, object, response, error)) return false;
    std::size_t index = 0;
    if (const Member* const payload = belfry::detail::payload_of(output, index))
        return write_payload(*payload, output.member_name(index), object, response, error);
    if (belfry::detail::never_has_body(operation, response)) return true;
    JsonOptions json;
    json.body_members_only = true;
    std::string fault;
    if (!encode_json(output, object, response.body, json, fault))
        return reject_output(error, output.name, fault);
    if (!response.headers.contains("Content-Type")) response.headers.append("Content-Type", media_type);
    return true;
}

inline bool encode_error(const Service&, const Error& error, const ModelledException& exception,
                         std::string_view, HttpResponse& response, std::string& fault) {
    response.headers.append("x-amzn-errortype", error.code);
    if (exception.structure != nullptr) {
        Error problem;
        const Structure& shape = *exception.structure;
        std::size_t index = 0;
        bool done = write_http_bindings(shape, exception.object, response, problem);
        if (const Member* const payload = belfry::detail::payload_of(shape, index);
            done && payload != nullptr) {
            done = write_payload(*payload, shape.member_name(index), exception.object, response, problem);
            if (done) return true;
        }
        if (!done) {
            fault = problem.message;
            return false;
        }
    }
    JsonOptions json;
    json.body_members_only = true;
    if (!write_json_error(error, exception, {}, json, response.body, fault)) return false;
    if (!response.headers.contains("Content-Type")) response.headers.append("Content-Type", media_type);
    return true;
}

} // namespace detail::rest_json

inline constexpr ServerProtocol rest_json{.name = "restJson1",
                                          .refusals = detail::rest_json::refusals,
                                          .match = &detail::match_http,
                                          .decode = &detail::rest_json::decode,
                                          .encode = &detail::rest_json::encode,
                                          .encode_error = &detail::rest_json::encode_error};

} // namespace belfry::inline v0::testing
