// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/authorize.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/request.hpp>
#include <belfry/operation/operation.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

class ClientCore;

namespace detail {
class BodyHooks;
struct PreparedRequest;
} // namespace detail

/// A value that an operation gives to a parameter of the endpoint rules.
struct EndpointParameterBinding {
    std::string_view parameter;
    /// The input member that gives it, by its name in the model; empty for a constant.
    std::string_view member = {};
    /// The constant: a string, or `true` or `false` if `boolean`.
    std::string_view value = {};
    bool boolean = false;
    /// The member becomes part of the URL, so that it must be there, as if the path had a label for it.
    bool in_url = false;
    /// The constant, if it is a list.
    std::span<const std::string_view> values = {};
    /// Whether the constant is a list.
    bool list = false;
};

/// Whether an operation can be, or must be, sent to an endpoint that the service returns (Smithy
/// `clientDiscoveredEndpoint`).
enum class EndpointDiscoveryUse : std::uint8_t { none, optional, required };

/// Steps of a call that few operations have. A null function is a step that the operation does not have. The
/// traits that a function needs are its template argument, and the operation's generated header
/// includes the header that declares it, so that programs without such an operation do not compile it.
struct OperationHooks {
    /// Encodes the request in place of `Protocol::encode`: see `encode_by_rules`.
    bool (*encode)(const Operation& operation, const void* input, const EncodeOptions& options,
                   HttpRequest& request, Error& error) = nullptr;
    /// Gives the encoded request a body that is not simply held in memory: see `encode_streaming_payload` and
    /// `encode_event_stream`.
    bool (*encode_body)(const Operation& operation, const void* input, HttpRequest& request,
                        Error& error) = nullptr;
    /// A prefix of the host name, with `{Label}` (Smithy `endpoint` trait).
    std::string_view host_prefix = {};
    /// Puts it in front of the host of an endpoint: see `add_host_prefix`. `own` may hold that endpoint. The
    /// result is as that of `find_endpoint`.
    const detail::ResolvedEndpoint* (*add_host_prefix)(const Operation& operation, const void* input,
                                                       const detail::ResolvedEndpoint& endpoint,
                                                       detail::OwnedEndpoint& own, Error& error) = nullptr;
    std::span<const EndpointParameterBinding> endpoint_parameters = {};
    /// Finds the endpoint with what the operation, its input and the client tell the rules: see
    /// `find_operation_endpoint`, `find_endpoint_by_path` and `find_discovered_endpoint`.
    /// The result is `prepared.own_endpoint`, or outlives the call; null, with `error` filled, if there is
    /// none.
    const detail::ResolvedEndpoint* (*find_endpoint)(const Operation& operation, const void* input,
                                                     const ClientCore& core,
                                                     detail::PreparedRequest& prepared,
                                                     Error& error) = nullptr;
    /// Authenticates the request in another way than with Signature Version 4: see `auth/authorize.hpp`.
    AuthorizeResult (*authorize)(const Operation& operation, const Credentials& credentials,
                                 const SigningOptions& signing, AuthorizeState& state, HttpRequest& request,
                                 Error& error) = nullptr;
    /// Makes what handles the bodies of one call, which the caller owns; null, with `error` filled, when
    /// there can be none: see `make_streaming_body`.
    detail::BodyHooks* (*make_body)(const Operation& operation, const ClientConfig& config,
                                    const CallOptions& options, Error& error) = nullptr;
    /// Whether a response to HEAD, which has no body and so no code, is the error `code` by its status,
    /// because the model lists one error of the operation with that status: see `is_error_of_status`.
    bool (*is_error_of_status)(std::string_view code, int status) noexcept = nullptr;
    /// A presigned GET has the members of the body in its query (Amazon Polly).
    bool presign_as_query = false;
    /// If it is required, `find_endpoint` is `find_discovered_endpoint`.
    EndpointDiscoveryUse endpoint_discovery = EndpointDiscoveryUse::none;
};

} // namespace belfry::inline v0
