// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/cbor.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/testing/aws_json.hpp>
#include <belfry/testing/detail/media_type.hpp>
#include <belfry/testing/detail/response_binding.hpp>
#include <belfry/testing/detail/rpc.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The service's side of Smithy's RPC v2 with CBOR.
namespace belfry::inline v0::testing {
namespace detail::rpc_v2_cbor {

inline constexpr std::string_view protocol_name = "rpc-v2-cbor";
inline constexpr std::string_view media_type = "application/cbor";

inline unsigned match(const Operation& operation, const ReceivedRequest& request) {
    return match_rpc_v2(operation, request, protocol_name);
}
inline bool decode(const Operation& operation, const ReceivedRequest& request, void* object, Error& error) {
    if (request.body.empty()) return true;
    const Refusals& refusals = aws_json::refusals;
    if (!check_media_type(request, media_type, error)) return false;
    CborOptions cbor;
    cbor.reading.invalid_text = InvalidText::reject;
    std::string fault;
    return decode_cbor(request.body, *operation.input, object, cbor, fault) ||
           refuse(error, refusals.malformed, fault);
}
inline bool encode(const Operation& operation, const void* object, std::string_view, HttpResponse& response,
                   Error& error) {
    add_rpc_v2_headers(response, protocol_name, media_type);
    std::string fault;
    if (!encode_cbor(*operation.output, object, response.body, CborOptions{}, fault))
        return reject_output(error, operation.output->name, fault);
    return true;
}
/// The error's type and its members in one map, whose size is in its first bytes.
inline bool encode_error(const Service& service, const Error& error, const ModelledException& exception,
                         std::string_view, HttpResponse& response, std::string& fault) {
    add_rpc_v2_headers(response, protocol_name, media_type);
    add_query_error(service, error, response);
    std::string members;
    std::uint64_t count = 1;
    if (exception.structure == nullptr) {
        belfry::detail::CborWriter writer(members);
        writer.text("message");
        writer.text(error.message);
    } else {
        std::string whole;
        if (!encode_cbor(*exception.structure, exception.object, whole, CborOptions{}, fault)) return false;
        belfry::detail::CborReader reader(whole, DecodeOptions{}.max_depth);
        belfry::detail::CborHead head;
        const char* const inside = reader.head(reader.begin(), head);
        count = head.argument;
        members.assign(whole, static_cast<std::size_t>(inside - whole.data()));
    }
    belfry::detail::CborWriter writer(response.body);
    writer.head(5, count + 1);
    writer.text("__type");
    writer.text(error_type(service, error, exception));
    response.body.append(members);
    return true;
}
inline std::string document_type(const Service&) { return std::string(media_type); }

} // namespace detail::rpc_v2_cbor

inline constexpr ServerProtocol rpc_v2_cbor{.name = "rpcv2Cbor",
                                            .refusals = detail::aws_json::refusals,
                                            .match = &detail::rpc_v2_cbor::match,
                                            .decode = &detail::rpc_v2_cbor::decode,
                                            .encode = &detail::rpc_v2_cbor::encode,
                                            .encode_error = &detail::rpc_v2_cbor::encode_error,
                                            .document_type = &detail::rpc_v2_cbor::document_type};

} // namespace belfry::inline v0::testing
