// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/error_code.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/protocol/rpc.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {
namespace detail::rpc_v2_cbor {

inline constexpr std::string_view protocol_name = "rpc-v2-cbor";
inline constexpr std::string_view media_type = "application/cbor";

BELFRY_NOIPA inline bool encode(const Operation& operation, const void* object, const EncodeOptions& options,
                                HttpRequest& request, Error& error) {
    if (!begin_rpc_v2_request(operation, object, protocol_name, media_type, request, error)) return false;
    if (operation.unit_input) return true;
    CborOptions cbor;
    cbor.idempotency_token = options.idempotency_token;
    std::string fault;
    if (!encode_cbor(*operation.input, object, request.body, cbor, fault))
        return reject_input(error, *operation.input, "body", fault);
    finish_rpc_request(media_type, request);
    return true;
}

[[nodiscard]] BELFRY_COLD inline bool decode_body(const HttpResponse& response, const Structure& structure,
                                                  const DecodeOptions& options, void* object, Error& error) {
    if (response.body.empty()) return true;
    CborOptions cbor;
    cbor.reading = options;
    std::string fault;
    return decode_cbor(response.body, structure, object, cbor, fault) || reject_response(error, fault);
}

BELFRY_NOIPA inline bool decode(const Operation& operation, HttpResponse& response,
                                const DecodeOptions& options, void* output, Error& error) {
    if (!is_rpc_v2_response(response, protocol_name)) return reject_protocol(error, operation, protocol_name);
    const Structure& structure = *operation.output;
    return check_body_presence(operation, response, structure.count != 0, error) &&
           decode_body(response, structure, options, output, error);
}

/// Reads the texts of an error's `__type` and `message` or `Message`, as far as the body can be read.
BELFRY_COLD inline void read_error_body(std::string_view body, std::string& type, std::string& message) {
    CborReader reader(body, DecodeOptions{}.max_depth);
    CborHead map;
    const char* at = reader.head(reader.begin(), map);
    if (at == nullptr || map.major != CborMajor::map) return;
    std::string key_buffer;
    for (std::uint64_t i = 0; reader.more(at, map, i); ++i) {
        CborHead item;
        std::string_view key;
        at = reader.head(at, item);
        if (at == nullptr || item.major != CborMajor::text) return;
        at = reader.string(at, item, key, key_buffer);
        if (at == nullptr) return;
        std::string* const target = key == "__type"                        ? &type
                                    : key == "message" || key == "Message" ? &message
                                                                           : nullptr;
        const char* const value = at;
        at = reader.skip(at);
        if (at == nullptr) return;
        if (target == nullptr) continue;
        const char* const text = reader.head(value, item);
        std::string_view content;
        std::string buffer;
        if (text != nullptr && item.major == CborMajor::text &&
            reader.string(text, item, content, buffer) != nullptr)
            *target = content;
    }
}

BELFRY_NOIPA inline void decode_error(const Operation&, const HttpResponse& response, Error& error) {
    if (!is_rpc_v2_response(response, protocol_name)) return read_status_error(response, error);
    std::string type;
    error.message.clear();
    read_error_body(response.body, type, error.message);
    const std::string_view code = query_error_code(response.headers);
    set_error_code(code.empty() ? std::string_view(type) : code, response, error);
}

BELFRY_NOIPA inline void read_error_shape(const HttpResponse& response, std::string& shape) {
    std::string type;
    std::string message;
    read_error_body(response.body, type, message);
    shape = plain_error_code(type);
}

BELFRY_NOIPA inline bool decode_exception(const HttpResponse& response, const Structure& structure,
                                          const DecodeOptions& options, void* exception, Error& error) {
    return decode_body(response, structure, options, exception, error);
}

} // namespace detail::rpc_v2_cbor

BELFRY_INLINE constexpr Protocol rpc_v2_cbor{.name = "rpcv2Cbor",
                                             .encode = &detail::rpc_v2_cbor::encode,
                                             .decode = &detail::rpc_v2_cbor::decode,
                                             .decode_error = &detail::rpc_v2_cbor::decode_error,
                                             .decode_exception = &detail::rpc_v2_cbor::decode_exception,
                                             .read_error_shape = &detail::rpc_v2_cbor::read_error_shape};

} // namespace belfry::inline v0
