// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/canonical_request.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/client/core.hpp>
#include <belfry/core/simple_text.hpp>
#include <belfry/core/slot.hpp>
#include <belfry/endpoint/resolver.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/protocol/operation.hpp>
#include <belfry/util/append.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// From an input to a request that only lacks its signature.
namespace belfry::inline v0::detail {

/// A request and how to sign it.
struct PreparedRequest {
    PreparedRequest() = default;
    PreparedRequest(const PreparedRequest&) = delete;
    PreparedRequest& operator=(const PreparedRequest&) = delete;

    HttpRequest request{};
    SigningOptions signing{};
    /// What the endpoint says instead of the model; `signing` points here.
    std::string signing_name{};
    std::string signing_region{};
};

/// Makes `error` a new one.
[[gnu::cold]] inline bool fail(Error& error, ErrorKind kind, std::string_view code,
                               std::string_view message) {
    Error fresh;
    fresh.kind = kind;
    append_text(fresh.code, code);
    append_text(fresh.message, message);
    error = std::move(fresh);
    return false;
}

/// The top-level input member of that name in the model, and its value or null.
[[nodiscard, gnu::cold]] inline const Member* find_input_member(const Structure& input, const void* object,
                                                                std::string_view name, const void*& value) {
    for (std::size_t i = 0; i < input.count; ++i)
        if (input.member_name(i) == name) {
            value = slot_value(*input.members[i].type, input.members[i].slot(object));
            return &input.members[i];
        }
    value = nullptr;
    return nullptr;
}

[[gnu::cold]] BELFRY_INLINE bool add_host_prefix(const Operation& operation, const void* input,
                                                 std::string& url, Error& error) {
    std::string prefix;
    std::string_view rest = operation.host_prefix;
    while (!rest.empty()) {
        const std::size_t open = rest.find('{');
        append_text(prefix, rest.substr(0, open));
        if (open == std::string_view::npos) break;
        const std::size_t close = rest.find('}', open);
        const std::string_view name = rest.substr(open + 1, close - open - 1);
        rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
        const void* value = nullptr;
        const Member* const member = find_input_member(*operation.input, input, name, value);
        std::string label;
        if (member == nullptr || value == nullptr ||
            !append_simple_text(label, *member->type, value, TimestampFormat::date_time) ||
            !is_host_label(label, false))
            return reject_input(
                error, *operation.input, name,
                "required, and must be a host name's label (RFC 1123: 1 to 63 letters, digits "
                "and hyphens), because it is part of the host name");
        append_text(prefix, label);
    }
    const std::size_t host = url.find("://");
    url.insert(host == std::string::npos ? 0 : host + 3, prefix);
    return true;
}

[[gnu::cold]] BELFRY_INLINE void add_endpoint_parameters(const Operation& operation, const void* input,
                                                         EndpointParameters& parameters) {
    for (std::size_t i = 0; i < operation.endpoint_parameter_count; ++i) {
        const EndpointParameterBinding& binding = operation.endpoint_parameters[i];
        const void* value = nullptr;
        const Member* member = nullptr;
        if (!binding.member.empty()) {
            member = find_input_member(*operation.input, input, binding.member, value);
            if (member == nullptr || value == nullptr) continue;
        }
        if (member == nullptr && binding.boolean)
            parameters.set_boolean(binding.parameter, binding.value == "true");
        else if (member == nullptr)
            parameters.set_string(binding.parameter, binding.value);
        else if (member->type->kind == Kind::boolean)
            parameters.set_boolean(binding.parameter, *static_cast<const bool*>(value));
        else if (member->type->kind == Kind::string)
            parameters.set_string(binding.parameter, *static_cast<const std::string*>(value));
        else if (member->type->kind == Kind::enumeration)
            parameters.set_string(binding.parameter,
                                  static_cast<const OpenEnumBase*>(value)->text(*member->type->values));
    }
}

/// Resolves the endpoint and puts it before the path and query in `request.url`.
[[nodiscard, gnu::cold]] inline bool apply_endpoint(const Operation& operation, const void* input,
                                                    const ClientConfig& config, PreparedRequest& prepared,
                                                    Error& error) {
    EndpointParameters parameters;
    if (operation.add_endpoint_parameters != nullptr)
        operation.add_endpoint_parameters(operation, input, parameters);
    // Not `resolve_endpoint`, whose result would be one more type to move and destroy.
    Endpoint endpoint;
    if (!add_endpoint_config(parameters,
                             {.region = config.region,
                              .endpoint_override = config.endpoint,
                              .use_fips = config.use_fips,
                              .use_dual_stack = config.use_dual_stack},
                             error) ||
        !find_endpoint(*operation.service->endpoint_rules, parameters, aws_partitions, endpoint, error))
        return false;

    HttpRequest& request = prepared.request;
    std::string& url = endpoint.url;
    if (operation.add_host_prefix != nullptr && !operation.add_host_prefix(operation, input, url, error))
        return false;
    if (!url.empty() && url.back() == '/') url.pop_back();
    // Scheme and host have no case (RFC 3986 section 6.2.2.1), but transports compare the scheme.
    const std::size_t authority = url.find("://") + 3;
    for (std::size_t i = 0; i < url.size() && (i < authority || url[i] != '/'); ++i)
        url[i] = ascii_lower(url[i]);
    std::string host;
    append_host(host, split_url(url));
    request.headers.append("Host", host);
    for (const Header& header : endpoint.headers) request.headers.set(header.name, header.value);
    if (request.url.empty() || request.url.front() != '/') append_char(url, '/');
    append_text(url, request.url);
    request.url = std::move(url);

    prepared.signing_name = operation.service->signing_name;
    prepared.signing_region = config.region;
    SigningOptions& signing = prepared.signing;
    signing.normalize_path = !operation.service->sign_path_verbatim;
    signing.double_encode_path = !operation.service->sign_path_verbatim;
    // S3, which signs the path as it is, wants to know from a header, too, what the signature says of the
    // body.
    signing.content_sha256_header = operation.service->sign_path_verbatim;
    signing.crypto = config.crypto;
    if (operation.auth == Auth::unsigned_payload) {
        signing.payload = PayloadHash::unsigned_payload;
        // Without it the service takes the body for a signed one.
        signing.content_sha256_header = true;
    }
    for (AuthScheme& scheme : endpoint.auth_schemes) {
        if (scheme.name != "sigv4") continue;
        if (!scheme.signing_name.empty()) prepared.signing_name = std::move(scheme.signing_name);
        if (!scheme.signing_region.empty()) prepared.signing_region = std::move(scheme.signing_region);
        if (scheme.disable_double_encoding) signing.double_encode_path = false;
        break;
    }
    signing.service = prepared.signing_name;
    signing.region = prepared.signing_region;
    return true;
}

/// Builds a call's request. Everything but `Authorization`, `X-Amz-Date` and the like is final after this.
[[nodiscard, gnu::cold]] inline bool prepare_request(const ClientConfig& config, const Operation& operation,
                                                     const void* input, std::string_view idempotency_token,
                                                     PreparedRequest& prepared, Error& error) {
    HttpRequest& request = prepared.request;
    request.timeouts = config.timeouts;
    if (!encode_request(operation, input, {.idempotency_token = idempotency_token}, request, error))
        return false;
    return apply_endpoint(operation, input, config, prepared, error);
}

/// Whether the input leaves out a token that makes a repeated request harmless.
[[nodiscard, gnu::cold]] inline bool lacks_idempotency_token(const Structure& input, const void* object) {
    for (std::size_t i = 0; i < input.count; ++i)
        if (input.members[i].has(MemberFlags::idempotency_token) &&
            slot_value(*input.members[i].type, input.members[i].slot(object)) == nullptr)
            return true;
    return false;
}

} // namespace belfry::inline v0::detail
